/* SPDX-License-Identifier: Apache-2.0 */
/* Many nodes that tell each other their routes: lines, rings, and networks from
 * seeds, with messages that are late, lost and out of order, nodes that die and
 * come back, and links that flap. When it is quiet again each node knows the
 * way to each other that a plain search finds under the same rules, no way goes
 * round in a circle, and what is dead is forgotten.
 */
#include "route/routing.h"

#include "base/dice.h"
#include "ilp/peer.h"
#include "test/check.h"

#define NODES_MAX 24
#define MESSAGES_MAX 4096
#define MS INT64_C(1000)
#define SECOND (1000 * MS)
#define NOWHERE UINT32_MAX

/* Between two updates to one neighbour, of those that are not full. */
#define INTERVAL_MIN (150 * MS)

/* ---- the network ---- */

struct message {
	int64_t at_us;
	uint32_t from;
	uint32_t to;
	uint32_t life; /* of the link */
	uint64_t number;
	bool is_answer;
	bool is_update;
	bool fulfilled;
	size_t len;
	uint8_t *data;
};

struct node {
	struct routes *routes;
	struct routing *routing;
	char address[16];
	uint32_t hops[NODES_MAX]; /* what was said of where packets go */
	bool dead;
};

/* One for each two nodes, from the lower to the higher number. */
struct link {
	bool there;
	bool up;
	enum route_relation relation; /* of the higher one, to the lower */
	uint32_t life;
};

struct net {
	struct ilp_crypto *crypto;
	struct dice dice;
	int64_t now_us;
	uint32_t count;
	bool transit;
	unsigned loss_percent;
	int64_t delay_max_us;
	struct node nodes[NODES_MAX];
	struct link links[NODES_MAX][NODES_MAX];
	struct message messages[MESSAGES_MAX];
	size_t message_count;
	int64_t last_update_us[NODES_MAX][NODES_MAX];
	uint64_t updates; /* all that were sent, */
	uint64_t telling; /* those with routes or without, but with something */
	uint64_t controls;
};

static struct link *link_of(struct net *net, uint32_t a, uint32_t b)
{
	return a < b ? &net->links[a][b] : &net->links[b][a];
}

static enum route_relation relation_of(struct net *net, uint32_t of,
				       uint32_t to)
{
	enum route_relation relation = link_of(net, of, to)->relation;

	if (of > to || relation == ROUTE_PEER)
		return relation;
	return relation == ROUTE_CHILD ? ROUTE_PARENT : ROUTE_CHILD;
}

static void set_account(struct net *net, uint32_t node, uint32_t neighbour)
{
	struct routing_account account = {
		.slot = neighbour,
		.relation = relation_of(net, neighbour, node),
		.send = true,
		.receive = true,
		.transit = net->transit,
	};
	struct routes_source source = {
		.slot = neighbour,
		.relation = account.relation,
		.id = ilp_text(net->nodes[neighbour].address),
		.limit = 1000,
	};

	CHECK_INT(routes_source_set(net->nodes[node].routes, &source),
		  ROUTES_OK);
	CHECK(routing_account_set(net->nodes[node].routing, net->now_us,
				  &account));
}

static void start_node(struct net *net, uint32_t i)
{
	const struct route here = { .hop = ROUTES_HERE, .origin = ROUTE_LOCAL };
	struct node *node = &net->nodes[i];
	struct routing_settings settings = {
		.secret = ilp_text("secret"),
		.global = ilp_text("test"),
		.hold_down_ms = 45000,
		.interval_us = 30 * SECOND,
		.crypto = net->crypto,
	};

	ilp_store_u64(settings.table_id, dice_roll(&net->dice));
	ilp_store_u64(settings.table_id + 8, dice_roll(&net->dice));
	snprintf(node->address, sizeof(node->address), "test.n%02u", i);
	settings.address = ilp_text(node->address);
	settings.routes = node->routes = routes_create(dice_roll(&net->dice));
	CHECK(node->routes);
	node->routing = routing_create(&settings, net->now_us);
	CHECK(node->routing);
	for (uint32_t j = 0; j < NODES_MAX; j++) {
		node->hops[j] = NOWHERE;
		net->last_update_us[i][j] = INT64_MIN / 2;
	}
	CHECK_INT(routes_add(node->routes, settings.address, &here), ROUTES_OK);
	node->dead = false;
}

