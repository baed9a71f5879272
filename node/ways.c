/* SPDX-License-Identifier: Apache-2.0 */
#include "node/ways.h"

#include <assert.h>

#include "ilp/text.h"
#include "node/witness.h"
#include "route/routing.h"

/* Routes a round: few enough that packets do not notice. */
#define STEP 64

static struct ilp_bytes own_address(const struct connector *c)
{
	return (struct ilp_bytes){ c->address, c->address_len };
}

static bool is_own_address(const struct connector *c, struct ilp_bytes prefix)
{
	return ilp_bytes_equal(prefix, own_address(c));
}

/* ---- the table ---- */

/* Has the table say what is best to a destination now. False when there is no
 * memory; then it says what it did. */
static bool apply(struct connector *c, uint32_t destination)
{
	const struct route *best = routes_best(c->known, destination);
	struct ilp_bytes prefix = routes_prefix(c->known, destination);
	uint32_t before;

	recent_forget(c->recent, prefix);
	if (!best && route_table_remove(c->routes, prefix))
		witness_route(c, prefix, NULL, EVENT_ROUTE_REMOVED);
	if (!best || (route_table_get(c->routes, prefix, &before) &&
		      before == best->hop))
		return true;
	if (!route_table_set(c->routes, prefix, best->hop))
		return false;
	witness_route(c, prefix, accounts_at(c->accounts, best->hop),
		      EVENT_ROUTE_SET);
	return true;
}

/* The same to a prefix, before its turn comes. */
static bool apply_now(struct connector *c, struct ilp_bytes prefix)
{
	uint32_t destination;

	return !routes_find(c->known, prefix, &destination) ||
	       apply(c, destination);
}

/* The network's name: "g" of "g.us.node". */
static struct ilp_bytes global_prefix(const struct connector *c)
{
	struct ilp_bytes rest = own_address(c);

	return ilp_text_until(&rest, '.');
}

/* Other secrets of the seed, one for each purpose. */
static void derive(const struct connector *c, const uint8_t seed[32],
		   const char *purpose, uint8_t out[ILP_HASH_LEN])
{
	ilp_hmac_sha256(c->crypto, out, (struct ilp_bytes){ seed, 32 },
			ilp_text(purpose));
}

static struct routing *make_routing(struct connector *c,
				    const struct connector_options *options)
{
	uint8_t secret[ILP_HASH_LEN], table[ILP_HASH_LEN];
	struct routing_settings settings = {
		.routes = c->known,
		.secret = ILP_BYTES(secret),
		.address = own_address(c),
		.global = global_prefix(c),
		.hold_down_ms = (uint32_t)(options->route_expiry_ms ?
						   options->route_expiry_ms :
						   CONNECTOR_ROUTE_EXPIRY_MS),
		.interval_us = (options->route_interval_ms ?
					options->route_interval_ms :
					CONNECTOR_ROUTE_INTERVAL_MS) *
			       1000,
		.crypto = c->crypto,
	};

	derive(c, options->seed, "routes", secret);
	derive(c, options->seed, "table of routes", table);
	memcpy(settings.table_id, table, sizeof(settings.table_id));
	return routing_create(&settings, c->now.monotonic_us);
}

/* One of ours. */
static struct route route_of(const struct connector *c, struct ilp_bytes prefix,
			     uint32_t hop, enum route_origin origin)
{
	struct route route = { .hop = hop, .origin = origin };

	routing_authenticate(c->routing, prefix, route.auth);
	return route;
}

bool ways_init(struct connector *c, const struct connector_options *options)
{
	struct route here;
	uint64_t seed;

	_Static_assert(ROUTES_HERE == CONNECTOR_HERE, "one number for that");
	memcpy(&seed, options->seed, sizeof(seed));
	c->known = routes_create(seed);
	c->routing = c->known ? make_routing(c, options) : NULL;
	if (!c->routing)
		return false;
	here = route_of(c, own_address(c), ROUTES_HERE, ROUTE_LOCAL);
	return !routes_add(c->known, own_address(c), &here) &&
	       apply_now(c, own_address(c));
}

void ways_finish(struct connector *c)
{
	routing_destroy(c->routing);
	routes_destroy(c->known);
}

