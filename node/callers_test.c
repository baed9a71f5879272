/* SPDX-License-Identifier: Apache-2.0 */
/* Callers are found by their numbers and by what they call themselves, wait
 * for a line in their order, and are woken when their time is over. */
#include "node/callers.h"

#include "node/account.h"
#include "node/lines.h"
#include "test/check.h"

#define ID "00112233-4455-4677-8899-aabbccddee"

struct room {
	struct callers callers;
	struct account alice, bob;
	struct lines lines; /* Alice's */
};

static void begin(struct room *r)
{
	const uint8_t seed[32] = { 1 };

	*r = (struct room){ .alice.number = 1, .bob.number = 2 };
	r->alice.lines = &r->lines;
	CHECK(callers_init(&r->callers, seed, 1000000));
}

static void end(struct room *r)
{
	callers_finish(&r->callers);
}

static struct ilp_bytes id_of(unsigned number)
{
	static char text[40];

	snprintf(text, sizeof(text), ID "%02x", number & 0xff);
	return ilp_text(text);
}

static struct caller *add(struct room *r, struct account *account,
			  unsigned number, int64_t deadline_us)
{
	return callers_add(&r->callers, account, id_of(number),
			   ilp_text("/path"), deadline_us);
}

static void a_caller_is_found_by_its_number_and_its_id(void)
{
	struct caller *a, *b, *c;
	struct room r;

	begin(&r);
	a = add(&r, &r.alice, 1, 2000000);
	b = add(&r, &r.alice, 2, 2000000);
	c = add(&r, &r.bob, 1, 2000000);
	CHECK(a->number && a->number != b->number && b->number != c->number);
	CHECK(callers_find(&r.callers, a->number) == a);
	CHECK(callers_find(&r.callers, c->number) == c);
	CHECK(!callers_find(&r.callers, c->number + 1));
	CHECK(callers_find_id(&r.callers, &r.alice, id_of(1)) == a);
	CHECK(callers_find_id(&r.callers, &r.bob, id_of(1)) == c);
	CHECK(!callers_find_id(&r.callers, &r.bob, id_of(2)));
	CHECK_BYTES(((struct ilp_bytes){ a->path, a->path_len }),
		    ilp_text("/path"));
	callers_remove(&r.callers, a);
	CHECK(!callers_find_id(&r.callers, &r.alice, id_of(1)));
	CHECK_INT(r.alice.callers, 1);
	CHECK_INT(r.callers.count, 2);
	end(&r);
}

/* Who has an old number must not reach another one. */
static void numbers_are_not_used_again_soon(void)
{
	struct room r;
	uint32_t last = 0;

	begin(&r);
	for (int i = 0; i < 1000; i++) {
		struct caller *caller = add(&r, &r.alice, 1, 2000000);

		CHECK(caller->number != last);
		CHECK(!last || !callers_find(&r.callers, last));
		last = caller->number;
		callers_remove(&r.callers, caller);
	}
	r.callers.number = UINT32_MAX;
	CHECK_INT(add(&r, &r.alice, 1, 2000000)->number, 1);
	end(&r);
}

static void there_is_an_end_for_each_account_and_for_all(void)
{
	struct account many[CALLERS_MAX / CALLERS_SHARE + 1] = { { 0 } };
	size_t count = 0;
	struct room r;

	begin(&r);
	for (size_t i = 0; i < sizeof(many) / sizeof(*many); i++) {
		many[i].number = 10 + i;
		while (add(&r, &many[i], (unsigned)count, 2000000))
			count++;
		CHECK_INT(many[i].callers,
			  i < CALLERS_MAX / CALLERS_SHARE ? CALLERS_SHARE : 0);
	}
	CHECK_INT(count, CALLERS_MAX);
	callers_remove(&r.callers, r.callers.first);
	CHECK(add(&r, &r.bob, 1, 2000000));
	end(&r);
}

static void who_is_queued_leaves_in_order(void)
{
	struct caller *a, *b, *c;
	struct room r;

	begin(&r);
	a = add(&r, &r.alice, 1, 2000000);
	b = add(&r, &r.alice, 2, 2000000);
	c = add(&r, &r.alice, 3, 2000000);
	caller_answer(b, ilp_text("the answer"));
	callers_queue(&r.callers, b);
	callers_queue(&r.callers, a);
	callers_queue(&r.callers, c);
	CHECK(r.lines.replies == b);
	CHECK_BYTES(((struct ilp_bytes){ b->packet, b->packet_len }),
		    ilp_text("the answer"));
	callers_unqueue(&r.lines, CALLER_SENT);
	CHECK_INT(b->state, CALLER_SENT);
	CHECK(r.lines.replies == a);
	/* From behind, from the middle and from the front. */
	callers_queue(&r.callers, b);
	callers_remove(&r.callers, c);
	callers_remove(&r.callers, b);
	CHECK(r.lines.replies == a && r.lines.replies_last == a);
	callers_remove(&r.callers, a);
	CHECK(!r.lines.replies);
	callers_queue(&r.callers, add(&r, &r.alice, 4, 2000000));
	CHECK(r.lines.replies == r.lines.replies_last);
	end(&r);
}

static void a_caller_is_woken_at_its_time_but_not_behind_its_deadline(void)
{
	struct caller *a;
	struct room r;

	begin(&r);
	a = add(&r, &r.alice, 1, 2000000);
	CHECK(!callers_due(&r.callers, 1900000));
	callers_wake_at(&r.callers, a, 1950000);
	CHECK(callers_due(&r.callers, 1951000) == a);
	callers_wake_at(&r.callers, a, ILP_NEVER_US);
	CHECK(!callers_due(&r.callers, 1999000));
	CHECK(callers_due(&r.callers, 2001000) == a);
	end(&r);
}

TESTS(TEST(a_caller_is_found_by_its_number_and_its_id),
      TEST(numbers_are_not_used_again_soon),
      TEST(there_is_an_end_for_each_account_and_for_all),
      TEST(who_is_queued_leaves_in_order),
      TEST(a_caller_is_woken_at_its_time_but_not_behind_its_deadline))
