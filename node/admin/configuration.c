/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of the configuration. */
#include <stdio.h>

#include "node/admin/call.h"
#include "node/admin/page.h"
#include "node/admin/reloader.h"
#include "node/config_given.h"
#include "node/config_reload.h"
#include "node/config_shown.h"

#define VALUE_MAX 2000
#define KIND "configuration"
#define KIND_ACCOUNT "account"
#define KIND_STOPPED "stopped"
#define KIND_ROUTE "route"

static const struct call_problem none = { 404, "configuration-none",
					  "The node has no configuration" };
static const struct call_problem wrong = {
	422, "configuration-wrong", "The configuration is not good"
};
static const struct call_problem conflict = {
	409, "configuration-conflict",
	"The configuration does not go together with what there is"
};

void reloader_finish(struct reloader *reloader)
{
	config_plan_destroy(reloader->plan);
	config_plan_destroy(reloader->done);
}

/* ---- what it is ---- */

struct option {
	char name[sizeof(((struct config_shown *)NULL)->name)];
	char *value;
	bool secret;
	const char *origin;
	const char *setting;
	uint64_t line;
};

/* clang-format off */
static const struct shape_field option_fields[] = {
	{ "option", SHAPE_CHARS, .at = offsetof(struct option, name),
	  .text = "What it is called: \"accounts[0].balance.maximum\"." },
	{ "value", SHAPE_STRING, .optional = true,
	  .at = offsetof(struct option, value),
	  .text = "As it would stand in YAML; null: there is none, or it is a "
		  "secret." },
	{ "secret", SHAPE_FLAG, .at = offsetof(struct option, secret),
	  .text = "Is it never told?" },
	{ "origin", SHAPE_STRING, .at = offsetof(struct option, origin),
	  .text = "Who has said so: \"file\", \"environment\", \"command "
		  "line\", or nobody, which is \"default\"." },
	{ "line", SHAPE_COUNT, .optional = true,
	  .at = offsetof(struct option, line),
	  .text = "In which line of the file." },
	{ "setting", SHAPE_STRING, .optional = true,
	  .at = offsetof(struct option, setting),
	  .text = "By which variable, or which word of the command line." },
};
/* clang-format on */

static const struct shape option_shape =
	SHAPE("Option", struct option, option_fields);

struct option_page {
	struct page page;
	struct option *items;
	size_t count;
};

static const struct shape_field page_fields[] = {
	{ "items", SHAPE_LIST, .at = offsetof(struct option_page, items),
	  .count_at = offsetof(struct option_page, count),
	  .inside = &option_shape,
	  .text = "All options that there are, in the order of the table." },
	PAGE_FIELDS(struct option_page),
};

static const struct shape page_shape =
	SHAPE("OptionPage", struct option_page, page_fields);

static void begin_list(struct api_call *call)
{
	struct option_page *page = call->state;

	if (!call_reloader(call)) {
		call_refuse(call, &none, "It was made by a program.");
		return;
	}
	if (!page_begin(call, &page->page))
		return;
	page->items = call_take(call, page->page.limit * sizeof(*page->items));
	if (!page->items)
		call_refuse(call, &call_no_memory, "Ask for fewer.");
}

static const char *origin_of(const struct config_given *given)
{
	if (!given)
		return "default";
	if (!given->setting)
		return "file";
	return given->setting[0] == '-' ? "command line" : "environment";
}

static bool show(struct api_call *call, struct option *out,
		 const struct config_shown *shown)
{
	const struct config_given *given = shown->given;

	snprintf(out->name, sizeof(out->name), "%s", shown->name);
	out->secret = shown->option->secret;
	out->origin = origin_of(given);
	out->line = given ? given->line : 0;
	out->setting = given ? given->setting : NULL;
	if (!shown->value)
		return true;
	out->value = call_take(call, strlen(shown->value) + 1);
	if (out->value)
		strcpy(out->value, shown->value);
	return out->value;
}