static struct net *new_net(uint64_t seed, uint32_t count, bool transit)
{
	struct net *net = calloc(1, sizeof(*net));

	CHECK(net && count <= NODES_MAX);
	net->crypto = ilp_crypto_create();
	CHECK(net->crypto);
	net->dice.state = seed;
	net->count = count;
	net->transit = transit;
	net->delay_max_us = 100 * MS;
	for (uint32_t i = 0; i < count; i++)
		start_node(net, i);
	return net;
}

static void stop_node(struct net *net, uint32_t i)
{
	routing_destroy(net->nodes[i].routing);
	routes_destroy(net->nodes[i].routes);
	net->nodes[i].routing = NULL;
	net->nodes[i].routes = NULL;
	net->nodes[i].dead = true;
}

static void destroy_net(struct net *net)
{
	for (size_t i = 0; i < net->message_count; i++)
		free(net->messages[i].data);
	for (uint32_t i = 0; i < net->count; i++)
		stop_node(net, i);
	ilp_crypto_destroy(net->crypto);
	free(net);
}

static void set_up(struct net *net, uint32_t a, uint32_t b)
{
	struct link *link = link_of(net, a, b);

	if (link->up || net->nodes[a].dead || net->nodes[b].dead)
		return;
	link->up = true;
	link->life++;
	routing_up(net->nodes[a].routing, net->now_us, b);
	routing_up(net->nodes[b].routing, net->now_us, a);
}

static void set_down(struct net *net, uint32_t a, uint32_t b)
{
	struct link *link = link_of(net, a, b);

	if (!link->up)
		return;
	link->up = false;
	link->life++;
	routing_down(net->nodes[a].routing, net->now_us, b);
	routing_down(net->nodes[b].routing, net->now_us, a);
}

/* The second is, for instance, the child of the first. */
static void join(struct net *net, uint32_t a, uint32_t b,
		 enum route_relation relation)
{
	struct link *link = link_of(net, a, b);

	if (a > b && relation != ROUTE_PEER)
		relation = relation == ROUTE_CHILD ? ROUTE_PARENT : ROUTE_CHILD;
	*link = (struct link){ .there = true, .relation = relation };
	set_account(net, a, b);
	set_account(net, b, a);
	set_up(net, a, b);
}

static void kill_node(struct net *net, uint32_t i)
{
	for (uint32_t j = 0; j < net->count; j++)
		if (j != i)
			set_down(net, i, j);
	stop_node(net, i);
}

static void revive_node(struct net *net, uint32_t i)
{
	start_node(net, i);
	for (uint32_t j = 0; j < net->count; j++) {
		if (j == i || !link_of(net, i, j)->there)
			continue;
		set_account(net, i, j);
		set_up(net, i, j);
	}
}

/* ---- messages ---- */

static void post(struct net *net, struct message m, struct ilp_bytes data)
{
	const struct link *link = link_of(net, m.from, m.to);

	if (!link->up || dice_below(&net->dice, 100) < net->loss_percent)
		return;
	CHECK(net->message_count < MESSAGES_MAX);
	m.life = link->life;
	m.at_us = net->now_us + 1 * MS +
		  (int64_t)dice_below(&net->dice, (uint64_t)net->delay_max_us);
	m.len = data.len;
	m.data = malloc(data.len + 1);
	CHECK(m.data);
	if (data.len)
		memcpy(m.data, data.at, data.len);
	net->messages[net->message_count++] = m;
}

static void count_update(struct net *net, const struct routing_packet *packet,
			 uint32_t from)
{
	int64_t *last_us = &net->last_update_us[from][packet->slot];
	struct ilp_ccp_update update;

	CHECK_INT(ilp_ccp_update_decode(&update, packet->data), ILP_OK);
	CHECK(update.from_epoch <= update.to_epoch);
	CHECK(update.to_epoch <= update.current_epoch);
	CHECK(net->now_us - *last_us >= INTERVAL_MIN);
	*last_us = net->now_us;
	net->updates++;
	net->telling += update.routes.count + update.withdrawn.count > 0;
}

