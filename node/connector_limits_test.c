/* SPDX-License-Identifier: Apache-2.0 */
/* What an account may do is bounded in packets, in money and in both at once,
 * and so is what the node takes on: every refusal has its code, its text and
 * its effect, which is none. */
#include "node/connector.h"

#include "test/scene.h"
#include "test/slow_ledger.h"

#define MAX UINT64_MAX
/* So many Prepares with 30,000 bytes of data fit under the high mark. */
#define FIT ((int)(LINK_HIGH / 30100))

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

/* Asks, and has the next hop fulfill. */
static void pay(struct peer *from, const char *to, uint64_t amount)
{
	struct question *q = ask(from, to, amount);

	CHECK_INT(q->state, QUESTION_PASSED);
	peer_fulfill(q);
	scene_play(from->scene);
	CHECK_FULFILLED(q);
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

/* ---- packets ---- */

#define CHECK_THROTTLED(q)                                                     \
	CHECK_REFUSED(q, "T05", "too many requests, throttling.")

static void limits_the_rate_of_packets(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_alice.packets = (struct limit_settings){ 2, 1000000, 3 };
	begin(&t);
	for (int i = 0; i < 3; i++)
		CHECK_PASSED(ask(t.alice, "test.bob", 1), t.bob);
	CHECK_THROTTLED(ask(t.alice, "test.bob", 1));
	CHECK_PASSED(ask(t.carol, "test.bob", 1), t.bob);
	scene_wait(&t.s, 499);
	CHECK_THROTTLED(ask(t.alice, "test.bob", 1));
	scene_wait(&t.s, 1);
	CHECK_PASSED(ask(t.alice, "test.bob", 1), t.bob);
	CHECK_THROTTLED(ask(t.alice, "test.bob", 1));
	/* The bucket holds no more than it holds. */
	scene_wait(&t.s, 60000);
	for (int i = 0; i < 3; i++)
		CHECK_PASSED(ask(t.alice, "test.bob", 1), t.bob);
	CHECK_THROTTLED(ask(t.alice, "test.bob", 1));
	end(&t);
}

/* A packet that is refused for another reason costs as much work. */
static void counts_refused_packets_too(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_alice.packets = (struct limit_settings){ 1, 1000000, 2 };
	t.of_alice.packet_max = ilp_amount(10);
	begin(&t);
	check_too_large(ask(t.alice, "test.bob", 11), 10);
	check_too_large(ask(t.alice, "test.bob", 11), 10);
	CHECK_THROTTLED(ask(t.alice, "test.bob", 11));
	end(&t);
}

static void limits_what_comes_in_and_not_what_goes_out(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_bob.packets = (struct limit_settings){ 1, 1000000, 1 };
	t.of_bob.packet_max = ilp_amount(1);
	t.of_bob.incoming = (struct limit_settings){ 1, 1000000, 1 };
	begin(&t);
	for (uint64_t i = 0; i < 5; i++)
		CHECK_PASSED(ask(t.alice, "test.bob", 100 * i), t.bob);
	end(&t);
}

static void refuses_packets_above_the_largest(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_alice.packet_max = ilp_amount(1000);
	begin(&t);
	CHECK_PASSED(ask(t.alice, "test.bob", 1000), t.bob);
	check_too_large(ask(t.alice, "test.bob", 1001), 1000);
	check_too_large(ask(t.alice, "test.bob", MAX), 1000);
	CHECK_PASSED(ask(t.carol, "test.bob", MAX - 1000), t.bob);
	end(&t);
}

static void limits_the_packets_in_flight_on_either_side(void)
{
	struct trio t;
	struct question *first;

	prepare_trio(&t);
	t.of_alice.in_flight_max = 2;
	t.of_bob.in_flight_max = 3;
	begin(&t);
	first = ask(t.alice, "test.bob", 0);
	CHECK_PASSED(first, t.bob);
	CHECK_PASSED(ask(t.alice, "test.bob", 0), t.bob);
	CHECK_REFUSED(ask(t.alice, "test.carol", 0), "T05",
		      "too many packets in flight.");
	CHECK_PASSED(ask(t.carol, "test.bob", 0), t.bob);
	CHECK_REFUSED(ask(t.carol, "test.bob", 0), "T05",
		      "too many packets in flight.");
	CHECK_PASSED(ask(t.carol, "test.alice", 0), t.alice);
	/* Each kind of answer makes room. */
	peer_fulfill(first);
	scene_play(&t.s);
	first = ask(t.alice, "test.bob", 0);
	CHECK_PASSED(first, t.bob);
	peer_reject(first, "F00");
	scene_play(&t.s);
	CHECK_PASSED(ask(t.alice, "test.bob", 0), t.bob);
	CHECK_REFUSED(ask(t.alice, "test.bob", 0), "T05",
		      "too many packets in flight.");
	scene_wait(&t.s, 9000);
	CHECK_PASSED(ask(t.alice, "test.bob", 0), t.bob);
	CHECK_PASSED(ask(t.alice, "test.bob", 0), t.bob);
	end(&t);
}

static void limits_the_money_in_flight_on_either_side(void)
{
	struct trio t;
	struct question *q;

	prepare_trio(&t);
	t.of_alice.in_flight_money = ilp_amount(100);
	t.of_bob.in_flight_money = ilp_amount(150);
	begin(&t);
	CHECK_REFUSED(ask(t.alice, "test.bob", 101), "T04",
		      "too much money in flight.");
	q = ask(t.alice, "test.bob", 60);
	CHECK_PASSED(q, t.bob);
	CHECK_REFUSED(ask(t.alice, "test.carol", 41), "T04",
		      "too much money in flight.");
	CHECK_PASSED(ask(t.alice, "test.bob", 40), t.bob);
	CHECK_PASSED(ask(t.carol, "test.bob", 50), t.bob);
	CHECK_REFUSED(ask(t.carol, "test.bob", 1), "T04",
		      "too much money in flight.");
	CHECK_PASSED(ask(t.carol, "test.bob", 0), t.bob);
	peer_fulfill(q);
	scene_play(&t.s);
	CHECK_PASSED(ask(t.alice, "test.bob", 60), t.bob);
	CHECK_REFUSED(ask(t.alice, "test.carol", 1), "T04",
		      "too much money in flight.");
	end(&t);
}

static void is_busy_when_all_places_in_flight_are_taken(void)
{
	struct connector_options options = scene_options();
	struct scene s;
	struct peer *alice, *bob;
	struct question *q[3];

	options.in_flight_max = 3;
	scene_begin_with(&s, &options);
	alice = peer_join(&s, "alice");
	bob = peer_join(&s, "bob");
	scene_play(&s);
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 3; i++) {
			q[i] = ask(alice, "test.bob", 7);
			CHECK_PASSED(q[i], bob);
		}
		CHECK_REFUSED(ask(alice, "test.bob", 7), "T03",
			      "connector is busy.");
		CHECK_REFUSED(ask(bob, "test.alice", 7), "T03",
			      "connector is busy.");
		peer_fulfill(q[round % 3]);
		scene_play(&s);
		CHECK_PASSED(ask(bob, "test.alice", 7), alice);
		CHECK_REFUSED(ask(alice, "test.bob", 7), "T03",
			      "connector is busy.");
		scene_wait(&s, 9000);
	}
	scene_end(&s);
}

