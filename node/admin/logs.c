/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of the log. */
#include "node/admin/call.h"

static const struct call_problem invalid = { 400, "log-level-invalid",
					     "That is no level" };
static const struct call_problem no_log = { 409, "no-log",
					    "This node has no log" };

struct log_view {
	enum log_level level;
	enum log_level start;
	uint64_t dropped;
	bool failed;
};

/* clang-format off */
static const struct shape_field fields[] = {
	{ "level", SHAPE_WORD, .at = offsetof(struct log_view, level),
	  .words = log_level_names,
	  .text = "How much the log has: this, and what is more urgent." },
	{ "startLevel", SHAPE_WORD, .at = offsetof(struct log_view, start),
	  .words = log_level_names,
	  .text = "What it is when the node starts, by its configuration." },
	{ "leftOut", SHAPE_COUNT, .at = offsetof(struct log_view, dropped),
	  .text = "Records of this run that were left out, since the log was "
		  "not read fast enough." },
};
/* clang-format on */

static const struct shape log_shape =
	SHAPE("Log", struct log_view, fields);

static void answer(struct api_call *call)
{
	const struct api_facts *facts = call_facts(call);
	struct log_view *view = call->state;

	if (!facts->log) {
		call_refuse(call, &no_log, "There is nothing to be set.");
		return;
	}
	view->level = log_level(facts->log);
	view->start = facts->log_level;
	view->dropped = log_dropped(facts->log);
	call_answer(call, 200, &log_shape, view);
}

static const struct form_field set_fields[] = {
	{ "level", FORM_WORD, .at = offsetof(struct log_view, level),
	  .words = log_level_names,
	  .text = "How much the log is to have." },
};

static const struct form set_form = FORM("LogSettings", set_fields);

static void begin_set(struct api_call *call)
{
	if (!call_facts(call)->log)
		call_refuse(call, &no_log, "There is nothing to be set.");
	else if (form_read(call, &set_form, &invalid, call->state))
		change_claim(call, "log", ilp_text("level"));
}

/* At once: who looks for what the ledger waits for needs it before that gets
 * on. */
static enum errand_step set(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct log_view *view = call->state;

	log_set_level(call_facts(call)->log, view->level);
	view->failed = !change_note(call, node_shard(node));
	return view->failed ? ERRAND_DONE : ERRAND_WAITS;
}

static void finish_set(struct api_call *call)
{
	const struct log_view *view = call->state;

	if (view->failed) {
		call_refuse(call, &call_no_memory,
			    "It is so until the node ends; ask again later.");
		return;
	}
	change_keep(call);
	answer(call);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/v1/log", API_READ, "getLog",
	  "How much the log has.",
	  .answer = &log_shape, .status = 200,
	  .state_size = sizeof(struct log_view), .finish = answer },
	{ "PATCH", "/v1/log", API_OPERATE, "setLog",
	  "Has the log have more, or less, until the node is started again: "
	  "{\"level\": \"debug\"}.",
	  .body = &set_form, .answer = &log_shape, .status = 200,
	  .state_size = sizeof(struct log_view),
	  .begin = begin_set, .work = set, .finish = finish_set },
};
/* clang-format on */

const struct endpoint_list log_endpoints = ENDPOINTS("Log", endpoints);
