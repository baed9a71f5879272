/* SPDX-License-Identifier: Apache-2.0 */
/* Every metric is written as its row says, and described on the page; and all
 * of them fit into an answer, however many accounts there are and whatever
 * they are called. */
#include "node/admin/metric.h"

#include "node/admin/api.h"
#include "test/check.h"

#ifndef ILP_DOC
#error "the folder of the documentation"
#endif

static char room[API_ANSWER_MAX + 1];

static struct scrape *make(size_t accounts)
{
	struct scrape *s = calloc(1, sizeof(*s));

	CHECK(s != NULL);
	s->version = "1.2.3";
	s->ledger = "memory";
	s->durability = "strict";
	s->asset_count = 1;
	s->assets[0].asset = (struct view_asset){ "USD", 6 };
	s->account_count = accounts;
	for (size_t i = 0; i < accounts; i++) {
		snprintf(s->accounts[i].id, sizeof(s->accounts[i].id), "a%zu",
			 i);
		s->accounts[i].asset = (struct view_asset){ "USD", 6 };
	}
	return s;
}

/* Everything in them as long as it can be. */
static struct scrape *make_long(void)
{
	struct scrape *s = make(SCRAPE_ACCOUNTS_MAX);
	struct view_asset asset = { .scale = 255 };

	memset(asset.code, '"', sizeof(asset.code) - 1);
	s->asset_count = SCRAPE_ASSETS_MAX;
	for (size_t i = 0; i < s->asset_count; i++)
		s->assets[i] = (struct scrape_asset){
			asset, UNITS_MIN + 1, UNITS_MIN + 1, UNITS_MIN + 1,
			UNITS_MIN + 1, UNITS_MIN + 1, UNITS_MIN + 1,
			UNITS_MIN + 1,
		};
	memset(&s->counted, 0xff, sizeof(s->counted));
	for (size_t i = 0; i < s->account_count; i++) {
		struct scrape_account *a = &s->accounts[i];

		memset(a->id, 'x', ACCOUNT_ID_MAX);
		memset(&a->counted, 0xff, sizeof(a->counted));
		a->asset = asset;
		a->value_in = a->value_out = UNITS_MIN + 1;
		a->balance = (struct view_balance){
			UNITS_MIN + 1, UNITS_MIN + 1, UNITS_MIN + 1,
			UNITS_MIN + 1, UNITS_MIN + 1, UNITS_MIN + 1,
			UNITS_MIN + 1, UNITS_MIN + 1,
		};
	}
	return s;
}

static const char *text_of(struct scrape *s)
{
	struct ilp_bytes text =
		metric_write((uint8_t *)room, API_ANSWER_MAX, s);

	room[text.len] = '\0';
	return room;
}

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		count++;
	}
	return count;
}

static void every_row_is_whole(void)
{
	for (size_t i = 0; i < metric_count; i++) {
		const struct metric *m = &metrics[i];
		bool counts = m->type == EXPOSITION_COUNTER;
		bool ours = strncmp(m->name, "ilpd_", 5) == 0;

		CHECK(ours || strncmp(m->name, "ilp_connector_", 14) == 0);
		CHECK(m->text[strlen(m->text) - 1] == '.');
		CHECK((m->number == METRIC_OTHER) == (m->put != NULL));
		CHECK((m->number == METRIC_TIMES) ==
		      (m->type == EXPOSITION_HISTOGRAM));
		CHECK((m->parts != NULL) == (m->label != NULL));
		for (size_t j = 0; j < i; j++)
			CHECK(strcmp(m->name, metrics[j].name) != 0);
		/* As Prometheus wants names; the others are kept. */
		if (ours)
			CHECK_INT(strcmp(m->name + strlen(m->name) - 6,
					 "_total") == 0,
				  counts);
	}
}

static void every_row_is_written_once(void)
{
	struct scrape *s = make(3);
	const char *text = text_of(s);
	char line[512];

	for (size_t i = 0; i < metric_count; i++) {
		const struct metric *m = &metrics[i];

		snprintf(line, sizeof(line), "# HELP %s %s\n# TYPE %s %s\n%s",
			 m->name, m->text, m->name,
			 exposition_type_name(m->type), m->name);
		CHECK_INT(count_of(text, line), 1);
	}
	free(s);
}

