/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is exchanged on the way is exchanged exactly, rounded once and
 * downwards; what cannot be is refused, and the sender is told what can. */
#include "node/connector.h"

#include "test/scene.h"

#define MAX UINT64_MAX

/* A node, and the settings for the peers alice, bob and carol. */
struct trio {
	struct scene s;
	struct account_settings of_alice;
	struct account_settings of_bob;
	struct peer *alice;
	struct peer *bob;
	struct peer *carol; /* without limits */
};

static void prepare_trio(struct trio *t)
{
	scene_begin(&t->s);
	t->of_alice = peer_settings("alice");
	t->of_bob = peer_settings("bob");
}

static void begin(struct trio *t)
{
	t->alice = peer_join_with(&t->s, &t->of_alice);
	t->bob = peer_join_with(&t->s, &t->of_bob);
	t->carol = peer_join(&t->s, "carol");
	scene_play(&t->s);
}

static void end(struct trio *t)
{
	scene_end(&t->s);
}

/* Asks, and lets the node decide. */
static struct question *ask(struct peer *from, const char *to, uint64_t amount)
{
	struct question *q = peer_ask(from, to, amount);

	scene_play(from->scene);
	return q;
}

static signed_units balance(const struct peer *peer)
{
	return peer_account(peer)->book.balance;
}

/* It was refused with what a sender needs to know to send less. */
static void check_too_large(const struct question *q, uint64_t maximum)
{
	struct ilp_amount_too_large data;
	char text[120];

	snprintf(text, sizeof(text),
		 "packet size too large. maxAmount=%" PRIu64
		 " actualAmount=%" PRIu64,
		 maximum, q->prepare.amount.units);
	CHECK_REFUSED(q, "F08", text);
	CHECK_INT(q->reject.data.len, 16);
	CHECK_INT(ilp_amount_too_large_decode(&data, q->reject.data), ILP_OK);
	CHECK(data.received.units == q->prepare.amount.units);
	CHECK(data.maximum.units == maximum);
}

/* ---- the exchange ---- */

static struct ilp_rate rate(const char *decimal)
{
	struct ilp_rate out;

	CHECK_INT(ilp_rate_parse(&out, ilp_text(decimal)), ILP_OK);
	return out;
}

static void set_price(struct trio *t, const char *code, const char *price)
{
	CHECK(exchange_set_price(shard_exchange(scene_shard(&t->s)), code,
				 rate(price)));
}

/* Alice has the one asset, and bob the other. */
static void begin_assets(struct trio *t, const char *from, uint8_t from_scale,
			 const char *to, uint8_t to_scale)
{
	prepare_trio(t);
	t->of_alice.asset = (struct ledger_asset){ .scale = from_scale };
	strcpy(t->of_alice.asset.code, from);
	t->of_bob.asset = (struct ledger_asset){ .scale = to_scale };
	strcpy(t->of_bob.asset.code, to);
	begin(t);
}

static void check_exchange(struct peer *from, struct peer *to, uint64_t in,
			   uint64_t out)
{
	char address[80];
	struct question *q;

	snprintf(address, sizeof(address), "test.%s", to->name);
	q = ask(from, address, in);
	CHECK_PASSED(q, to);
	CHECK(q->out.amount.units == out);
	peer_fulfill(q);
	scene_play(from->scene);
	CHECK_FULFILLED(q);
}

static void exchanges_exactly_and_rounds_down(void)
{
	struct trio t;

	begin_assets(&t, "USD", 2, "EUR", 4);
	set_price(&t, "USD", "1");
	set_price(&t, "EUR", "1.25");
	check_exchange(t.alice, t.bob, 7, 560);   /* × 0.8 × 100 */
	check_exchange(t.bob, t.alice, 1000, 12); /* 12.5 */
	check_exchange(t.bob, t.alice, 80, 1);
	CHECK(balance(t.alice) == 7 - 13);
	CHECK(balance(t.bob) == 1080 - 560);
	set_price(&t, "EUR", "3"); /* a third, for which there is no decimal */
	check_exchange(t.alice, t.bob, 3, 100);
	check_exchange(t.alice, t.bob, 300000000000000003,
		       10000000000000000100u);
	check_exchange(t.alice, t.bob, 1, 33);
	end(&t);
}

static void keeps_back_the_spread_of_the_pair(void)
{
	struct trio t;
	struct exchange *x;

	begin_assets(&t, "USD", 2, "EUR", 2);
	x = shard_exchange(scene_shard(&t.s));
	set_price(&t, "USD", "1");
	set_price(&t, "EUR", "2");
	CHECK(exchange_set_spread(x, 20000));
	check_exchange(t.alice, t.bob, 1000, 490);
	check_exchange(t.bob, t.alice, 1000, 1960);
	CHECK(exchange_set_pair_spread(x, "USD", "EUR", 1));
	check_exchange(t.alice, t.bob, 2000000, 999999);
	check_exchange(t.alice, t.bob, 1999999, 999998); /* and something */
	check_exchange(t.bob, t.alice, 1000, 1960);
	/* The same asset on both sides is not exchanged. */
	check_exchange(t.alice, t.alice, 1000, 1000);
	end(&t);
}

