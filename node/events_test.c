/* SPDX-License-Identifier: Apache-2.0 */
/* What is wanted is recorded and nothing else, and whoever reads too late can
 * tell what is missing. */
#include "node/events.h"

#include "test/check.h"

static struct ilp_time at_ms(int64_t ms)
{
	return (struct ilp_time){ .monotonic_us = ms * 1000,
				  .wall_ms = 1750000000000 + ms };
}

static void start(struct events *e, uint32_t kinds, uint64_t sample)
{
	events_init(e, at_ms(0));
	CHECK(events_listen(e, at_ms(0), kinds, sample));
}

static bool add_route(struct events *e, int64_t ms, const char *prefix)
{
	struct event *event = events_add(e, at_ms(ms), EVENT_ROUTE);

	if (!event)
		return false;
	event_put_text(event->route.prefix, sizeof(event->route.prefix),
		       ilp_text(prefix));
	return true;
}

static void nothing_is_wanted_until_somebody_listens(void)
{
	struct events e;

	events_init(&e, at_ms(0));
	CHECK_INT(e.wanted, 0);
	CHECK(e.ring == NULL && e.open == NULL);
	CHECK(events_deadline_us(&e) == ILP_NEVER_US);
	CHECK(events_listen(&e, at_ms(0), EVENT_BIT(EVENT_ROUTE), 1));
	CHECK(events_want(&e, EVENT_ROUTE));
	CHECK(!events_want(&e, EVENT_PACKET));
	CHECK(events_deadline_us(&e) <= EVENTS_TICK_US);
	events_finish(&e);
}

static void records_are_read_in_order_with_numbers_that_follow(void)
{
	struct event out[8];
	struct events e;
	uint64_t first;

	start(&e, EVENTS_ALL, 1);
	first = e.next;
	add_route(&e, 1, "test.a");
	add_route(&e, 2, "test.b");
	add_route(&e, 3, "test.c");
	CHECK_INT(events_read(&e, first, out, 8), 3);
	for (uint64_t i = 0; i < 3; i++)
		CHECK_INT(out[i].id, first + i);
	CHECK_TEXT(ilp_text(out[1].route.prefix), "test.b");
	CHECK(out[1].at_ms == at_ms(2).wall_ms);
	CHECK_INT(events_read(&e, first + 1, out, 1), 1);
	CHECK_INT(out[0].id, first + 1);
	CHECK_INT(events_read(&e, first + 3, out, 8), 0);
	events_finish(&e);
}

static void a_record_has_nothing_of_the_one_that_was_there(void)
{
	struct event out[1];
	struct event *event;
	struct events e;

	start(&e, EVENTS_ALL, 1);
	for (int i = 0; i < EVENTS_MAX; i++) {
		events_tick(&e, at_ms(250 * i));
		event = events_add(&e, at_ms(250 * i), EVENT_ALERT);
		memset(event->account, 'x', sizeof(event->account) - 1);
		memset(&event->alert, 'x', sizeof(event->alert));
		events_listen(&e, at_ms(250 * i), EVENTS_ALL, 1);
	}
	for (enum event_kind kind = 0; kind < EVENT_KINDS; kind++) {
		uint64_t id = e.next;

		CHECK(events_add(&e, at_ms(0), kind) != NULL);
		CHECK_INT(events_read(&e, id, out, 1), 1);
		CHECK_INT(out[0].kind, kind);
		CHECK(out[0].account[0] == '\0');
		if (kind == EVENT_PACKET)
			CHECK(!out[0].packet.to[0] &&
			      !out[0].packet.destination[0] &&
			      !out[0].packet.code[0] &&
			      out[0].packet.in == 0 && out[0].packet.out == 0 &&
			      out[0].packet.took_us == 0);
		if (kind == EVENT_LINK)
			CHECK(!out[0].link.reason[0]);
		if (kind == EVENT_ROUTE)
			CHECK(!out[0].route.prefix[0]);
		if (kind == EVENT_ALERT)
			CHECK(!out[0].alert.message[0] &&
			      !out[0].alert.triggered_by[0] &&
			      out[0].alert.number == 0);
	}
	events_finish(&e);
}