static void a_number_comes_from_where_the_row_says(void)
{
	struct scrape *s = make(2);
	const char *text;

	s->routes = 7;
	s->rates.old = 3;
	s->counted.refusals[REFUSAL_NO_ROUTE] = 5;
	s->assets[0].late = 12;
	s->accounts[1].counted.out_expired = 4;
	s->accounts[1].balance.current = -((signed_units)1 << 64);
	s->accounts[1].balance.maximum = UNITS_MAX;
	histogram_count(&s->counted.rejected, 5);
	text = text_of(s);
	CHECK(strstr(text, "\nilpd_routes 7\n"));
	CHECK(strstr(text, "\nilpd_rate_pairs{state=\"old\"} 3\n"));
	CHECK(strstr(text, "\nilpd_refusals_total{code=\"F02\","
			   "reason=\"no_route\"} 5\n"));
	CHECK(strstr(text,
		     "\nilpd_late_balance{asset=\"USD\",scale=\"6\"} 12\n"));
	CHECK(strstr(text, "\nilp_connector_outgoing_ilp_packets{"
			   "account=\"a1\",asset=\"USD\",scale=\"6\","
			   "result=\"failed\"} 4\n"));
	CHECK(strstr(text, "\nilp_connector_balance{account=\"a1\","
			   "asset=\"USD\",scale=\"6\"} "
			   "-18446744073709551616\n"));
	CHECK(strstr(text, "\nilpd_account_maximum{account=\"a1\","
			   "asset=\"USD\",scale=\"6\"} +Inf\n"));
	CHECK(strstr(text, "\nilpd_packet_duration_seconds_count{"
			   "result=\"rejected\"} 1\n"));
	CHECK(strstr(text, "\nilpd_packet_duration_seconds_count{"
			   "result=\"fulfilled\"} 0\n"));
	free(s);
}

static void a_metric_of_nothing_is_not_there(void)
{
	struct scrape *s = make(0);
	const char *text;

	s->asset_count = 0;
	text = text_of(s);
	CHECK(!strstr(text, "ilp_connector_"));
	CHECK(!strstr(text, "ilpd_late_balance"));
	CHECK(strstr(text, "\nilpd_accounts 0\n"));
	free(s);
}

static void accounts_that_do_not_fit_are_left_out_and_counted(void)
{
	struct scrape *s = make_long();
	char line[64];
	const char *text;

	s->accounts_left_out = 1000;
	text = text_of(s);
	CHECK(s->account_count > 0 && s->account_count < SCRAPE_ACCOUNTS_MAX);
	CHECK_INT(s->account_count + s->accounts_left_out,
		  SCRAPE_ACCOUNTS_MAX + 1000);
	CHECK_INT(count_of(text, "\nilp_connector_balance{"),
		  s->account_count);
	snprintf(line, sizeof(line), "\nilpd_accounts_left_out %zu\n",
		 SCRAPE_ACCOUNTS_MAX + 1000 - s->account_count);
	CHECK(strstr(text, line));
	CHECK(text[strlen(text) - 1] == '\n');
	free(s);
}

/* So there is always an answer. */
static void all_but_the_accounts_always_fits(void)
{
	struct scrape *s = make_long();

	s->account_count = 0;
	CHECK(strlen(text_of(s)) < API_ANSWER_MAX / 2);
	free(s);
}

static void as_many_as_are_copied_fit_when_their_ids_are_short(void)
{
	struct scrape *s = make(SCRAPE_ACCOUNTS_MAX);

	for (size_t i = 0; i < s->account_count; i++)
		snprintf(s->accounts[i].id, sizeof(s->accounts[i].id),
			 "peer-%05zu", i);
	text_of(s);
	CHECK_INT(s->account_count, SCRAPE_ACCOUNTS_MAX);
	CHECK_INT(s->accounts_left_out, 0);
	free(s);
}

static void one_account_has_its_metrics_and_no_others(void)
{
	struct scrape *s = make(1);
	struct ilp_bytes text =
		metric_write_accounts((uint8_t *)room, API_ANSWER_MAX, s);

	room[text.len] = '\0';
	CHECK(strstr(room, "\nilp_connector_balance{account=\"a0\""));
	CHECK(!strstr(room, "ilpd_accounts"));
	CHECK(!strstr(room, "ilpd_late_balance"));
	free(s);
}

/* ---- the page ---- */

/* | name | type | labels | meaning | */
static void document(char *out, size_t size, const struct metric *m)
{
	char labels[METRIC_LABELS_MAX];

	metric_labels(labels, m);
	snprintf(out, size, "| `%s` | %s | %s | %s |\n", m->name,
		 exposition_type_name(m->type), labels[0] ? labels : "–",
		 m->text);
}

static void the_page_lists_every_metric_as_it_is(void)
{
	static char page[65536];
	FILE *file = fopen(ILP_DOC "/metrics.md", "r");
	char line[1024];
	size_t missing = 0;

	assert_non_null(file);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	for (size_t i = 0; i < metric_count; i++) {
		document(line, sizeof(line), &metrics[i]);
		if (strstr(page, line))
			continue;
		fputs(line, stderr);
		missing++;
	}
	CHECK_INT(missing, 0);
	CHECK_INT(count_of(page, "\n| `ilp"), metric_count);
}

TESTS(TEST(every_row_is_whole), TEST(every_row_is_written_once),
      TEST(a_number_comes_from_where_the_row_says),
      TEST(a_metric_of_nothing_is_not_there),
      TEST(accounts_that_do_not_fit_are_left_out_and_counted),
      TEST(all_but_the_accounts_always_fits),
      TEST(as_many_as_are_copied_fit_when_their_ids_are_short),
      TEST(one_account_has_its_metrics_and_no_others),
      TEST(the_page_lists_every_metric_as_it_is))
