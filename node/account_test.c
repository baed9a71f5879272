/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts are found by id, token and slot, as their settings are now; two of
 * one id or token there are never; and what cannot be done changes nothing. */
#include "node/account.h"

#include "test/check.h"
#include "test/random.h"

static const uint8_t seed[32] = { 1, 2, 3 };

static struct accounts *start(void)
{
	struct accounts *accounts = accounts_create(seed);

	CHECK(accounts != NULL);
	CHECK_INT(accounts_count(accounts), 0);
	CHECK(accounts_next(accounts, NULL) == NULL);
	return accounts;
}

static struct account_settings settings_of(const char *id)
{
	struct account_settings settings = account_defaults();

	settings.id = ilp_text(id);
	settings.asset = (struct ledger_asset){ "USD", 2 };
	return settings;
}

/* As if the SHA-256 of its token were this byte, and zeros. */
static struct account_settings settings_with_token(const char *id, uint8_t byte)
{
	struct account_settings settings = settings_of(id);

	settings.has_token = true;
	settings.token_hash[0] = byte;
	return settings;
}

static struct account *add(struct accounts *accounts,
			   const struct account_settings *settings)
{
	struct account *account = NULL;

	CHECK_INT(accounts_add(accounts, settings, 77, &account), ACCOUNT_OK);
	CHECK(account != NULL);
	return account;
}

static struct account *add_id(struct accounts *accounts, const char *id)
{
	const struct account_settings settings = settings_of(id);

	return add(accounts, &settings);
}

/* It is not added, and nothing is changed. */
static void check_refused(struct accounts *accounts,
			  const struct account_settings *settings,
			  enum account_error error)
{
	size_t count = accounts_count(accounts);
	struct account *account = NULL;

	CHECK_INT(accounts_add(accounts, settings, 77, &account), error);
	CHECK(account == NULL);
	CHECK_INT(accounts_count(accounts), count);
}

static void the_defaults_trust_nobody_with_anything(void)
{
	const struct account_settings settings = account_defaults();

	CHECK(settings.balance.maximum == 0);
	CHECK(settings.balance.minimum == UNITS_MIN);
	CHECK_INT(settings.packets.period_us, 0);
	CHECK_INT(settings.incoming.period_us, 0);
	CHECK_INT(settings.outgoing.period_us, 0);
	CHECK(!settings.has_token);
	CHECK_INT(settings.owner.len, 0);
	CHECK_INT(settings.url.len, 0);
	CHECK(settings.in_flight_max > 0);
}

/* There may be a hundred thousand of them. */
static void an_account_is_small(void)
{
	CHECK(sizeof(struct account) <= 704);
}

static void an_account_is_found_by_its_id_and_its_slot(void)
{
	struct accounts *accounts = start();
	struct account *a = add_id(accounts, "alice");
	struct account *b = add_id(accounts, "bob");

	CHECK(accounts_find(accounts, ilp_text("alice")) == a);
	CHECK(accounts_find(accounts, ilp_text("bob")) == b);
	CHECK(accounts_find(accounts, ilp_text("bo")) == NULL);
	CHECK(accounts_find(accounts, ilp_text("")) == NULL);
	CHECK(accounts_at(accounts, a->slot) == a);
	CHECK(accounts_at(accounts, b->slot) == b);
	CHECK(accounts_at(accounts, 2) == NULL);
	CHECK(accounts_at(accounts, UINT32_MAX) == NULL);
	CHECK_INT(accounts_count(accounts), 2);
	CHECK_INT(a->number, 77);
	CHECK_INT(a->state, ACCOUNT_OPEN);
	CHECK(book_is_still(&a->book) && !a->session && !a->parked);
	accounts_remove(accounts, a);
	CHECK(accounts_find(accounts, ilp_text("alice")) == NULL);
	CHECK(accounts_at(accounts, 0) == NULL);
	CHECK(accounts_find(accounts, ilp_text("bob")) == b);
	CHECK_INT(accounts_count(accounts), 1);
	accounts_destroy(accounts);
}

