/* SPDX-License-Identifier: Apache-2.0 */
/* What is held leaves in its order, as it came, and not before its batch. */
#include "node/held.h"

#include "test/check.h"
#include "test/random.h"

static void start(struct held *held)
{
	CHECK(held_init(held));
	CHECK_INT(held_waiting(held), 0);
}

static struct held_answer answer_to(uint32_t request, uint64_t batch)
{
	return (struct held_answer){
		.batch = batch,
		.account = request + 1,
		.back = { .request = request },
		.amount = ilp_amount(UINT64_MAX - request),
		.deadline_us = -(int64_t)request,
	};
}

static void add(struct held *held, uint32_t request, uint64_t batch,
		struct ilp_bytes packet)
{
	struct held_answer answer = answer_to(request, batch);
	struct held_answer *place;

	place = held_add(held, packet);
	CHECK(place != NULL);
	CHECK(!place->gone);
	answer.len = place->len;
	*place = answer;
}

/* The first is this answer with this packet; takes it off. */
static void check_first(struct held *held, uint32_t request, uint64_t batch,
			struct ilp_bytes expected)
{
	const struct held_answer like = answer_to(request, batch);
	struct held_answer answer;
	struct ilp_bytes packet;

	CHECK(held_first(held, batch, &answer, &packet));
	CHECK_INT(answer.batch, like.batch);
	CHECK_INT(answer.account, like.account);
	CHECK_INT(answer.back.request, like.back.request);
	CHECK_INT(ilp_amount_compare(answer.amount, like.amount), 0);
	CHECK_INT(answer.deadline_us, like.deadline_us);
	CHECK_INT(answer.len, expected.len);
	CHECK_BYTES(packet, expected);
	held_drop(held);
}

static void check_none(const struct held *held, uint64_t durable)
{
	struct held_answer answer;
	struct ilp_bytes packet;

	CHECK(!held_first(held, durable, &answer, &packet));
}

static void at_first_nothing_waits(void)
{
	struct held held;

	start(&held);
	check_none(&held, UINT64_MAX);
	held_finish(&held);
	held_finish(&held); /* nothing is left to be freed */
}

static void an_answer_waits_for_its_batch(void)
{
	struct held held;

	start(&held);
	add(&held, 1, 5, ilp_text("one"));
	add(&held, 2, 5, ilp_text("two"));
	add(&held, 3, 6, ilp_text("three"));
	CHECK(held_waiting(&held) > 0);
	check_none(&held, 0);
	check_none(&held, 4);
	check_first(&held, 1, 5, ilp_text("one"));
	check_first(&held, 2, 5, ilp_text("two"));
	check_none(&held, 5);
	check_first(&held, 3, 6, ilp_text("three"));
	check_none(&held, UINT64_MAX);
	CHECK_INT(held_waiting(&held), 0);
	held_finish(&held);
}

static void the_packet_is_copied(void)
{
	uint8_t packet[] = "before";
	struct held held;

	start(&held);
	add(&held, 1, 1, (struct ilp_bytes){ packet, 6 });
	memcpy(packet, "behind", 6);
	check_first(&held, 1, 1, ilp_text("before"));
	held_finish(&held);
}

static void the_largest_packet_is_held(void)
{
	static uint8_t packet[ILP_PACKET_MAX];
	struct held held;

	memset(packet, 'x', sizeof(packet));
	start(&held);
	for (uint32_t i = 0; i < 100; i++) {
		packet[0] = (uint8_t)i;
		add(&held, i, i, ILP_BYTES(packet));
		CHECK(held_waiting(&held) >= (i + 1) * sizeof(packet));
	}
	for (uint32_t i = 0; i < 100; i++) {
		packet[0] = (uint8_t)i;
		check_first(&held, i, i, ILP_BYTES(packet));
	}
	CHECK_INT(held_waiting(&held), 0);
	held_finish(&held);
}

static void what_still_waits_is_freed_at_the_end(void)
{
	struct held held;

	start(&held);
	for (uint32_t i = 0; i < 10000; i++)
		add(&held, i, 1, ilp_text("some Fulfill"));
	held_finish(&held);
}

#define PACKET_MAX 3000

static struct ilp_bytes packet_of(uint8_t *room, uint32_t request)
{
	size_t len = request * UINT32_C(2654435761) % PACKET_MAX;

	memset(room, (int)request, PACKET_MAX);
	return (struct ilp_bytes){ room, len };
}

static void leaves_in_the_order_in_which_it_came(void)
{
	struct random_source random = random_start();
	static uint8_t room[PACKET_MAX];
	uint32_t added = 0, taken = 0;
	struct held held;

	start(&held);
	for (int step = 0; step < 50000; step++) {
		/* The number of a batch is that of its first answer. */
		bool filling = step / 1000 % 2 == 0;

		if (random_below(&random, 10) < (filling ? 6u : 4u)) {
			add(&held, added, added / 10, packet_of(room, added));
			added++;
		} else if (taken < added) {
			if (taken >= 10)
				check_none(&held, taken / 10 - 1);
			check_first(&held, taken, taken / 10,
				    packet_of(room, taken));
			taken++;
		}
		CHECK_INT(held_waiting(&held) == 0, taken == added);
	}
	CHECK(taken > 10000);
	held_finish(&held);
}

/* Over several blocks, of which the first ones have been dropped. */
static void all_can_be_looked_at_and_any_may_leave(void)
{
	static uint8_t data[ILP_DATA_MAX];
	struct held_walk walk = { .left = 0 };
	struct held_answer answer;
	struct ilp_bytes packet;
	struct held held;
	uint32_t next = 2;

	start(&held);
	CHECK(!held_next(&held, &walk, &answer, &packet));
	for (uint32_t i = 0; i < 20; i++) {
		data[0] = (uint8_t)i;
		add(&held, i, 7, (struct ilp_bytes){ data, 1 + i * 1500 });
	}
	held_drop(&held);
	held_drop(&held);
	while (held_next(&held, &walk, &answer, &packet)) {
		CHECK_INT(answer.back.request, next);
		CHECK(!answer.gone);
		CHECK_INT(packet.len, 1 + next * 1500);
		CHECK_INT(packet.at[0], next);
		if (next++ % 3 == 0)
			held_leave(&walk);
	}
	CHECK_INT(next, 20);
	for (next = 2; held_first(&held, 7, &answer, &packet); next++) {
		CHECK_INT(answer.back.request, next);
		CHECK_INT(answer.gone, next % 3 == 0);
		held_drop(&held);
	}
	CHECK_INT(next, 20);
	held_finish(&held);
}

TESTS(TEST(all_can_be_looked_at_and_any_may_leave),
      TEST(at_first_nothing_waits), TEST(an_answer_waits_for_its_batch),
      TEST(the_packet_is_copied), TEST(the_largest_packet_is_held),
      TEST(what_still_waits_is_freed_at_the_end),
      TEST(leaves_in_the_order_in_which_it_came))