static void who_reads_too_late_sees_what_is_missing(void)
{
	static struct event out[EVENTS_MAX];
	struct events e;
	uint64_t first;
	int64_t ms = 0;

	start(&e, EVENTS_ALL, 1);
	first = e.next;
	for (int i = 0; i < EVENTS_MAX + 10; i++) {
		if (!add_route(&e, ms, "test.a")) {
			ms += 250;
			e.left[EVENT_ROUTE] = 0;
			events_tick(&e, at_ms(ms));
			CHECK(add_route(&e, ms, "test.a"));
		}
	}
	CHECK(!events_have(&e, EVENTS_ALL, first));
	CHECK(!events_have(&e, EVENTS_ALL, first + 9));
	CHECK(events_have(&e, EVENTS_ALL, first + 10));
	CHECK_INT(events_read(&e, first, out, EVENTS_MAX), EVENTS_MAX);
	CHECK_INT(out[0].id, first + 10);
	CHECK_INT(out[EVENTS_MAX - 1].id, e.next - 1);
	CHECK(events_have(&e, EVENTS_ALL, e.next));
	CHECK(!events_have(&e, EVENTS_ALL, e.next + 1));
	events_finish(&e);
}

static void what_is_too_much_is_counted_and_told(void)
{
	struct event out[2];
	struct events e;
	uint64_t next;

	start(&e, EVENTS_ALL, 1);
	for (int i = 0; i < EVENTS_A_TICK; i++)
		CHECK(add_route(&e, 1, "test.a"));
	next = e.next;
	for (int i = 0; i < 7; i++)
		CHECK(!add_route(&e, 1, "test.a"));
	CHECK(events_add(&e, at_ms(1), EVENT_LINK) != NULL);
	events_tick(&e, at_ms(249));
	CHECK(!add_route(&e, 249, "test.a"));
	events_tick(&e, at_ms(250));
	CHECK_INT(events_read(&e, next, out, 2), 2);
	CHECK_INT(out[0].kind, EVENT_LINK);
	CHECK_INT(out[1].kind, EVENT_MISSED);
	CHECK_INT(out[1].missed.of, EVENT_ROUTE);
	CHECK_INT(out[1].missed.count, 8);
	CHECK(add_route(&e, 250, "test.a"));
	events_tick(&e, at_ms(500));
	CHECK_INT(events_read(&e, next + 2, out, 2), 1);
	events_finish(&e);
}

static void a_wish_is_over_after_a_while_and_what_came_behind_is_missed(void)
{
	struct events e;
	uint64_t next;

	start(&e, EVENT_BIT(EVENT_ROUTE), 1);
	add_route(&e, 1, "test.a");
	next = e.next;
	events_tick(&e, at_ms(29999));
	CHECK(events_want(&e, EVENT_ROUTE));
	CHECK(events_have(&e, EVENT_BIT(EVENT_ROUTE), next));
	CHECK(!events_have(&e, EVENT_BIT(EVENT_LINK), next));
	events_tick(&e, at_ms(30249));
	CHECK_INT(e.wanted, 0);
	CHECK(events_deadline_us(&e) == ILP_NEVER_US);
	CHECK(!events_have(&e, EVENT_BIT(EVENT_ROUTE), next));
	events_finish(&e);
}

static void what_nobody_wanted_for_a_while_is_missed_by_who_comes_back(void)
{
	struct events e;
	uint64_t heard;

	start(&e, EVENT_BIT(EVENT_ROUTE) | EVENT_BIT(EVENT_LINK), 1);
	add_route(&e, 1, "test.a");
	heard = e.next;
	for (int64_t ms = 250; ms <= 31000; ms += 250) {
		events_listen(&e, at_ms(ms), EVENT_BIT(EVENT_LINK), 1);
		events_tick(&e, at_ms(ms));
	}
	CHECK(!events_want(&e, EVENT_ROUTE));
	events_add(&e, at_ms(31000), EVENT_LINK);
	events_listen(&e, at_ms(31001), EVENT_BIT(EVENT_ROUTE), 1);
	CHECK(!events_have(&e, EVENT_BIT(EVENT_ROUTE), heard));
	CHECK(events_have(&e, EVENT_BIT(EVENT_LINK), heard));
	add_route(&e, 31002, "test.a");
	CHECK(events_have(&e, EVENT_BIT(EVENT_ROUTE), e.next));
	events_finish(&e);
}

/* Even if nothing was recorded meanwhile, since nothing could be. */
static void a_pause_is_seen_though_no_number_is_missing(void)
{
	struct events e;
	uint64_t heard;

	start(&e, EVENT_BIT(EVENT_ROUTE), 1);
	add_route(&e, 1, "test.a");
	heard = e.next;
	events_tick(&e, at_ms(40000));
	CHECK_INT(e.wanted, 0);
	events_listen(&e, at_ms(50000), EVENT_BIT(EVENT_ROUTE), 1);
	CHECK(!events_have(&e, EVENT_BIT(EVENT_ROUTE), heard));
	events_finish(&e);
}

