/* SPDX-License-Identifier: Apache-2.0 */
/* A Fulfill comes again for whom it was, for no more than it cost, before the
 * expiry, and while there is room; and never with bytes that are not its own.
 */
#include "node/fulfilled.h"

#include "test/check.h"
#include "test/random.h"

#define TRANSFERS 8
#define DATA 256

static uint64_t batch; /* that was added with what was found */

static struct fulfilled *start(void)
{
	struct fulfilled *m = fulfilled_create(TRANSFERS, DATA);

	CHECK(m != NULL);
	return m;
}

/* One of account 3 for 100 units until 5000. */
static struct fulfilled_transfer transfer(uint64_t number)
{
	struct fulfilled_transfer t = {
		.hash = number << 32,
		.account = 3,
		.amount = ilp_amount(100),
		.deadline_us = 5000,
	};

	memset(t.condition, (int)number, sizeof(t.condition));
	return t;
}

/* Remembers transfer `number` with `len` bytes that are its number. */
static void add(struct fulfilled *m, uint64_t number, size_t len)
{
	const struct fulfilled_transfer t = transfer(number);
	uint8_t packet[2 * DATA];

	memset(packet, (int)number, sizeof(packet));
	fulfilled_add(m, &t, (struct ilp_bytes){ packet, len });
}

static struct ilp_bytes find(const struct fulfilled *m, uint64_t number)
{
	const struct fulfilled_transfer t = transfer(number);

	return fulfilled_find(m, &t, 0, &batch);
}

/* It is there, with its own bytes? */
static bool has(const struct fulfilled *m, uint64_t number, size_t len)
{
	struct ilp_bytes found = find(m, number);

	if (found.len == 0)
		return false;
	CHECK_INT(found.len, len);
	for (size_t i = 0; i < len; i++)
		CHECK_INT(found.at[i], number);
	return true;
}

static void the_same_question_has_the_same_answer(void)
{
	struct fulfilled *m = start();

	CHECK(!has(m, 1, 10));
	add(m, 1, 10);
	add(m, 2, 20);
	CHECK(has(m, 1, 10) && has(m, 1, 10));
	CHECK(has(m, 2, 20));
	CHECK(!has(m, 3, 10));
	fulfilled_destroy(m);
}

static void only_whoever_asked_gets_it(void)
{
	struct fulfilled *m = start();
	struct fulfilled_transfer t = transfer(1);

	add(m, 1, 10);
	t.account = 4;
	CHECK_INT(fulfilled_find(m, &t, 0, &batch).len, 0);
	fulfilled_destroy(m);
}

static void only_for_this_destination_and_condition(void)
{
	struct fulfilled *m = start();
	struct fulfilled_transfer t = transfer(1);

	add(m, 1, 10);
	t.condition[31]++;
	CHECK_INT(fulfilled_find(m, &t, 0, &batch).len, 0);
	t = transfer(1);
	t.hash++;
	CHECK_INT(fulfilled_find(m, &t, 0, &batch).len, 0);
	fulfilled_destroy(m);
}

static void only_for_what_was_charged_or_less(void)
{
	struct fulfilled *m = start();
	struct fulfilled_transfer t = transfer(1);

	add(m, 1, 10);
	t.amount = ilp_amount(99);
	CHECK_INT(fulfilled_find(m, &t, 0, &batch).len, 10);
	t.amount = ilp_amount(101);
	CHECK_INT(fulfilled_find(m, &t, 0, &batch).len, 0);
	fulfilled_destroy(m);
}

/* That of the question does not matter. */
static void only_before_the_deadline(void)
{
	struct fulfilled *m = start();
	struct fulfilled_transfer t = transfer(1);

	add(m, 1, 10);
	t.deadline_us = INT64_MAX;
	CHECK_INT(fulfilled_find(m, &t, 4999, &batch).len, 10);
	CHECK_INT(fulfilled_find(m, &t, 5000, &batch).len, 0);
	t.deadline_us = 0;
	CHECK_INT(fulfilled_find(m, &t, 4999, &batch).len, 10);
	fulfilled_destroy(m);
}