/* ---- money per time ---- */

#define CHECK_BANDWIDTH(q)                                                     \
	CHECK_REFUSED(q, "T04", "exceeded money bandwidth, throttling.")

static void limits_the_money_that_comes_in(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_alice.incoming = (struct limit_settings){ 1000, 1000000, 1000 };
	begin(&t);
	CHECK_BANDWIDTH(ask(t.alice, "test.bob", 1001));
	CHECK_PASSED(ask(t.alice, "test.bob", 600), t.bob);
	CHECK_BANDWIDTH(ask(t.alice, "test.bob", 401));
	CHECK_PASSED(ask(t.alice, "test.bob", 400), t.bob);
	CHECK_BANDWIDTH(ask(t.alice, "test.bob", 1));
	CHECK_PASSED(ask(t.alice, "test.bob", 0), t.bob);
	CHECK_PASSED(ask(t.carol, "test.bob", MAX - 2000), t.bob);
	scene_wait(&t.s, 100);
	CHECK_BANDWIDTH(ask(t.alice, "test.bob", 101));
	CHECK_PASSED(ask(t.alice, "test.bob", 100), t.bob);
	end(&t);
}

static void limits_the_money_that_goes_out(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_bob.outgoing = (struct limit_settings){ 1000, 1000000, 1000 };
	begin(&t);
	CHECK_PASSED(ask(t.alice, "test.bob", 600), t.bob);
	CHECK_BANDWIDTH(ask(t.carol, "test.bob", 401));
	CHECK_PASSED(ask(t.carol, "test.bob", 400), t.bob);
	CHECK_PASSED(ask(t.carol, "test.alice", 400), t.alice);
	CHECK_PASSED(ask(t.bob, "test.alice", 5000), t.alice);
	scene_wait(&t.s, 500);
	CHECK_BANDWIDTH(ask(t.alice, "test.bob", 501));
	CHECK_PASSED(ask(t.alice, "test.bob", 500), t.bob);
	end(&t);
}

