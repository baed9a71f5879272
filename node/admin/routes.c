/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of routes. */
#include <assert.h>
#include <stdio.h>

#include "node/admin/call.h"
#include "node/admin/page.h"

#define ROUTES_A_STEP 32
#define ROUTES_TO_ONE_MAX 64
#define KIND "route"
#define KIND_ACCOUNT "account"
/* Of the empty prefix in a path; no address begins so. */
#define DEFAULT "default"

static const struct call_problem unknown = { 404, "route-unknown",
					     "There is no such route" };
static const struct call_problem invalid = { 400, "route-invalid",
					     "That is no route" };
static const struct call_problem conflict = {
	409, "route-conflict", "It was made elsewhere"
};
static const struct call_problem no_account = {
	409, "account-unknown", "There is no account to lead to"
};

struct route_view {
	enum route_origin made; /* from which follows the */
	const char *origin;
	uint64_t others;
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
	{ "origin", SHAPE_STRING, .at = offsetof(struct route_view, origin),
	  .text = "Who made it: \"api\", the operator through the API; "
		  "\"file\", the operator with an account or in the "
		  "configuration's file; \"local\", it is our own address or "
		  "that of a child; \"learned\", a neighbour has announced "
		  "it." },
	{ "alternatives", SHAPE_COUNT, .at = offsetof(struct route_view, others),
	  .text = "How many other routes there are to this prefix, which "
		  "packets do not take." },
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
	  .text = "Routes that packets take, in no order. If any are made "
		  "between two pages some may be missing." },
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

static void view_route(struct route_view *view, const struct shard_route *route,
		       size_t others)
{
	view->made = route->origin;
	view->others = others;
	copy_text(view->prefix, sizeof(view->prefix), route->prefix);
	if (route->account)
		copy_text(view->account, sizeof(view->account),
			  route->account->settings.id);
}

static enum errand_step list(struct errand *errand, struct node *node)
{
	struct route_page *page = call_of(errand)->state;

	for (int i = 0; i < ROUTES_A_STEP; i++) {
		size_t cursor = page->page.next;
		struct shard_route route;
		size_t others;

		page->page.more = shard_route_next(node_shard(node), &cursor,
						   &route, &others);
		if (!page->page.more || page->count == page->page.limit)
			return ERRAND_DONE;
		view_route(&page->items[page->count++], &route, others);
		page->page.next = cursor;
	}
	return ERRAND_GOES_ON;
}

static struct ilp_bytes name_in_path(struct ilp_bytes prefix)
{
	return prefix.len ? prefix : ilp_text(DEFAULT);
}

static void name_origin(struct api_call *call, struct route_view *view)
{
	struct ilp_bytes name = name_in_path(ilp_text(view->prefix));

	switch (view->made) {
	case ROUTE_STATIC:
		view->origin =
			change_find(call, KIND, name).len ? "api" : "file";
		break;
	case ROUTE_LOCAL:
		view->origin = "local";
		break;
	case ROUTE_LEARNED:
	case ROUTE_ORIGINS:
		view->origin = "learned";
		break;
	}
}

static void finish_list(struct api_call *call)
{
	struct route_page *page = call->state;

	page_finish(&page->page);
	for (size_t i = 0; i < page->count; i++)
		name_origin(call, &page->items[i]);
	call_answer(call, 200, &page_shape, page);
}

/* ---- one ---- */

struct one {
	struct ilp_bytes prefix;
	struct ilp_bytes account;
	bool ours;  /* it was made through the API */
	bool found; /* there is such a route, */
	bool set;   /* and it was set, */
	bool known; /* to an account that there is */
	struct route_view view;
};

static bool read_prefix(struct api_call *call)
{
	struct one *one = call->state;

	one->prefix = call->parts[0];
	if (ilp_bytes_equal(one->prefix, ilp_text(DEFAULT)))
		one->prefix.len = 0;
	one->ours = change_find(call, KIND, call->parts[0]).len;
	if (route_prefix_fits(one->prefix) &&
	    (one->prefix.len == 0 || ilp_prefix_valid(one->prefix)))
		return true;
	call_refuse(call, &invalid,
		    "Expected a prefix of addresses, such as g.us, or "
		    "\"" DEFAULT "\" for the default route.");
	return false;
}

/* ---- all to one prefix ---- */

struct routes_to_one {
	struct one one;
	struct route_view *items;
	size_t count;
};

static const struct shape_field to_one_fields[] = {
	{ "items", SHAPE_LIST, .at = offsetof(struct routes_to_one, items),
	  .count_at = offsetof(struct routes_to_one, count),
	  .inside = &route_shape,
	  .text = "Routes to this prefix, the one that packets take first, the "
		  "next best behind it; at most 64." },
};

static const struct shape to_one_shape =
	SHAPE("RouteChoice", struct routes_to_one, to_one_fields);

static void begin_to_one(struct api_call *call)
{
	struct routes_to_one *all = call->state;

	if (!read_prefix(call))
		return;
	all->items = call_take(call, ROUTES_TO_ONE_MAX * sizeof(*all->items));
	if (!all->items)
		call_refuse(call, &call_no_memory, "Ask again later.");
}

static enum errand_step look_to_one(struct errand *errand, struct node *node)
{
	struct routes_to_one *all = call_of(errand)->state;
	struct shard_route routes[ROUTES_TO_ONE_MAX];
	size_t count = shard_routes_to(node_shard(node), all->one.prefix,
				       routes, ROUTES_TO_ONE_MAX);

