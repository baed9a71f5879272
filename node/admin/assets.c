/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of assets: what the node itself has of them, and what they are
 * worth in one another. */
#include "node/admin/call.h"
#include "node/admin/fraction.h"
#include "node/admin/page.h"
#include "node/admin/view.h"
#include "price/prices.h"

/* ---- what the node has ---- */

struct asset_own {
	struct view_asset asset;
	signed_units exchange;
	signed_units late;
	signed_units adjusted;
};

/* clang-format off */
static const struct shape_field own_fields[] = {
	{ "assetCode", SHAPE_CHARS, .at = offsetof(struct asset_own, asset.code),
	  .text = "The asset, such as USD." },
	{ "assetScale", SHAPE_SMALL,
	  .at = offsetof(struct asset_own, asset.scale),
	  .text = "Digits behind the point." },
	{ "exchange", SHAPE_UNITS, .at = offsetof(struct asset_own, exchange),
	  .text = "Balance of the node's exchange account: what has gone "
		  "through it in other assets; negative when the node has "
		  "gained of this one." },
	{ "late", SHAPE_UNITS, .at = offsetof(struct asset_own, late),
	  .text = "What could not be charged to a peer since the ledger was "
		  "too slow for a packet." },
	{ "adjusted", SHAPE_UNITS, .at = offsetof(struct asset_own, adjusted),
	  .text = "What the operator has said has happened outside of packets, "
		  "seen from the node: less what peers owe by it, and more "
		  "what they are owed." },
};
/* clang-format on */

static const struct shape own_shape =
	SHAPE("Asset", struct asset_own, own_fields);

struct asset_list {
	struct asset_own *items;
	size_t count;
};

static const struct shape_field list_fields[] = {
	{ "items", SHAPE_LIST, .at = offsetof(struct asset_list, items),
	  .count_at = offsetof(struct asset_list, count), .inside = &own_shape,
	  .text = "Assets that accounts have or have had." },
};

static const struct shape list_shape =
	SHAPE("AssetList", struct asset_list, list_fields);

static void begin_list(struct api_call *call)
{
	struct asset_list *assets = call->state;

	assets->items =
		call_take(call, LEDGER_ASSETS_MAX * sizeof(*assets->items));
	if (!assets->items)
		call_refuse(call, &call_no_memory, "Ask again later.");
}

static struct view_asset asset_of(const struct books_own *own)
{
	struct view_asset asset = { .scale = own->asset.scale };

	memcpy(asset.code, own->asset.code, sizeof(asset.code));
	return asset;
}

static enum errand_step list(struct errand *errand, struct node *node)
{
	const struct books *books = shard_books(node_shard(node));
	struct asset_list *assets = call_of(errand)->state;
	struct books_own own;

	while (assets->count < LEDGER_ASSETS_MAX &&
	       books_own(books, (uint16_t)assets->count, &own))
		assets->items[assets->count++] = (struct asset_own){
			.asset = asset_of(&own),
			.exchange = own.exchange.balance,
			.late = own.late.balance,
			.adjusted = own.adjusted.balance,
		};
	return ERRAND_DONE;
}

static void finish_list(struct api_call *call)
{
	call_answer(call, 200, &list_shape, call->state);
}

/* ---- rates ---- */

#define RATES_A_STEP 64

struct rate_view {
	struct view_asset from;
	struct view_asset to;
	struct fraction rate;
	struct fraction price;
	bool current;
	int64_t expires_ms; /* 0: never */
};

/* clang-format off */
static const struct shape_field fraction_fields[] = {
	{ "numerator", SHAPE_CHARS, .at = offsetof(struct fraction, numerator),
	  .text = "The exact fraction's numerator." },
	{ "denominator", SHAPE_CHARS,
	  .at = offsetof(struct fraction, denominator),
	  .text = "Its denominator." },
	{ "decimal", SHAPE_CHARS, .at = offsetof(struct fraction, decimal),
	  .text = "For people: its first digits, the rest cut off." },
};