static void the_settings_are_copied(void)
{
	struct accounts *accounts = start();
	char id[] = "alice", owner[] = "olga", url[] = "btp+ws://:x@h";
	char user[] = "ursula";
	struct account_settings settings = settings_of(id);
	struct account *account;

	settings.owner = ilp_text(owner);
	settings.url = ilp_text(url);
	settings.user = ilp_text(user);
	settings.relation = ACCOUNT_CHILD;
	settings.packet_max = ilp_amount(5);
	account = add(accounts, &settings);
	memset(id, 'x', sizeof(id) - 1);
	memset(owner, 'x', sizeof(owner) - 1);
	memset(url, 'x', sizeof(url) - 1);
	memset(user, 'x', sizeof(user) - 1);
	CHECK_TEXT(account->settings.id, "alice");
	CHECK_TEXT(account->settings.owner, "olga");
	CHECK_TEXT(account->settings.url, "btp+ws://:x@h");
	CHECK_TEXT(account->settings.user, "ursula");
	CHECK_INT(account->settings.relation, ACCOUNT_CHILD);
	CHECK_INT(
		ilp_amount_compare(account->settings.packet_max, ilp_amount(5)),
		0);
	CHECK(accounts_find(accounts, ilp_text("alice")) == account);
	accounts_destroy(accounts);
}

static void ids_are_made_of_what_addresses_are(void)
{
	struct accounts *accounts = start();
	const char *allowed = "abcdefghijklmnopqrstuvwxyz"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-~.";

	for (int c = 0; c <= 255; c++) {
		const uint8_t id[3] = { 'a', (uint8_t)c, 'b' };
		struct account_settings settings = settings_of("");

		settings.id = ILP_BYTES(id);
		if (c && strchr(allowed, c))
			accounts_remove(accounts, add(accounts, &settings));
		else
			check_refused(accounts, &settings, ACCOUNT_ID);
	}
	accounts_destroy(accounts);
}

static void texts_have_their_longest(void)
{
	static uint8_t text[ACCOUNT_URL_MAX + 1];
	const struct {
		size_t offset, len_max;
		bool may_be_empty;
	} rows[] = {
		{ offsetof(struct account_settings, id), ACCOUNT_ID_MAX,
		  false },
		{ offsetof(struct account_settings, owner), ACCOUNT_OWNER_MAX,
		  true },
		{ offsetof(struct account_settings, user), ACCOUNT_ID_MAX,
		  true },
		{ offsetof(struct account_settings, url), ACCOUNT_URL_MAX,
		  true },
		{ offsetof(struct account_settings, segment), ACCOUNT_ID_MAX,
		  true },
	};
	struct accounts *accounts = start();

	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct account_settings settings = settings_of("x");
		struct ilp_bytes *field =
			(struct ilp_bytes *)(void *)((char *)&settings +
						     rows[i].offset);

		*field = (struct ilp_bytes){ text, rows[i].len_max };
		accounts_remove(accounts, add(accounts, &settings));
		field->len++;
		check_refused(accounts, &settings, ACCOUNT_ID);
		*field = (struct ilp_bytes){ NULL, 0 };
		if (rows[i].may_be_empty)
			accounts_remove(accounts, add(accounts, &settings));
		else
			check_refused(accounts, &settings, ACCOUNT_ID);
	}
	accounts_destroy(accounts);
}

static void two_have_never_the_same_id_or_token(void)
{
	struct accounts *accounts = start();
	struct account_settings settings = settings_with_token("alice", 1);
	struct account *alice = add(accounts, &settings);

	check_refused(accounts, &settings, ACCOUNT_EXISTS);
	settings.id = ilp_text("bob");
	check_refused(accounts, &settings, ACCOUNT_TOKEN);
	settings.token_hash[31] = 1;
	add(accounts, &settings);
	/* Those without one are no trouble to each other. */
	settings = settings_of("carl");
	settings.token_hash[0] = 1;
	add(accounts, &settings);
	settings.id = ilp_text("dora");
	add(accounts, &settings);
	accounts_remove(accounts, alice);
	settings = settings_with_token("alice", 1);
	add(accounts, &settings);
	accounts_destroy(accounts);
}

