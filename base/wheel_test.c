/* SPDX-License-Identifier: Apache-2.0 */
/* Every timer fires once, at the first look that is not before its tick,
 * however far it lies and however the time gets there; and whoever looks when
 * the wheel says so looks in time. */
#include "base/wheel.h"

#include "test/check.h"
#include "test/random.h"

#define TICK INT64_C(1000)
#define TURNS 6 /* how many powers of 256 are tried */

static struct wheel wheel;

/* The first that is not before this time, which is not before 0. */
static int64_t tick_of(int64_t deadline_us)
{
	return deadline_us / TICK + (deadline_us % TICK > 0);
}

static int64_t power_of_256(unsigned exponent)
{
	return INT64_C(1) << 8 * exponent;
}

static void a_new_wheel_has_nothing_to_do(void)
{
	struct wheel_timer timer = { 0 };

	wheel_init(&wheel, 12345678);
	CHECK(!wheel_running(&timer));
	CHECK_INT(wheel_deadline_us(&wheel), ILP_NEVER_US);
	CHECK(wheel_fire(&wheel, 12345678) == NULL);
	CHECK(wheel_fire(&wheel, INT64_MAX) == NULL);
	CHECK_INT(wheel_deadline_us(&wheel), ILP_NEVER_US);
}

static void never_does_not_start(void)
{
	struct wheel_timer timer = { 0 };

	wheel_init(&wheel, 0);
	wheel_start(&wheel, &timer, ILP_NEVER_US);
	CHECK(!wheel_running(&timer));
	CHECK_INT(wheel_deadline_us(&wheel), ILP_NEVER_US);
	CHECK(wheel_fire(&wheel, INT64_MAX) == NULL);
}