static void send_all(struct net *net, uint32_t from)
{
	struct routing_packet packet;

	while (routing_next_packet(net->nodes[from].routing, net->now_us,
				   &packet)) {
		bool is_update = strcmp(packet.destination,
					ILP_PEER_ROUTE_UPDATE) == 0;

		if (is_update)
			count_update(net, &packet, from);
		else
			net->controls++;
		post(net,
		     (struct message){ .from = from,
				       .to = packet.slot,
				       .number = packet.number,
				       .is_update = is_update },
		     packet.data);
	}
}

static void note_changes(struct net *net, uint32_t i)
{
	struct node *node = &net->nodes[i];
	uint32_t destination;

	while (routes_next_change(node->routes, &destination)) {
		struct ilp_bytes prefix =
			routes_prefix(node->routes, destination);
		const struct route *best =
			routes_best(node->routes, destination);
		unsigned to;
		char text[16] = "";

		CHECK(routing_note_change(node->routing, net->now_us,
					  destination));
		CHECK(prefix.len < sizeof(text));
		memcpy(text, prefix.at, prefix.len);
		CHECK_INT(sscanf(text, "test.n%2u", &to), 1);
		node->hops[to] = best ? best->hop : NOWHERE;
	}
}

/* A node does what it has to do now. */
static void turn(struct net *net, uint32_t i)
{
	struct node *node = &net->nodes[i];

	do {
		routes_work(node->routes, 3);
		routing_work(node->routing, net->now_us, 3);
		note_changes(net, i);
		send_all(net, i);
	} while (routes_has_work(node->routes) ||
		 routing_deadline_us(node->routing) == INT64_MIN);
}

static void deliver(struct net *net, const struct message *m)
{
	struct routing *to = net->nodes[m->to].routing;
	struct ilp_bytes data = { m->data, m->len };
	enum neighbour_answer answer;

	if (link_of(net, m->from, m->to)->life != m->life)
		return;
	if (m->is_answer) {
		routing_answer(to, net->now_us, m->from, m->number,
			       m->fulfilled);
		return;
	}
	answer = m->is_update ?
			 routing_update(to, net->now_us, m->from, data) :
			 routing_control(to, net->now_us, m->from, data);
	post(net,
	     (struct message){ .from = m->to,
			       .to = m->from,
			       .number = m->number,
			       .is_answer = true,
			       .fulfilled = answer == NEIGHBOUR_TAKEN },
	     (struct ilp_bytes){ NULL, 0 });
}

static size_t earliest(const struct net *net)
{
	size_t found = 0;

	for (size_t i = 1; i < net->message_count; i++)
		if (net->messages[i].at_us < net->messages[found].at_us)
			found = i;
	return found;
}

static int64_t next_time(const struct net *net)
{
	int64_t next_us = INT64_MAX;

	if (net->message_count)
		next_us = net->messages[earliest(net)].at_us;
	for (uint32_t i = 0; i < net->count; i++) {
		int64_t at_us = net->nodes[i].dead ?
					INT64_MAX :
					routing_deadline_us(
						net->nodes[i].routing);

		if (at_us < next_us)
			next_us = at_us;
	}
	return next_us;
}

static void step(struct net *net)
{
	while (net->message_count) {
		size_t at = earliest(net);
		struct message m = net->messages[at];

		if (m.at_us > net->now_us)
			break;
		net->messages[at] = net->messages[--net->message_count];
		deliver(net, &m);
		free(m.data);
	}
	for (uint32_t i = 0; i < net->count; i++)
		if (!net->nodes[i].dead)
			turn(net, i);
}

static void run(struct net *net, int64_t for_us)
{
	int64_t until_us = net->now_us + for_us;

	step(net);
	for (;;) {
		int64_t next_us = next_time(net);

		if (next_us > until_us)
			break;
		if (next_us > net->now_us)
			net->now_us = next_us;
		step(net);
	}
	net->now_us = until_us;
}

/* ---- what a plain search finds ---- */

/* How a node comes by its way to another: by the relation of the next one. */
enum kind { OWN, BY_CHILD, BY_PEER, BY_PARENT, NO_WAY };

struct way {
	enum kind kind;
	unsigned nodes; /* on it, behind this one */
};