/* Logs in with a user name and a token. */
static struct account *login(const struct accounts *accounts,
			     struct ilp_crypto *crypto, const char *user,
			     const char *token)
{
	return accounts_login(accounts, crypto, ilp_text(user),
			      ilp_text(token));
}

static void who_knows_the_token_is_let_in(void)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct accounts *accounts = start();
	struct account_settings settings = settings_with_token("alice", 0);
	struct account *alice;

	CHECK(crypto != NULL);
	CHECK(login(accounts, crypto, "", "secret") == NULL);
	ilp_sha256(crypto, settings.token_hash, ilp_text("secret"));
	alice = add(accounts, &settings);
	add_id(accounts, "bob");
	CHECK(login(accounts, crypto, "", "secret") == alice);
	CHECK(login(accounts, crypto, "anybody", "secret") == alice);
	CHECK(login(accounts, crypto, "", "Secret") == NULL);
	CHECK(login(accounts, crypto, "", "") == NULL);
	CHECK(login(accounts, crypto, "alice", "") == NULL);
	alice->state = ACCOUNT_STOPPED;
	CHECK(login(accounts, crypto, "", "secret") == alice);
	alice->state = ACCOUNT_CLOSING;
	CHECK(login(accounts, crypto, "", "secret") == NULL);
	accounts_destroy(accounts);
	ilp_crypto_destroy(crypto);
}

static void a_user_name_must_be_right_if_it_is_given(void)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct accounts *accounts = start();
	struct account_settings settings = settings_with_token("alice", 0);
	struct account *alice;

	ilp_sha256(crypto, settings.token_hash, ilp_text("secret"));
	settings.user = ilp_text("ursula");
	alice = add(accounts, &settings);
	CHECK(login(accounts, crypto, "", "secret") == alice);
	CHECK(login(accounts, crypto, "ursula", "secret") == alice);
	CHECK(login(accounts, crypto, "alice", "secret") == NULL);
	CHECK(login(accounts, crypto, "ursul", "secret") == NULL);
	CHECK(login(accounts, crypto, "ursula", "wrong") == NULL);
	accounts_destroy(accounts);
	ilp_crypto_destroy(crypto);
}

static void a_token_that_was_changed_is_worth_nothing(void)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct accounts *accounts = start();
	struct account_settings settings = settings_with_token("alice", 0);
	struct account *alice;

	ilp_sha256(crypto, settings.token_hash, ilp_text("old"));
	alice = add(accounts, &settings);
	ilp_sha256(crypto, settings.token_hash, ilp_text("new"));
	CHECK_INT(accounts_change(accounts, alice, &settings), ACCOUNT_OK);
	CHECK(login(accounts, crypto, "", "old") == NULL);
	CHECK(login(accounts, crypto, "", "new") == alice);
	settings.has_token = false;
	CHECK_INT(accounts_change(accounts, alice, &settings), ACCOUNT_OK);
	CHECK(login(accounts, crypto, "", "new") == NULL);
	settings.has_token = true;
	CHECK_INT(accounts_change(accounts, alice, &settings), ACCOUNT_OK);
	CHECK(login(accounts, crypto, "", "new") == alice);
	accounts_destroy(accounts);
	ilp_crypto_destroy(crypto);
}

static void a_changed_account_has_its_new_settings_and_its_old_state(void)
{
	struct accounts *accounts = start();
	struct account_settings settings = settings_with_token("alice", 1);
	struct account *alice = add(accounts, &settings);
	uint32_t slot = alice->slot;

	alice->book.balance = -55;
	alice->counters.in_fulfilled = 9;
	settings = settings_with_token("anna", 2);
	settings.url = ilp_text("btp+wss://:token@host");
	settings.balance.maximum = 1000;
	CHECK_INT(accounts_change(accounts, alice, &settings), ACCOUNT_OK);
	CHECK(accounts_find(accounts, ilp_text("alice")) == NULL);
	CHECK(accounts_find(accounts, ilp_text("anna")) == alice);
	CHECK(accounts_at(accounts, slot) == alice);
	CHECK_INT(accounts_count(accounts), 1);
	CHECK_TEXT(alice->settings.url, "btp+wss://:token@host");
	CHECK(alice->settings.balance.maximum == 1000);
	CHECK(alice->book.balance == -55);
	CHECK_INT(alice->counters.in_fulfilled, 9);
	CHECK_INT(alice->number, 77);
	settings = settings_with_token("alice", 1);
	add(accounts, &settings);
	accounts_destroy(accounts);
}

