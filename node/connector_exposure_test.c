/* SPDX-License-Identifier: Apache-2.0 */
/* What is on its way to a peer is never more than the ledger knows; after a
 * crash all of that is in doubt, counts against us until it must be over, and
 * is then told to the operator. And each kind of durability waits for what it
 * says, and for no more. */
#include "node/connector.h"

#include "test/scene.h"
#include "test/slow_ledger.h"

/* Nothing of an earlier run can be answered after this. */
#define LAPSE_MS (CONNECTOR_HOLD_MAX_MS + CONNECTOR_WINDOW_MS)

struct pair {
	struct scene s;
	struct connector_options options;
	struct peer *alice;
	struct peer *bob;
};

/* Bob may be owed so much. */
static void begin_on(struct pair *p, struct ledger *ledger, signed_units owed)
{
	struct account_settings bob = peer_settings("bob");

	bob.balance.minimum = -owed;
	scene_begin_lasting(&p->s, &p->options, ledger);
	p->alice = peer_join(&p->s, "alice");
	p->bob = peer_join_with(&p->s, &bob);
	scene_play(&p->s);
}

static void begin(struct pair *p)
{
	p->options = scene_options();
	begin_on(p, NULL, 1000000);
}

static void end(struct pair *p)
{
	scene_end(&p->s);
}

/* kill -9, and a new start. */
static void crash(struct pair *p)
{
	begin_on(p, scene_crash(&p->s), 1000000);
}

static void stall(struct pair *p, bool stalled)
{
	slow_ledger_stall(p->s.ledger, stalled);
}

static struct question *ask(struct pair *p, uint64_t amount)
{
	struct question *q = peer_ask(p->alice, "test.bob", amount);

	scene_play(&p->s);
	return q;
}

static void fulfill(struct pair *p, struct question *q)
{
	peer_fulfill(q);
	scene_play(&p->s);
}

/* It was not sent, and has no answer. */
static void check_waits(const struct question *q)
{
	CHECK(q->state == QUESTION_ASKED && q->answers == 0);
}

static ilp_u128 ceiling_of(const struct pair *p, const struct peer *peer)
{
	struct ledger_account account;

	CHECK(ledger_account(p->s.ledger, peer->number - 1, &account));
	CHECK_INT(account.account, peer->number);
	return account.ceiling;
}

static const struct exposure *exposure_of(const struct peer *peer)
{
	return peer_account(peer)->exposure;
}

/* ---- ceilings ---- */

static void the_first_prepare_waits_for_its_ceiling(void)
{
	struct question *q;
	struct pair p;

	begin(&p);
	stall(&p, true);
	q = ask(&p, 100);
	check_waits(q);
	scene_play(&p.s);
	check_waits(q);
	CHECK(peer_account(p.bob)->book.held_credits == 100);
	stall(&p, false);
	scene_play(&p.s);
	CHECK_PASSED(q, p.bob);
	CHECK(ceiling_of(&p, p.bob) == 400);
	CHECK(ceiling_of(&p, p.alice) == 0);
	fulfill(&p, q);
	CHECK_FULFILLED(q);
	end(&p);
}

static void what_fits_under_the_ceiling_does_not_wait(void)
{
	struct question *first, *second, *third, *fourth;
	struct pair p;

	begin(&p);
	first = ask(&p, 100);
	CHECK_PASSED(first, p.bob);
	stall(&p, true);
	second = ask(&p, 200);
	CHECK_PASSED(second, p.bob);
	third = ask(&p, 100); /* 400 in all */
	CHECK_PASSED(third, p.bob);
	fourth = ask(&p, 1);
	check_waits(fourth);
	stall(&p, false);
	scene_play(&p.s);
	CHECK_PASSED(fourth, p.bob);
	end(&p);
}

/* It is owed, and a crash would forget it. */
static void what_was_earned_counts_until_it_is_durable(void)
{
	struct question *first, *second, *third;
	struct pair p;

	begin(&p);
	first = ask(&p, 100); /* a ceiling of 400 */
	stall(&p, true);
	fulfill(&p, first);
	CHECK(peer_account(p.bob)->book.held_credits == 0);
	second = ask(&p, 300);
	CHECK_PASSED(second, p.bob);
	third = ask(&p, 1);
	check_waits(third);
	stall(&p, false);
	scene_play(&p.s);
	CHECK_FULFILLED(first);
	CHECK_PASSED(third, p.bob);
	end(&p);
}

