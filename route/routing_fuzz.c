/* SPDX-License-Identifier: Apache-2.0 */
/* Four neighbours who say anything in any order, connect and disconnect, answer
 * or do not. Whatever they do: each is told only what is for it; what each has
 * been told is, when it is quiet, what it would be told now; and nothing is
 * known by who is not connected.
 *
 * Each operation is a byte of what, a byte of who, and what it needs. */
#include "route/routing.h"

#include "ilp/peer.h"
#include "test/fuzz.h"

#define NEIGHBOURS 4
#define PREFIXES 24
#define LIMIT 12
#define SECOND INT64_C(1000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const prefixes[PREFIXES] = {
	"g.a",	   "g.b",     "g.c",	 "g.d",	    "g.a.x",
	"g.a.y",   "g.b.x",   "g.e",	 "g.f",	    "g.h",
	"g.i",	   "g.j",     "g.k",	 "g.l",	    "g.m",
	"g.n",	   "g.me.c0", "g.me.c1", "g.me.c1.x", "g.me",
	"g",	   "test.a",  "g..a",	 "",
};

/* What a neighbour has been told, as it would remember. */
struct mirror {
	bool connected;
	uint8_t table_id[ILP_CCP_TABLE_ID_LEN];
	uint32_t epoch;
	bool knows[PREFIXES];
};

struct scene {
	struct ilp_crypto *crypto;
	struct routes *routes;
	struct routing *routing;
	int64_t now_us;
	struct mirror mirrors[NEIGHBOURS];
	bool transit;
};

static enum route_relation relation_of(uint32_t slot)
{
	return slot == 0 ? ROUTE_PARENT : slot == 1 ? ROUTE_CHILD : ROUTE_PEER;
}

static void set_account(struct scene *s, uint32_t slot, uint8_t how)
{
	static const char *const ids[NEIGHBOURS] = { "p", "c", "x", "y" };
	const struct filter_rule rule = { .prefix = ilp_text("g.b") };
	struct routing_account account = {
		.slot = slot,
		.relation = relation_of(slot),
		.send = !(how & 1),
		.receive = !(how & 2),
		.transit = s->transit,
		.address = ilp_text(slot == 1 ? "g.me.c1" : ""),
		.import = &rule,
		.import_count = how >> 2 & 1,
		.export = &rule,
		.export_count = how >> 3 & 1,
	};
	struct routes_source source = { .slot = slot,
					.relation = relation_of(slot),
					.id = ilp_text(ids[slot]),
					.limit = LIMIT };

	/* not while the one before is on its way out */
	if (routes_source_set(s->routes, &source))
		return;
	require(routing_account_set(s->routing, s->now_us, &account));
	s->mirrors[slot] = (struct mirror){
		.connected = s->mirrors[slot].connected };
}

static void set_connected(struct scene *s, uint32_t slot, bool connected)
{
	struct routing_status status;

	if (!routing_status(s->routing, slot, &status))
		return;
	s->mirrors[slot] = (struct mirror){ .connected = connected };
	if (connected)
		routing_up(s->routing, s->now_us, slot);
	else
		routing_down(s->routing, s->now_us, slot);
}

/* ---- what they are told ---- */

static uint32_t number_of(struct ilp_bytes prefix)
{
	for (uint32_t i = 0; i < PREFIXES; i++)
		if (ilp_bytes_equal(prefix, ilp_text(prefixes[i])))
			return i;
	abort();
}

/* The rules again, as plainly as they can be said; filters are not among
 * them. */
static bool may_hear(const struct scene *s, uint32_t slot,
		     const struct route *best, struct ilp_bytes prefix)
{
	bool ours = best->hop == ROUTES_HERE ||
		    relation_of(best->hop) == ROUTE_CHILD;

	if (best->hop == slot || prefix.len < 3 || prefix.at[0] != 'g')
		return false;
	if (best->path.count == 0 && prefix.len > 5 &&
	    memcmp(prefix.at, "g.me.", 5) == 0)
		return false;
	if (relation_of(slot) == ROUTE_CHILD)
		return true;
	return ours || (relation_of(slot) == ROUTE_PEER && s->transit);
}

