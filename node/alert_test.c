/* SPDX-License-Identifier: Apache-2.0 */
/* What happens again counts up, what is new gets a place and the next id, and
 * when there are too many, that goes which has been quiet for the longest. */
#include "node/alert.h"

#include "test/check.h"
#include "test/random.h"

static struct ilp_time at_ms(int64_t wall_ms)
{
	return (struct ilp_time){ 0, wall_ms };
}

static void raise_alert(struct alerts *alerts, int64_t wall_ms,
			uint64_t account, const char *message,
			const char *triggered_by)
{
	alerts_raise(alerts, at_ms(wall_ms),
		     (struct alert_account){ account, ilp_text("alice") },
		     message, ilp_text(triggered_by));
}

static struct alerts *start(void)
{
	struct alerts *alerts = alerts_create();

	CHECK(alerts != NULL);
	CHECK(alerts_next(alerts, 0) == NULL);
	return alerts;
}

static size_t count_of(const struct alerts *alerts)
{
	const struct alert *alert = NULL;
	size_t count = 0;

	while ((alert = alerts_next(alerts, alert ? alert->id : 0)))
		count++;
	return count;
}

static void says_what_who_and_when(void)
{
	struct alerts *alerts = start();
	const struct alert *alert;

	raise_alert(alerts, 5000, 7, "owes too much", "g.bob");
	alert = alerts_next(alerts, 0);
	CHECK(alert != NULL);
	CHECK_INT(alert->id, 1);
	CHECK_INT(alert->account, 7);
	CHECK_INT(alert->count, 1);
	CHECK_INT(alert->created_ms, 5000);
	CHECK_INT(alert->updated_ms, 5000);
	CHECK_TEXT(ilp_text(alert->message), "owes too much");
	CHECK_TEXT(ilp_text(alert->triggered_by), "g.bob");
	CHECK(alerts_next(alerts, 1) == NULL);
	alerts_destroy(alerts);
}

static void what_happens_again_counts_up(void)
{
	struct alerts *alerts = start();
	const struct alert *alert;

	raise_alert(alerts, 5000, 7, "wrong", "");
	raise_alert(alerts, 6000, 7, "wrong", "");
	alerts_raise(alerts, at_ms(5500),
		     (struct alert_account){ 7, ilp_text("alice") }, "wrong",
		     (struct ilp_bytes){ NULL, 0 });
	alert = alerts_next(alerts, 0);
	CHECK_INT(alert->count, 3);
	CHECK_INT(alert->created_ms, 5000);
	CHECK_INT(alert->updated_ms, 5500);
	assert_string_equal(alert->account_id, "alice");
	CHECK_INT(count_of(alerts), 1);
	alerts_destroy(alerts);
}

static void another_account_text_or_node_is_another_alert(void)
{
	struct alerts *alerts = start();

	raise_alert(alerts, 1, 7, "wrong", "g.a");
	raise_alert(alerts, 2, 8, "wrong", "g.a");
	raise_alert(alerts, 3, 7, "wrong!", "g.a");
	raise_alert(alerts, 4, 7, "wrong", "g.b");
	raise_alert(alerts, 5, 7, "wrong", "");
	CHECK_INT(count_of(alerts), 5);
	for (uint64_t id = 1; id <= 5; id++) {
		CHECK_INT(alerts_next(alerts, id - 1)->id, id);
		CHECK_INT(alerts_next(alerts, id - 1)->created_ms, id);
	}
	alerts_destroy(alerts);
}

static void texts_that_are_too_long_are_cut(void)
{
	struct alerts *alerts = start();
	char message[2 * ALERT_TEXT_MAX + 1] = { 0 };
	char address[2 * ILP_ADDRESS_MAX + 1] = { 0 };
	const struct alert *alert;

	memset(message, 'm', sizeof(message) - 1);
	memset(address, 'a', ILP_ADDRESS_MAX);
	raise_alert(alerts, 1, 7, message, address);
	alert = alerts_next(alerts, 0);
	CHECK_INT(strlen(alert->message), ALERT_TEXT_MAX - 1);
	CHECK_INT(strlen(alert->triggered_by), ILP_ADDRESS_MAX);
	memset(address, 'a', sizeof(address) - 1);
	raise_alert(alerts, 2, 7, message, address);
	CHECK_INT(alert->count, 2);
	alerts_destroy(alerts);
}

static void what_was_dismissed_is_gone_and_its_id_does_not_come_again(void)
{
	struct alerts *alerts = start();

	raise_alert(alerts, 1, 7, "a", "");
	raise_alert(alerts, 2, 7, "b", "");
	CHECK(!alerts_dismiss(alerts, 0));
	CHECK(!alerts_dismiss(alerts, 3));
	CHECK(alerts_dismiss(alerts, 1));
	CHECK(!alerts_dismiss(alerts, 1));
	CHECK_INT(alerts_next(alerts, 0)->id, 2);
	raise_alert(alerts, 3, 7, "a", "");
	CHECK_INT(alerts_next(alerts, 2)->id, 3);
	CHECK_INT(alerts_next(alerts, 2)->count, 1);
	CHECK_INT(alerts_next(alerts, 2)->created_ms, 3);
	CHECK_INT(count_of(alerts), 2);
	alerts_destroy(alerts);
}