/* More was asked for when half of the ceiling was used. */
static void a_steady_stream_waits_once(void)
{
	struct pair p;

	begin(&p);
	ask(&p, 100);
	for (int i = 0; i < 300; i++) {
		struct question *q;

		stall(&p, true);
		q = ask(&p, 100);
		CHECK_PASSED(q, p.bob);
		stall(&p, false);
		scene_play(&p.s);
	}
	end(&p);
}

static void nothing_costs_nothing(void)
{
	struct question *q;
	struct pair p;

	begin(&p);
	stall(&p, true);
	q = ask(&p, 0);
	CHECK_PASSED(q, p.bob);
	stall(&p, false);
	CHECK(!exposure_of(p.bob));
	end(&p);
}

static void those_that_wait_leave_in_their_order(void)
{
	struct question *q[20];
	struct pair p;

	begin(&p);
	stall(&p, true);
	for (int i = 0; i < 20; i++)
		q[i] = ask(&p, 100);
	for (int i = 0; i < 20; i++)
		check_waits(q[i]);
	stall(&p, false);
	scene_play(&p.s);
	for (int i = 0; i < 20; i++)
		CHECK_PASSED(q[i], p.bob);
	for (int i = 0; i < 20; i++)
		fulfill(&p, q[i]);
	CHECK(peer_account(p.bob)->book.balance == -2000);
	end(&p);
}

static void who_waits_too_long_is_rejected_and_never_sent(void)
{
	struct question *q;
	struct pair p;

	begin(&p);
	stall(&p, true);
	q = ask(&p, 100);
	scene_wait(&p.s, 9001);
	CHECK_REFUSED(q, "R00", "packet expired.");
	CHECK(peer_account(p.bob)->book.held_credits == 0);
	stall(&p, false);
	scene_play(&p.s);
	CHECK(q->state == QUESTION_ASKED && q->answers == 1);
	end(&p);
}

static void who_has_gone_meanwhile_is_not_sent_to(void)
{
	struct question *q;
	struct pair p;

	begin(&p);
	stall(&p, true);
	q = ask(&p, 100);
	peer_disconnect(p.bob);
	scene_play(&p.s);
	check_waits(q);
	stall(&p, false);
	scene_play(&p.s);
	CHECK_INT(q->answers, 1);
	CHECK_TEXT(ilp_text(q->reject.code), "T01");
	CHECK(peer_account(p.bob)->book.held_credits == 0);
	end(&p);
}

static void a_repetition_of_what_waits_is_one(void)
{
	struct question *q, *again;
	struct ilp_prepare prepare;
	struct pair p;

	begin(&p);
	stall(&p, true);
	q = ask(&p, 100);
	prepare = q->prepare;
	prepare.data.len = 0;
	again = peer_ask_with(p.alice, &prepare);
	scene_play(&p.s);
	CHECK_REFUSED(again, "T00", "duplicate of a packet in flight.");
	stall(&p, false);
	scene_play(&p.s);
	CHECK_PASSED(q, p.bob);
	end(&p);
}

/* It would only bring into doubt what cannot be owed. */
static void no_ceiling_is_higher_than_the_credit(void)
{
	struct pair p;

	p.options = scene_options();
	begin_on(&p, NULL, 250);
	ask(&p, 100);
	CHECK(ceiling_of(&p, p.bob) == 250);
	ask(&p, 150);
	CHECK(ceiling_of(&p, p.bob) == 250);
	end(&p);
}

static void ceilings_go_down_when_there_is_no_need(void)
{
	struct question *q;
	struct pair p;

	begin(&p);
	q = ask(&p, 1000);
	fulfill(&p, q);
	CHECK(ceiling_of(&p, p.bob) == 4000);
	scene_wait(&p.s, 10000);
	CHECK(ceiling_of(&p, p.bob) == 0);
	/* And the node can sleep. */
	CHECK(shard_deadline_us(scene_shard(&p.s)) >
	      p.s.now.monotonic_us + 5000000);
	q = ask(&p, 10);
	CHECK_PASSED(q, p.bob);
	CHECK(ceiling_of(&p, p.bob) == 40);
	end(&p);
}