/* Texts of its own may be among the new ones, in other places as well. */
static void an_account_can_be_changed_with_its_own_settings(void)
{
	struct accounts *accounts = start();
	struct account_settings settings = settings_with_token("alice", 1);
	struct account *alice;

	settings.url = ilp_text("btp+ws://:secret@host");
	settings.user = ilp_text("ursula");
	alice = add(accounts, &settings);
	CHECK_INT(accounts_change(accounts, alice, &alice->settings),
		  ACCOUNT_OK);
	CHECK(accounts_find(accounts, ilp_text("alice")) == alice);
	CHECK_TEXT(alice->settings.url, "btp+ws://:secret@host");
	CHECK_TEXT(alice->settings.user, "ursula");
	settings = alice->settings;
	settings.id = alice->settings.user;
	settings.user = alice->settings.id;
	settings.owner = alice->settings.url;
	settings.url.len = 0;
	CHECK_INT(accounts_change(accounts, alice, &settings), ACCOUNT_OK);
	CHECK(accounts_find(accounts, ilp_text("alice")) == NULL);
	CHECK(accounts_find(accounts, ilp_text("ursula")) == alice);
	CHECK_TEXT(alice->settings.user, "alice");
	CHECK_TEXT(alice->settings.owner, "btp+ws://:secret@host");
	CHECK_TEXT(alice->settings.url, "");
	accounts_destroy(accounts);
}

static void a_change_that_is_refused_changes_nothing(void)
{
	struct accounts *accounts = start();
	struct account_settings settings = settings_with_token("bob", 2);
	struct account *alice;

	add(accounts, &settings);
	settings = settings_with_token("alice", 1);
	alice = add(accounts, &settings);
	settings.id = ilp_text("no good");
	CHECK_INT(accounts_change(accounts, alice, &settings), ACCOUNT_ID);
	settings = settings_with_token("bob", 1);
	CHECK_INT(accounts_change(accounts, alice, &settings), ACCOUNT_EXISTS);
	settings = settings_with_token("alice", 2);
	CHECK_INT(accounts_change(accounts, alice, &settings), ACCOUNT_TOKEN);
	settings = settings_with_token("anna", 3);
	settings.asset.scale = 3;
	CHECK_INT(accounts_change(accounts, alice, &settings), ACCOUNT_ASSET);
	settings.asset = (struct ledger_asset){ "USE", 2 };
	CHECK_INT(accounts_change(accounts, alice, &settings), ACCOUNT_ASSET);
	CHECK(accounts_find(accounts, ilp_text("alice")) == alice);
	CHECK(accounts_find(accounts, ilp_text("anna")) == NULL);
	CHECK_INT(alice->settings.token_hash[0], 1);
	/* Its token still keeps others from having it, and theirs not. */
	settings = settings_with_token("carl", 1);
	check_refused(accounts, &settings, ACCOUNT_TOKEN);
	settings = settings_with_token("carl", 3);
	add(accounts, &settings);
	accounts_destroy(accounts);
}

static void accounts_come_in_the_order_of_their_slots(void)
{
	struct accounts *accounts = start();
	struct account *at = NULL;
	char id[16];

	for (uint32_t i = 0; i < 40; i++) {
		snprintf(id, sizeof(id), "a%u", (unsigned)i);
		CHECK_INT(add_id(accounts, id)->slot, i);
	}
	for (uint32_t i = 0; i < 40; i += 3)
		accounts_remove(accounts, accounts_at(accounts, i));
	for (uint32_t i = 0; i < 40; i++) {
		if (i % 3 == 0)
			continue;
		at = accounts_next(accounts, at);
		CHECK(at != NULL);
		CHECK_INT(at->slot, i);
	}
	CHECK(accounts_next(accounts, at) == NULL);
	accounts_destroy(accounts);
}

