/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics are written as Prometheus reads them, whatever is in their labels. */
#include "node/admin/exposition.h"

#include "test/check.h"

static uint8_t room[8192];

static struct exposition start(void)
{
	struct exposition e = exposition(room, sizeof(room));

	exposition_metric(&e, "m", EXPOSITION_GAUGE, "What it is.");
	return e;
}

#define HEAD "# HELP m What it is.\n# TYPE m gauge\n"

static void a_metric_tells_what_it_is_and_then_its_samples(void)
{
	struct exposition e = start();

	exposition_sample(&e);
	exposition_u64(&e, 0);
	exposition_sample(&e);
	exposition_label(&e, "a", ilp_text("x"));
	exposition_u64(&e, UINT64_MAX);
	exposition_sample(&e);
	exposition_label(&e, "a", ilp_text("x"));
	exposition_label(&e, "b", ilp_text(""));
	exposition_units(&e, -5);
	CHECK(exposition_is_whole(&e));
	CHECK_TEXT(exposition_written(&e),
		   HEAD "m 0\n"
			"m{a=\"x\"} 18446744073709551615\n"
			"m{a=\"x\",b=\"\"} -5\n");
}

static void each_type_has_its_name(void)
{
	struct exposition e = exposition(room, sizeof(room));

	exposition_metric(&e, "c", EXPOSITION_COUNTER, "C.");
	exposition_metric(&e, "h", EXPOSITION_HISTOGRAM, "H.");
	CHECK_TEXT(exposition_written(&e), "# HELP c C.\n# TYPE c counter\n"
					   "# HELP h H.\n# TYPE h histogram\n");
}

static void what_would_end_a_label_or_a_line_is_escaped(void)
{
	struct exposition e = exposition(room, sizeof(room));

	exposition_metric(&e, "m", EXPOSITION_GAUGE, "a \"b\" \\ c\nd");
	exposition_sample(&e);
	exposition_label(&e, "l", ilp_text("a\"b\\c\nd\xc3\xa4"));
	exposition_u64(&e, 1);
	CHECK_TEXT(exposition_written(&e),
		   "# HELP m a \"b\" \\\\ c\\nd\n# TYPE m gauge\n"
		   "m{l=\"a\\\"b\\\\c\\nd\xc3\xa4\"} 1\n");
}

static void units_have_all_their_digits_or_no_end(void)
{
	struct exposition e = exposition(room, sizeof(room));

	e.name = "m";
	exposition_sample(&e);
	exposition_units(&e, UNITS_MAX - 1);
	exposition_sample(&e);
	exposition_units(&e, UNITS_MAX);
	exposition_sample(&e);
	exposition_units(&e, UNITS_MIN);
	CHECK_TEXT(exposition_written(&e),
		   "m 170141183460469231731687303715884105726\n"
		   "m +Inf\nm -Inf\n");
}

static void check_seconds(uint64_t us, const char *expected)
{
	struct exposition e = exposition(room, sizeof(room));

	e.name = "m";
	exposition_sample(&e);
	exposition_seconds(&e, us);
	CHECK_TEXT(exposition_written(&e), expected);
}

static void seconds_are_exact(void)
{
	check_seconds(0, "m 0\n");
	check_seconds(1, "m 0.000001\n");
	check_seconds(100000, "m 0.1\n");
	check_seconds(999999, "m 0.999999\n");
	check_seconds(1000000, "m 1\n");
	check_seconds(60010000, "m 60.01\n");
	check_seconds(UINT64_MAX, "m 18446744073709.551615\n");
}

static bool has(const struct exposition *e, const char *lines)
{
	room[exposition_written(e).len] = '\0';
	return strstr((const char *)room, lines);
}

static void buckets_count_what_is_below_them_too(void)
{
	struct exposition e = exposition(room, sizeof(room));
	struct histogram h = { .sum_us = 0 };

	histogram_count(&h, 1);
	histogram_count(&h, 3);
	histogram_count(&h, 4);
	histogram_count(&h, INT64_C(1) << 40);
	exposition_metric(&e, "h", EXPOSITION_HISTOGRAM, "H.");
	exposition_histogram(&e, &h, "r", "x");
	CHECK(has(&e, "\nh_bucket{r=\"x\",le=\"0.000001\"} 1\n"
			   "h_bucket{r=\"x\",le=\"0.000002\"} 1\n"
			   "h_bucket{r=\"x\",le=\"0.000004\"} 3\n"));
	CHECK(has(&e, "\nh_bucket{r=\"x\",le=\"67.108864\"} 3\n"
			   "h_bucket{r=\"x\",le=\"+Inf\"} 4\n"
			   "h_sum{r=\"x\"} 1099511.627784\n"
			   "h_count{r=\"x\"} 4\n"));
	e = exposition(room, sizeof(room));
	exposition_metric(&e, "h", EXPOSITION_HISTOGRAM, "H.");
	exposition_histogram(&e, &h, NULL, NULL);
	CHECK(has(&e, "\nh_bucket{le=\"+Inf\"} 4\n"));
	CHECK(has(&e, "\nh_count 4\n"));
}

static void says_when_there_was_no_room(void)
{
	struct exposition whole = start();
	size_t needed;

	exposition_sample(&whole);
	exposition_u64(&whole, 7);
	needed = exposition_written(&whole).len;
	for (size_t size = 0; size <= needed; size++) {
		struct exposition e = exposition(room, size);

		exposition_metric(&e, "m", EXPOSITION_GAUGE, "What it is.");
		exposition_sample(&e);
		exposition_u64(&e, 7);
		CHECK_INT(exposition_is_whole(&e), size == needed);
	}
}

TESTS(TEST(a_metric_tells_what_it_is_and_then_its_samples),
      TEST(each_type_has_its_name),
      TEST(what_would_end_a_label_or_a_line_is_escaped),
      TEST(units_have_all_their_digits_or_no_end), TEST(seconds_are_exact),
      TEST(buckets_count_what_is_below_them_too),
      TEST(says_when_there_was_no_room))