/* All in one millisecond, or while the clock runs backwards: it is the order
 * that counts. */
static void a_new_one_replaces_the_quietest(void)
{
	for (int step_ms = -1; step_ms <= 1; step_ms++) {
		struct alerts *alerts = start();
		int64_t now_ms = 100000;

		for (uint64_t i = 1; i <= ALERTS_MAX; i++)
			raise_alert(alerts, now_ms += step_ms, i, "a", "");
		CHECK_INT(count_of(alerts), ALERTS_MAX);
		raise_alert(alerts, now_ms += step_ms, 1, "a", "");
		raise_alert(alerts, now_ms += step_ms, 1000, "new", "");
		raise_alert(alerts, now_ms += step_ms, 1001, "new", "");
		CHECK_INT(count_of(alerts), ALERTS_MAX);
		/* Those of accounts 2 and 3 are gone. */
		CHECK_INT(alerts_next(alerts, 0)->account, 1);
		CHECK_INT(alerts_next(alerts, 0)->count, 2);
		CHECK_INT(alerts_next(alerts, 1)->account, 4);
		CHECK_INT(alerts_next(alerts, ALERTS_MAX)->account, 1000);
		CHECK_INT(alerts_next(alerts, ALERTS_MAX + 1)->account, 1001);
		alerts_destroy(alerts);
	}
}

/* Its own alerts make room for its new ones; nobody else's do. */
static void one_account_has_no_more_than_its_part(void)
{
	struct alerts *alerts = start();
	char message[16];

	raise_alert(alerts, 1, 1, "of another", "");
	for (int i = 0; i < 3 * ALERTS_MAX; i++) {
		snprintf(message, sizeof(message), "%d", i);
		raise_alert(alerts, 2, 7, message, "");
	}
	CHECK_INT(count_of(alerts), 1 + ALERTS_PER_ACCOUNT);
	CHECK_INT(alerts_next(alerts, 0)->account, 1);
	snprintf(message, sizeof(message), "%d",
		 3 * ALERTS_MAX - ALERTS_PER_ACCOUNT);
	assert_string_equal(alerts_next(alerts, 1)->message, message);
	alerts_destroy(alerts);
}

#define ACCOUNTS 400

/* By account: how often it was raised since it is there, and when last. */
struct model {
	uint64_t ids[ACCOUNTS]; /* 0: it is not there */
	uint64_t counts[ACCOUNTS];
	uint64_t turns[ACCOUNTS];
	uint64_t last_id;
	uint64_t turn;
	size_t count;
};

static void model_raise(struct model *m, size_t account)
{
	size_t quiet = ACCOUNTS;

	for (size_t i = 0; i < ACCOUNTS; i++)
		if (m->ids[i] &&
		    (quiet == ACCOUNTS || m->turns[i] < m->turns[quiet]))
			quiet = i;
	if (!m->ids[account]) {
		if (m->count == ALERTS_MAX)
			m->ids[quiet] = 0;
		else
			m->count++;
		m->ids[account] = ++m->last_id;
		m->counts[account] = 0;
	}
	m->counts[account]++;
	m->turns[account] = ++m->turn;
}

static void check_same(const struct model *m, const struct alerts *alerts)
{
	const struct alert *alert = NULL;

	CHECK_INT(count_of(alerts), m->count);
	while ((alert = alerts_next(alerts, alert ? alert->id : 0))) {
		CHECK_INT(alert->id, m->ids[alert->account]);
		CHECK_INT(alert->count, m->counts[alert->account]);
	}
}

static void keeps_those_that_a_plain_list_would(void)
{
	struct random_source random = random_start();
	struct alerts *alerts = start();
	static struct model m;

	for (int step = 0; step < 6000; step++) {
		size_t account = random_below(&random, ACCOUNTS);

		if (random_below(&random, 10)) {
			raise_alert(alerts, (int64_t)random_below(&random, 9),
				    account, "again", "g.a");
			model_raise(&m, account);
		} else if (m.ids[account]) {
			CHECK(alerts_dismiss(alerts, m.ids[account]));
			m.ids[account] = 0;
			m.count--;
		}
		if (step % 50 == 0)
			check_same(&m, alerts);
	}
	alerts_destroy(alerts);
}

TESTS(TEST(says_what_who_and_when), TEST(what_happens_again_counts_up),
      TEST(another_account_text_or_node_is_another_alert),
      TEST(texts_that_are_too_long_are_cut),
      TEST(what_was_dismissed_is_gone_and_its_id_does_not_come_again),
      TEST(a_new_one_replaces_the_quietest),
      TEST(one_account_has_no_more_than_its_part),
      TEST(keeps_those_that_a_plain_list_would))
