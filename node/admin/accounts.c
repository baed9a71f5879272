/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of accounts. */
#include <stdio.h>

#include "node/admin/accounts.h"
#include "node/admin/merge.h"
#include "node/admin/page.h"
#include "node/admin/view.h"
#include "node/config_account.h"
#include "node/config_apply.h"
#include "node/config_names.h"

/* Copied in one round, so that a packet waits for no more than these. */
#define VIEWS_A_STEP 16

/* Bytes that a group takes besides what is put into it. */
#define CANONICAL_MORE 64

#define NAME_SHOWN 64

#define KIND "account"
#define KIND_STOPPED "stopped"
#define KIND_ROUTE "route"

static const struct call_problem unknown = { 404, "account-unknown",
					     "There is no such account" };
static const struct call_problem exists = { 409, "account-exists",
					    "There is such an account" };
static const struct call_problem invalid = { 400, "account-invalid",
					     "That is no account" };
static const struct call_problem conflict = {
	409, "account-conflict", "It does not fit to the other accounts"
};
static const struct call_problem in_file = {
	409, "account-in-file", "The account is in the configuration's file"
};
static const struct call_problem not_empty = {
	409, "account-not-empty", "There is money in the account"
};
static const struct call_problem leaving = {
	409, "account-leaving", "The account is being removed"
};

/* Only what was made through the API is removed. */
static const char *origin_of(struct api_call *call, const struct view *view)
{
	return view->state == ACCOUNT_CLOSING ||
			       change_find(call, KIND, ilp_text(view->id)).len ?
		       "api" :
		       "file";
}

/* ---- all of them ---- */

struct account_page {
	struct page page;
	struct view *items;
	size_t count;
};

static const struct shape_field page_fields[] = {
	{ "items", SHAPE_LIST, .at = offsetof(struct account_page, items),
	  .count_at = offsetof(struct account_page, count),
	  .inside = &view_shape,
	  .text = "Accounts, in an order that stays." },
	PAGE_FIELDS(struct account_page),
};

static const struct shape page_shape =
	SHAPE("AccountPage", struct account_page, page_fields);

static void begin_list(struct api_call *call)
{
	struct account_page *page = call->state;

	if (!page_begin(call, &page->page))
		return;
	page->items = call_take(call, page->page.limit * sizeof(*page->items));
	if (!page->items)
		call_refuse(call, &call_no_memory, "Ask for fewer.");
}

static enum errand_step list(struct errand *errand, struct node *node)
{
	struct account_page *page = call_of(errand)->state;
	struct account *account;

	for (int i = 0; i < VIEWS_A_STEP; i++) {
		account = shard_account_from(node_shard(node), page->page.next);
		page->page.more = account;
		if (!account || page->count == page->page.limit)
			return ERRAND_DONE;
		view_take(&page->items[page->count++], account);
		page->page.next = (uint64_t)account->slot + 1;
	}
	return ERRAND_GOES_ON;
}

static void finish_list(struct api_call *call)
{
	struct account_page *page = call->state;

	page_finish(&page->page);
	for (size_t i = 0; i < page->count; i++)
		page->items[i].origin = origin_of(call, &page->items[i]);
	call_answer(call, 200, &page_shape, page);
}

/* ---- one ---- */

struct one {
	bool ours; /* it was made through the API */
	bool found;
	bool leaves; /* and is being removed */
	bool empty;
	bool failed;
	struct config_error error;
	struct view view;
};

static void look_at(struct one *one, const struct account *account)
{
	one->found = account;
	one->leaves = account && account->state == ACCOUNT_CLOSING;
	if (account)
		view_take(&one->view, account);
}

/* Is it there, and stays? */
static bool stays(const struct one *one)
{
	return one->found && !one->leaves;
}

static struct account *find(struct api_call *call, struct node *node)
{
	return shard_account_find(node_shard(node), call->parts[0]);
}

static enum errand_step look(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);

	look_at(call->state, find(call, node));
	return ERRAND_DONE;
}

static void refuse_unknown(struct api_call *call)
{
	call_refuse(call, &unknown, "No account has the id \"%.*s\".",
		    (int)call->parts[0].len, (const char *)call->parts[0].at);
}

static void refuse_to_change(struct api_call *call)
{
	const struct one *one = call->state;

	if (!one->found)
		refuse_unknown(call);
	else if (one->leaves)
		call_refuse(call, &leaving,
			    "Its id is free when it is gone.");
	else
		call_refuse(call, &in_file,
			    "Change it there, and have the node read it "
			    "again.");
}