static void exchanges_one_to_one_whatever_the_scale(void)
{
	struct trio t;

	begin_assets(&t, "USD", 9, "EUR", 2);
	exchange_set_one_to_one(shard_exchange(scene_shard(&t.s)));
	check_exchange(t.alice, t.bob, 10000000, 1);
	check_exchange(t.alice, t.bob, 19999999, 1);
	check_exchange(t.bob, t.alice, 1, 10000000);
	end(&t);
}

static void changes_scales_of_one_asset_without_a_price(void)
{
	struct trio t;

	begin_assets(&t, "USD", 0, "USD", 18);
	check_exchange(t.alice, t.bob, 3, 3000000000000000000);
	check_exchange(t.bob, t.alice, 3999999999999999999, 3);
	end(&t);
}

static void refuses_what_has_no_rate(void)
{
	struct trio t;

	begin_assets(&t, "USD", 2, "EUR", 2);
	CHECK_REFUSED(ask(t.alice, "test.bob", 1), "T00",
		      "no rate available. source=USD destination=EUR");
	set_price(&t, "USD", "1");
	CHECK_REFUSED(ask(t.bob, "test.alice", 0), "T00",
		      "no rate available. source=EUR destination=USD");
	set_price(&t, "EUR", "1");
	CHECK_PASSED(ask(t.alice, "test.bob", 1), t.bob);
	end(&t);
}

static void set_price_until(struct trio *t, const char *code, const char *price,
			    int64_t expires_us)
{
	CHECK(exchange_set_price_until(shard_exchange(scene_shard(&t->s)), code,
				       rate(price), expires_us));
}

static void refuses_what_has_a_price_that_is_too_old(void)
{
	struct trio t;

	begin_assets(&t, "USD", 2, "EUR", 2);
	set_price(&t, "USD", "1");
	set_price_until(&t, "EUR", "2", t.s.now.monotonic_us + 500000);
	check_exchange(t.alice, t.bob, 1000, 500);
	scene_wait(&t.s, 1000);
	CHECK_REFUSED(ask(t.alice, "test.bob", 1), "T00",
		      "no rate available: a price is too old. source=USD "
		      "destination=EUR");
	CHECK_REFUSED(ask(t.bob, "test.alice", 0), "T00",
		      "no rate available: a price is too old. source=EUR "
		      "destination=USD");
	check_exchange(t.alice, t.alice, 1000, 1000);
	set_price_until(&t, "EUR", "4", ILP_NEVER_US);
	check_exchange(t.alice, t.bob, 1000, 250);
	end(&t);
}

static void refuses_what_the_exchange_leaves_nothing_of(void)
{
	struct trio t;

	begin_assets(&t, "USD", 9, "USD", 6);
	CHECK_REFUSED(ask(t.alice, "test.bob", 999), "R01",
		      "nothing is left after the exchange.");
	check_exchange(t.alice, t.bob, 1000, 1);
	check_exchange(t.alice, t.bob, 0, 0);
	CHECK(exchange_set_pair_spread(shard_exchange(scene_shard(&t.s)), "USD",
				       "USD", 1000000));
	CHECK_REFUSED(ask(t.alice, "test.bob", MAX), "R01",
		      "nothing is left after the exchange.");
	end(&t);
}

/* The largest amount is told, which passes itself; one more does not. */
static void check_overflow(struct trio *t, uint64_t largest)
{
	struct question *q;

	check_too_large(ask(t->alice, "test.bob", MAX), largest);
	check_too_large(ask(t->alice, "test.bob", largest + 1), largest);
	q = ask(t->alice, "test.bob", largest);
	CHECK_PASSED(q, t->bob);
	peer_reject(q, "F00");
	scene_play(&t->s);
}

static void refuses_what_the_exchange_makes_too_large(void)
{
	struct trio t;

	begin_assets(&t, "USD", 0, "EUR", 9);
	exchange_set_one_to_one(shard_exchange(scene_shard(&t.s)));
	check_overflow(&t, 18446744073);
	end(&t);
	begin_assets(&t, "USD", 2, "EUR", 2);
	set_price(&t, "EUR", "1");
	set_price(&t, "USD", "2");
	check_overflow(&t, MAX / 2);
	set_price(&t, "USD", "1.5");
	check_overflow(&t, MAX / 3 * 2);
	/* Two steps of 13 eighths jump over the largest amount. */
	set_price(&t, "USD", "1.625");
	check_overflow(&t, (MAX - 2) / 13 * 8 + 1);
	set_price(&t, "USD", "1.0000000000000000001");
	check_overflow(&t, MAX - 1);
	set_price(&t, "USD", "20000000000000000000");
	check_overflow(&t, 0);
	end(&t);
}

TESTS(TEST(exchanges_exactly_and_rounds_down),
      TEST(keeps_back_the_spread_of_the_pair),
      TEST(exchanges_one_to_one_whatever_the_scale),
      TEST(changes_scales_of_one_asset_without_a_price),
      TEST(refuses_what_has_no_rate),
      TEST(refuses_what_has_a_price_that_is_too_old),
      TEST(refuses_what_the_exchange_leaves_nothing_of),
      TEST(refuses_what_the_exchange_makes_too_large))
