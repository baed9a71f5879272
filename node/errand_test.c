/* SPDX-License-Identifier: Apache-2.0 */
/* Errands are run a step a round, in their order, and those that wait for the
 * ledger are overtaken meanwhile. */
#include "node/errand.h"

#include "test/scene.h"
#include "test/slow_ledger.h"

/* An errand that goes on for some steps, and ends with one of its own. */
struct trip {
	struct errand errand;
	int steps; /* that are left before the last */
	enum errand_step last;
	const char *opens; /* with its last step an account; or NULL */
	int taken;         /* steps, so far */
};

struct stage {
	struct scene s;
	struct errands errands;
};

static enum errand_step travel(struct errand *errand, struct node *node)
{
	struct trip *t = (struct trip *)errand;
	struct account_settings settings;

	t->taken++;
	if (t->steps > 0) {
		t->steps--;
		return ERRAND_GOES_ON;
	}
	if (t->opens) {
		settings = peer_settings(t->opens);
		CHECK_INT(shard_account_add(node_shard(node), &settings),
			  ACCOUNT_OK);
	}
	return t->last;
}

static void begin(struct stage *t)
{
	*t = (struct stage){ .errands = { .to_run.first = NULL } };
	scene_begin(&t->s);
	scene_play(&t->s);
}

static void end(struct stage *t)
{
	CHECK(!errands_next_done(&t->errands));
	CHECK(!t->errands.to_run.first && !t->errands.waiting.first &&
	      !t->errands.listening.first);
	scene_end(&t->s);
}

static void add(struct stage *t, struct trip *trip)
{
	trip->errand.work = travel;
	errands_add(&t->errands, &trip->errand);
}

/* As the loop does it. */
static void play(struct stage *t)
{
	shard_begin(scene_shard(&t->s), t->s.now);
	errands_run(&t->errands, t->s.node);
	scene_play(&t->s);
	errands_settle(&t->errands, t->s.node);
}

static struct trip *next_done(struct stage *t)
{
	return (struct trip *)errands_next_done(&t->errands);
}

static void runs_one_step_a_round(void)
{
	struct trip a = { .steps = 2, .last = ERRAND_DONE };
	struct trip b = { .last = ERRAND_DONE };
	struct stage t;

	begin(&t);
	CHECK(!errands_want_run(&t.errands));
	add(&t, &a);
	add(&t, &b);
	for (int round = 1; round <= 3; round++) {
		CHECK(!next_done(&t));
		CHECK(errands_want_run(&t.errands));
		play(&t);
		CHECK_INT(a.taken, round);
		CHECK_INT(b.taken, 0);
	}
	CHECK(next_done(&t) == &a);
	CHECK(!next_done(&t));
	play(&t);
	CHECK_INT(b.taken, 1);
	CHECK(next_done(&t) == &b);
	CHECK(!errands_want_run(&t.errands));
	play(&t);
	CHECK_INT(a.taken + b.taken, 4);
	end(&t);
}

static void gives_them_back_in_their_order(void)
{
	struct trip trips[40] = { 0 };
	struct stage t;

	begin(&t);
	for (size_t i = 0; i < 40; i++) {
		trips[i].steps = (int)(i % 3);
		trips[i].last = ERRAND_DONE;
		add(&t, &trips[i]);
	}
	while (errands_want_run(&t.errands))
		play(&t);
	for (size_t i = 0; i < 40; i++) {
		CHECK(next_done(&t) == &trips[i]);
		CHECK_INT(trips[i].taken, i % 3 + 1);
	}
	end(&t);
}

/* It comes back with the round in which its batch became durable: an idle node
 * has no other. */
static void comes_back_once_its_batch_is_durable(void)
{
	struct trip a = { .last = ERRAND_WAITS, .opens = "a" };
	struct stage t;

	begin(&t);
	slow_ledger_stall(t.s.ledger, true);
	add(&t, &a);
	play(&t);
	CHECK_INT(a.taken, 1);
	for (int i = 0; i < 5; i++) {
		CHECK(!next_done(&t));
		CHECK(!errands_want_run(&t.errands));
		play(&t);
	}
	slow_ledger_stall(t.s.ledger, false);
	play(&t);
	CHECK_INT(a.taken, 1);
	CHECK(next_done(&t) == &a);
	end(&t);
}

/* Nor before the ledger has taken it at all. */
static void waits_while_the_ledger_takes_nothing(void)
{
	struct trip a = { .last = ERRAND_WAITS, .opens = "a" };
	struct stage t;

	begin(&t);
	slow_ledger_fill(t.s.ledger, true);
	add(&t, &a);
	play(&t);
	play(&t);
	CHECK(!next_done(&t));
	slow_ledger_fill(t.s.ledger, false);
	play(&t);
	CHECK(next_done(&t) == &a);
	end(&t);
}

static void lets_others_go_before_who_waits(void)
{
	struct trip a = { .last = ERRAND_WAITS, .opens = "a" };
	struct trip b = { .steps = 1, .last = ERRAND_DONE };
	struct trip c = { .last = ERRAND_WAITS, .opens = "c" };
	struct trip d = { .last = ERRAND_DONE };
	struct stage t;

	begin(&t);
	slow_ledger_stall(t.s.ledger, true);
	add(&t, &a);
	add(&t, &b);
	add(&t, &c);
	add(&t, &d);
	for (int i = 0; i < 5; i++)
		play(&t);
	CHECK(next_done(&t) == &b);
	CHECK(next_done(&t) == &d);
	CHECK(!next_done(&t));
	CHECK(a.errand.batch < c.errand.batch);
	slow_ledger_stall(t.s.ledger, false);
	play(&t);
	CHECK(next_done(&t) == &a);
	CHECK(next_done(&t) == &c);
	end(&t);
}