static void answer_one(struct api_call *call, int status)
{
	struct one *one = call->state;

	one->view.origin = origin_of(call, &one->view);
	call_answer(call, status, &view_shape, &one->view);
}

static void finish_look(struct api_call *call)
{
	const struct one *one = call->state;

	if (one->found)
		answer_one(call, 200);
	else
		refuse_unknown(call);
}

/* ---- making one ---- */

/* Which of the call's configurations is which. */
enum { BEFORE, NOW };

/* Reads what the account is to be from now on, and has it remembered. */
static bool read_account(struct api_call *call, struct ilp_bytes text)
{
	struct config_error error;
	struct config *now =
		config_parse_account(text, call_crypto(call), &error);

	call->configs[NOW] = now;
	if (!now)
		call_refuse(call, &invalid, "%s.", error.text);
	else
		change_add(call, KIND, now->accounts->settings.id, text);
	return call_goes_on(call);
}

void accounts_begin_add(struct api_call *call, struct ilp_bytes text)
{
	call->state = call_take(call, sizeof(struct one));
	if (call->state)
		read_account(call, text);
	else
		call_refuse(call, &call_no_memory, "Ask again later.");
}

static const struct form add_form = {
	.name = "AccountSettings", .options = &config_account_object
};

static const struct form change_form = {
	.name = "AccountChanges",
	.options = &config_account_object,
	.patch = true,
};

static void begin_add(struct api_call *call)
{
	if (call_json(call))
		read_account(call, call->body);
}

/* Has the ledger told of what was done to the account; when that cannot be, it
 * is undone by the end of the run. */
static enum errand_step remember(struct api_call *call, struct node *node)
{
	struct one *one = call->state;

	if (change_note(call, node_shard(node)))
		return ERRAND_WAITS;
	one->failed = true;
	snprintf(one->error.text, sizeof(one->error.text), "no memory");
	return ERRAND_DONE;
}

enum errand_step accounts_work_add(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct one *one = call->state;
	const struct config_account *account = call->configs[NOW]->accounts;
	struct shard *shard = node_shard(node);

	one->found = shard_account_find(shard, account->settings.id);
	one->failed = one->found ||
		      !config_add_account(account, shard, &one->error);
	if (one->failed)
		return ERRAND_DONE;
	look_at(one, shard_account_find(shard, account->settings.id));
	return remember(call, node);
}

bool accounts_finish_add(struct api_call *call)
{
	struct one *one = call->state;

	if (one->failed && one->found)
		call_refuse(call, &exists, "Its id is taken.");
	else if (one->failed)
		call_refuse(call, &conflict, "%s.", one->error.text);
	else
		change_keep(call);
	return !one->failed;
}

static void finish_add(struct api_call *call)
{
	if (accounts_finish_add(call))
		answer_one(call, 201);
}

/* ---- changing one ---- */

/* What was said of it before, if it was made through the API. */
static struct ilp_bytes text_of(struct api_call *call)
{
	return change_find(call, KIND, call->parts[0]);
}

/* That text, with one name for each option; NULL when there is no memory. */
static const struct ilp_json_node *named_once(struct api_call *call,
					      struct ilp_bytes text)
{
	size_t room = text.len + CANONICAL_MORE;
	struct ilp_json_node *nodes =
		call_take(call, (room + 1) * sizeof(*nodes));
	uint8_t *again = call_take(call, room);
	struct ilp_json_writer w = ilp_json_writer(again, again ? room : 0, 0);

	if (!nodes || !again ||
	    ilp_json_read(nodes, room + 1, text).problem)
		return NULL;
	config_names_put(&w, config_account_object, nodes);
	text = ilp_json_written(&w);
	return text.len && !ilp_json_read(nodes, room + 1, text).problem ?
		       nodes :
		       NULL;
}

/* What is taken away has to be something. */
static bool knows_all(struct api_call *call,
		      const struct ilp_json_node *changes)
{
	const struct ilp_json_node *key =
		config_names_gone(config_account_object, changes);

	if (key)
		call_refuse(call, &invalid, "Unknown option \"%.*s\".",
			    (int)(key->text.len < NAME_SHOWN ? key->text.len :
							       NAME_SHOWN),
			    (const char *)key->text.at);
	return !key;
}