#define NAMES 6000

static const char *name_of(size_t i)
{
	static char name[16];

	snprintf(name, sizeof(name), "peer-%zu", i);
	return name;
}

/* The number of the token is as good as its hash. */
static struct account_settings settings_of_name(size_t name, bool has_token,
						size_t token)
{
	struct account_settings settings = settings_of(name_of(name));

	settings.has_token = has_token;
	memcpy(settings.token_hash, &token, sizeof(token));
	return settings;
}

/* By name: its account, and its token; and whose each token is. */
struct model {
	struct account *accounts[NAMES];
	bool has_token[NAMES];
	size_t tokens[NAMES];
	size_t token_of[NAMES]; /* name + 1, 0: nobody's */
	size_t count;
};

static void model_set_token(struct model *m, size_t name,
			    const struct account_settings *settings,
			    size_t token)
{
	if (m->has_token[name])
		m->token_of[m->tokens[name]] = 0;
	m->has_token[name] = settings && settings->has_token;
	m->tokens[name] = token;
	if (m->has_token[name])
		m->token_of[token] = name + 1;
}

static void model_step(struct model *m, struct accounts *accounts,
		       struct random_source *r)
{
	size_t name = random_below(r, NAMES), token = random_below(r, NAMES);
	const struct account_settings settings =
		settings_of_name(name, random_below(r, 4), token);
	bool taken = settings.has_token && m->token_of[token] &&
		     m->token_of[token] != name + 1;
	struct account *account = m->accounts[name];

	if (account && random_below(r, 3) == 0) {
		accounts_remove(accounts, account);
		m->accounts[name] = NULL;
		m->count--;
		model_set_token(m, name, NULL, 0);
		return;
	}
	CHECK_INT(account ? accounts_change(accounts, account, &settings) :
			    accounts_add(accounts, &settings, name, &account),
		  taken ? ACCOUNT_TOKEN : ACCOUNT_OK);
	if (taken)
		return;
	m->count += !m->accounts[name];
	m->accounts[name] = account;
	model_set_token(m, name, &settings, token);
}

static void check_same(const struct model *m, const struct accounts *accounts)
{
	struct account *at = NULL;
	size_t count = 0;

	CHECK_INT(accounts_count(accounts), m->count);
	while ((at = accounts_next(accounts, at)))
		count++;
	CHECK_INT(count, m->count);
	for (size_t name = 0; name < NAMES; name++) {
		struct account *account = m->accounts[name];

		CHECK(accounts_find(accounts, ilp_text(name_of(name))) ==
		      account);
		if (!account)
			continue;
		CHECK(accounts_at(accounts, account->slot) == account);
		CHECK_INT(account->number, name);
		/* Slots are used again. */
		CHECK(account->slot < 2 * NAMES);
	}
}

static void keeps_thousands_as_a_plain_list_would(void)
{
	struct random_source random = random_start();
	struct accounts *accounts = start();
	static struct model m;

	for (int step = 0; step < 60000; step++) {
		model_step(&m, accounts, &random);
		if (step % 5000 == 0)
			check_same(&m, accounts);
	}
	check_same(&m, accounts);
	CHECK(m.count > 3000);
	accounts_destroy(accounts);
}

TESTS(TEST(the_defaults_trust_nobody_with_anything), TEST(an_account_is_small),
      TEST(an_account_is_found_by_its_id_and_its_slot),
      TEST(the_settings_are_copied), TEST(ids_are_made_of_what_addresses_are),
      TEST(texts_have_their_longest), TEST(two_have_never_the_same_id_or_token),
      TEST(who_knows_the_token_is_let_in),
      TEST(a_user_name_must_be_right_if_it_is_given),
      TEST(a_token_that_was_changed_is_worth_nothing),
      TEST(a_changed_account_has_its_new_settings_and_its_old_state),
      TEST(an_account_can_be_changed_with_its_own_settings),
      TEST(a_change_that_is_refused_changes_nothing),
      TEST(accounts_come_in_the_order_of_their_slots),
      TEST(keeps_thousands_as_a_plain_list_would))