static void a_good_end_leaves_no_ceiling(void)
{
	struct pair p;

	begin(&p);
	fulfill(&p, ask(&p, 1000));
	shard_drain(scene_shard(&p.s));
	CHECK(!shard_is_idle(scene_shard(&p.s)));
	scene_play(&p.s);
	CHECK(shard_is_idle(scene_shard(&p.s)));
	CHECK(ceiling_of(&p, p.bob) == 0);
	end(&p);
}

/* ---- after a crash ---- */

static void balances_and_numbers_are_what_they_were(void)
{
	uint64_t alice, bob;
	struct pair p;

	begin(&p);
	alice = p.alice->number;
	bob = p.bob->number;
	fulfill(&p, ask(&p, 1000));
	scene_wait(&p.s, 10000);
	crash(&p);
	CHECK_INT(p.alice->number, alice);
	CHECK_INT(p.bob->number, bob);
	CHECK(peer_account(p.alice)->book.balance == 1000);
	CHECK(peer_account(p.bob)->book.balance == -1000);
	fulfill(&p, ask(&p, 10));
	CHECK(peer_account(p.bob)->book.balance == -1010);
	end(&p);
}

static void the_ceiling_is_in_doubt_and_on_hold(void)
{
	struct question *q;
	struct pair p;

	begin(&p);
	q = ask(&p, 240000); /* of a credit of a million */
	CHECK_PASSED(q, p.bob);
	crash(&p);
	CHECK(exposure_of(p.bob)->in_doubt == 960000);
	CHECK(peer_account(p.bob)->book.held_credits == 960000);
	CHECK(!exposure_of(p.alice));
	q = ask(&p, 40001);
	CHECK_REFUSED(q, "T04", "exceeded minimum balance.");
	q = ask(&p, 40000);
	CHECK_PASSED(q, p.bob);
	end(&p);
}

static void what_is_in_doubt_lapses_when_all_must_be_over(void)
{
	struct pair p;

	begin(&p);
	ask(&p, 100);
	crash(&p);
	scene_wait(&p.s, LAPSE_MS - 1);
	CHECK(exposure_of(p.bob)->in_doubt == 400);
	scene_wait(&p.s, 2);
	CHECK(exposure_of(p.bob)->in_doubt == 0);
	CHECK(exposure_of(p.bob)->unresolved == 400);
	CHECK(peer_account(p.bob)->book.held_credits == 0);
	scene_play(&p.s);
	CHECK(ceiling_of(&p, p.bob) == 0);
	end(&p);
}

/* The packets of the earlier run have the time that they were given. */
static void a_shorter_hold_does_not_end_earlier_doubts_sooner(void)
{
	struct pair p;

	begin(&p);
	ask(&p, 100);
	p.options.hold_max_ms = 5000;
	crash(&p);
	scene_wait(&p.s, LAPSE_MS - 1);
	CHECK(exposure_of(p.bob)->in_doubt == 400);
	scene_wait(&p.s, 2);
	CHECK(exposure_of(p.bob)->in_doubt == 0);
	end(&p);
}

/* What is in doubt counts against what we may owe, and not as in flight. */
static void the_bound_on_money_in_flight_is_not_taken_up_by_doubts(void)
{
	struct account_settings bob = peer_settings("bob");
	struct question *q;
	struct pair p;

	begin(&p);
	ask(&p, 300);
	scene_begin_lasting(&p.s, &p.options, scene_crash(&p.s));
	p.alice = peer_join(&p.s, "alice");
	bob.in_flight_money = ilp_amount(1000);
	p.bob = peer_join_with(&p.s, &bob);
	scene_play(&p.s);
	CHECK(exposure_of(p.bob)->in_doubt == 1200);
	q = ask(&p, 1000);
	CHECK_PASSED(q, p.bob);
	CHECK(ceiling_of(&p, p.bob) == 1200 + 2000);
	q = ask(&p, 1);
	CHECK_REFUSED(q, "T04", "too much money in flight.");
	end(&p);
}