/* Its new text; empty, and the call says why, when there is none. */
static struct ilp_bytes patch(struct api_call *call)
{
	const struct ilp_bytes nothing = { NULL, 0 };
	struct ilp_bytes text = text_of(call);
	const struct ilp_json_node *before, *changes;
	size_t room = text.len + call->body.len + 2 * CANONICAL_MORE;
	uint8_t *merged = call_take(call, room);
	struct ilp_json_writer w = ilp_json_writer(merged, merged ? room : 0, 0);

	if (!call_json(call))
		return nothing;
	before = named_once(call, text);
	changes = named_once(call, call->body);
	if (!merged || !before || !changes) {
		call_refuse(call, &call_no_memory, "Ask again later.");
		return nothing;
	}
	if (!knows_all(call, changes))
		return nothing;
	merge_patch(&w, before, changes);
	if (ilp_json_written(&w).len == 0)
		call_refuse(call, &invalid, "What becomes of it is too deep.");
	return ilp_json_written(&w);
}

static struct ilp_bytes id_of(const struct config *config)
{
	return config->accounts->settings.id;
}

static void begin_change(struct api_call *call)
{
	struct config_error error;
	struct ilp_bytes text;
	struct ilp_bytes merged;

	if (!change_claim(call, KIND, call->parts[0]))
		return;
	text = text_of(call);
	if (!text.len)
		return; /* it is in the file, or nowhere: the shard knows */
	merged = patch(call);
	if (call->status)
		return;
	call->configs[BEFORE] =
		config_parse_account(text, call_crypto(call), &error);
	if (!call->configs[BEFORE])
		call_refuse(call, &invalid, "%s.", error.text);
	else if (read_account(call, merged) &&
		 !ilp_bytes_equal(id_of(call->configs[NOW]), call->parts[0]))
		call_refuse(call, &invalid, "An account keeps its id.");
}

static enum errand_step change(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct one *one = call->state;

	look_at(one, find(call, node));
	if (!stays(one) || !call->configs[NOW])
		return ERRAND_DONE;
	one->failed = !config_change_account(call->configs[BEFORE]->accounts,
					     call->configs[NOW]->accounts,
					     node_shard(node), &one->error);
	if (one->failed)
		return ERRAND_DONE;
	look_at(one, find(call, node));
	return remember(call, node);
}

static void finish_change(struct api_call *call)
{
	struct one *one = call->state;

	if (!stays(one) || !call->configs[NOW])
		refuse_to_change(call);
	else if (one->failed)
		call_refuse(call, &conflict, "%s.", one->error.text);
	else
		change_keep(call);
	if (!call->status)
		answer_one(call, 200);
}

/* ---- removing one ---- */

/* Its routes go with it: whoever has its id later is not led to by them. None
 * is being made, since that claims the account. */
static void drop_routes(struct api_call *call)
{
	const struct ilp_bytes nothing = { NULL, 0 };
	const struct ilp_bytes kind = ilp_text(KIND_ROUTE "/");
	const struct catalog_item *item = NULL;

	while ((item = catalog_next(call_catalog(call), item))) {
		struct ilp_bytes name = catalog_name(item);

		if (name.len > kind.len &&
		    memcmp(name.at, kind.at, kind.len) == 0 &&
		    ilp_bytes_equal(catalog_text(item), call->parts[0]) &&
		    !change_add(call, KIND_ROUTE,
				ilp_bytes_skip(name, kind.len), nothing))
			return;
	}
}

static void begin_remove(struct api_call *call)
{
	const struct ilp_bytes nothing = { NULL, 0 };
	struct one *one = call->state;

	if (!change_claim(call, KIND, call->parts[0]))
		return;
	one->ours = text_of(call).len;
	if (one->ours && change_add(call, KIND, call->parts[0], nothing) &&
	    change_add(call, KIND_STOPPED, call->parts[0], nothing))
		drop_routes(call);
}

/* What is in flight may still become money in it, which nobody could settle
 * any more. */
static bool is_empty(const struct view *view)
{
	const struct view_balance *balance = &view->balance;

	return balance->current == 0 && balance->held_debits == 0 &&
	       balance->held_credits == 0 && balance->in_doubt == 0 &&
	       balance->unresolved == 0;
}

static enum errand_step remove_one(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct one *one = call->state;
	struct account *account = find(call, node);

	look_at(one, account);
	one->empty = account && is_empty(&one->view);
	if (!stays(one) || !one->empty || !one->ours)
		return ERRAND_DONE;
	shard_account_remove(node_shard(node), account);
	view_take(&one->view, account);
	return remember(call, node);
}

