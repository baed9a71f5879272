/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of neighbours: how the talk about routes with them stands. */
#include "node/admin/call.h"
#include "node/admin/page.h"
#include "route/routing.h"

#define LOOKS_A_STEP 64

/* One of its two conversations. */
struct talk_view {
	const char *state;
	const char *reason;
	int64_t since_ms;
	uint64_t epoch;
};

struct neighbour_view {
	char id[ACCOUNT_ID_MAX + 1];
	struct talk_view hears;
	struct talk_view tells;
	uint64_t routes;
	uint64_t refused;
};

/* clang-format off */
static const struct shape_field talk_fields[] = {
	{ "state", SHAPE_STRING, .at = offsetof(struct talk_view, state),
	  .text = "\"idle\", \"connecting\", \"syncing\", \"established\" or "
		  "\"stale\"." },
	{ "reason", SHAPE_STRING, .at = offsetof(struct talk_view, reason),
	  .text = "Why, for people." },
	{ "since", SHAPE_MOMENT, .at = offsetof(struct talk_view, since_ms),
	  .text = "Since when it is so." },
	{ "epoch", SHAPE_COUNT, .at = offsetof(struct talk_view, epoch),
	  .text = "How many changes have been told so far." },
};

static const struct shape talk_shape =
	SHAPE("RouteTalk", struct talk_view, talk_fields);

static const struct shape_field fields[] = {
	{ "account", SHAPE_CHARS, .at = offsetof(struct neighbour_view, id),
	  .text = "The neighbour's account." },
	{ "hears", SHAPE_OBJECT, .at = offsetof(struct neighbour_view, hears),
	  .inside = &talk_shape, .text = "What we hear from it." },
	{ "tells", SHAPE_OBJECT, .at = offsetof(struct neighbour_view, tells),
	  .inside = &talk_shape, .text = "What we tell it." },
	{ "routes", SHAPE_COUNT, .at = offsetof(struct neighbour_view, routes),
	  .text = "How many of its routes are known." },
	{ "refused", SHAPE_COUNT,
	  .at = offsetof(struct neighbour_view, refused),
	  .text = "How many were not taken since it is connected." },
};

static const struct shape neighbour_shape =
	SHAPE("Neighbour", struct neighbour_view, fields);

struct neighbour_page {
	struct page page;
	struct neighbour_view *items;
	size_t count;
};

static const struct shape_field page_fields[] = {
	{ "items", SHAPE_LIST, .at = offsetof(struct neighbour_page, items),
	  .count_at = offsetof(struct neighbour_page, count),
	  .inside = &neighbour_shape,
	  .text = "Accounts that we talk about routes with." },
	PAGE_FIELDS(struct neighbour_page),
};
/* clang-format on */

static const struct shape page_shape =
	SHAPE("NeighbourPage", struct neighbour_page, page_fields);

static void begin_list(struct api_call *call)
{
	struct neighbour_page *page = call->state;

	if (!page_begin(call, &page->page))
		return;
	page->items = call_take(call, page->page.limit * sizeof(*page->items));
	if (!page->items)
		call_refuse(call, &call_no_memory, "Ask again later.");
}

static struct talk_view view_talk(const struct neighbour_status *status,
				  struct ilp_time now)
{
	return (struct talk_view){
		.state = neighbour_state_word(status->state),
		.reason = neighbour_reason_text(status->reason),
		.since_ms = now.wall_ms -
			    (now.monotonic_us - status->since_us) / 1000,
		.epoch = status->epoch,
	};
}

static void view_neighbour(struct neighbour_view *view,
			   const struct shard *shard,
			   const struct account *account)
{
	struct routing_status status;

	shard_routing_status(shard, account, &status);
	memcpy(view->id, account->settings.id.at, account->settings.id.len);
	view->hears = view_talk(&status.hears, shard_now(shard));
	view->tells = view_talk(&status.tells, shard_now(shard));
	view->routes = shard_routes_learned(shard, account);
	for (int i = 0; i < LISTENER_REFUSALS; i++)
		view->refused += status.refused[i];
}

static bool is_neighbour(const struct account *account)
{
	return account->state != ACCOUNT_CLOSING &&
	       (account->settings.sends_routes ||
		account->settings.receives_routes);
}

static enum errand_step list(struct errand *errand, struct node *node)
{
	struct neighbour_page *page = call_of(errand)->state;
	struct shard *shard = node_shard(node);

	for (int i = 0; i < LOOKS_A_STEP; i++) {
		const struct account *account =
			shard_account_from(shard, page->page.next);

		page->page.more = account;
		if (!account || page->count == page->page.limit)
			return ERRAND_DONE;
		if (is_neighbour(account))
			view_neighbour(&page->items[page->count++], shard,
				       account);
		page->page.next = (uint64_t)account->slot + 1;
	}
	return ERRAND_GOES_ON;
}

static void finish_list(struct api_call *call)
{
	struct neighbour_page *page = call->state;

	page_finish(&page->page);
	call_answer(call, 200, &page_shape, page);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/v1/neighbours", API_READ, "listNeighbours",
	  "How the talk about routes with each neighbour stands, a page at a "
	  "time.",
	  .queries = page_queries, .answer = &page_shape, .status = 200,
	  .state_size = sizeof(struct neighbour_page),
	  .begin = begin_list, .work = list, .finish = finish_list },
};
/* clang-format on */

const struct endpoint_list neighbour_endpoints =
	ENDPOINTS("Neighbours", endpoints);