static enum kind kind_by(struct net *net, uint32_t hop, uint32_t of)
{
	switch (relation_of(net, hop, of)) {
	case ROUTE_CHILD:
		return BY_CHILD;
	case ROUTE_PEER:
		return BY_PEER;
	case ROUTE_PARENT:
		break;
	}
	return BY_PARENT;
}

/* Does the one tell the other of such a way? */
static bool tells(struct net *net, uint32_t from, uint32_t to, enum kind kind)
{
	if (kind == NO_WAY)
		return false;
	if (kind == OWN || kind == BY_CHILD)
		return true;
	switch (relation_of(net, to, from)) {
	case ROUTE_CHILD:
		return true;
	case ROUTE_PEER:
		return net->transit;
	case ROUTE_PARENT:
		break;
	}
	return false;
}

static bool is_better(struct way a, struct way b)
{
	return a.kind != b.kind ? a.kind < b.kind : a.nodes < b.nodes;
}

/* The best of what the neighbours would tell. */
static struct way best_way(struct net *net, const struct way *ways, uint32_t i)
{
	struct way best = { NO_WAY, 0 };

	for (uint32_t j = 0; j < net->count; j++) {
		struct way way;

		if (j == i || !link_of(net, i, j)->up ||
		    !tells(net, j, i, ways[j].kind))
			continue;
		way = (struct way){ kind_by(net, j, i), ways[j].nodes + 1 };
		if (is_better(way, best))
			best = way;
	}
	return best;
}

/* All ways to one node: everybody looks at everybody until nothing is better
 * any more. Ways only get better from one look to the next, since relations
 * here have no circles. */
static void search(struct net *net, uint32_t to, struct way *ways)
{
	bool again = true;

	for (uint32_t i = 0; i < net->count; i++)
		ways[i] = (struct way){ NO_WAY, 0 };
	if (net->nodes[to].dead)
		return;
	ways[to] = (struct way){ OWN, 0 };
	for (int looks = 0; again; looks++) {
		again = false;
		CHECK(looks < 10 * NODES_MAX);
		for (uint32_t i = 0; i < net->count; i++) {
			struct way way;

			if (i == to || net->nodes[i].dead)
				continue;
			way = best_way(net, ways, i);
			if (way.kind == ways[i].kind &&
			    way.nodes == ways[i].nodes)
				continue;
			ways[i] = way;
			again = true;
		}
	}
}

/* The way of one node to another is as the search says, and leads there. */
static void check_way(struct net *net, uint32_t from, uint32_t to,
		      struct way way)
{
	const struct node *node = &net->nodes[from];
	const struct routes *routes = node->routes;
	const struct route *best = NULL;
	uint32_t destination;
	unsigned nodes = 0;

	if (routes_find(routes, ilp_text(net->nodes[to].address), &destination))
		best = routes_best(routes, destination);
	if ((best == NULL) != (way.kind == NO_WAY))
		fail_msg("node %u to %u: %s", from, to,
			 best ? "a way that is none" : "no way");
	CHECK_INT(node->hops[to], best ? best->hop : NOWHERE);
	if (!best || from == to)
		return;
	CHECK_INT(best->path.count, way.nodes);
	CHECK_INT(kind_by(net, best->hop, from), way.kind);
	for (uint32_t at = from; at != to; at = net->nodes[at].hops[to]) {
		CHECK(at != NOWHERE && nodes <= net->count);
		nodes++;
	}
	CHECK_INT(nodes, way.nodes);
}

static void check_all_ways(struct net *net)
{
	struct way ways[NODES_MAX];

	for (uint32_t to = 0; to < net->count; to++) {
		search(net, to, ways);
		for (uint32_t from = 0; from < net->count; from++)
			if (!net->nodes[from].dead)
				check_way(net, from, to, ways[from]);
	}
}

static uint64_t links_up(const struct net *net)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < net->count; i++)
		for (uint32_t j = 0; j < net->count; j++)
			count += net->links[i][j].up;
	return count;
}

/* Nobody has anything to say but that he is there: once in half a minute, to
 * each neighbour. */
static void check_rest(struct net *net)
{
	uint64_t updates = net->updates;
	uint64_t telling = net->telling;
	uint64_t controls = net->controls;

	run(net, 300 * SECOND);
	CHECK_INT(net->telling - telling, 0);
	CHECK_INT(net->controls - controls, 0);
	CHECK(net->updates - updates <= links_up(net) * 2 * 11);
	check_all_ways(net);
}