static void a_packet_is_told_of_when_it_is_answered(void)
{
	struct event *event;
	struct event out[1];
	struct events e;
	uint64_t next;

	start(&e, EVENTS_ALL, 1);
	next = e.next;
	CHECK(events_sample(&e));
	event = events_open_packet(&e, at_ms(5), 77);
	event->packet.in = 12;
	CHECK_INT(events_read(&e, next, out, 1), 0);
	CHECK(events_close_packet(&e, at_ms(8), 78) == NULL);
	CHECK(events_close_packet(&e, at_ms(8), 77 + EVENTS_OPEN_MAX) == NULL);
	event = events_close_packet(&e, at_ms(8), 77);
	CHECK(event != NULL);
	CHECK(events_close_packet(&e, at_ms(8), 77) == NULL);
	CHECK_INT(events_read(&e, next, out, 1), 1);
	CHECK_INT(out[0].id, next);
	CHECK_INT(out[0].packet.took_us, 3000);
	CHECK(out[0].packet.in == 12);
	CHECK(out[0].at_ms == at_ms(8).wall_ms);
	events_finish(&e);
}

static void a_packet_that_gave_way_to_another_is_counted(void)
{
	struct event out[2];
	struct events e;
	uint64_t next;

	start(&e, EVENTS_ALL, 1);
	next = e.next;
	events_open_packet(&e, at_ms(5), 3);
	events_open_packet(&e, at_ms(5), 3 + EVENTS_OPEN_MAX);
	CHECK(events_close_packet(&e, at_ms(6), 3) == NULL);
	CHECK(events_close_packet(&e, at_ms(6), 3 + EVENTS_OPEN_MAX) != NULL);
	events_tick(&e, at_ms(250));
	CHECK_INT(events_read(&e, next, out, 2), 2);
	CHECK_INT(out[1].kind, EVENT_MISSED);
	CHECK_INT(out[1].missed.of, EVENT_PACKET);
	CHECK_INT(out[1].missed.count, 1);
	events_finish(&e);
}

static unsigned sampled(struct events *e, int packets)
{
	unsigned count = 0;

	while (packets--)
		count += events_sample(e);
	return count;
}

static void a_sample_has_what_each_who_listens_wants(void)
{
	struct events e;

	start(&e, EVENT_BIT(EVENT_PACKET), 100);
	CHECK_INT(sampled(&e, 1000), 10);
	events_listen(&e, at_ms(1), EVENT_BIT(EVENT_PACKET), 8);
	CHECK_INT(sampled(&e, 1000), 250); /* one in 4 is in both */
	events_listen(&e, at_ms(2), EVENT_BIT(EVENT_PACKET), 100);
	CHECK_INT(sampled(&e, 1000), 250);
	events_listen(&e, at_ms(30000), EVENT_BIT(EVENT_PACKET), 100);
	events_listen(&e, at_ms(60000), EVENT_BIT(EVENT_PACKET), 100);
	CHECK_INT(sampled(&e, 1000), 10);
	events_finish(&e);
}

static void numbers_of_a_later_run_are_behind_those_of_an_earlier_one(void)
{
	struct events first, second;

	start(&first, EVENTS_ALL, 1);
	add_route(&first, 1, "test.a");
	events_init(&second, at_ms(1000));
	CHECK(second.next > first.next);
	CHECK(!events_have(&second, EVENTS_ALL, first.next));
	CHECK(second.next < UINT64_C(1) << 53);
	events_finish(&first);
	events_finish(&second);
}

static void a_text_is_cut_to_fit(void)
{
	char room[4];

	event_put_text(room, sizeof(room), ilp_text("abc"));
	CHECK_TEXT(ilp_text(room), "abc");
	event_put_text(room, sizeof(room), ilp_text("abcd"));
	CHECK_TEXT(ilp_text(room), "abc");
	event_put_text(room, sizeof(room), (struct ilp_bytes){ NULL, 0 });
	CHECK_TEXT(ilp_text(room), "");
}

TESTS(TEST(nothing_is_wanted_until_somebody_listens),
      TEST(records_are_read_in_order_with_numbers_that_follow),
      TEST(a_record_has_nothing_of_the_one_that_was_there),
      TEST(who_reads_too_late_sees_what_is_missing),
      TEST(what_is_too_much_is_counted_and_told),
      TEST(a_wish_is_over_after_a_while_and_what_came_behind_is_missed),
      TEST(what_nobody_wanted_for_a_while_is_missed_by_who_comes_back),
      TEST(a_pause_is_seen_though_no_number_is_missing),
      TEST(a_packet_is_told_of_when_it_is_answered),
      TEST(a_packet_that_gave_way_to_another_is_counted),
      TEST(a_sample_has_what_each_who_listens_wants),
      TEST(numbers_of_a_later_run_are_behind_those_of_an_earlier_one),
      TEST(a_text_is_cut_to_fit))
