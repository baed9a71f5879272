/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever happens to packets, each batch balances for each asset and the
 * ledger takes it; and then it has what the books have. */
#include "node/books.h"

#include "ledger/memory.h"
#include "test/check.h"
#include "test/random.h"

static const struct ledger_asset usd = { "USD", 2 }, eur = { "EUR", 6 };

/* Books, with the ledger that follows them. */
struct fixture {
	struct exchange *exchange;
	struct books *books;
	struct ledger *ledger;
	uint64_t submitted;
};

static struct fixture start(void)
{
	struct fixture f = {
		.exchange = exchange_create(),
		.ledger = ledger_memory_create(),
	};

	CHECK(f.exchange && f.ledger);
	f.books = books_create(f.exchange, 1000);
	CHECK(f.books != NULL);
	return f;
}

static void end(struct fixture *f)
{
	books_destroy(f->books);
	exchange_destroy(f->exchange);
	ledger_destroy(f->ledger);
}

/* Of accounts; more than are ever open at a time. */
#define NAMES 4096
static char names[NAMES][24];
static size_t name_count;

/* An account of this asset, without limits, and with a name of its own. */
static void open(struct fixture *f, struct account *account,
		 const struct ledger_asset *asset)
{
	*account = (struct account){ .settings = account_defaults() };
	account->settings.balance.maximum = UNITS_MAX;
	account->settings.asset = *asset;
	snprintf(names[name_count], sizeof(*names), "account%zu", name_count);
	account->settings.id = ilp_text(names[name_count]);
	name_count = (name_count + 1) % NAMES;
	CHECK(books_asset(f->books, asset, &account->asset));
	CHECK_INT(books_open(f->books, account), ACCOUNT_OK);
	CHECK(account->number != 0);
}

/* The ledger takes what was gathered. */
static void commit(struct fixture *f)
{
	const struct ilp_time now = { 0, 0 };
	const struct ledger_batch *batch = books_batch(f->books);
	uint64_t sequence;

	CHECK(batch != NULL);
	CHECK_INT(ledger_submit(f->ledger, batch, &sequence), LEDGER_OK);
	CHECK_INT(sequence, books_gathering(f->books));
	CHECK_INT(sequence, ++f->submitted);
	books_taken(f->books);
	CHECK_INT(books_gathering(f->books), sequence + 1);
	CHECK(books_batch(f->books) == NULL);
	ledger_tick(f->ledger, now);
}

static bool in_ledger(const struct fixture *f, uint64_t number,
		      struct ledger_account *out)
{
	return ledger_account(f->ledger, number - 1, out) &&
	       out->account == number;
}

/* The account has this balance, and the ledger has it too. */
static void check_balance(const struct fixture *f, uint64_t number,
			  const struct book *book, signed_units balance)
{
	struct ledger_account account;

	CHECK(book->balance == balance);
	CHECK(book->new_debits == 0 && book->new_credits == 0);
	CHECK(in_ledger(f, number, &account));
	CHECK((signed_units)(account.totals.debits_posted -
			     account.totals.credits_posted) == balance);
	CHECK(account.totals.debits_pending == 0);
	CHECK(account.totals.credits_pending == 0);
}

static void check_own(const struct fixture *f, uint16_t asset,
		      signed_units exchange, signed_units late)
{
	struct books_own own;

	CHECK(books_own(f->books, asset, &own));
	check_balance(f, own.exchange_number, &own.exchange, exchange);
	check_balance(f, own.late_number, &own.late, late);
}

static void at_first_there_is_nothing_to_do(void)
{
	struct fixture f = start();
	struct books_own own;

	CHECK(books_batch(f.books) == NULL);
	CHECK_INT(books_gathering(f.books), 1);
	CHECK(!books_own(f.books, 0, &own));
	end(&f);
}

static void an_asset_opens_two_accounts_once(void)
{
	struct fixture f = start();
	const struct ledger_asset fine = { "USD", 9 };
	struct ledger_account account;
	struct books_own own;
	uint16_t number;

	CHECK(books_asset(f.books, &usd, &number));
	CHECK_INT(number, 0);
	CHECK(books_asset(f.books, &eur, &number));
	CHECK_INT(number, 1);
	CHECK(books_asset(f.books, &fine, &number));
	CHECK_INT(number, 2);
	CHECK(books_asset(f.books, &usd, &number));
	CHECK_INT(number, 0);
	commit(&f);
	CHECK(books_asset(f.books, &eur, &number));
	CHECK_INT(number, 1);
	CHECK(books_batch(f.books) == NULL);
	for (uint16_t i = 0; i < 3; i++) {
		CHECK(books_own(f.books, i, &own));
		CHECK(in_ledger(&f, own.exchange_number, &account));
		CHECK_TEXT(ilp_text(account.asset.code), own.asset.code);
		CHECK(in_ledger(&f, own.late_number, &account));
		CHECK_INT(account.asset.scale, own.asset.scale);
		/* The exchange knows them by the same numbers. */
		CHECK(exchange_rate(f.exchange, i, i, 0) != NULL);
	}
	CHECK(!books_own(f.books, 3, &own));
	end(&f);
}