/* Steps go from the cheapest on, and the ones behind a refusal do not act. */
static void takes_no_bandwidth_for_what_the_size_forbids(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_alice.incoming = (struct limit_settings){ 100, 1000000, 100 };
	t.of_alice.packet_max = ilp_amount(90);
	begin(&t);
	check_too_large(ask(t.alice, "test.bob", 91), 90);
	CHECK_PASSED(ask(t.alice, "test.bob", 90), t.bob);
	CHECK_PASSED(ask(t.alice, "test.bob", 10), t.bob);
	end(&t);
}

/* ---- balances ---- */

#define CHECK_MAXIMUM(q) CHECK_REFUSED(q, "T04", "exceeded maximum balance.")
#define CHECK_MINIMUM(q) CHECK_REFUSED(q, "T04", "exceeded minimum balance.")

/* RFC 32 has an example of two connectors: Alice lets Bob owe her 20, and Bob
 * lets Alice owe him 5. Here are the two of them one after the other, each
 * with a shop behind. Settling moves a balance as a payment back does. */
static void does_the_example_of_rfc_32_at_alice(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_bob.balance.maximum = 20;
	begin(&t);
	pay(t.bob, "test.carol", 12);
	CHECK(balance(t.bob) == 12);
	CHECK_MAXIMUM(ask(t.bob, "test.carol", 9));
	pay(t.bob, "test.carol", 7);
	CHECK(balance(t.bob) == 19);
	pay(t.carol, "test.bob", 19);
	CHECK(balance(t.bob) == 0);
	pay(t.carol, "test.bob", 2);
	CHECK(balance(t.bob) == -2);
	end(&t);
}

static void does_the_example_of_rfc_32_at_bob(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_alice.balance.maximum = 5;
	begin(&t);
	pay(t.carol, "test.alice", 12);
	pay(t.carol, "test.alice", 7);
	CHECK(balance(t.alice) == -19);
	pay(t.alice, "test.carol", 19);
	CHECK(balance(t.alice) == 0);
	pay(t.alice, "test.carol", 2);
	CHECK_MAXIMUM(ask(t.alice, "test.carol", 5));
	CHECK(balance(t.alice) == 2);
	end(&t);
}

/* What is on hold counts against whoever asked, and never for him. */
static void counts_what_is_on_hold_against_the_peer_only(void)
{
	struct trio t;
	struct question *out, *to_him;

	prepare_trio(&t);
	t.of_alice.balance = (struct book_limits){ -30, 100 };
	begin(&t);
	out = ask(t.alice, "test.bob", 70);
	CHECK_PASSED(out, t.bob);
	CHECK_MAXIMUM(ask(t.alice, "test.bob", 31));
	to_him = ask(t.carol, "test.alice", 30);
	CHECK_PASSED(to_him, t.alice);
	CHECK_MINIMUM(ask(t.carol, "test.alice", 1));
	CHECK_MAXIMUM(ask(t.alice, "test.bob", 31));
	CHECK_PASSED(ask(t.alice, "test.bob", 30), t.bob);
	peer_fulfill(to_him);
	scene_play(&t.s);
	CHECK(balance(t.alice) == -30);
	CHECK_PASSED(ask(t.alice, "test.bob", 30), t.bob);
	peer_reject(out, "F00");
	scene_play(&t.s);
	CHECK_MAXIMUM(ask(t.alice, "test.bob", 71));
	CHECK_PASSED(ask(t.alice, "test.bob", 70), t.bob);
	end(&t);
}