static void apply(struct scene *s, uint32_t slot,
		  const struct ilp_ccp_update *update)
{
	struct mirror *m = &s->mirrors[slot];
	struct ilp_list routes = update->routes;
	struct ilp_list withdrawn = update->withdrawn;
	struct ilp_ccp_route route;
	struct ilp_bytes prefix;

	if (memcmp(m->table_id, update->table_id, sizeof(m->table_id)) != 0) {
		*m = (struct mirror){ .connected = true };
		memcpy(m->table_id, update->table_id, sizeof(m->table_id));
	}
	require(update->from_epoch <= m->epoch);
	if (update->to_epoch <= m->epoch)
		return;
	m->epoch = update->to_epoch;
	while (ilp_list_next(&withdrawn, &prefix))
		m->knows[number_of(prefix)] = false;
	while (ilp_ccp_next_route(&routes, &route))
		m->knows[number_of(route.prefix)] = true;
}

/* An update says what is, to whom it may. */
static void check_update(const struct scene *s, uint32_t slot,
			 const struct ilp_ccp_update *update)
{
	const struct routes *all = s->routes;
	struct ilp_list routes = update->routes;
	struct ilp_ccp_route route;

	require(update->from_epoch <= update->to_epoch &&
		update->to_epoch <= update->current_epoch);
	while (ilp_ccp_next_route(&routes, &route)) {
		const struct route *best;
		struct ilp_bytes first;
		uint32_t destination;

		require(routes_find(all, route.prefix, &destination));
		best = routes_best(all, destination);
		require(best && may_hear(s, slot, best, route.prefix));
		require(route.path.count == best->path.count + 1);
		require(ilp_list_next(&route.path, &first) &&
			ilp_bytes_equal(first, ilp_text("g.me")));
	}
}

/* One packet goes out, and is answered as `how` says: whether it arrives, and
 * whether the answer says so. */
static bool send_one(struct scene *s, uint8_t how)
{
	struct routing_packet packet;
	struct ilp_ccp_update update;

	if (!routing_next_packet(s->routing, s->now_us, &packet))
		return false;
	require(s->mirrors[packet.slot].connected);
	require(packet.data.len <= SPEAKER_UPDATE_MAX);
	if (strcmp(packet.destination, ILP_PEER_ROUTE_UPDATE) == 0) {
		require(ilp_ccp_update_decode(&update, packet.data) == ILP_OK);
		check_update(s, packet.slot, &update);
		if (how & 1)
			apply(s, packet.slot, &update);
	}
	if (how & 2)
		routing_answer(s->routing, s->now_us, packet.slot,
			       packet.number, (how & 5) == 5);
	return true;
}

static void drain(struct scene *s)
{
	uint32_t destination;

	while (routes_next_change(s->routes, &destination))
		require(routing_note_change(s->routing, s->now_us,
					    destination));
}

/* ---- what they say ---- */

static void say_control(struct scene *s, uint32_t slot, struct ilp_reader *r)
{
	struct mirror *m = &s->mirrors[slot];
	struct ilp_ccp_control control = { .mode = take_u8(r) % 2 };
	uint8_t out[64];
	struct ilp_writer w = ilp_writer(out, sizeof(out));
	uint8_t how = take_u8(r);

	if (how & 1)
		memcpy(control.table_id, m->table_id, sizeof(m->table_id));
	control.epoch = how & 2 ? m->epoch : how >> 2;
	require(ilp_ccp_control_encode(&w, &control) == ILP_OK);
	/* who asks for all forgets what he knows */
	if (!(how & 2) || !(how & 1))
		*m = (struct mirror){ .connected = m->connected };
	routing_control(s->routing, s->now_us, slot, ilp_written(&w));
}