/* ---- accounts ---- */

void ways_address(const struct connector *c,
		  const struct account_settings *settings,
		  struct ways_address *out)
{
	struct ilp_bytes segment =
		settings->segment.len ? settings->segment : settings->id;

	out->len = 0;
	if (settings->relation != ACCOUNT_CHILD)
		return;
	assert(segment.len <= ACCOUNT_ID_MAX);
	memcpy(out->bytes, c->address, c->address_len);
	out->bytes[c->address_len] = '.';
	memcpy(out->bytes + c->address_len + 1, segment.at, segment.len);
	out->len = c->address_len + 1 + segment.len;
}

static struct ilp_bytes text_of(const struct ways_address *address)
{
	return (struct ilp_bytes){ address->bytes, address->len };
}

/* The account that it is the address of, other than that one. */
static const struct account *find_owner(const struct connector *c,
					const struct account *same,
					struct ilp_bytes address)
{
	const struct route *at;
	uint32_t destination;

	if (!routes_find(c->known, address, &destination))
		return NULL;
	for (at = routes_best(c->known, destination); at;
	     at = routes_after(at)) {
		const struct account *owner =
			at->origin == ROUTE_LOCAL && at->hop != ROUTES_HERE ?
				accounts_at(c->accounts, at->hop) :
				NULL;

		if (owner && owner != same && owner->state != ACCOUNT_CLOSING)
			return owner;
	}
	return NULL;
}

const struct account *ways_owner(const struct connector *c,
				 const struct account *same,
				 const struct account_settings *settings)
{
	struct ways_address address;

	if (settings->segment.len > ACCOUNT_ID_MAX)
		return NULL;
	ways_address(c, settings, &address);
	return address.len && route_prefix_fits(text_of(&address)) ?
		       find_owner(c, same, text_of(&address)) :
		       NULL;
}

void ways_free_address(struct connector *c, const struct account *account)
{
	struct ways_address address;

	ways_address(c, &account->settings, &address);
	if (address.len == 0)
		return;
	routes_remove(c->known, text_of(&address), account->slot, ROUTE_LOCAL);
	apply_now(c, text_of(&address));
}

enum account_error ways_check(const struct connector *c,
			      const struct account *same,
			      const struct account_settings *settings)
{
	struct ways_address address;

	if (settings->segment.len > ACCOUNT_ID_MAX)
		return ACCOUNT_ID;
	ways_address(c, settings, &address);
	return address.len == 0 || (ilp_address_valid(text_of(&address)) &&
				    route_prefix_fits(text_of(&address)) &&
				    !find_owner(c, same, text_of(&address))) ?
		       ACCOUNT_OK :
		       ACCOUNT_ADDRESS;
}

static enum route_relation relation_of(const struct account *account)
{
	switch (account->settings.relation) {
	case ACCOUNT_PEER:
		return ROUTE_PEER;
	case ACCOUNT_PARENT:
		return ROUTE_PARENT;
	case ACCOUNT_CHILD:
		return ROUTE_CHILD;
	}
	return ROUTE_PARENT;
}

/* Another address takes the place of the one before. */
static bool move(struct connector *c, uint32_t slot, struct ilp_bytes before,
		 struct ilp_bytes now)
{
	const struct route route = route_of(c, now, slot, ROUTE_LOCAL);

	if (before.len) {
		routes_remove(c->known, before, slot, ROUTE_LOCAL);
		apply_now(c, before);
	}
	if (now.len == 0)
		return true;
	if (routes_add(c->known, now, &route))
		return false;
	apply_now(c, now); /* or, without memory, later */
	return true;
}

/* What it is told of routes, and asked for. Who is asked over HTTP is always as
 * good as connected. */
static bool agree(struct connector *c, const struct account *account,
		  struct ilp_bytes address)
{
	const struct account_settings *settings = &account->settings;
	const struct routing_account terms = {
		.slot = account->slot,
		.relation = relation_of(account),
		.send = settings->sends_routes,
		.receive = settings->receives_routes,
		.transit = settings->transit,
		.address = address,
	};