static void there_are_no_more_assets_than_a_ledger_takes(void)
{
	struct fixture f = start();
	uint16_t number;

	for (unsigned i = 0; i <= LEDGER_ASSETS_MAX; i++) {
		struct ledger_asset asset = { .scale = 0 };

		snprintf(asset.code, sizeof(asset.code), "A%u", i);
		CHECK_INT(books_asset(f.books, &asset, &number),
			  i < LEDGER_ASSETS_MAX);
		if (i < LEDGER_ASSETS_MAX)
			CHECK_INT(number, i);
	}
	commit(&f);
	end(&f);
}

static void ids_begin_where_they_should_and_never_come_again(void)
{
	struct fixture f = start();

	struct account a, b, c;

	open(&f, &a, &usd); /* behind the two of its asset */
	CHECK_INT(a.number, 1002);
	open(&f, &b, &usd);
	CHECK_INT(b.number, 1003);
	commit(&f);
	open(&f, &c, &usd);
	CHECK_INT(c.number, 1004);
	commit(&f);
	end(&f);
}

/* Alice pays 100 cents, Bob gets 900,000 millionths of a EUR. */
static void a_packet_moves_money_through_the_exchange(void)
{
	struct fixture f = start();
	struct account alice, bob;

	open(&f, &alice, &usd);
	open(&f, &bob, &eur);
	CHECK_INT(books_reserve(&alice, ilp_amount(100), &bob,
				ilp_amount(900000)),
		  REFUSAL_NONE);
	books_post_out(f.books, &bob, ilp_amount(900000));
	commit(&f);
	check_balance(&f, bob.number, &bob.book, -900000);
	check_own(&f, bob.asset, 900000, 0);
	check_balance(&f, alice.number, &alice.book, 0);
	books_post_in(f.books, &alice, ilp_amount(100));
	commit(&f);
	check_balance(&f, alice.number, &alice.book, 100);
	check_own(&f, alice.asset, -100, 0);
	CHECK(book_is_still(&alice.book) && book_is_still(&bob.book));
	end(&f);
}

static void what_is_let_go_leaves_nothing_behind(void)
{
	struct fixture f = start();
	struct account alice, bob;

	open(&f, &alice, &usd);
	open(&f, &bob, &eur);
	commit(&f);
	CHECK_INT(books_reserve(&alice, ilp_amount(5), &bob, ilp_amount(6)),
		  REFUSAL_NONE);
	CHECK(alice.book.held_debits == 5 && bob.book.held_credits == 6);
	books_void_in(&alice, ilp_amount(5));
	books_void_out(&bob, ilp_amount(6));
	CHECK(book_is_still(&alice.book) && book_is_still(&bob.book));
	CHECK(books_batch(f.books) == NULL);
	end(&f);
}

static void both_legs_are_held_or_none(void)
{
	struct fixture f = start();
	struct account alice, bob;

	open(&f, &alice, &usd);
	open(&f, &bob, &eur);
	alice.settings.balance.maximum = 10;
	bob.settings.balance.minimum = -10;
	CHECK_INT(books_reserve(&alice, ilp_amount(11), &bob, ilp_amount(1)),
		  REFUSAL_MAXIMUM);
	CHECK_INT(books_reserve(&alice, ilp_amount(1), &bob, ilp_amount(11)),
		  REFUSAL_LIQUIDITY);
	CHECK(book_is_still(&alice.book) && book_is_still(&bob.book));
	CHECK_INT(books_reserve(&alice, ilp_amount(10), &bob, ilp_amount(10)),
		  REFUSAL_NONE);
	CHECK(alice.book.held_debits == 10 && bob.book.held_credits == 10);
	end(&f);
}

static void an_account_may_pay_itself(void)
{
	struct fixture f = start();
	struct account alice;

	open(&f, &alice, &usd);
	CHECK_INT(books_reserve(&alice, ilp_amount(10), &alice, ilp_amount(9)),
		  REFUSAL_NONE);
	books_post_out(f.books, &alice, ilp_amount(9));
	books_post_in(f.books, &alice, ilp_amount(10));
	commit(&f);
	check_balance(&f, alice.number, &alice.book, 1);
	check_own(&f, alice.asset, -1, 0);
	end(&f);
}