static void finish_remove(struct api_call *call)
{
	struct one *one = call->state;

	if (!stays(one) || !one->ours)
		refuse_to_change(call);
	else if (!one->empty)
		call_refuse(call, &not_empty,
			    "Stop it and settle with the peer first, and "
			    "resolve what is in doubt.");
	else if (one->failed)
		call_refuse(call, &call_no_memory, "Ask again later.");
	else
		change_keep(call);
	if (!call->status)
		answer_one(call, 200);
}

/* ---- stopping ---- */

static void begin_stop(struct api_call *call)
{
	change_add(call, KIND_STOPPED, call->parts[0], ilp_text("true"));
}

static void begin_start(struct api_call *call)
{
	change_add(call, KIND_STOPPED, call->parts[0],
		   (struct ilp_bytes){ NULL, 0 });
}

static enum errand_step set_stopped(struct errand *errand, struct node *node,
				    bool stopped)
{
	struct api_call *call = call_of(errand);
	struct account *account = find(call, node);

	look_at(call->state, account);
	if (!stays(call->state))
		return ERRAND_DONE;
	shard_account_stop(node_shard(node), account, stopped);
	look_at(call->state, account);
	return remember(call, node);
}

static enum errand_step stop(struct errand *errand, struct node *node)
{
	return set_stopped(errand, node, true);
}

static enum errand_step start(struct errand *errand, struct node *node)
{
	return set_stopped(errand, node, false);
}

static void finish_stop(struct api_call *call)
{
	const struct one *one = call->state;

	if (!stays(one)) {
		refuse_to_change(call);
	} else if (one->failed) {
		call_refuse(call, &call_no_memory, "Ask again later.");
	} else {
		change_keep(call);
		answer_one(call, 200);
	}
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/v1/accounts", API_READ, "listAccounts",
	  "All accounts, a page at a time.",
	  .queries = page_queries, .answer = &page_shape, .status = 200,
	  .state_size = sizeof(struct account_page),
	  .begin = begin_list, .work = list, .finish = finish_list },
	{ "POST", "/v1/accounts", API_ADMIN, "addAccount",
	  "Makes an account, which is written as in the configuration's file. "
	  "It is there for good when this is answered.",
	  .body = &add_form, .answer = &view_shape, .status = 201,
	  .state_size = sizeof(struct one),
	  .begin = begin_add, .work = accounts_work_add, .finish = finish_add },
	{ "GET", "/v1/accounts/{id}", API_READ, "getAccount",
	  "One account: its settings without their secrets, its link, its "
	  "balance, its packets.",
	  .answer = &view_shape, .status = 200,
	  .state_size = sizeof(struct one),
	  .work = look, .finish = finish_look },
	{ "PATCH", "/v1/accounts/{id}", API_ADMIN, "changeAccount",
	  "Changes an account that was made through the API, while packets "
	  "flow: options that are given replace the others, and null takes one "
	  "away (RFC 7396).",
	  .body = &change_form, .answer = &view_shape, .status = 200,
	  .state_size = sizeof(struct one),
	  .begin = begin_change, .work = change, .finish = finish_change },
	{ "DELETE", "/v1/accounts/{id}", API_ADMIN, "removeAccount",
	  "Removes an account that was made through the API, is empty, and has "
	  "no money in flight. Its routes go with it.",
	  .answer = &view_shape, .status = 200,
	  .state_size = sizeof(struct one),
	  .begin = begin_remove, .work = remove_one, .finish = finish_remove },
	{ "POST", "/v1/accounts/{id}/stop", API_OPERATE, "stopAccount",
	  "Lets no new packets in or out, also after the node has been started "
	  "again. What is in flight goes on.",
	  .answer = &view_shape, .status = 200,
	  .state_size = sizeof(struct one),
	  .begin = begin_stop, .work = stop, .finish = finish_stop },
	{ "POST", "/v1/accounts/{id}/start", API_OPERATE, "startAccount",
	  "Lets packets in and out again.",
	  .answer = &view_shape, .status = 200,
	  .state_size = sizeof(struct one),
	  .begin = begin_start, .work = start, .finish = finish_stop },
};
/* clang-format on */

const struct endpoint_list account_endpoints = ENDPOINTS("Accounts", endpoints);