/* ---- networks ---- */

static void join_line(struct net *net)
{
	for (uint32_t i = 0; i + 1 < net->count; i++)
		join(net, i, i + 1, ROUTE_PEER);
}

static void join_ring(struct net *net)
{
	join_line(net);
	join(net, 0, net->count - 1, ROUTE_PEER);
}

/* All hang together, and some links are more than that takes. */
static void join_peers(struct net *net)
{
	for (uint32_t i = 1; i < net->count; i++)
		join(net, i, (uint32_t)dice_below(&net->dice, i), ROUTE_PEER);
	for (uint32_t i = 0; i < net->count; i++) {
		uint32_t j = (uint32_t)dice_below(&net->dice, net->count);

		if (i != j && !link_of(net, i, j)->there)
			join(net, i, j, ROUTE_PEER);
	}
}

/* Parents have lower numbers than their children, so nobody is his own
 * grandparent; some peers besides. */
static void join_families(struct net *net)
{
	for (uint32_t i = 2; i < net->count; i++) {
		join(net, (uint32_t)dice_below(&net->dice, i), i, ROUTE_CHILD);
		if (dice_below(&net->dice, 2) == 0) {
			uint32_t j = (uint32_t)dice_below(&net->dice, i);

			if (!link_of(net, i, j)->there)
				join(net, j, i, ROUTE_CHILD);
		}
	}
	for (uint32_t i = 0; i < net->count; i++) {
		uint32_t j = (uint32_t)dice_below(&net->dice, net->count);

		if (i != j && !link_of(net, i, j)->there)
			join(net, i, j, ROUTE_PEER);
	}
}

/* For a while links come and go and nodes die and come back, and then all is
 * well again, but that some may stay dead. */
static void disturb(struct net *net)
{
	for (int i = 0; i < 40; i++) {
		uint32_t a = (uint32_t)dice_below(&net->dice, net->count);
		uint32_t b = (uint32_t)dice_below(&net->dice, net->count);

		if (net->nodes[a].dead)
			revive_node(net, a);
		else if (dice_below(&net->dice, 8) == 0)
			kill_node(net, a);
		else if (a != b && link_of(net, a, b)->up)
			set_down(net, a, b);
		run(net, (int64_t)dice_below(&net->dice, 3000) * MS);
	}
	for (uint32_t i = 0; i < net->count; i++)
		for (uint32_t j = i + 1; j < net->count; j++)
			if (net->links[i][j].there)
				set_up(net, i, j);
}

/* ---- claims ---- */

static void a_line_knows_all_its_nodes(void)
{
	struct net *net = new_net(1, 12, true);

	join_line(net);
	run(net, 30 * SECOND);
	check_all_ways(net);
	CHECK_INT(net->nodes[0].hops[11], 1);
	check_rest(net);
	destroy_net(net);
}

static void peers_without_transit_know_their_neighbours_only(void)
{
	struct net *net = new_net(2, 5, false);

	join_line(net);
	run(net, 30 * SECOND);
	check_all_ways(net);
	CHECK_INT(net->nodes[0].hops[1], 1);
	CHECK_INT(net->nodes[0].hops[2], NOWHERE);
	destroy_net(net);
}

static void a_ring_that_breaks_goes_the_other_way_round(void)
{
	struct net *net = new_net(3, 9, true);

	join_ring(net);
	run(net, 30 * SECOND);
	check_all_ways(net);
	CHECK_INT(net->nodes[0].hops[8], 8);
	set_down(net, 0, 8);
	run(net, 30 * SECOND);
	check_all_ways(net);
	CHECK_INT(net->nodes[0].hops[8], 1);
	set_up(net, 0, 8);
	run(net, 30 * SECOND);
	check_all_ways(net);
	check_rest(net);
	destroy_net(net);
}

/* Were loops not refused, those that are left would tell each other of ways
 * through one another that get longer and longer. */
