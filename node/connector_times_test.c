/* SPDX-License-Identifier: Apache-2.0 */
/* How long packets take is counted from when they come until the answer may
 * leave, ledger included; and how long the ledger takes as well. */
#include "node/connector.h"

#include "test/scene.h"
#include "test/slow_ledger.h"

struct pair {
	struct scene s;
	struct peer *alice;
	struct peer *bob;
};

static void begin_with(struct pair *t, enum connector_durability durability)
{
	struct connector_options options = scene_options();

	options.durability = durability;
	scene_begin_with(&t->s, &options);
	t->s.leaves_early = durability == CONNECTOR_RELAXED;
	t->alice = peer_join(&t->s, "alice");
	t->bob = peer_join(&t->s, "bob");
	scene_play(&t->s);
}

static const struct connector_counters *counters(struct pair *t)
{
	return shard_counters(scene_shard(&t->s));
}

static uint64_t count_of(const struct histogram *h)
{
	uint64_t count = 0;

	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
		count += h->counts[i];
	return count;
}

/* One took that long, give or take the unit of a stamp, and no more are
 * there. */
static void check_one(const struct histogram *h, uint64_t took_ms)
{
	uint64_t least = took_ms * 1000 - INFLIGHT_STAMP_US;

	CHECK_INT(count_of(h), 1);
	CHECK(h->sum_us >= least && h->sum_us <= least + 16);
}

static struct question *ask_bob(struct pair *t)
{
	struct question *q = peer_ask(t->alice, "test.bob", 100);

	scene_play(&t->s);
	CHECK_PASSED(q, t->bob);
	return q;
}

static void a_fulfill_takes_the_time_of_the_ledger_too(void)
{
	struct pair t;
	struct question *q;

	begin_with(&t, CONNECTOR_STRICT);
	q = ask_bob(&t);
	scene_wait(&t.s, 40);
	slow_ledger_stall(t.s.ledger, true);
	peer_fulfill(q);
	scene_play(&t.s);
	scene_wait(&t.s, 100);
	CHECK_INT(count_of(&counters(&t)->fulfilled), 0);
	slow_ledger_stall(t.s.ledger, false);
	scene_play(&t.s);
	CHECK_FULFILLED(q);
	check_one(&counters(&t)->fulfilled, 140);
	CHECK_INT(count_of(&counters(&t)->rejected), 0);
	scene_end(&t.s);
}

static void a_relaxed_one_does_not(void)
{
	struct pair t;
	struct question *q;

	begin_with(&t, CONNECTOR_RELAXED);
	q = ask_bob(&t);
	scene_wait(&t.s, 40);
	slow_ledger_stall(t.s.ledger, true);
	peer_fulfill(q);
	scene_play(&t.s);
	check_one(&counters(&t)->fulfilled, 40);
	slow_ledger_stall(t.s.ledger, false);
	scene_end(&t.s);
}

/* What leaves since its time is nearly over has taken what it had, and is not
 * counted once more when the ledger is ready. */
static void one_that_leaves_early_counts_once(void)
{
	struct pair t;
	struct question *q;

	begin_with(&t, CONNECTOR_STRICT);
	t.s.leaves_early = true;
	q = ask_bob(&t);
	slow_ledger_stall(t.s.ledger, true);
	peer_fulfill(q);
	scene_play(&t.s);
	for (int i = 0; i < 100 && !count_of(&counters(&t)->fulfilled); i++)
		scene_wait(&t.s, 500);
	CHECK_FULFILLED(q);
	slow_ledger_stall(t.s.ledger, false);
	scene_play(&t.s);
	CHECK_INT(count_of(&counters(&t)->fulfilled), 1);
	scene_end(&t.s);
}

static void a_reject_is_counted_and_so_is_time(void)
{
	struct pair t;
	struct question *q;

	begin_with(&t, CONNECTOR_STRICT);
	q = ask_bob(&t);
	scene_wait(&t.s, 70);
	peer_reject(q, "F99");
	scene_play(&t.s);
	check_one(&counters(&t)->rejected, 70);
	q = ask_bob(&t);
	for (int i = 0; i < 100 && count_of(&counters(&t)->rejected) < 2; i++)
		scene_wait(&t.s, 500);
	CHECK_REFUSED(q, "R00", "packet expired.");
	CHECK_INT(count_of(&counters(&t)->rejected), 2);
	CHECK_INT(count_of(&counters(&t)->fulfilled), 0);
	scene_end(&t.s);
}

/* It takes no time, and would only hide what does. */
static void what_is_refused_at_once_is_not_timed(void)
{
	struct pair t;

	begin_with(&t, CONNECTOR_STRICT);
	peer_ask(t.alice, "test.nobody", 100);
	scene_play(&t.s);
	CHECK_INT(counters(&t)->refusals[REFUSAL_NO_ROUTE], 1);
	CHECK_INT(count_of(&counters(&t)->rejected), 0);
	scene_end(&t.s);
}

static void a_commit_takes_from_the_first_batch_until_it_is_durable(void)
{
	struct pair t;
	struct histogram before;
	struct question *first, *second;

	begin_with(&t, CONNECTOR_STRICT);
	first = ask_bob(&t);
	second = ask_bob(&t);
	before = counters(&t)->commits;
	CHECK(count_of(&before) > 0); /* accounts were opened */
	slow_ledger_stall(t.s.ledger, true);
	peer_fulfill(first);
	scene_play(&t.s);
	scene_wait(&t.s, 30);
	peer_fulfill(second);
	scene_play(&t.s);
	scene_wait(&t.s, 20);
	CHECK_INT(count_of(&counters(&t)->commits), count_of(&before));
	slow_ledger_stall(t.s.ledger, false);
	scene_play(&t.s);
	CHECK_INT(count_of(&counters(&t)->commits), count_of(&before) + 1);
	CHECK_INT(counters(&t)->commits.sum_us - before.sum_us, 50000);
	scene_end(&t.s);
}

/* The longest that a packet may be held is an hour. */
static void a_stamp_is_good_for_more_than_an_hour(void)
{
	const int64_t hour_us = (int64_t)3600 * 1000000;

	for (int64_t us = 0; us < 100 * hour_us; us += hour_us / 7) {
		const struct ilp_time then = { us, 0 };
		const struct ilp_time now = { us + hour_us + 999, 0 };
		int64_t since_us =
			inflight_since_us(inflight_stamp(then), now);

		CHECK(since_us > hour_us + 999 - INFLIGHT_STAMP_US);
		CHECK(since_us < hour_us + 999 + INFLIGHT_STAMP_US);
	}
}

TESTS(TEST(a_fulfill_takes_the_time_of_the_ledger_too),
      TEST(a_relaxed_one_does_not), TEST(one_that_leaves_early_counts_once),
      TEST(a_reject_is_counted_and_so_is_time),
      TEST(what_is_refused_at_once_is_not_timed),
      TEST(a_commit_takes_from_the_first_batch_until_it_is_durable),
      TEST(a_stamp_is_good_for_more_than_an_hour))