static void equal_hashes_are_told_apart(void)
{
	struct fulfilled *m = start();
	struct fulfilled_transfer a = transfer(1), b = transfer(2);

	b.hash = a.hash;
	fulfilled_add(m, &a, ilp_text("first"));
	fulfilled_add(m, &b, ilp_text("second"));
	CHECK_TEXT(fulfilled_find(m, &a, 0, &batch), "first");
	CHECK_TEXT(fulfilled_find(m, &b, 0, &batch), "second");
	fulfilled_destroy(m);
}

static void the_oldest_transfer_makes_room(void)
{
	struct fulfilled *m = start();

	for (uint64_t number = 1; number <= 5 * TRANSFERS; number++) {
		add(m, number, 4);
		for (uint64_t i = 1; i <= number; i++)
			CHECK_INT(has(m, i, 4), i + TRANSFERS > number);
	}
	fulfilled_destroy(m);
}

static void the_oldest_bytes_make_room(void)
{
	struct fulfilled *m = start();

	/* Four fill the ring, and none lies across its end. */
	for (uint64_t number = 1; number <= 40; number++) {
		add(m, number, DATA / 4);
		for (uint64_t i = 1; i <= number; i++)
			CHECK_INT(has(m, i, DATA / 4), i + 4 > number);
	}
	fulfilled_destroy(m);
	m = start();
	/* Of three that do not quite, two are there. */
	for (uint64_t number = 1; number <= 40; number++) {
		add(m, number, 100);
		for (uint64_t i = 1; i <= number; i++)
			CHECK_INT(has(m, i, 100), i + 2 > number);
	}
	fulfilled_destroy(m);
}

static void the_largest_fills_the_memory_and_a_larger_one_is_left_out(void)
{
	struct fulfilled *m = start();

	add(m, 1, 10);
	add(m, 2, DATA + 1);
	CHECK(has(m, 1, 10));
	CHECK(!has(m, 2, DATA + 1));
	add(m, 3, DATA);
	CHECK(has(m, 3, DATA));
	CHECK(!has(m, 1, 10));
	add(m, 4, DATA);
	CHECK(has(m, 4, DATA));
	CHECK(!has(m, 3, DATA));
	add(m, 5, 1);
	CHECK(has(m, 5, 1));
	CHECK(!has(m, 4, DATA));
	fulfilled_destroy(m);
}

static void what_an_account_asked_for_can_be_forgotten(void)
{
	struct fulfilled *m = start();
	struct fulfilled_transfer other = transfer(2);

	other.account = 4;
	add(m, 1, 10);
	fulfilled_add(m, &other, ilp_text("other"));
	add(m, 3, 10);
	fulfilled_forget(m, 3);
	CHECK(!has(m, 1, 10));
	CHECK(!has(m, 3, 10));
	CHECK_TEXT(fulfilled_find(m, &other, 0, &batch), "other");
	fulfilled_forget(m, 3);
	fulfilled_forget(m, 0);
	/* The next one in its place is remembered as any other. */
	for (uint64_t number = 10; number < 30; number++)
		add(m, number, 10);
	CHECK(has(m, 29, 10));
	fulfilled_destroy(m);
}

#define ADDED 400

/* What was added: its place in `all` is what its bytes are made of. */
struct added {
	struct fulfilled_transfer transfer;
	size_t len;
	bool forgotten;
};

static void make_packet(uint8_t *out, size_t number, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(number * 31 + i * 7 + (number >> 8));
}

static bool matches(const struct added *added,
		    const struct fulfilled_transfer *asked, int64_t now_us)
{
	const struct fulfilled_transfer *known = &added->transfer;

	return !added->forgotten && known->hash == asked->hash &&
	       known->account == asked->account &&
	       now_us < known->deadline_us &&
	       ilp_amount_compare(asked->amount, known->amount) <= 0 &&
	       memcmp(known->condition, asked->condition, 32) == 0;
}