	if (!routing_account_set(c->routing, c->now.monotonic_us, &terms))
		return false;
	if (account_asks_over_http(settings))
		routing_up(c->routing, c->now.monotonic_us, account->slot);
	else if (!account->session)
		routing_down(c->routing, c->now.monotonic_us, account->slot);
	return true;
}

enum account_error ways_open(struct connector *c, const struct account *account,
			     const struct ways_address *before)
{
	const struct routes_source source = { .slot = account->slot,
					      .relation = relation_of(account),
					      .id = account->settings.id,
					      .limit = account->settings.routes_max };
	struct ways_address now;

	ways_address(c, &account->settings, &now);
	if (routes_source_set(c->known, &source) ||
	    !agree(c, account, text_of(&now)))
		return ACCOUNT_NO_MEMORY;
	return ilp_bytes_equal(text_of(before), text_of(&now)) ||
			       move(c, account->slot, text_of(before),
				    text_of(&now)) ?
		       ACCOUNT_OK :
		       ACCOUNT_NO_MEMORY;
}

void ways_close(struct connector *c, const struct account *account)
{
	routing_account_remove(c->routing, account->slot);
	routes_source_remove(c->known, account->slot);
}

bool ways_are_closed(const struct connector *c, const struct account *account)
{
	return !routes_source_known(c->known, account->slot) &&
	       !routes_has_change(c->known);
}

/* ---- prefixes ---- */

/* One that the operator has it lead to, other than that account; NULL: none.
 */
static const struct route *find_static(const struct connector *c,
				       struct ilp_bytes prefix,
				       const struct account *other_than)
{
	const struct route *at = NULL;
	uint32_t destination;

	if (routes_find(c->known, prefix, &destination))
		at = routes_best(c->known, destination);
	while (at && at->origin == ROUTE_STATIC && other_than &&
	       at->hop == other_than->slot)
		at = routes_after(at);
	return at && at->origin == ROUTE_STATIC ? at : NULL;
}

/* Those of an account on its way out as well. */
static void remove_others(struct connector *c, struct ilp_bytes prefix,
			  const struct account *account)
{
	const struct route *other;

	while ((other = find_static(c, prefix, account)))
		routes_remove(c->known, prefix, other->hop, ROUTE_STATIC);
}

bool ways_set(struct connector *c, struct ilp_bytes prefix,
	      const struct account *account)
{
	const struct route route =
		route_of(c, prefix, account->slot, ROUTE_STATIC);

	if (is_own_address(c, prefix) || routes_add(c->known, prefix, &route))
		return false;
	remove_others(c, prefix, account);
	if (apply_now(c, prefix))
		return true;
	routes_remove(c->known, prefix, account->slot, ROUTE_STATIC);
	return false;
}

bool ways_remove(struct connector *c, struct ilp_bytes prefix)
{
	const struct account *account;

	if (is_own_address(c, prefix) || !ways_get(c, prefix, &account))
		return false;
	remove_others(c, prefix, NULL);
	apply_now(c, prefix);
	return true;
}

bool ways_get(const struct connector *c, struct ilp_bytes prefix,
	      const struct account **account)
{
	const struct route *at = find_static(c, prefix, NULL);

	*account = NULL;
	if (is_own_address(c, prefix))
		return true;
	for (; at && at->origin == ROUTE_STATIC; at = routes_after(at)) {
		*account = accounts_at(c->accounts, at->hop);
		if ((*account)->state != ACCOUNT_CLOSING)
			return true;
	}
	return false;
}

/* ---- keeping in step ---- */

/* Without memory the rest is left to the next round, whenever that is. */
static void follow(struct connector *c)
{
	uint32_t destination;

	c->no_room = false;
	for (int i = 0; i < STEP; i++) {
		if (!routes_next_change(c->known, &destination))
			return;
		if (apply(c, destination) &&
		    routing_note_change(c->routing, c->now.monotonic_us,
					destination))
			continue;
		routes_tell_again(c->known, destination);
		c->no_room = true;
		return;
	}
}

void ways_go_on(struct connector *c)
{
	routes_work(c->known, STEP);
	follow(c);
	route_table_move(c->routes);
}

bool ways_have_work(const struct connector *c)
{
	return (routes_has_change(c->known) && !c->no_room) ||
	       routes_has_work(c->known) || route_table_unmoved(c->routes) > 0;
}