static void fires_at_the_first_tick_that_is_not_too_early(void)
{
	static const struct {
		int64_t deadline_us, tick;
	} rows[] = { { 5000, 5 }, { 5001, 6 }, { 5999, 6 }, { 6000, 6 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct wheel_timer timer = { 0 };

		wheel_init(&wheel, 1500);
		wheel_start(&wheel, &timer, rows[i].deadline_us);
		CHECK(wheel_running(&timer));
		CHECK_INT(wheel_deadline_us(&wheel), rows[i].tick * TICK);
		CHECK(wheel_fire(&wheel, rows[i].tick * TICK - 1) == NULL);
		CHECK(wheel_fire(&wheel, rows[i].tick * TICK) == &timer);
		CHECK(!wheel_running(&timer));
		CHECK(wheel_fire(&wheel, rows[i].tick * TICK) == NULL);
		CHECK_INT(wheel_deadline_us(&wheel), ILP_NEVER_US);
	}
}

/* Also when this millisecond has been looked at. */
static void what_is_past_is_due_at_once(void)
{
	static const int64_t past[] = { 7000, 6999, 0, -1, INT64_MIN };

	wheel_init(&wheel, 0);
	for (size_t i = 0; i < sizeof(past) / sizeof(*past); i++) {
		struct wheel_timer timer = { 0 };

		CHECK(wheel_fire(&wheel, 7000) == NULL);
		wheel_start(&wheel, &timer, past[i]);
		CHECK(wheel_deadline_us(&wheel) <= past[i]);
		CHECK(wheel_fire(&wheel, 7000) == &timer);
		CHECK_INT(wheel_deadline_us(&wheel), ILP_NEVER_US);
	}
}

static void a_stopped_timer_does_not_fire(void)
{
	struct wheel_timer a = { 0 }, b = { 0 }, c = { 0 };

	wheel_init(&wheel, 0);
	wheel_stop(&wheel, &a);
	wheel_start(&wheel, &a, 5 * TICK);
	wheel_start(&wheel, &b, 5 * TICK);
	wheel_start(&wheel, &c, 500 * TICK);
	wheel_stop(&wheel, &b);
	wheel_stop(&wheel, &b);
	CHECK(!wheel_running(&b));
	wheel_stop(&wheel, &c);
	CHECK(wheel_fire(&wheel, 5 * TICK) == &a);
	CHECK(wheel_fire(&wheel, 600 * TICK) == NULL);
	CHECK_INT(wheel_deadline_us(&wheel), ILP_NEVER_US);
}

static void a_due_timer_can_be_stopped(void)
{
	struct wheel_timer timers[3] = { 0 };
	struct wheel_timer *first;

	wheel_init(&wheel, 0);
	for (size_t i = 0; i < 3; i++)
		wheel_start(&wheel, &timers[i], 5 * TICK);
	first = wheel_fire(&wheel, 5 * TICK);
	for (size_t i = 0; i < 3; i++) {
		CHECK(wheel_running(&timers[i]) == (first != &timers[i]));
		wheel_stop(&wheel, &timers[i]);
	}
	CHECK_INT(wheel_deadline_us(&wheel), ILP_NEVER_US);
	CHECK(wheel_fire(&wheel, 5 * TICK) == NULL);
}

static void backwards_time_stands_still(void)
{
	struct wheel_timer at = { 0 }, later = { 0 };

	wheel_init(&wheel, 9 * TICK);
	CHECK(wheel_fire(&wheel, 1) == NULL);
	wheel_start(&wheel, &at, 9 * TICK);
	wheel_start(&wheel, &later, 10 * TICK);
	CHECK(wheel_fire(&wheel, 1) == &at);
	CHECK(wheel_fire(&wheel, 1) == NULL);
	CHECK_INT(wheel_deadline_us(&wheel), 10 * TICK);
	CHECK(wheel_fire(&wheel, 10 * TICK) == &later);
}

static void the_earlier_fires_first(void)
{
	struct wheel_timer timers[TURNS + 1][2] = { 0 };

	wheel_init(&wheel, 0);
	for (unsigned i = TURNS + 1; i-- > 0;) {
		wheel_start(&wheel, &timers[i][1],
			    (power_of_256(i) + 1) * TICK);
		wheel_start(&wheel, &timers[i][0], power_of_256(i) * TICK);
	}
	for (unsigned i = 0; i <= TURNS; i++)
		for (unsigned j = 0; j < 2; j++)
			CHECK(wheel_fire(&wheel, INT64_MAX) == &timers[i][j]);
	CHECK(wheel_fire(&wheel, INT64_MAX) == NULL);
}

/* One timer, alone, started at one tick for another: it is silent until then,
 * and once the time is just before it, the wheel says exactly when. */
static void check_one(int64_t from_tick, int64_t tick)
{
	struct wheel_timer timer = { 0 };

	wheel_init(&wheel, from_tick * TICK);
	wheel_start(&wheel, &timer, tick * TICK);
	CHECK(wheel_deadline_us(&wheel) <= tick * TICK);
	if (tick > from_tick) {
		CHECK(wheel_fire(&wheel, from_tick * TICK) == NULL);
		CHECK(wheel_fire(&wheel, tick * TICK - 1) == NULL);
		CHECK_INT(wheel_deadline_us(&wheel), tick * TICK);
	}
	CHECK(wheel_fire(&wheel, tick * TICK) == &timer);
	CHECK(wheel_fire(&wheel, tick * TICK) == NULL);
}

static void timers_fire_around_every_turn_of_a_wheel(void)
{
	for (unsigned i = 0; i < TURNS; i++)
		for (unsigned j = 0; j <= TURNS; j++)
			for (int64_t near = -3; near <= 3; near++) {
				int64_t from = 255 * power_of_256(i) + near;
				int64_t to = from - near + power_of_256(j);

				check_one(from, to - 1);
				check_one(from, to);
				check_one(from, to + 1);
			}
}

/* Some moment of interest that is not before `now_us`, or hardly: this one, or
 * next to one when a wheel turns, or at any distance up to a thousand years. */
static int64_t some_time(struct random_source *r, int64_t now_us)
{
	unsigned shift = 8 * (unsigned)random_below(r, TURNS);

	switch (random_below(r, 4)) {
	case 0:
		return now_us + (int64_t)random_below(r, 3 * TICK);
	case 1:
	case 2:
		return ((now_us / TICK >> shift) + 1 +
			(int64_t)random_below(r, 257)) *
			       (TICK << shift) +
		       (int64_t)random_below(r, 4 * TICK) - 2 * TICK;
	default:
		return now_us + (int64_t)(random_wide(r) >> 9);
	}
}

#define TIMERS 40

/* What should run, and until which tick. */
struct model {
	struct wheel_timer timers[TIMERS];
	int64_t ticks[TIMERS]; /* 0: does not run */
	int64_t now_us;        /* the latest ever seen */
};

static void start_or_stop(struct model *m, struct random_source *r)
{
	size_t i = random_below(r, TIMERS);
	int64_t deadline_us =
		random_below(r, 8) ? some_time(r, m->now_us) :
				     m->now_us - (int64_t)random_below(r, 9999);

	if (m->ticks[i]) {
		wheel_stop(&wheel, &m->timers[i]);
		m->ticks[i] = 0;
	} else {
		wheel_start(&wheel, &m->timers[i], deadline_us);
		m->ticks[i] = tick_of(deadline_us);
	}
}

/* Fires what is due, and at times starts and stops others meanwhile. */
static void look(struct model *m, struct random_source *r, int64_t now_us)
{
	struct wheel_timer *timer;

	if (m->now_us < now_us)
		m->now_us = now_us;
	while ((timer = wheel_fire(&wheel, now_us)) != NULL) {
		size_t i = (size_t)(timer - m->timers);

		CHECK(m->ticks[i] > 0);
		CHECK(m->ticks[i] <= m->now_us / TICK);
		m->ticks[i] = 0;
		if (random_below(r, 2))
			start_or_stop(m, r);
	}
}

/* Those that run are those that should; none of them is due, and the wheel
 * says a time to look again that is neither too late nor now. */
static void check_rest(const struct model *m)
{
	int64_t deadline_us = wheel_deadline_us(&wheel);

	CHECK(deadline_us > m->now_us);
	for (size_t i = 0; i < TIMERS; i++) {
		CHECK(wheel_running(&m->timers[i]) == (m->ticks[i] > 0));
		if (!m->ticks[i])
			continue;
		CHECK(m->ticks[i] > m->now_us / TICK);
		CHECK(deadline_us <= m->ticks[i] * TICK);
	}
}

/* When to look next: mostly when the wheel says so, or just before, or at any
 * time, also an earlier one. */
static int64_t next_look(const struct model *m, struct random_source *r)
{
	int64_t deadline_us = wheel_deadline_us(&wheel);

	switch (random_below(r, 8)) {
	case 0:
		return (int64_t)random_below(r, (uint64_t)m->now_us);
	case 1:
		return some_time(r, m->now_us);
	default:
		if (deadline_us < m->now_us || deadline_us == ILP_NEVER_US)
			return m->now_us;
		return deadline_us - (int64_t)random_below(r, 2);
	}
}

/* Begins late enough for no deadline to be before 0. */
static void run(struct random_source *r)
{
	struct model m = { .now_us = some_time(r, some_time(r, 20 * TICK)) };

	wheel_init(&wheel, m.now_us);
	for (int i = 0; i < 300 && m.now_us < INT64_MAX / 4; i++) {
		for (uint64_t n = random_below(r, 6); n > 0; n--)
			start_or_stop(&m, r);
		look(&m, r, next_look(&m, r));
		check_rest(&m);
	}
}

static void fires_what_a_plain_list_would(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 300; i++)
		run(&random);
}