/* An account of an earlier run may come when all others have lapsed. */
static void who_comes_later_is_in_doubt_as_long(void)
{
	struct pair p;

	begin(&p);
	ask(&p, 100);
	scene_begin_lasting(&p.s, &p.options, scene_crash(&p.s));
	p.alice = peer_join(&p.s, "alice");
	scene_play(&p.s);
	scene_wait(&p.s, 2 * LAPSE_MS);
	p.bob = peer_join(&p.s, "bob");
	scene_wait(&p.s, LAPSE_MS - 1);
	CHECK(exposure_of(p.bob)->in_doubt == 400);
	scene_wait(&p.s, 2);
	CHECK(exposure_of(p.bob)->in_doubt == 0);
	CHECK(exposure_of(p.bob)->unresolved == 400);
	end(&p);
}

static void what_is_unresolved_outlives_all_runs(void)
{
	struct pair p;

	begin(&p);
	ask(&p, 100);
	crash(&p);
	scene_wait(&p.s, LAPSE_MS + 1);
	crash(&p);
	CHECK(exposure_of(p.bob)->in_doubt == 0);
	CHECK(exposure_of(p.bob)->unresolved == 400);
	ask(&p, 10);
	crash(&p);
	CHECK(exposure_of(p.bob)->in_doubt == 40);
	CHECK(exposure_of(p.bob)->unresolved == 400);
	scene_wait(&p.s, LAPSE_MS + 1);
	CHECK(exposure_of(p.bob)->unresolved == 440);
	end(&p);
}

/* A second crash before the first is over: the ceiling has both. */
static void doubts_of_two_crashes_add_up(void)
{
	struct question *q;
	struct pair p;

	begin(&p);
	ask(&p, 100); /* a ceiling of 400 */
	crash(&p);
	q = ask(&p, 150);
	CHECK_PASSED(q, p.bob);
	CHECK(ceiling_of(&p, p.bob) >= 400 + 150);
	crash(&p);
	CHECK(exposure_of(p.bob)->in_doubt >= 400 + 150);
	end(&p);
}

static void an_account_in_doubt_does_not_close(void)
{
	struct pair p;

	begin(&p);
	ask(&p, 100);
	crash(&p);
	peer_remove(p.bob);
	scene_wait(&p.s, LAPSE_MS - 1000);
	CHECK(peer_account(p.bob) != NULL);
	scene_wait(&p.s, 3000);
	CHECK(peer_account(p.bob) == NULL);
	/* Its doubts keep its place in the ledger. */
	p.bob = peer_join(&p.s, "bob");
	CHECK(exposure_of(p.bob)->unresolved == 400);
	end(&p);
}

static void the_configuration_may_leave_an_account_out(void)
{
	struct ledger *ledger;
	struct ledger_account found;
	struct pair p;

	begin(&p);
	peer_join(&p.s, "carol");
	fulfill(&p, ask(&p, 10));
	scene_wait(&p.s, 10000);
	ledger = scene_crash(&p.s);
	/* Bob and Carol are not there any more; Bob has money. */
	scene_begin_lasting(&p.s, &p.options, ledger);
	p.alice = peer_join(&p.s, "alice");
	CHECK_INT(shard_retire(scene_shard(&p.s)), 1);
	node_commit(p.s.node, p.s.now);
	CHECK(ledger_account(ledger, p.alice->number, &found)); /* bob */
	CHECK(!ledger_account(ledger, found.account, &found));
	p.bob = peer_join(&p.s, "bob");
	CHECK(peer_account(p.bob)->book.balance == -10);
	scene_play(&p.s);
	end(&p);
}

static void an_account_keeps_its_asset(void)
{
	struct account_settings bob = peer_settings("bob");
	struct pair p;

	begin(&p);
	fulfill(&p, ask(&p, 10));
	scene_begin_lasting(&p.s, &p.options, scene_crash(&p.s));
	bob.asset.scale++;
	CHECK_INT(shard_account_add(scene_shard(&p.s), &bob), ACCOUNT_ASSET);
	CHECK(shard_account_find(scene_shard(&p.s), bob.id) == NULL);
	p.alice = peer_join(&p.s, "alice");
	p.bob = peer_join(&p.s, "bob");
	scene_play(&p.s);
	end(&p);
}

