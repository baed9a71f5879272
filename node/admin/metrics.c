/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints for Prometheus: under the path where it looks for metrics if
 * nobody tells it, and under ours. */
#include "node/admin/call.h"
#include "node/admin/metric.h"

static const struct call_problem unknown = { 404, "account-unknown",
					     "There is no such account" };

static const struct endpoint_query queries[] = {
	{ .name = "account",
	  .text = "Only this account: its id. It need not be one of those that "
		  "are told when there are many." },
	{ .name = NULL },
};

struct metrics_call {
	struct ilp_bytes account; /* empty: all */
	bool found;
	struct scrape scrape;
};

static void begin(struct api_call *call)
{
	struct metrics_call *m = call->state;

	m->scrape.now = call->now;
	if (!call_query(call, "account", &m->account))
		call_refuse(call, &call_bad_request, "account: not escaped as "
						     "it must be.");
}

static enum errand_step work(struct errand *errand, struct node *node)
{
	struct metrics_call *m = call_of(errand)->state;

	if (m->account.len) {
		m->found = scrape_one(&m->scrape, node, m->account);
		return ERRAND_DONE;
	}
	return scrape_step(&m->scrape, node) ? ERRAND_DONE : ERRAND_GOES_ON;
}

static void tell_run(struct scrape *s, const struct api_call *call)
{
	const struct api_facts *facts = call_facts(call);

	s->operators_refused = api_logins_refused(call->api);
	s->log_dropped = facts->log ? log_dropped(facts->log) : 0;
	s->version = facts->version;
	s->ledger = facts->ledger;
	s->durability = facts->durability;
	s->started_ms = facts->started_ms;
}

static void answer(struct api_call *call, struct metrics_call *m)
{
	struct buffer *text = &call->answer;

	if (!buffer_reserve(text, API_ANSWER_MAX, API_ANSWER_MAX)) {
		call_refuse(call, &call_no_memory, "Ask again later.");
		return;
	}
	tell_run(&m->scrape, call);
	call->status = 200;
	text->len = m->account.len ? metric_write_accounts(text->at,
							   API_ANSWER_MAX,
							   &m->scrape)
					     .len :
				     metric_write(text->at, API_ANSWER_MAX,
						  &m->scrape)
					     .len;
}

static void finish(struct api_call *call)
{
	struct metrics_call *m = call->state;

	if (m->account.len && !m->found)
		call_refuse(call, &unknown, "No account has the id \"%.*s\".",
			    (int)m->account.len, (const char *)m->account.at);
	else
		answer(call, m);
}

#define METRICS(path_, name_, text_)                                           \
	{                                                                      \
		"GET", path_, API_READ, name_, text_, .queries = queries,      \
			.content_type = EXPOSITION_CONTENT_TYPE,               \
			.status = 200,                                         \
			.state_size = sizeof(struct metrics_call),             \
			.begin = begin, .work = work, .finish = finish         \
	}

static const struct endpoint endpoints[] = {
	METRICS("/v1/metrics", "getMetrics", "Metrics, for Prometheus."),
	METRICS("/metrics", "getMetricsForPrometheus",
		"The same, where Prometheus looks for it."),
};

const struct endpoint_list metric_endpoints = ENDPOINTS("Metrics", endpoints);