/* Also when nothing else was posted, and in the same batch or a later one. */
static void what_was_posted_can_be_moved_there(void)
{
	for (int later = 0; later < 2; later++) {
		struct fixture f = start();
		struct account alice, bob;

		open(&f, &alice, &usd);
		open(&f, &bob, &usd);
		CHECK_INT(books_reserve(&alice, ilp_amount(10), &bob,
					ILP_AMOUNT_ZERO),
			  REFUSAL_NONE);
		books_post_in(f.books, &alice, ilp_amount(10));
		if (later)
			commit(&f);
		books_move_late(f.books, &alice, ilp_amount(10));
		commit(&f);
		check_balance(&f, alice.number, &alice.book, 0);
		check_own(&f, alice.asset, -10, 10);
		end(&f);
	}
}

/* The answer to a packet of nothing waits for a batch as any other. */
static void even_nothing_makes_a_batch(void)
{
	struct fixture f = start();
	struct account alice, bob;

	open(&f, &alice, &usd);
	open(&f, &bob, &usd);
	commit(&f);
	CHECK_INT(books_reserve(&alice, ILP_AMOUNT_ZERO, &bob, ILP_AMOUNT_ZERO),
		  REFUSAL_NONE);
	books_post_in(f.books, &alice, ILP_AMOUNT_ZERO);
	CHECK_INT(books_batch(f.books)->entry_count, 0);
	commit(&f);
	end(&f);
}

static void what_was_not_taken_is_offered_again_with_what_is_new(void)
{
	struct fixture f = start();
	struct account alice, bob;

	open(&f, &alice, &usd);
	open(&f, &bob, &usd);
	for (int i = 0; i < 3; i++) {
		CHECK_INT(books_reserve(&alice, ilp_amount(5), &bob,
					ilp_amount(5)),
			  REFUSAL_NONE);
		books_post_in(f.books, &alice, ilp_amount(5));
		books_post_out(f.books, &bob, ilp_amount(5));
		CHECK(books_batch(f.books) != NULL);
		CHECK_INT(books_gathering(f.books), 1);
	}
	/* Two accounts and the exchange, whose debits and credits are two. */
	CHECK_INT(books_batch(f.books)->entry_count, 4);
	commit(&f);
	check_balance(&f, alice.number, &alice.book, 15);
	check_balance(&f, bob.number, &bob.book, -15);
	end(&f);
}

static void an_empty_account_closes_in_the_ledger(void)
{
	struct fixture f = start();
	struct ledger_account left;
	struct account alice, bob;

	open(&f, &alice, &usd);
	open(&f, &bob, &usd);
	CHECK_INT(books_reserve(&alice, ilp_amount(5), &bob, ilp_amount(5)),
		  REFUSAL_NONE);
	books_post_in(f.books, &alice, ilp_amount(5));
	books_void_out(&bob, ilp_amount(5));
	commit(&f);
	CHECK(books_close(f.books, &bob));
	CHECK_INT(books_batch(f.books)->closing_count, 1);
	CHECK(books_close(f.books, &alice));
	CHECK_INT(books_batch(f.books)->closing_count, 1);
	commit(&f);
	CHECK(!in_ledger(&f, bob.number, &left));
	CHECK(in_ledger(&f, alice.number, &left));
	CHECK(left.totals.debits_posted == 5);
	end(&f);
}

static void an_account_may_go_before_the_ledger_has_heard_of_it(void)
{
	struct fixture f = start();
	struct ledger_account left;
	struct account alice;

	open(&f, &alice, &usd);
	CHECK(books_close(f.books, &alice));
	commit(&f);
	CHECK(!in_ledger(&f, alice.number, &left));
	end(&f);
}

#define ACCOUNTS 40
#define PACKETS 60

/* A packet whose legs may come to their end one after the other. */
struct packet {
	struct account *from, *to;
	uint64_t in, out;
	bool in_held, out_held;
};

struct model {
	struct fixture f;
	struct account accounts[ACCOUNTS];
	bool open[ACCOUNTS];
	signed_units balances[ACCOUNTS];
	struct packet packets[PACKETS];
	signed_units exchange[3];
	signed_units late[3];
};

static void model_open(struct model *m, struct random_source *r, size_t i)
{
	static const struct ledger_asset assets[3] = { { "USD", 2 },
						       { "EUR", 6 },
						       { "USD", 9 } };

	open(&m->f, &m->accounts[i], &assets[random_below(r, 3)]);
	m->open[i] = true;
	m->balances[i] = 0;
}