/* As a loop does: sleeps until the deadline, and only then looks. */
static void whoever_looks_at_the_deadline_is_in_time(void)
{
	struct random_source random = random_start();

	for (int turn = 0; turn < 300; turn++) {
		struct wheel_timer timers[TIMERS] = { 0 };
		int64_t ticks[TIMERS], now_us = some_time(&random, TICK);
		int fired = 0;

		wheel_init(&wheel, now_us);
		for (size_t i = 0; i < TIMERS; i++) {
			int64_t deadline_us =
				some_time(&random, now_us + 3 * TICK);

			ticks[i] = tick_of(deadline_us);
			wheel_start(&wheel, &timers[i], deadline_us);
		}
		while ((now_us = wheel_deadline_us(&wheel)) != ILP_NEVER_US) {
			struct wheel_timer *timer = wheel_fire(&wheel, now_us);

			for (; timer; timer = wheel_fire(&wheel, now_us)) {
				CHECK_INT(ticks[timer - timers] * TICK, now_us);
				fired++;
			}
		}
		CHECK_INT(fired, TIMERS);
	}
}

/* The end of time is not the end of the program. */
static void a_deadline_just_before_never_runs(void)
{
	struct wheel_timer timer = { 0 };

	wheel_init(&wheel, 0);
	wheel_start(&wheel, &timer, ILP_NEVER_US - 1);
	CHECK(wheel_deadline_us(&wheel) < ILP_NEVER_US);
	CHECK(wheel_fire(&wheel, ILP_NEVER_US / 2) == NULL);
	CHECK(wheel_deadline_us(&wheel) < ILP_NEVER_US);
	CHECK(wheel_fire(&wheel, ILP_NEVER_US) == &timer);
}

TESTS(TEST(a_new_wheel_has_nothing_to_do), TEST(never_does_not_start),
      TEST(fires_at_the_first_tick_that_is_not_too_early),
      TEST(what_is_past_is_due_at_once), TEST(a_stopped_timer_does_not_fire),
      TEST(a_due_timer_can_be_stopped), TEST(backwards_time_stands_still),
      TEST(the_earlier_fires_first),
      TEST(timers_fire_around_every_turn_of_a_wheel),
      TEST(fires_what_a_plain_list_would),
      TEST(whoever_looks_at_the_deadline_is_in_time),
      TEST(a_deadline_just_before_never_runs))