static void has_a_peer_without_credit_pay_first(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_alice = account_defaults();
	t.of_alice.id = ilp_text("alice");
	t.of_alice.asset = t.of_bob.asset;
	begin(&t);
	CHECK_MAXIMUM(ask(t.alice, "test.bob", 1));
	CHECK_PASSED(ask(t.alice, "test.bob", 0), t.bob);
	pay(t.bob, "test.alice", 10);
	CHECK_MAXIMUM(ask(t.alice, "test.bob", 11));
	pay(t.alice, "test.bob", 10);
	CHECK(balance(t.alice) == 0);
	end(&t);
}

static void keeps_a_prepaid_balance_above_its_minimum(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_alice.balance = (struct book_limits){ UNITS_MIN, -50 };
	begin(&t);
	/* Even nothing may pass, whatever the balance is. */
	CHECK_PASSED(ask(t.carol, "test.alice", 100), t.alice);
	peer_fulfill(t.s.questions[0]);
	scene_play(&t.s);
	CHECK_MAXIMUM(ask(t.alice, "test.bob", 51));
	CHECK_PASSED(ask(t.alice, "test.bob", 50), t.bob);
	CHECK_PASSED(ask(t.alice, "test.bob", 0), t.bob);
	end(&t);
}

/* The one account lets it pass, the other does not: neither holds anything
 * (the scene checks it). */
static void holds_on_both_accounts_or_on_none(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_alice.balance.maximum = 100;
	t.of_bob.balance.minimum = -50;
	begin(&t);
	CHECK_MINIMUM(ask(t.alice, "test.bob", 51));
	CHECK_MAXIMUM(ask(t.alice, "test.bob", 101));
	CHECK_PASSED(ask(t.alice, "test.bob", 50), t.bob);
	CHECK_PASSED(ask(t.alice, "test.carol", 50), t.carol);
	CHECK_MAXIMUM(ask(t.alice, "test.carol", 1));
	CHECK_MINIMUM(ask(t.carol, "test.bob", 1));
	end(&t);
}

static void adds_up_the_largest_amounts(void)
{
	struct trio t;
	signed_units sum = 0;

	prepare_trio(&t);
	begin(&t);
	for (int i = 0; i < 5; i++) {
		pay(t.alice, "test.bob", MAX);
		sum += MAX;
		CHECK(balance(t.alice) == sum);
		CHECK(balance(t.bob) == -sum);
	}
	CHECK_PASSED(ask(t.alice, "test.carol", MAX), t.carol);
	pay(t.carol, "test.alice", MAX);
	CHECK(balance(t.alice) == sum - (signed_units)MAX);
	end(&t);
}

static void passes_nothing_as_well_as_something(void)
{
	struct trio t;

	prepare_trio(&t);
	t.of_alice.balance = (struct book_limits){ 0, 0 };
	t.of_bob.balance = (struct book_limits){ 0, 0 };
	begin(&t);
	pay(t.alice, "test.bob", 0);
	CHECK(balance(t.alice) == 0 && balance(t.bob) == 0);
	end(&t);
}

/* ---- when others are too slow ---- */

static void is_not_slowed_by_a_next_hop_that_does_not_read(void)
{
	static const uint8_t data[30000];
	struct trio t;
	struct question *q[FIT + 5];
	int passed = 0;

	prepare_trio(&t);
	begin(&t);
	peer_deafen(t.bob, true);
	for (int i = 0; i < FIT + 5; i++) {
		struct ilp_prepare prepare = peer_prepare(&t.s, "test.bob", 1);

		prepare.data = ILP_BYTES(data);
		q[i] = peer_ask_with(t.alice, &prepare);
		scene_play(&t.s);
		pay(t.alice, "test.carol", 5);
	}
	while (passed < FIT + 5 && q[passed]->answers == 0)
		passed++;
	CHECK_INT(passed, FIT);
	for (int i = passed; i < FIT + 5; i++)
		CHECK_REFUSED(q[i], "T03", "next hop reads too slowly.");
	peer_deafen(t.bob, false);
	scene_play(&t.s);
	for (int i = 0; i < passed; i++)
		CHECK_PASSED(q[i], t.bob);
	CHECK_PASSED(ask(t.alice, "test.bob", 1), t.bob);
	end(&t);
}

