/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of accounts. */
#include "node/admin/call.h"
#include "node/admin/page.h"
#include "node/admin/view.h"

/* Copied in one round, so that a packet waits for no more than these. */
#define VIEWS_A_STEP 16

static const struct call_problem unknown = { 404, "account-unknown",
					     "There is no such account" };

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
	call_answer(call, 200, &page_shape, page);
}

/* ---- one ---- */

struct account_state_of {
	bool found;
	struct view view;
};

static enum errand_step look(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct account_state_of *state = call->state;
	const struct account *account =
		shard_account_find(node_shard(node), call->parts[0]);

	state->found = account;
	if (account)
		view_take(&state->view, account);
	return ERRAND_DONE;
}

static void finish_one(struct api_call *call)
{
	struct account_state_of *state = call->state;

	if (state->found)
		call_answer(call, 200, &view_shape, &state->view);
	else
		call_refuse(call, &unknown, "No account has the id \"%.*s\".",
			    (int)call->parts[0].len,
			    (const char *)call->parts[0].at);
}

/* ---- stopping ---- */

static enum errand_step set_stopped(struct errand *errand, struct node *node,
				    bool stopped)
{
	struct api_call *call = call_of(errand);
	struct account *account = shard_account_find(node_shard(node), call->parts[0]);

	if (account)
		shard_account_stop(node_shard(node), account, stopped);
	return look(errand, node);
}

static enum errand_step stop(struct errand *errand, struct node *node)
{
	return set_stopped(errand, node, true);
}

static enum errand_step start(struct errand *errand, struct node *node)
{
	return set_stopped(errand, node, false);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/v1/accounts", API_READ, "listAccounts",
	  "All accounts, a page at a time.",
	  .queries = page_queries, .answer = &page_shape, .status = 200,
	  .state_size = sizeof(struct account_page),
	  .begin = begin_list, .work = list, .finish = finish_list },
	{ "GET", "/v1/accounts/{id}", API_READ, "getAccount",
	  "One account: its settings without their secrets, its link, its "
	  "balance, its packets.",
	  .answer = &view_shape, .status = 200,
	  .state_size = sizeof(struct account_state_of),
	  .work = look, .finish = finish_one },
	{ "POST", "/v1/accounts/{id}/stop", API_OPERATE, "stopAccount",
	  "Lets no new packets in or out. What is in flight goes on.",
	  .answer = &view_shape, .status = 200,
	  .state_size = sizeof(struct account_state_of),
	  .work = stop, .finish = finish_one },
	{ "POST", "/v1/accounts/{id}/start", API_OPERATE, "startAccount",
	  "Lets packets in and out again.",
	  .answer = &view_shape, .status = 200,
	  .state_size = sizeof(struct account_state_of),
	  .work = start, .finish = finish_one },
};
/* clang-format on */

const struct endpoint_list account_endpoints = ENDPOINTS("Accounts", endpoints);