static void a_dead_node_is_forgotten_without_counting_to_infinity(void)
{
	struct net *net = new_net(4, 8, true);
	uint64_t telling;

	for (uint32_t i = 0; i < 8; i++)
		for (uint32_t j = i + 1; j < 8; j++)
			if (i > 0 || j == 1)
				join(net, i, j, ROUTE_PEER);
	run(net, 30 * SECOND);
	check_all_ways(net);
	telling = net->telling;
	kill_node(net, 0);
	run(net, 30 * SECOND);
	check_all_ways(net);
	CHECK_INT(net->nodes[7].hops[0], NOWHERE);
	/* no longer than as many rounds as there are nodes on a way */
	CHECK(net->telling - telling <= links_up(net) * 2 * net->count);
	check_rest(net);
	destroy_net(net);
}

static void the_shortest_way_is_found_in_any_network(void)
{
	for (uint64_t seed = 100; seed < 110; seed++) {
		struct net *net = new_net(seed, 16, true);

		join_peers(net);
		run(net, 60 * SECOND);
		check_all_ways(net);
		disturb(net);
		run(net, 60 * SECOND);
		check_rest(net);
		destroy_net(net);
	}
}

static void without_transit_no_way_leads_down_and_up_again(void)
{
	for (uint64_t seed = 200; seed < 210; seed++) {
		struct net *net = new_net(seed, 20, false);

		join_families(net);
		run(net, 60 * SECOND);
		check_all_ways(net);
		disturb(net);
		run(net, 60 * SECOND);
		check_rest(net);
		destroy_net(net);
	}
}

static void what_is_lost_or_late_is_made_good(void)
{
	for (uint64_t seed = 300; seed < 310; seed++) {
		struct net *net = new_net(seed, 12, seed % 2);

		net->loss_percent = 20;
		net->delay_max_us = 2 * SECOND;
		if (net->transit)
			join_peers(net);
		else
			join_families(net);
		run(net, 60 * SECOND);
		disturb(net);
		net->loss_percent = 0;
		run(net, 200 * SECOND);
		check_all_ways(net);
		net->delay_max_us = 100 * MS;
		run(net, 60 * SECOND);
		check_rest(net);
		destroy_net(net);
	}
}

/* A link that comes and goes a hundred times in ten seconds: count_update
 * checks that nobody is told more often than he may be. */
static void who_flaps_does_not_flood(void)
{
	struct net *net = new_net(5, 10, true);
	uint64_t updates;

	join_ring(net);
	run(net, 30 * SECOND);
	updates = net->updates;
	for (int i = 0; i < 100; i++) {
		set_down(net, 0, 9);
		run(net, 50 * MS);
		set_up(net, 0, 9);
		run(net, 50 * MS);
	}
	/* the eight links that stay, and the one that flaps */
	CHECK(net->updates - updates <= 9 * 2 * (10 * SECOND / INTERVAL_MIN) +
						100 * 2);
	run(net, 30 * SECOND);
	check_rest(net);
	destroy_net(net);
}

/* A neighbour whose node hangs, while its connection stays: nothing comes any
 * more, and there is no notice of it. */
static void who_is_silent_for_too_long_is_forgotten(void)
{
	struct net *net = new_net(6, 3, true);

	join_line(net);
	run(net, 30 * SECOND);
	check_all_ways(net);
	net->loss_percent = 100;
	run(net, 44 * SECOND);
	net->loss_percent = 0;
	run(net, 100 * SECOND);
	check_all_ways(net);
	net->loss_percent = 100;
	run(net, 46 * SECOND);
	CHECK_INT(net->nodes[0].hops[1], NOWHERE);
	CHECK_INT(net->nodes[0].hops[2], NOWHERE);
	net->loss_percent = 0;
	run(net, 100 * SECOND);
	check_all_ways(net);
	destroy_net(net);
}

TESTS(TEST(a_line_knows_all_its_nodes),
      TEST(peers_without_transit_know_their_neighbours_only),
      TEST(a_ring_that_breaks_goes_the_other_way_round),
      TEST(a_dead_node_is_forgotten_without_counting_to_infinity),
      TEST(the_shortest_way_is_found_in_any_network),
      TEST(without_transit_no_way_leads_down_and_up_again),
      TEST(what_is_lost_or_late_is_made_good), TEST(who_flaps_does_not_flood),
      TEST(who_is_silent_for_too_long_is_forgotten))
