/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of alerts. */
#include "base/digits.h"
#include "node/admin/call.h"
#include "node/admin/page.h"

static const struct call_problem unknown = { 404, "alert-unknown",
					     "There is no such alert" };

/* clang-format off */
static const struct shape_field fields[] = {
	{ "id", SHAPE_COUNT, .at = offsetof(struct alert, id),
	  .text = "By which it is dismissed." },
	{ "account", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct alert, account_id),
	  .text = "The account that it is about." },
	{ "message", SHAPE_CHARS,
	  .at = offsetof(struct alert, message),
	  .text = "What has happened." },
	{ "triggeredBy", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct alert, triggered_by),
	  .text = "Address of the node that began it; null: this one." },
	{ "count", SHAPE_COUNT, .at = offsetof(struct alert, count),
	  .text = "How often it has happened." },
	{ "createdAt", SHAPE_MOMENT,
	  .at = offsetof(struct alert, created_ms),
	  .text = "When it happened first." },
	{ "updatedAt", SHAPE_MOMENT,
	  .at = offsetof(struct alert, updated_ms),
	  .text = "When it happened last." },
};
/* clang-format on */

static const struct shape alert_shape =
	SHAPE("Alert", struct alert, fields);

struct alert_list {
	struct alert *items;
	size_t count;
};

static const struct shape_field list_fields[] = {
	{ "items", SHAPE_LIST, .at = offsetof(struct alert_list, items),
	  .count_at = offsetof(struct alert_list, count),
	  .inside = &alert_shape,
	  .text = "What an operator should look at, the oldest first." },
};

static const struct shape list_shape =
	SHAPE("AlertList", struct alert_list, list_fields);

static void begin_list(struct api_call *call)
{
	struct alert_list *alerts = call->state;

	alerts->items = call_take(call, ALERTS_MAX * sizeof(*alerts->items));
	if (!alerts->items)
		call_refuse(call, &call_no_memory, "Ask again later.");
}

static enum errand_step list(struct errand *errand, struct node *node)
{
	struct alert_list *alerts = call_of(errand)->state;
	const struct alerts *from = shard_alerts(node_shard(node));
	const struct alert *alert = NULL;

	while ((alert = alerts_next(from, alert ? alert->id : 0)))
		alerts->items[alerts->count++] = *alert;
	return ERRAND_DONE;
}

static void finish_list(struct api_call *call)
{
	call_answer(call, 200, &list_shape, call->state);
}

/* ---- dismissing ---- */

struct dismissal {
	uint64_t id;
	bool found;
	bool failed;
};

static void begin_dismiss(struct api_call *call)
{
	struct dismissal *d = call->state;

	if (!ilp_decimal_read(&d->id, call->parts[0]))
		call_refuse(call, &call_bad_request,
			    "The id of an alert is a number.");
}

static enum errand_step dismiss(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct dismissal *d = call->state;

	d->found = shard_alert_dismiss(node_shard(node), d->id);
	d->failed = d->found && !change_note(call, node_shard(node));
	return d->found && !d->failed ? ERRAND_WAITS : ERRAND_DONE;
}

static void finish_dismiss(struct api_call *call)
{
	struct dismissal *d = call->state;

	if (!d->found) {
		call_refuse(call, &unknown, "No alert has this id.");
	} else if (d->failed) {
		call_refuse(call, &call_no_memory,
			    "It is gone, and nobody will know why.");
	} else {
		change_keep(call);
		call_answer_done(call);
	}
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/v1/alerts", API_READ, "listAlerts",
	  "All alerts: what an operator should look at.",
	  .answer = &list_shape, .status = 200,
	  .state_size = sizeof(struct alert_list),
	  .begin = begin_list, .work = list, .finish = finish_list },
	{ "DELETE", "/v1/alerts/{id}", API_OPERATE, "dismissAlert",
	  "Forgets an alert. If it happens again it is a new one.",
	  .status = 204, .state_size = sizeof(struct dismissal),
	  .begin = begin_dismiss, .work = dismiss, .finish = finish_dismiss },
};
/* clang-format on */

const struct endpoint_list alert_endpoints = ENDPOINTS("Alerts", endpoints);