static void waits_for_nothing_where_nothing_was_gathered(void)
{
	struct trip a = { .last = ERRAND_WAITS };
	struct trip b = { .last = ERRAND_WAITS, .opens = "b" };
	struct stage t;

	begin(&t);
	add(&t, &a); /* before there was any batch */
	play(&t);
	CHECK(next_done(&t) == &a);
	add(&t, &b);
	play(&t);
	CHECK(next_done(&t) == &b);
	slow_ledger_stall(t.s.ledger, true);
	add(&t, &a); /* and when all of them are durable */
	play(&t);
	CHECK(next_done(&t) == &a);
	slow_ledger_stall(t.s.ledger, false);
	end(&t);
}

/* What another has gathered before may be what it is about. */
static void waits_for_what_was_gathered_before(void)
{
	struct trip a = { .last = ERRAND_DONE, .opens = "a" };
	struct trip b = { .last = ERRAND_WAITS };
	struct stage t;

	begin(&t);
	slow_ledger_stall(t.s.ledger, true);
	add(&t, &a);
	play(&t);
	CHECK(next_done(&t) == &a);
	add(&t, &b);
	play(&t);
	play(&t);
	CHECK(!next_done(&t));
	slow_ledger_stall(t.s.ledger, false);
	play(&t);
	CHECK(next_done(&t) == &b);
	end(&t);
}

static void a_list_may_be_emptied_and_filled_again(void)
{
	struct errand errands[3] = { 0 };
	struct errand_list list = { .first = NULL };

	for (int round = 0; round < 3; round++) {
		CHECK(!errand_list_take(&list));
		for (int i = 0; i <= round; i++)
			errand_list_add(&list, &errands[i]);
		for (int i = 0; i <= round; i++)
			CHECK(errand_list_take(&list) == &errands[i]);
	}
	CHECK(!errand_list_take(&list));
}

/* ---- what is asked ---- */

/* An errand that asks an address, and ends with the answer. */
struct inquiry {
	struct errand errand;
	const char *destination;
	struct scene *scene;
	uint8_t type; /* of what it heard; 0: nothing yet */
};

static enum errand_step inquire(struct errand *errand, struct node *node)
{
	struct inquiry *i = (struct inquiry *)errand;
	struct ilp_prepare prepare;

	if (errand->heard) {
		i->type = errand->heard->packet.at[0];
		return ERRAND_DONE;
	}
	prepare = peer_prepare(i->scene, i->destination, 1);
	scene_expect(i->scene, prepare.condition);
	CHECK(shard_ask(node_shard(node), &prepare, NULL, OWN_ERRAND,
			(uintptr_t)errand));
	return ERRAND_LISTENS;
}

static void listens_until_it_is_answered(void)
{
	struct inquiry first = { .errand.work = inquire,
				 .destination = "test.bob" };
	struct inquiry second = first;
	struct trip other = { .last = ERRAND_DONE };
	struct stage t;

	begin(&t);
	first.scene = second.scene = &t.s;
	peer_join(&t.s, "bob");
	scene_play(&t.s);
	errands_add(&t.errands, &first.errand);
	errands_add(&t.errands, &second.errand);
	add(&t, &other);
	for (int i = 0; i < 3; i++)
		errands_run(&t.errands, t.s.node);
	CHECK(!errands_want_run(&t.errands));
	assert_ptr_equal(errands_next_done(&t.errands), &other.errand);
	scene_play(&t.s);
	/* The second is answered before the first. */
	peer_answer_as(t.s.own[1].to, t.s.own[1].request,
		       ilp_text("\x0e\x11"
				"F99\x08test.bob\x02no\x01x"));
	scene_play(&t.s);
	errands_run(&t.errands, t.s.node);
	assert_ptr_equal(errands_next_done(&t.errands), &second.errand);
	CHECK_INT(second.type, ILP_REJECT);
	assert_null(errands_next_done(&t.errands));
	scene_wait(&t.s, 10000);
	errands_run(&t.errands, t.s.node);
	assert_ptr_equal(errands_next_done(&t.errands), &first.errand);
	CHECK_INT(first.type, ILP_REJECT);
	end(&t);
}

static void hears_in_the_same_round_what_is_refused_at_once(void)
{
	struct inquiry i = { .errand.work = inquire,
			     .destination = "test.nowhere" };
	struct stage t;

	begin(&t);
	i.scene = &t.s;
	errands_add(&t.errands, &i.errand);
	errands_run(&t.errands, t.s.node);
	assert_ptr_equal(errands_next_done(&t.errands), &i.errand);
	CHECK_INT(i.type, ILP_REJECT);
	end(&t);
}

TESTS(TEST(runs_one_step_a_round), TEST(gives_them_back_in_their_order),
      TEST(comes_back_once_its_batch_is_durable),
      TEST(waits_while_the_ledger_takes_nothing),
      TEST(lets_others_go_before_who_waits),
      TEST(waits_for_nothing_where_nothing_was_gathered),
      TEST(waits_for_what_was_gathered_before),
      TEST(a_list_may_be_emptied_and_filled_again),
      TEST(listens_until_it_is_answered),
      TEST(hears_in_the_same_round_what_is_refused_at_once))