static const struct shape fraction_shape =
	SHAPE("Fraction", struct fraction, fraction_fields);

static const struct shape_field rate_fields[] = {
	{ "from", SHAPE_CHARS, .at = offsetof(struct rate_view, from.code),
	  .text = "The asset that comes in." },
	{ "fromScale", SHAPE_SMALL, .at = offsetof(struct rate_view, from.scale),
	  .text = "Its scale." },
	{ "to", SHAPE_CHARS, .at = offsetof(struct rate_view, to.code),
	  .text = "The asset that goes out." },
	{ "toScale", SHAPE_SMALL, .at = offsetof(struct rate_view, to.scale),
	  .text = "Its scale." },
	{ "rate", SHAPE_OBJECT, .at = offsetof(struct rate_view, rate),
	  .inside = &fraction_shape,
	  .text = "Units that go out for a unit that comes in, with the spread "
		  "taken off." },
	{ "price", SHAPE_OBJECT, .at = offsetof(struct rate_view, price),
	  .inside = &fraction_shape,
	  .text = "The same for whole coins." },
	{ "current", SHAPE_FLAG, .at = offsetof(struct rate_view, current),
	  .text = "False: it is too old, and no packet goes by it." },
	{ "expiresAt", SHAPE_MOMENT, .optional = true,
	  .at = offsetof(struct rate_view, expires_ms),
	  .text = "From when on it is too old; null: never." },
};
/* clang-format on */

static const struct shape rate_shape =
	SHAPE("Rate", struct rate_view, rate_fields);

struct rate_page {
	struct page page;
	struct rate_view *items;
	size_t count;
};

static const struct shape_field page_fields[] = {
	{ "items", SHAPE_LIST, .at = offsetof(struct rate_page, items),
	  .count_at = offsetof(struct rate_page, count), .inside = &rate_shape,
	  .text = "Pairs of assets that have a rate." },
	PAGE_FIELDS(struct rate_page),
};

static const struct shape page_shape =
	SHAPE("RatePage", struct rate_page, page_fields);

static void begin_rates(struct api_call *call)
{
	struct rate_page *page = call->state;

	if (!page_begin(call, &page->page))
		return;
	page->items = call_take(call, page->page.limit * sizeof(*page->items));
	if (!page->items)
		call_refuse(call, &call_no_memory, "Ask for fewer.");
}

/* By the wall clock as it is now. */
static int64_t wall_ms(int64_t monotonic_us, struct ilp_time now)
{
	if (monotonic_us == ILP_NEVER_US)
		return 0;
	return now.wall_ms + (monotonic_us - now.monotonic_us) / 1000;
}

/* Is there such a rate? */
static bool look_at(struct shard *shard, struct ilp_time now, uint64_t from,
		    uint64_t to, struct rate_view *out)
{
	const struct books *books = shard_books(shard);
	struct books_own a, b;
	struct ilp_rate rate, coins;
	int64_t expires_us;

	if (from == to || !books_own(books, (uint16_t)from, &a) ||
	    !books_own(books, (uint16_t)to, &b) ||
	    !exchange_look(shard_exchange(shard), (uint16_t)from, (uint16_t)to,
			   &rate, &expires_us) ||
	    ilp_rate_scale(&coins, rate, b.asset.scale, a.asset.scale))
		return false;
	*out = (struct rate_view){
		.from = asset_of(&a),
		.to = asset_of(&b),
		.rate = fraction_of(&rate),
		.price = fraction_of(&coins),
		.current = now.monotonic_us < expires_us,
		.expires_ms = wall_ms(expires_us, now),
	};
	return true;
}

static bool has_asset(struct node *node, uint64_t number)
{
	struct books_own own;

	return number < LEDGER_ASSETS_MAX &&
	       books_own(shard_books(node_shard(node)), (uint16_t)number, &own);
}