static struct ilp_list some_path(struct ilp_writer *w, uint8_t how)
{
	static const char *const nodes[] = { "g.x", "g.y", "g.me", "bad" };
	uint64_t count = how % 4;

	for (uint64_t i = 0; i < count; i++)
		ilp_write_var(w, ilp_text(nodes[how >> 2 & 3]));
	return (struct ilp_list){ count, ilp_written(w) };
}

static void say_update(struct scene *s, uint32_t slot, struct ilp_reader *r)
{
	uint8_t list[2][2000];
	uint8_t out[5000];
	struct ilp_writer items = ilp_writer(list[0], sizeof(list[0]));
	struct ilp_writer gone = ilp_writer(list[1], sizeof(list[1]));
	struct ilp_writer w = ilp_writer(out, sizeof(out));
	struct ilp_ccp_update update = {
		.table_id = { take_u8(r) % 3 },
		.from_epoch = take_u8(r) % 8,
		.speaker = ilp_text("g.x"),
	};
	uint8_t count = take_u8(r);

	update.to_epoch = update.from_epoch + take_u8(r) % 8;
	update.current_epoch = update.to_epoch + take_u8(r) % 2;
	update.hold_down_ms = take_u8(r) * 500u;
	for (; update.routes.count < count % 16; update.routes.count++) {
		uint8_t text[64];
		struct ilp_writer path = ilp_writer(text, sizeof(text));
		struct ilp_ccp_route route = {
			.prefix = ilp_text(prefixes[take_u8(r) % PREFIXES]),
			.path = some_path(&path, take_u8(r)),
			.auth = { take_u8(r) % 2 },
		};

		require(ilp_ccp_route_encode(&items, &route) == ILP_OK);
	}
	for (; update.withdrawn.count < count >> 4; update.withdrawn.count++)
		ilp_write_var(&gone, ilp_text(prefixes[take_u8(r) % PREFIXES]));
	update.routes.items = ilp_written(&items);
	update.withdrawn.items = ilp_written(&gone);
	require(ilp_ccp_update_encode(&w, &update) == ILP_OK);
	routing_update(s->routing, s->now_us, slot, ilp_written(&w));
}

/* Bytes that may be no message at all. */
static void say_anything(struct scene *s, uint32_t slot, struct ilp_reader *r)
{
	struct ilp_bytes data = take(r, take_u8(r));

	routing_control(s->routing, s->now_us, slot, data);
	routing_update(s->routing, s->now_us, slot, data);
}

static void set_own_route(struct scene *s, uint32_t slot, uint8_t how)
{
	uint32_t hop = how & 1 ? ROUTES_HERE : slot;
	enum route_origin origin = how & 2 ? ROUTE_STATIC : ROUTE_LOCAL;
	struct ilp_bytes prefix = ilp_text(prefixes[(how >> 3) % PREFIXES]);
	struct route route = { .hop = hop, .origin = origin };

	if (how & 4)
		routes_remove(s->routes, prefix, hop, origin);
	else
		routes_add(s->routes, prefix, &route);
}

static void operate(struct scene *s, struct ilp_reader *r)
{
	uint8_t what = take_u8(r);
	uint8_t who = take_u8(r);
	uint32_t slot = who % NEIGHBOURS;

	switch (what % 12) {
	case 0:
		set_connected(s, slot, who & 4);
		break;
	case 1:
		say_control(s, slot, r);
		break;
	case 2:
	case 3:
	case 4:
		say_update(s, slot, r);
		break;
	case 5:
		say_anything(s, slot, r);
		break;
	case 6:
		set_own_route(s, slot, take_u8(r));
		break;
	case 7:
		set_account(s, slot, take_u8(r));
		break;
	case 8:
		routing_account_remove(s->routing, slot);
		routes_source_remove(s->routes, slot);
		s->mirrors[slot] = (struct mirror){ 0 };
		break;
	case 9:
		s->now_us += (int64_t)take_u8(r) * SECOND / 10;
		break;
	case 10:
		s->now_us += (int64_t)take_u8(r) * SECOND;
		break;
	default:
		routes_work(s->routes, who % 8);
		routing_work(s->routing, s->now_us, who % 8);
		drain(s);
		send_one(s, who >> 4);
	}
}