/* The configuration is this thread's to look at. */
static void finish_list(struct api_call *call)
{
	struct option_page *page = call->state;
	struct config_shown shown = config_shown(call_reloader(call)->now);
	char value[VALUE_MAX];

	config_shown_skip(&shown, page->page.next);
	while ((page->page.more =
			config_shown_next(&shown, value, sizeof(value))) &&
	       page->count < page->page.limit) {
		if (!show(call, &page->items[page->count++], &shown)) {
			call_refuse(call, &call_no_memory, "Ask for fewer.");
			return;
		}
		page->page.next++;
	}
	page_finish(&page->page);
	call_answer(call, 200, &page_shape, page);
}

/* ---- reading it anew ---- */

struct reload {
	bool fits;
	bool good; /* is all of it done? */
	struct config_error error;
	char *const *changes;
	size_t change_count;
	char *const *restarts;
	size_t restart_count;
	uint64_t left_off;
};

/* clang-format off */
static const struct shape_field reload_fields[] = {
	{ "changes", SHAPE_WORDS, .at = offsetof(struct reload, changes),
	  .count_at = offsetof(struct reload, change_count),
	  .text = "What is different from now on." },
	{ "needRestart", SHAPE_WORDS, .at = offsetof(struct reload, restarts),
	  .count_at = offsetof(struct reload, restart_count),
	  .text = "Options that are different in the file, and do not count "
		  "before the node starts anew." },
	{ "leftOff", SHAPE_COUNT, .at = offsetof(struct reload, left_off),
	  .text = "How many more changes there are." },
};
/* clang-format on */

static const struct shape reload_shape =
	SHAPE("Reload", struct reload, reload_fields);

/* It is told to whoever asks later as well. */
static void note_problem(struct reloader *r, const char *text)
{
	char line[RELOADER_PROBLEM_MAX + 64];

	snprintf(r->problem, sizeof(r->problem), "%s", text);
	snprintf(line, sizeof(line),
		 "the configuration stays as it was: %s", r->problem);
	r->ops->tell(r->context, false, line);
}

/* What the API has made of an account that goes with it: that it is stopped, and
 * routes to it. None is being made meanwhile, since that claims the account. */
static bool drop_with(struct api_call *call, struct ilp_bytes id)
{
	const struct ilp_bytes nothing = { NULL, 0 };
	const struct ilp_bytes kind = ilp_text(KIND_ROUTE "/");
	const struct catalog_item *item = NULL;

	if (!change_claim(call, KIND_ACCOUNT, id) ||
	    !change_add(call, KIND_STOPPED, id, nothing))
		return false;
	while ((item = catalog_next(call_catalog(call), item))) {
		struct ilp_bytes name = catalog_name(item);

		if (name.len > kind.len &&
		    memcmp(name.at, kind.at, kind.len) == 0 &&
		    ilp_bytes_equal(catalog_text(item), id) &&
		    !change_add(call, KIND_ROUTE,
				ilp_bytes_skip(name, kind.len), nothing))
			return false;
	}
	return true;
}

static void drop_with_accounts(struct api_call *call,
			       const struct config_plan *plan)
{
	for (size_t i = 0; i < plan->account_count; i++) {
		const struct config_account_plan *p = &plan->accounts[i];

		if (!p->now && !drop_with(call, p->before->settings.id))
			return;
	}
}

static void begin_reload(struct api_call *call)
{
	struct reloader *r = call_reloader(call);
	char error[RELOADER_PROBLEM_MAX];
	struct config *config;

	if (!r) {
		call_refuse(call, &none, "It was made by a program.");
		return;
	}
	if (!change_claim(call, KIND, ilp_text("node")))
		return;
	config = r->ops->read(r->context, error, sizeof(error));
	if (!config) {
		note_problem(r, error);
		call_refuse(call, &wrong, "%s.", error);
		return;
	}
	call->configs[0] = config;
	config_plan_destroy(r->plan);
	r->plan = config_plan_create(r->started, r->now, config);
	if (r->plan)
		drop_with_accounts(call, r->plan);
	else
		call_refuse(call, &call_no_memory, "Ask again later.");
}