static void takes_nothing_new_while_the_ledger_is_full(void)
{
	struct trio t;
	struct question *a, *b;

	prepare_trio(&t);
	begin(&t);
	a = ask(t.alice, "test.bob", 5);
	b = ask(t.alice, "test.bob", 6);
	slow_ledger_fill(t.s.ledger, true);
	peer_fulfill(a);
	scene_play(&t.s);
	CHECK_REFUSED(ask(t.alice, "test.bob", 1), "T03", "connector is busy.");
	/* Rejects need no ledger. */
	peer_reject(b, "F00");
	scene_play(&t.s);
	CHECK(b->answers == 1 && a->answers == 0);
	slow_ledger_fill(t.s.ledger, false);
	scene_play(&t.s);
	CHECK_FULFILLED(a);
	CHECK_PASSED(ask(t.alice, "test.bob", 1), t.bob);
	end(&t);
}

/* Long before it is full: what comes in now could not be durable in time. */
static void takes_nothing_new_while_the_disk_is_full(void)
{
	struct trio t;
	struct question *a;

	prepare_trio(&t);
	begin(&t);
	a = ask(t.alice, "test.bob", 5);
	slow_ledger_trouble(t.s.ledger, true);
	scene_play(&t.s);
	/* Only a batch can tell whether it still is. */
	CHECK_PASSED(ask(t.alice, "test.bob", 1), t.bob);
	peer_fulfill(a);
	scene_play(&t.s);
	CHECK_REFUSED(ask(t.alice, "test.bob", 1), "T03", "connector is busy.");
	CHECK_INT(a->answers, 0);
	slow_ledger_trouble(t.s.ledger, false);
	scene_play(&t.s);
	CHECK_FULFILLED(a);
	CHECK_PASSED(ask(t.alice, "test.bob", 1), t.bob);
	end(&t);
}

static void takes_nothing_new_when_the_ledger_has_failed(void)
{
	struct trio t;
	struct question *a;

	prepare_trio(&t);
	begin(&t);
	a = ask(t.alice, "test.bob", 5);
	CHECK(node_failure(t.s.node) == NULL);
	slow_ledger_break(t.s.ledger);
	peer_fulfill(a);
	scene_play(&t.s);
	CHECK(strcmp(node_failure(t.s.node), "the disk has forgotten") == 0);
	CHECK_REFUSED(ask(t.alice, "test.bob", 1), "T03", "connector is busy.");
	CHECK_INT(a->answers, 0);
	scene_take_down(&t.s);
}

TESTS(TEST(limits_the_rate_of_packets), TEST(counts_refused_packets_too),
      TEST(limits_what_comes_in_and_not_what_goes_out),
      TEST(refuses_packets_above_the_largest),
      TEST(limits_the_packets_in_flight_on_either_side),
      TEST(limits_the_money_in_flight_on_either_side),
      TEST(is_busy_when_all_places_in_flight_are_taken),
      TEST(limits_the_money_that_comes_in),
      TEST(limits_the_money_that_goes_out),
      TEST(takes_no_bandwidth_for_what_the_size_forbids),
      TEST(does_the_example_of_rfc_32_at_alice),
      TEST(does_the_example_of_rfc_32_at_bob),
      TEST(counts_what_is_on_hold_against_the_peer_only),
      TEST(has_a_peer_without_credit_pay_first),
      TEST(keeps_a_prepaid_balance_above_its_minimum),
      TEST(holds_on_both_accounts_or_on_none),
      TEST(adds_up_the_largest_amounts),
      TEST(passes_nothing_as_well_as_something),
      TEST(is_not_slowed_by_a_next_hop_that_does_not_read),
      TEST(takes_nothing_new_while_the_ledger_is_full),
      TEST(takes_nothing_new_while_the_disk_is_full),
      TEST(takes_nothing_new_when_the_ledger_has_failed))