static bool has_packets(const struct model *m, const struct account *account)
{
	for (size_t i = 0; i < PACKETS; i++) {
		const struct packet *p = &m->packets[i];

		if ((p->in_held && p->from == account) ||
		    (p->out_held && p->to == account))
			return true;
	}
	return false;
}

/* Only what nothing is waiting for may go; something may be left in it. */
static void model_close(struct model *m, size_t i)
{
	struct account *account = &m->accounts[i];

	if (has_packets(m, account) || account->touched)
		return;
	CHECK(books_close(m->f.books, account));
	m->open[i] = false;
}

static void model_reserve(struct model *m, struct random_source *r,
			  struct packet *p)
{
	size_t from = random_below(r, ACCOUNTS);
	size_t to = random_below(r, ACCOUNTS);

	if (!m->open[from] || !m->open[to])
		return;
	*p = (struct packet){
		.from = &m->accounts[from],
		.to = &m->accounts[to],
		.in = random_wide(r),
		.out = random_wide(r),
		.in_held = true,
		.out_held = true,
	};
	CHECK_INT(books_reserve(p->from, ilp_amount(p->in), p->to,
				ilp_amount(p->out)),
		  REFUSAL_NONE);
}

static void end_in(struct model *m, struct random_source *r, struct packet *p)
{
	size_t from = (size_t)(p->from - m->accounts);
	struct books *books = m->f.books;

	p->in_held = false;
	switch (random_below(r, 3)) {
	case 0:
		books_void_in(p->from, ilp_amount(p->in));
		return;
	case 1:
		books_post_in(books, p->from, ilp_amount(p->in));
		books_move_late(books, p->from, ilp_amount(p->in));
		m->late[p->from->asset] += p->in;
		break;
	default:
		books_post_in(books, p->from, ilp_amount(p->in));
		m->balances[from] += p->in;
	}
	m->exchange[p->from->asset] -= p->in;
}

static void end_out(struct model *m, struct random_source *r, struct packet *p)
{
	size_t to = (size_t)(p->to - m->accounts);

	p->out_held = false;
	if (random_below(r, 2)) {
		books_void_out(p->to, ilp_amount(p->out));
		return;
	}
	books_post_out(m->f.books, p->to, ilp_amount(p->out));
	m->balances[to] -= p->out;
	m->exchange[p->to->asset] += p->out;
}

static void model_step(struct model *m, struct random_source *r)
{
	struct packet *p = &m->packets[random_below(r, PACKETS)];
	size_t i = random_below(r, ACCOUNTS);

	if (p->out_held)
		end_out(m, r, p);
	else if (p->in_held)
		end_in(m, r, p);
	else
		model_reserve(m, r, p);
	if (random_below(r, 50))
		return;
	if (m->open[i])
		model_close(m, i);
	else
		model_open(m, r, i);
}

static void check_same(const struct model *m)
{
	for (size_t i = 0; i < ACCOUNTS; i++)
		if (m->open[i])
			check_balance(&m->f, m->accounts[i].number,
				      &m->accounts[i].book, m->balances[i]);
	for (uint16_t asset = 0; asset < 3; asset++)
		check_own(&m->f, asset, m->exchange[asset], m->late[asset]);
}

static void the_ledger_follows_whatever_happens_to_packets(void)
{
	struct random_source random = random_start();

	for (int turn = 0; turn < 20; turn++) {
		static struct model m;

		m = (struct model){ .f = start() };
		for (size_t i = 0; i < ACCOUNTS; i++)
			model_open(&m, &random, i);
		for (int step = 0; step < 3000; step++) {
			model_step(&m, &random);
			/* At times it is offered and not taken. */
			if (random_below(&random, 20) == 0)
				books_batch(m.f.books);
			if (random_below(&random, 30) ||
			    !books_batch(m.f.books))
				continue;
			commit(&m.f);
			check_same(&m);
		}
		end(&m.f);
	}
}

TESTS(TEST(at_first_there_is_nothing_to_do),
      TEST(an_asset_opens_two_accounts_once),
      TEST(there_are_no_more_assets_than_a_ledger_takes),
      TEST(ids_begin_where_they_should_and_never_come_again),
      TEST(a_packet_moves_money_through_the_exchange),
      TEST(what_is_let_go_leaves_nothing_behind),
      TEST(both_legs_are_held_or_none), TEST(an_account_may_pay_itself),
      TEST(what_was_posted_can_be_moved_there),
      TEST(even_nothing_makes_a_batch),
      TEST(what_was_not_taken_is_offered_again_with_what_is_new),
      TEST(an_empty_account_closes_in_the_ledger),
      TEST(an_account_may_go_before_the_ledger_has_heard_of_it),
      TEST(the_ledger_follows_whatever_happens_to_packets))