/* ---- what holds ---- */

static void check_limits(const struct scene *s)
{
	const struct routes *routes = s->routes;

	for (uint32_t i = 0; i < NEIGHBOURS; i++)
		require(routes_of_source(routes, i, ROUTE_LEARNED) <=
			2 * LIMIT);
}

/* Everybody answers as he should until nothing more is to be done. */
static void come_to_rest(struct scene *s, int64_t for_us)
{
	const int64_t until_us = s->now_us + for_us;

	while (s->now_us < until_us) {
		int64_t next_us;

		while (routes_work(s->routes, 100))
			;
		routing_work(s->routing, s->now_us, 100);
		drain(s);
		while (send_one(s, 7))
			;
		next_us = routing_deadline_us(s->routing);
		if (next_us > s->now_us)
			s->now_us = next_us < until_us ? next_us : until_us;
	}
}

static bool is_told(const struct scene *s, uint32_t slot, uint32_t prefix)
{
	const struct routes *routes = s->routes;
	const struct route *best;
	uint32_t destination;

	if (!routes_find(routes, ilp_text(prefixes[prefix]), &destination))
		return false;
	best = routes_best(routes, destination);
	return best && may_hear(s, slot, best, ilp_text(prefixes[prefix]));
}

static void check_rest(const struct scene *s)
{
	for (uint32_t i = 0; i < NEIGHBOURS; i++) {
		const struct mirror *m = &s->mirrors[i];

		for (uint32_t p = 0; p < PREFIXES; p++)
			require(m->knows[p] == is_told(s, i, p));
		/* all of them were silent for longer than they may be */
		require(routes_of_source(s->routes, i, ROUTE_LEARNED) == 0);
	}
}

/* Everybody is connected, by plain settings, and asks. */
static void invite_all(struct scene *s)
{
	const struct ilp_ccp_control control = { .mode = ILP_CCP_SYNC };
	uint8_t out[64];
	struct ilp_writer w = ilp_writer(out, sizeof(out));

	require(ilp_ccp_control_encode(&w, &control) == ILP_OK);
	come_to_rest(s, SECOND);
	for (uint32_t i = 0; i < NEIGHBOURS; i++) {
		set_account(s, i, 0);
		set_connected(s, i, true);
		require(routing_control(s->routing, s->now_us, i,
					ilp_written(&w)) == NEIGHBOUR_TAKEN);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });
	struct scene s = { .crypto = ilp_crypto_create(),
			   .transit = take_u8(&r) & 1 };
	struct routing_settings settings = { .table_id = { 5 },
					     .secret = ilp_text("shh"),
					     .address = ilp_text("g.me"),
					     .global = ilp_text("g"),
					     .hold_down_ms = 45000,
					     .interval_us = 30 * SECOND,
					     .crypto = s.crypto };

	settings.routes = s.routes = routes_create(1);
	require(s.crypto && s.routes);
	s.routing = routing_create(&settings, 0);
	require(s.routing);
	for (uint32_t i = 0; i < NEIGHBOURS; i++)
		set_account(&s, i, 0);
	while (ilp_reader_left(&r) > 0) {
		operate(&s, &r);
		check_limits(&s);
	}
	invite_all(&s);
	come_to_rest(&s, 300 * SECOND);
	check_rest(&s);
	routing_destroy(s.routing);
	routes_destroy(s.routes);
	ilp_crypto_destroy(s.crypto);
	return 0;
}
