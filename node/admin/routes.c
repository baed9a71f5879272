/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of routes. */
#include <stdio.h>

#include "node/admin/call.h"
#include "node/admin/page.h"

#define ROUTES_A_STEP 32

struct route_view {
	char prefix[ILP_ADDRESS_MAX + 1];
	char account[ACCOUNT_ID_MAX + 1]; /* empty: it ends here */
};

/* clang-format off */
static const struct shape_field fields[] = {
	{ "prefix", SHAPE_CHARS, .at = offsetof(struct route_view, prefix),
	  .text = "Of the addresses that go this way; the empty one is the "
		  "default." },
	{ "account", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct route_view, account),
	  .text = "To whom it leads; null: it ends here." },
};
/* clang-format on */

static const struct shape route_shape =
	SHAPE("Route", struct route_view, fields);

struct route_page {
	struct page page;
	struct route_view *items;
	size_t count;
};

static const struct shape_field page_fields[] = {
	{ "items", SHAPE_LIST, .at = offsetof(struct route_page, items),
	  .count_at = offsetof(struct route_page, count),
	  .inside = &route_shape,
	  .text = "Routes, in no order. If any are made between two pages some "
		  "may be missing." },
	PAGE_FIELDS(struct route_page),
};

static const struct shape page_shape =
	SHAPE("RoutePage", struct route_page, page_fields);

static void begin_list(struct api_call *call)
{
	struct route_page *page = call->state;

	if (!page_begin(call, &page->page))
		return;
	page->items = call_take(call, page->page.limit * sizeof(*page->items));
	if (!page->items)
		call_refuse(call, &call_no_memory, "Ask for fewer.");
}

static void copy_text(char *out, size_t size, struct ilp_bytes in)
{
	snprintf(out, size, "%.*s", (int)in.len, (const char *)in.at);
}

static enum errand_step list(struct errand *errand, struct node *node)
{
	struct route_page *page = call_of(errand)->state;

	for (int i = 0; i < ROUTES_A_STEP; i++) {
		size_t cursor = page->page.next;
		const struct account *account;
		struct route_view *view;
		struct ilp_bytes prefix;

		page->page.more =
			shard_route_next(node_shard(node), &cursor, &prefix, &account);
		if (!page->page.more || page->count == page->page.limit)
			return ERRAND_DONE;
		view = &page->items[page->count++];
		copy_text(view->prefix, sizeof(view->prefix), prefix);
		if (account)
			copy_text(view->account, sizeof(view->account),
				  account->settings.id);
		page->page.next = cursor;
	}
	return ERRAND_GOES_ON;
}

static void finish_list(struct api_call *call)
{
	struct route_page *page = call->state;

	page_finish(&page->page);
	call_answer(call, 200, &page_shape, page);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/v1/routes", API_READ, "listRoutes",
	  "All routes, a page at a time.",
	  .queries = page_queries, .answer = &page_shape, .status = 200,
	  .state_size = sizeof(struct route_page),
	  .begin = begin_list, .work = list, .finish = finish_list },
};
/* clang-format on */

const struct endpoint_list route_endpoints = ENDPOINTS("Routes", endpoints);
