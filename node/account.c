/* SPDX-License-Identifier: Apache-2.0 */
#include "node/account.h"

#include <assert.h>
#include <stdlib.h>

#include "ilp/url.h"

#define ROUTES_DEFAULT 100000
#define IN_FLIGHT_DEFAULT 20000

struct accounts {
	struct account **at;
	uint32_t *free_slots; /* as many as `size` */
	uint32_t free_count;
	uint32_t size;
	size_t count;
	struct index by_id;
	struct index by_token;
	struct hash_seed seed;
};

struct account_settings account_defaults(void)
{
	return (struct account_settings){
		.balance = { .minimum = UNITS_MIN, .maximum = 0 },
		.packet_max = ILP_AMOUNT_MAX,
		.in_flight_max = IN_FLIGHT_DEFAULT,
		.routes_max = ROUTES_DEFAULT,
		.in_flight_money = ILP_AMOUNT_MAX,
	};
}

bool account_asks_over_http(const struct account_settings *settings)
{
	struct ilp_peer_url url;

	return ilp_peer_url_parse(&url, settings->url) == ILP_OK && url.http;
}

struct accounts *accounts_create(const uint8_t seed[32])
{
	struct accounts *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->seed = hash_seed((struct ilp_bytes){ seed, 32 });
	if (!index_init(&a->by_id, 16, true) ||
	    !index_init(&a->by_token, 16, true)) {
		accounts_destroy(a);
		return NULL;
	}
	return a;
}

/* The URL comes first, and has a secret in it. */
static void drop_texts(uint8_t *texts, size_t url_len)
{
	if (texts)
		ilp_secret_clear(texts, url_len);
	free(texts);
}

static void destroy_account(struct account *account)
{
	if (!account)
		return;
	drop_texts(account->texts, account->settings.url.len);
	ilp_secret_clear(account->settings.token_hash, ILP_HASH_LEN);
	free(account->exposure);
	free(account->limits);
	free(account);
}

void accounts_destroy(struct accounts *a)
{
	if (!a)
		return;
	for (uint32_t i = 0; i < a->size; i++)
		destroy_account(a->at[i]);
	free(a->at);
	free(a->free_slots);
	index_finish(&a->by_id);
	index_finish(&a->by_token);
	free(a);
}

static bool id_valid(struct ilp_bytes id)
{
	static const char others[] = "_-~.";

	if (id.len == 0 || id.len > ACCOUNT_ID_MAX)
		return false;
	for (size_t i = 0; i < id.len; i++) {
		uint8_t c = id.at[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && (!c || !strchr(others, c)))
			return false;
	}
	return true;
}

static struct ilp_bytes copy_text(uint8_t **to, struct ilp_bytes text)
{
	struct ilp_bytes copy = { *to, text.len };

	if (text.len)
		memcpy(*to, text.at, text.len);
	*to += text.len;
	return copy;
}

/* Copies the settings, with their texts: the URL first, since it has a
 * secret in it that is wiped at the end. They may be those of this account. */
/* Most accounts have none of them. */
static bool make_limits(struct account *account,
			const struct account_settings *settings)
{
	if (account->limits ||
	    !(settings->packets.period_us || settings->incoming.period_us ||
	      settings->outgoing.period_us))
		return true;
	account->limits = calloc(1, sizeof(*account->limits));
	return account->limits;
}

static bool copy_settings(struct account *account,
			  const struct account_settings *settings)
{
	size_t len = settings->url.len + settings->id.len +
		     settings->owner.len + settings->user.len +
		     settings->callback.len + settings->segment.len;
	uint8_t *texts = malloc(len ? len : 1);
	struct account_settings copy = *settings;
	uint8_t *to = texts;

	if (!texts || !make_limits(account, settings)) {
		free(texts);
		return false;
	}
	copy.url = copy_text(&to, settings->url);
	copy.id = copy_text(&to, settings->id);
	copy.owner = copy_text(&to, settings->owner);
	copy.user = copy_text(&to, settings->user);
	copy.callback = copy_text(&to, settings->callback);
	copy.segment = copy_text(&to, settings->segment);
	drop_texts(account->texts, account->settings.url.len);
	account->texts = texts;
	account->settings = copy;
	return true;
}

/* Hashes are random already. */
static uint64_t token_key(const struct accounts *a, const uint8_t hash[32])
{
	return hash_bytes(&a->seed, (struct ilp_bytes){ hash, ILP_HASH_LEN });
}

static struct account *find_token(const struct accounts *a,
				  const uint8_t hash[ILP_HASH_LEN])
{
	struct index_entry *at = index_find(&a->by_token, token_key(a, hash));

	for (; at; at = index_next(at)) {
		struct account *account =
			INDEX_THING(at, struct account, by_token);

		if (ilp_secret_equal((struct ilp_bytes){ hash, ILP_HASH_LEN },
				     ILP_BYTES(account->settings.token_hash)))
			return account;
	}
	return NULL;
}