/* For the same transfer an account has one Fulfill, the last. */
static bool is_same(const struct added *a, const struct added *b)
{
	return a->transfer.hash == b->transfer.hash &&
	       a->transfer.account == b->transfer.account &&
	       memcmp(a->transfer.condition, b->transfer.condition, 32) == 0;
}

/* The newest that fits is certain to be there while all since take no more
 * than the memory less what a packet may waste at its end, and certainly not
 * once they take more than all. */
static void check_find(const struct fulfilled *m, const struct added *all,
		       size_t count, const struct fulfilled_transfer *asked,
		       int64_t now_us)
{
	struct ilp_bytes found = fulfilled_find(m, asked, now_us, &batch);
	size_t since = 0, longest = 0;

	for (size_t i = count; i-- > 0 && i + TRANSFERS >= count;) {
		uint8_t packet[DATA];

		since += all[i].len;
		if (all[i].len > longest)
			longest = all[i].len;
		if (!matches(&all[i], asked, now_us))
			continue;
		if (found.len == 0) {
			CHECK(since + longest > DATA);
			return;
		}
		CHECK(since <= DATA);
		make_packet(packet, i, all[i].len);
		CHECK_BYTES(found, ((struct ilp_bytes){ packet, all[i].len }));
		return;
	}
	CHECK_INT(found.len, 0);
}

static struct fulfilled_transfer some_transfer(struct random_source *r)
{
	struct fulfilled_transfer t = {
		.hash = random_below(r, 3) << 32,
		.account = (uint32_t)random_below(r, 2),
		.amount = ilp_amount(random_below(r, 3)),
		.deadline_us = (int64_t)random_below(r, 5),
	};

	t.condition[31] = (uint8_t)random_below(r, 2);
	return t;
}

static void finds_the_newest_that_fits_as_a_plain_list_would(void)
{
	struct random_source random = random_start();

	for (int turn = 0; turn < 20; turn++) {
		static struct added all[ADDED];
		struct fulfilled *m = start();

		for (size_t count = 0; count < ADDED; count++) {
			struct added *added = &all[count];
			uint8_t packet[DATA];

			for (int i = 0; i < 20; i++) {
				const struct fulfilled_transfer asked =
					some_transfer(&random);

				check_find(m, all, count, &asked,
					   (int64_t)random_below(&random, 5));
			}
			if (random_below(&random, 20) == 0) {
				fulfilled_forget(m, 1);
				for (size_t i = 0; i < count; i++)
					all[i].forgotten |=
						all[i].transfer.account == 1;
			}
			*added = (struct added){ some_transfer(&random),
						 1 + random_below(&random, 90),
						 false };
			make_packet(packet, count, added->len);
			for (size_t i = 0; i < count; i++)
				all[i].forgotten |= is_same(&all[i], added);
			/* This changes nothing. */
			fulfilled_expect(m, added->transfer.hash);
			fulfilled_add(m, &added->transfer,
				      (struct ilp_bytes){ packet, added->len });
		}
		fulfilled_destroy(m);
	}
}

static void tells_the_batch_that_it_came_with(void)
{
	struct fulfilled *m = start();
	struct fulfilled_transfer t = transfer(1);

	t.batch = 77;
	fulfilled_add(m, &t, ilp_text("packet"));
	batch = 0;
	CHECK_TEXT(fulfilled_find(m, &t, 0, &batch), "packet");
	CHECK_INT(batch, 77);
	fulfilled_destroy(m);
}

TESTS(TEST(tells_the_batch_that_it_came_with),
      TEST(the_same_question_has_the_same_answer),
      TEST(only_whoever_asked_gets_it),
      TEST(only_for_this_destination_and_condition),
      TEST(only_for_what_was_charged_or_less), TEST(only_before_the_deadline),
      TEST(equal_hashes_are_told_apart), TEST(the_oldest_transfer_makes_room),
      TEST(the_oldest_bytes_make_room),
      TEST(the_largest_fills_the_memory_and_a_larger_one_is_left_out),
      TEST(what_an_account_asked_for_can_be_forgotten),
      TEST(finds_the_newest_that_fits_as_a_plain_list_would))
