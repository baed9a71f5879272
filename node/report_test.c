/* SPDX-License-Identifier: Apache-2.0 */
/* The log is told who comes and goes, and no peer or stranger fills it. */
#define _GNU_SOURCE /* memmem */
#include "node/report.h"

#include "test/check.h"

#define MINUTE_US INT64_C(60000000)
#define RECORDS 256

struct stage {
	struct reports reports;
	struct account account;
	struct session session;
	struct ilp_time now;
};

static void begin(struct stage *s)
{
	*s = (struct stage){
		.reports.log = log_create(RECORDS),
		.account.settings.id = ilp_text("alice"),
		.session.from = "192.0.2.1",
		.now = { 5, 1000 },
	};
	s->session.account = &s->account;
	assert_non_null(s->reports.log);
}

static void end(struct stage *s)
{
	struct log_record r;

	CHECK(!log_take(s->reports.log, &r));
	CHECK_INT(log_dropped(s->reports.log), 0);
	log_destroy(s->reports.log);
}

static const char *line_of(const struct log_record *r)
{
	static char line[LOG_LINE_MAX + 1];

	line[log_line_json(r, (uint8_t *)line)] = '\0';
	return line;
}

/* The next that was told has this event, at that level, and says so. */
static void check_told(struct stage *s, enum log_level level, const char *event,
		       const char *says)
{
	struct log_record r;

	CHECK(log_take(s->reports.log, &r));
	CHECK_INT(r.level, level);
	CHECK_TEXT(ilp_text(r.event), event);
	if (!strstr(line_of(&r), says))
		fail_msg("%s: %s", says, line_of(&r));
}

static size_t count(struct stage *s)
{
	struct log_record r;
	size_t sum = 0;

	while (log_take(s->reports.log, &r))
		sum++;
	return sum;
}

static void tells_who_comes_and_goes_and_why(void)
{
	struct stage s;

	begin(&s);
	report_up(&s.reports, s.now, &s.session);
	check_told(&s, LOG_INFO, "link-up", "it connected from 192.0.2.1");
	s.session.was_up = true;
	report_down(&s.reports, s.now, &s.session, "a\nreason");
	check_told(&s, LOG_INFO, "link-down", "\"reason\":\"a\\\\x0areason\"");
	s.session.was_up = false;
	report_down(&s.reports, s.now, &s.session, NULL);
	check_told(&s, LOG_WARN, "link-failed", "\"account\":\"alice\"");
	end(&s);
}

static void lines_over_http_are_told_to_who_debugs(void)
{
	struct stage s;

	begin(&s);
	s.session.number = 7;
	report_up(&s.reports, s.now, &s.session);
	report_down(&s.reports, s.now, &s.session, "over");
	CHECK_INT(count(&s), 0);
	log_set_level(s.reports.log, LOG_DEBUG);
	report_up(&s.reports, s.now, &s.session);
	check_told(&s, LOG_DEBUG, "link-up", "alice");
	end(&s);
}

/* Others are told of all the same. */
static void a_peer_that_flaps_fills_no_disk(void)
{
	struct account other = { .settings.id = ilp_text("bob") };
	struct stage s;

	begin(&s);
	s.session.was_up = true;
	for (int i = 0; i < 5000; i++) {
		report_up(&s.reports, s.now, &s.session);
		report_down(&s.reports, s.now, &s.session, "flap");
	}
	CHECK_INT(count(&s), REPORT_ACCOUNT_MOST);
	s.session.account = &other;
	report_up(&s.reports, s.now, &s.session);
	check_told(&s, LOG_INFO, "link-up", "bob");
	s.session.account = &s.account;
	s.now.monotonic_us += MINUTE_US;
	report_up(&s.reports, s.now, &s.session);
	check_told(&s, LOG_INFO, "link-up", "\"leftOut\":9990");
	end(&s);
}

static void strangers_fill_no_disk(void)
{
	struct stage s;

	begin(&s);
	s.session.account = NULL;
	for (int i = 0; i < 1000; i++)
		report_login(&s.reports, s.now, &s.session);
	check_told(&s, LOG_WARN, "login-refused", "192.0.2.1");
	CHECK_INT(count(&s), REPORT_LOGINS_MOST - 1);
	s.now.monotonic_us += MINUTE_US;
	s.session.from[0] = '\0';
	report_login(&s.reports, s.now, &s.session);
	check_told(&s, LOG_WARN, "login-refused", "\"leftOut\":980");
	end(&s);
}

static void an_alert_is_told_with_whoever_brought_it_about(void)
{
	struct alert alert = { .id = 3,
			       .account_id = "alice",
			       .message = "owes \x1b[2J too much",
			       .triggered_by = "test.bob" };
	struct stage s;

	begin(&s);
	report_alert(&s.reports, s.now, &alert);
	check_told(&s, LOG_WARN, "alert", "owes \\\\x1b[2J too much");
	for (int i = 0; i < 1000; i++)
		report_alert(&s.reports, s.now, &alert);
	CHECK_INT(count(&s), REPORT_ALERTS_MOST - 1);
	end(&s);
}

static void some_of_the_packets_that_are_refused_are_told_to_who_debugs(void)
{
	struct stage s;

	begin(&s);
	report_refusal(&s.reports, s.now, &s.account, REFUSAL_RATE);
	CHECK_INT(count(&s), 0);
	log_set_level(s.reports.log, LOG_DEBUG);
	for (int i = 0; i < 1000; i++)
		report_refusal(&s.reports, s.now, &s.account, REFUSAL_RATE);
	check_told(&s, LOG_DEBUG, "packet-refused", refusal_word(REFUSAL_RATE));
	CHECK_INT(count(&s), REPORT_PACKETS_MOST - 1);
	end(&s);
}

static void without_a_log_nothing_happens(void)
{
	struct alert alert = { .id = 1 };
	struct stage s;

	begin(&s);
	log_destroy(s.reports.log);
	s.reports.log = NULL;
	report_up(&s.reports, s.now, &s.session);
	report_down(&s.reports, s.now, &s.session, "x");
	report_login(&s.reports, s.now, &s.session);
	report_alert(&s.reports, s.now, &alert);
	report_refusal(&s.reports, s.now, &s.account, REFUSAL_RATE);
	CHECK_INT(s.account.told.told, 0);
}

TESTS(TEST(tells_who_comes_and_goes_and_why),
      TEST(lines_over_http_are_told_to_who_debugs),
      TEST(a_peer_that_flaps_fills_no_disk), TEST(strangers_fill_no_disk),
      TEST(an_alert_is_told_with_whoever_brought_it_about),
      TEST(some_of_the_packets_that_are_refused_are_told_to_who_debugs),
      TEST(without_a_log_nothing_happens))