/* May there be such an account beside all others but `same`? */
static enum account_error check(const struct accounts *a,
				const struct account *same,
				const struct account_settings *settings)
{
	const struct account *other = accounts_find(a, settings->id);

	if (!id_valid(settings->id) ||
	    settings->owner.len > ACCOUNT_OWNER_MAX ||
	    settings->url.len > ACCOUNT_URL_MAX ||
	    settings->callback.len > ACCOUNT_URL_MAX ||
	    settings->user.len > ACCOUNT_ID_MAX ||
	    settings->segment.len > ACCOUNT_ID_MAX)
		return ACCOUNT_ID;
	if (other && other != same)
		return ACCOUNT_EXISTS;
	other = settings->has_token ? find_token(a, settings->token_hash) :
				      NULL;
	if (other && other != same)
		return ACCOUNT_TOKEN;
	return ACCOUNT_OK;
}

static bool widen(struct accounts *a)
{
	uint32_t size = a->size ? 2 * a->size : 16;
	struct account **at = realloc(a->at, size * sizeof(struct account *));
	uint32_t *slots;

	if (!at)
		return false;
	a->at = at;
	slots = realloc(a->free_slots, size * sizeof(*slots));
	if (!slots)
		return false;
	a->free_slots = slots;
	for (uint32_t i = size; i-- > a->size;) {
		at[i] = NULL;
		slots[a->free_count++] = i;
	}
	a->size = size;
	return true;
}

static void enter(struct accounts *a, struct account *account)
{
	const struct account_settings *settings = &account->settings;

	index_add(&a->by_id, &account->by_id,
		  hash_bytes(&a->seed, settings->id));
	if (settings->has_token)
		index_add(&a->by_token, &account->by_token,
			  token_key(a, settings->token_hash));
}

static void leave(struct accounts *a, struct account *account)
{
	index_remove(&a->by_id, &account->by_id);
	if (account->settings.has_token)
		index_remove(&a->by_token, &account->by_token);
}

enum account_error accounts_add(struct accounts *a,
				const struct account_settings *settings,
				uint64_t number, struct account **out)
{
	enum account_error error = check(a, NULL, settings);
	struct account *account;

	if (error)
		return error;
	if (a->free_count == 0 && !widen(a))
		return ACCOUNT_NO_MEMORY;
	account = calloc(1, sizeof(*account));
	if (!account || !copy_settings(account, settings)) {
		destroy_account(account);
		return ACCOUNT_NO_MEMORY;
	}
	account->number = number;
	account->slot = a->free_slots[--a->free_count];
	a->at[account->slot] = account;
	a->count++;
	enter(a, account);
	*out = account;
	return ACCOUNT_OK;
}

static bool same_asset(const struct ledger_asset *a,
		       const struct ledger_asset *b)
{
	return a->scale == b->scale && strcmp(a->code, b->code) == 0;
}

enum account_error accounts_change(struct accounts *a, struct account *account,
				   const struct account_settings *settings)
{
	enum account_error error = check(a, account, settings);
	bool copied;

	if (error)
		return error;
	if (!same_asset(&settings->asset, &account->settings.asset))
		return ACCOUNT_ASSET;
	leave(a, account);
	copied = copy_settings(account, settings);
	enter(a, account);
	return copied ? ACCOUNT_OK : ACCOUNT_NO_MEMORY;
}

void accounts_free_token(struct accounts *a, struct account *account)
{
	struct account_settings *settings = &account->settings;

	if (settings->has_token)
		index_remove(&a->by_token, &account->by_token);
	settings->has_token = false;
	ilp_secret_clear(settings->token_hash, ILP_HASH_LEN);
}

struct account *accounts_by_token(const struct accounts *a,
				  const uint8_t hash[ILP_HASH_LEN])
{
	return find_token(a, hash);
}

void accounts_remove(struct accounts *a, struct account *account)
{
	leave(a, account);
	a->at[account->slot] = NULL;
	a->free_slots[a->free_count++] = account->slot;
	a->count--;
	destroy_account(account);
}

struct account *accounts_at(const struct accounts *a, uint32_t slot)
{
	return slot < a->size ? a->at[slot] : NULL;
}

struct account *accounts_find(const struct accounts *a, struct ilp_bytes id)
{
	struct index_entry *at =
		index_find(&a->by_id, hash_bytes(&a->seed, id));

	for (; at; at = index_next(at)) {
		struct account *account =
			INDEX_THING(at, struct account, by_id);

		if (ilp_bytes_equal(account->settings.id, id))
			return account;
	}
	return NULL;
}

struct account *accounts_login(const struct accounts *a,
			       struct ilp_crypto *crypto, struct ilp_bytes user,
			       struct ilp_bytes token)
{
	uint8_t hash[ILP_HASH_LEN];
	struct account *account;

	ilp_sha256(crypto, hash, token);
	account = find_token(a, hash);
	if (!account || account->state == ACCOUNT_CLOSING)
		return NULL;
	if (account->settings.user.len && user.len &&
	    !ilp_bytes_equal(account->settings.user, user))
		return NULL;
	return account;
}

struct account *accounts_next(const struct accounts *a,
			      const struct account *after)
{
	return accounts_from(a, after ? (uint64_t)after->slot + 1 : 0);
}

struct account *accounts_from(const struct accounts *a, uint64_t slot)
{
	for (; slot < a->size; slot++)
		if (a->at[slot])
			return a->at[slot];
	return NULL;
}

size_t accounts_count(const struct accounts *a)
{
	return a->count;
}