static void take(struct api_call *call, struct node *node)
{
	const struct reloader *r = call_reloader(call);
	struct reload *reload = call->state;
	struct config *config = call->configs[0];

	call->configs[0] = NULL;
	reload->good = config_reload(r->plan, node_shard(node), &reload->error);
	if (!r->ops->take(r->context, config, r->plan, reload->error.text,
			  sizeof(reload->error.text)))
		reload->good = false;
}

static enum errand_step reload(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	const struct reloader *r = call_reloader(call);
	struct reload *reload = call->state;
	struct shard *shard = node_shard(node);

	if (!config_reload_fits(r->plan, shard, &reload->error) ||
	    !r->ops->prepare(r->context, r->plan, reload->error.text,
			     sizeof(reload->error.text)))
		return ERRAND_DONE;
	if (!change_note(call, shard)) {
		snprintf(reload->error.text, sizeof(reload->error.text),
			 "no memory");
		return ERRAND_DONE;
	}
	reload->fits = true;
	take(call, node);
	return ERRAND_WAITS;
}

static void tell_lines(const struct reloader *r, const char *before,
		       const struct config_lines *lines)
{
	char text[RELOADER_PROBLEM_MAX];

	for (size_t i = 0; i < lines->count; i++) {
		snprintf(text, sizeof(text), "%s%s", before, lines->at[i]);
		r->ops->tell(r->context, true, text);
	}
}

static void tell(struct reloader *r)
{
	const struct config_plan *p = r->done;

	r->ops->tell(r->context, true,
		     p->changes.count ? "has read its configuration again:" :
					"has read its configuration again; "
					"nothing changes");
	tell_lines(r, "  ", &p->changes);
	tell_lines(r, "  needs a restart: ", &p->restarts);
}

static void answer_reload(struct api_call *call)
{
	const struct config_plan *p = call_reloader(call)->done;
	struct reload *reload = call->state;

	reload->changes = p->changes.at;
	reload->change_count = p->changes.count;
	reload->restarts = p->restarts.at;
	reload->restart_count = p->restarts.count;
	reload->left_off = p->changes.left_off + p->restarts.left_off;
	call_answer(call, 200, &reload_shape, reload);
}

static void finish_reload(struct api_call *call)
{
	struct reloader *r = call_reloader(call);
	const struct reload *reload = call->state;

	if (!reload->fits) {
		note_problem(r, reload->error.text);
		call_refuse(call, &conflict, "%s.", reload->error.text);
		return;
	}
	change_keep(call);
	config_plan_destroy(r->done);
	r->done = r->plan;
	r->plan = NULL;
	r->now = r->done->now;
	r->read_ms = call->now.wall_ms;
	r->problem[0] = '\0';
	r->ops->release(r->context);
	tell(r);
	if (reload->good) {
		answer_reload(call);
		return;
	}
	note_problem(r, reload->error.text);
	call_refuse(call, &call_no_memory, "Not all of it is done: %s.",
		    reload->error.text);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/v1/configuration", API_READ, "getConfiguration",
	  "All options that the node runs by, with their values and who has "
	  "said so, a page at a time. Secrets are not told.",
	  .queries = page_queries, .answer = &page_shape, .status = 200,
	  .state_size = sizeof(struct option_page),
	  .begin = begin_list, .finish = finish_list },
	{ "POST", "/v1/configuration/reload", API_ADMIN, "reloadConfiguration",
	  "Reads the configuration again and goes by it from then on, while "
	  "packets flow. If anything is wrong with it nothing changes.",
	  .answer = &reload_shape, .status = 200,
	  .state_size = sizeof(struct reload),
	  .begin = begin_reload, .work = reload, .finish = finish_reload },
};
/* clang-format on */

const struct endpoint_list configuration_endpoints =
	ENDPOINTS("Configuration", endpoints);