/* The cursor goes through all pairs, by their numbers. */
static enum errand_step list_rates(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct rate_page *page = call->state;

	for (int i = 0; i < RATES_A_STEP; i++) {
		uint64_t from = page->page.next / LEDGER_ASSETS_MAX;
		uint64_t to = page->page.next % LEDGER_ASSETS_MAX;

		page->page.more = has_asset(node, from);
		if (!page->page.more || page->count == page->page.limit)
			return ERRAND_DONE;
		page->page.next++;
		if (!has_asset(node, to))
			page->page.next = (from + 1) * LEDGER_ASSETS_MAX;
		else if (look_at(node_shard(node), call->now, from, to,
				 &page->items[page->count]))
			page->count++;
	}
	return ERRAND_GOES_ON;
}

static void finish_rates(struct api_call *call)
{
	struct rate_page *page = call->state;

	page_finish(&page->page);
	call_answer(call, 200, &page_shape, page);
}

/* ---- a price that is held back ---- */

static const struct call_problem no_source = {
	409, "rates-fixed", "The rates are those of the configuration"
};
static const struct call_problem rates_busy = {
	409, "rates-busy", "Another price is being confirmed"
};
static const struct call_problem not_held = {
	409, "price-not-held-back", "No price of this asset is held back"
};

struct belief {
	struct task task;
};

/* clang-format off */
static const struct shape_field belief_fields[] = {
	{ "assetCode", SHAPE_CHARS, .at = offsetof(struct belief, task.name),
	  .text = "The asset." },
	{ "price", SHAPE_CHARS, .at = offsetof(struct belief, task.reason),
	  .text = "Its price from now on, for people." },
};
/* clang-format on */

static const struct shape belief_shape =
	SHAPE("ConfirmedPrice", struct belief, belief_fields);

/* Nobody may put other sources in the place of these meanwhile. */
static void begin_confirm(struct api_call *call)
{
	struct belief *belief = call->state;
	struct ilp_bytes code = call->parts[0];

	belief->task.kind = TASK_CONFIRM;
	call->task = &belief->task;
	if (code.len >= PRICE_CODE_SIZE || memchr(code.at, 0, code.len))
		call_refuse(call, &call_not_found,
			    "No asset has so long a code.");
	else if (change_claim(call, "configuration", ilp_text("node")))
		memcpy(belief->task.name, code.at, code.len);
}

static void finish_confirm(struct api_call *call)
{
	struct belief *belief = call->state;

	switch (belief->task.result) {
	case TASK_DONE:
		call_answer(call, 200, &belief_shape, belief);
		break;
	case TASK_NOT_HERE:
		call_refuse(call, &no_source, "No source can change them.");
		break;
	case TASK_BUSY:
		call_refuse(call, &rates_busy, "Ask again later.");
		break;
	case TASK_NOTHING:
	case TASK_EXISTS:
	case TASK_DAMAGED:
	case TASK_FAILED:
		call_refuse(call, &not_held, "%s.", belief->task.reason);
		break;
	}
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/v1/assets", API_READ, "listAssets",
	  "All assets, with the node's own accounts.",
	  .answer = &list_shape, .status = 200,
	  .state_size = sizeof(struct asset_list),
	  .begin = begin_list, .work = list, .finish = finish_list },
	{ "GET", "/v1/rates", API_READ, "listRates",
	  "What assets are worth in one another, a page at a time.",
	  .queries = page_queries, .answer = &page_shape, .status = 200,
	  .state_size = sizeof(struct rate_page),
	  .begin = begin_rates, .work = list_rates, .finish = finish_rates },
	{ "POST", "/v1/rates/{asset}/confirm", API_OPERATE, "confirmPrice",
	  "Believes the price of an asset that a source has offered, and that "
	  "is held back since it is far from the one before. Packets go by it "
	  "when this is answered.",
	  .answer = &belief_shape, .status = 200, .outside = true,
	  .state_size = sizeof(struct belief),
	  .begin = begin_confirm, .finish = finish_confirm },
};
/* clang-format on */

const struct endpoint_list asset_endpoints = ENDPOINTS("Assets", endpoints);