/* Bob has had nothing, and is in dollars of another scale from now on. */
static void an_empty_account_may_come_back_in_another_asset(void)
{
	struct account_settings settings = peer_settings("bob");
	struct ledger_account found;
	struct ledger *ledger;
	uint64_t before;
	struct pair p;

	settings.asset.scale++;
	begin(&p);
	before = p.bob->number;
	for (int runs = 0; runs < 2; runs++) {
		ledger = scene_crash(&p.s);
		scene_begin_lasting(&p.s, &p.options, ledger);
		p.alice = peer_join(&p.s, "alice");
		p.bob = peer_join_with(&p.s, &settings);
		scene_play(&p.s);
		CHECK(!ledger_account(ledger, before - 1, &found) ||
		      found.account != before);
		CHECK(ledger_account(ledger, p.bob->number - 1, &found));
		CHECK_INT(found.account, p.bob->number);
		CHECK_INT(found.asset.scale, settings.asset.scale);
	}
	end(&p);
}

/* ---- kinds of durability ---- */

static void a_relaxed_fulfill_does_not_wait(void)
{
	struct question *q;
	struct pair p;

	p.options = scene_options();
	p.options.durability = CONNECTOR_RELAXED;
	begin_on(&p, NULL, 1000000);
	p.s.leaves_early = true;
	q = ask(&p, 100);
	stall(&p, true);
	fulfill(&p, q);
	CHECK_FULFILLED(q);
	/* Nor does the same answer to the same question. */
	q = peer_ask_with(p.alice, &(struct ilp_prepare){
					   .amount = q->prepare.amount,
					   .expires_at_ms =
						   q->prepare.expires_at_ms,
					   .destination =
						   q->prepare.destination,
				   });
	scene_play(&p.s);
	stall(&p, false);
	end(&p);
}

static void a_strict_or_audited_one_does(void)
{
	for (int audit = 0; audit < 2; audit++) {
		struct question *q;
		struct pair p;

		p.options = scene_options();
		p.options.durability =
			audit ? CONNECTOR_AUDIT : CONNECTOR_STRICT;
		begin_on(&p, NULL, 1000000);
		q = ask(&p, 100);
		stall(&p, true);
		fulfill(&p, q);
		CHECK_INT(q->answers, 0);
		stall(&p, false);
		scene_play(&p.s);
		CHECK_FULFILLED(q);
		end(&p);
	}
}

TESTS(TEST(the_first_prepare_waits_for_its_ceiling),
      TEST(what_fits_under_the_ceiling_does_not_wait),
      TEST(what_was_earned_counts_until_it_is_durable),
      TEST(a_steady_stream_waits_once), TEST(nothing_costs_nothing),
      TEST(those_that_wait_leave_in_their_order),
      TEST(who_waits_too_long_is_rejected_and_never_sent),
      TEST(who_has_gone_meanwhile_is_not_sent_to),
      TEST(a_repetition_of_what_waits_is_one),
      TEST(no_ceiling_is_higher_than_the_credit),
      TEST(ceilings_go_down_when_there_is_no_need),
      TEST(a_good_end_leaves_no_ceiling),
      TEST(balances_and_numbers_are_what_they_were),
      TEST(the_ceiling_is_in_doubt_and_on_hold),
      TEST(what_is_in_doubt_lapses_when_all_must_be_over),
      TEST(a_shorter_hold_does_not_end_earlier_doubts_sooner),
      TEST(the_bound_on_money_in_flight_is_not_taken_up_by_doubts),
      TEST(who_comes_later_is_in_doubt_as_long),
      TEST(what_is_unresolved_outlives_all_runs),
      TEST(doubts_of_two_crashes_add_up),
      TEST(an_account_in_doubt_does_not_close),
      TEST(the_configuration_may_leave_an_account_out),
      TEST(an_account_keeps_its_asset),
      TEST(an_empty_account_may_come_back_in_another_asset),
      TEST(a_relaxed_fulfill_does_not_wait),
      TEST(a_strict_or_audited_one_does))