	all->count = count < ROUTES_TO_ONE_MAX ? count : ROUTES_TO_ONE_MAX;
	for (size_t i = 0; i < all->count; i++)
		view_route(&all->items[i], &routes[i], count - 1);
	return ERRAND_DONE;
}

static void finish_to_one(struct api_call *call)
{
	struct routes_to_one *all = call->state;

	if (all->count == 0) {
		call_refuse(call, &unknown, "No route has this prefix.");
		return;
	}
	for (size_t i = 0; i < all->count; i++)
		name_origin(call, &all->items[i]);
	call_answer(call, 200, &to_one_shape, all);
}

/* ---- changes ---- */

static const struct form_field set_fields[] = {
	{ "account", FORM_TEXT, .at = offsetof(struct one, account),
	  .max = ACCOUNT_ID_MAX, .signs = "_.~-",
	  .text = "The account that it leads to." },
};

static const struct form set_form = FORM("RouteSettings", set_fields);

/* The account stays as long as that takes. */
static void begin_set(struct api_call *call)
{
	struct one *one = call->state;

	if (read_prefix(call) && form_read(call, &set_form, &invalid, one) &&
	    change_claim(call, KIND_ACCOUNT, one->account))
		change_add(call, KIND, call->parts[0], one->account);
}

/* What the operator has just said is the best. */
static void view_set(struct one *one, const struct shard *shard)
{
	struct shard_route route;
	size_t count = shard_routes_to(shard, one->prefix, &route, 1);

	assert(count > 0);
	view_route(&one->view, &route, count - 1);
}

static enum errand_step set(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct shard *shard = node_shard(node);
	struct one *one = call->state;
	const struct account *account = shard_account_find(shard, one->account);
	const struct account *before;

	one->found = shard_route_get(shard, one->prefix, &before);
	one->known = account && account->state != ACCOUNT_CLOSING;
	if ((one->found && !one->ours) || !one->known)
		return ERRAND_DONE;
	one->set = shard_route_set(shard, one->prefix, account) &&
		   change_note(call, shard);
	if (one->set)
		view_set(one, shard);
	return one->set ? ERRAND_WAITS : ERRAND_DONE;
}

static void finish_set(struct api_call *call)
{
	struct one *one = call->state;

	if (one->found && !one->ours) {
		call_refuse(call, &conflict,
			    "There is such a route in the file, of an account, "
			    "or it is our own address.");
	} else if (!one->known) {
		call_refuse(call, &no_account, "No account has the id \"%.*s\".",
			    (int)one->account.len,
			    (const char *)one->account.at);
	} else if (!one->set) {
		call_refuse(call, &call_no_memory, "Ask again later.");
	} else {
		change_keep(call);
		name_origin(call, &one->view);
		call_answer(call, 200, &route_shape, &one->view);
	}
}

static void begin_remove(struct api_call *call)
{
	if (read_prefix(call))
		change_add(call, KIND, call->parts[0],
			   (struct ilp_bytes){ NULL, 0 });
}

static enum errand_step remove_one(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct shard *shard = node_shard(node);
	struct one *one = call->state;

	one->found = shard_routes_to(shard, one->prefix, NULL, 0) > 0;
	if (!one->ours)
		return ERRAND_DONE;
	one->set = change_note(call, shard);
	if (one->set)
		shard_route_remove(shard, one->prefix);
	return one->set ? ERRAND_WAITS : ERRAND_DONE;
}

static void finish_remove(struct api_call *call)
{
	struct one *one = call->state;

	if (!one->ours && one->found)
		call_refuse(call, &conflict,
			    "It is in the file, of an account, our own address "
			    "or a child's, or a neighbour's.");
	else if (!one->ours)
		call_refuse(call, &unknown, "No route has this prefix.");
	else if (!one->set)
		call_refuse(call, &call_no_memory, "Ask again later.");
	else
		change_keep(call);
	if (!call->status)
		call_answer_done(call);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/v1/routes", API_READ, "listRoutes",
	  "The routes that packets take, a page at a time.",
	  .queries = page_queries, .answer = &page_shape, .status = 200,
	  .state_size = sizeof(struct route_page),
	  .begin = begin_list, .work = list, .finish = finish_list },
	{ "GET", "/v1/routes/{prefix}", API_READ, "getRoute",
	  "All routes to a prefix, the best first.",
	  .answer = &to_one_shape, .status = 200,
	  .state_size = sizeof(struct routes_to_one),
	  .begin = begin_to_one, .work = look_to_one,
	  .finish = finish_to_one },
	{ "PUT", "/v1/routes/{prefix}", API_OPERATE, "setRoute",
	  "Has a prefix lead to an account: {\"account\": \"alice\"}. The "
	  "default route is called \"default\".",
	  .body = &set_form, .answer = &route_shape, .status = 200,
	  .state_size = sizeof(struct one),
	  .begin = begin_set, .work = set, .finish = finish_set },
	{ "DELETE", "/v1/routes/{prefix}", API_OPERATE, "removeRoute",
	  "Removes a route that was made through the API.",
	  .status = 204, .state_size = sizeof(struct one),
	  .begin = begin_remove, .work = remove_one, .finish = finish_remove },
};
/* clang-format on */

const struct endpoint_list route_endpoints = ENDPOINTS("Routes", endpoints);
