/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/host.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "link/door.h"
#include "link/memory.h"
#include "test/sim/audit.h"
#include "test/sim/disk.h"
#include "test/sim/operator.h"
#include "test/sim/violation.h"

#define READ_MAX ((size_t)64 * 1024)
#define LINK_BLOCKS 1024
#define LINGER_US 5000000
/* Until a connection stands, or is known not to. */
#define DIAL_US 20000

/* A step of the wall clock that counts, and for how long. */
#define STEP_MS 250
#define STEADY_US 1000000
#define SETTLED_US 3000000

struct dialing {
	struct shard_dial dial;
	unsigned edge;
};

static struct host *host(struct actor *actor)
{
	return (struct host *)actor;
}

static const struct plan *plan_of(const struct host *h)
{
	return &h->world->plan;
}

static struct shard *shard_of(const struct host *h)
{
	return node_shard(h->node);
}

struct ilp_time host_time(const struct host *h)
{
	int64_t now_us = h->world->agenda.now_us;

	return (struct ilp_time){
		.monotonic_us =
			now_us + plan_of(h)->nodes[h->index].monotonic_us,
		.wall_ms = WORLD_EPOCH_MS + now_us / 1000 + h->wall_ms,
	};
}

/* ---- the node's life ---- */

static void draw_seed(struct host *h, uint8_t seed[32])
{
	for (size_t i = 0; i < 32; i += 4)
		ilp_store_u32(seed + i, (uint32_t)dice_roll(&h->world->dice));
}

static void set_prices(struct host *h)
{
	const struct plan *plan = plan_of(h);
	struct exchange *exchange = shard_exchange(shard_of(h));
	bool set =
		exchange_set_spread(exchange, plan->nodes[h->index].spread_ppm);

	for (unsigned a = 0; a < PLAN_ASSETS && set; a++)
		set = exchange_set_price(
			exchange, plan_assets[a].code,
			(struct ilp_rate){ plan->prices[a], 1 });
	assert(set);
}

/* In a platter of its own, or in memory. */
static void open_disk(struct host *h)
{
	if (h->platter && h->life)
		disk_check(h->world, h->platter);
	h->disk = h->platter ?
			  disk_open(h->world, h->platter,
				    plan_of(h)->nodes[h->index].fold_bytes) :
			  disk_create();
	if (h->platter && h->life)
		h->world->observer->restarts++;
	disk_stand_still(h->disk, h->platter != NULL);
}

static void restore(struct host *h)
{
	char error[200];

	shard_begin(shard_of(h), host_time(h));
	if (h->platter && !node_restore(h->node, error, sizeof(error)))
		violation(h->world, "node %u cannot go on: %s", h->index,
			  error);
}

static void start(struct host *h)
{
	const struct plan_node *plan = &plan_of(h)->nodes[h->index];
	char address[24];
	struct connector_options options = {
		.window_ms = plan->window_ms,
		.hold_max_ms = plan->hold_max_ms,
		.in_flight_max = plan->in_flight_max,
	};

	if (plan_of(h)->plant == PLANT_EARLY)
		options.durability = CONNECTOR_RELAXED;

	snprintf(address, sizeof(address), "test.n%u", h->index);
	options.address = ilp_text(address);
	draw_seed(h, options.seed);
	h->start_us = ILP_NEVER_US;
	h->disk_us = ILP_NEVER_US;
	open_disk(h);
	h->node = node_create(shard_create(&options, host_time(h)), h->disk);
	assert(h->node);
	h->life++;
	h->settled_ms = h->wall_ms;
	h->jumped = false;
	world_note(h->world, STORY_START, h->index, h->life, 0, 0);
	restore(h);
	set_prices(h);
	for (unsigned e = 0; e < plan_of(h)->edge_count; e++) {
		if (!operator_has(h, e))
			continue;
		h->limits[e] = plan_of(h)->edges[e].limits[operator_side(h, e)];
		operator_add(h, e);
		observer_opened(h->world->observer, h, e, host_account(h, e));
	}
}

/* ---- connections ---- */

static struct port *add_port(struct host *h, struct cable *cable, unsigned side)
{
	struct port *port = calloc(1, sizeof(*port));

	assert(port);
	port->cable = cable;
	port->side = side;
	port->linger_until_us = ILP_NEVER_US;
	port->next = h->ports;
	h->ports = port;
	return port;
}

/* It is swept up at the end of the round. */
static void end_port(struct host *h, struct port *port, const char *reason)
{
	if (port->session)
		shard_detach(shard_of(h), port->session, reason);
	port->session = NULL;
	cable_close(port->cable, port->side);
	port->cable = NULL;
}

static void sweep_ports(struct host *h)
{
	struct port **at = &h->ports;

	while (*at) {
		struct port *port = *at;

		if (port->cable) {
			at = &port->next;
			continue;
		}
		*at = port->next;
		free(port);
	}
}

static enum tap_framing framing_of(const struct host *h, unsigned edge)
{
	return plan_of(h)->edges[edge].framing;
}

static struct link *connect_by_btp(struct host *h, unsigned edge)
{
	struct link_btp_options options = {
		.pool = h->pool,
		.crypto = h->world->crypto,
		.host = ilp_text("localhost"),
		.path = ilp_text("/"),
		.token = operator_token(edge),
	};

	draw_seed(h, options.seed);
	return link_btp_connect(&options, host_time(h));
}

static struct link *connect_by_http(struct host *h, unsigned edge)
{
	const struct link_http_options options = {
		.pool = h->pool,
		.version = framing_of(h, edge) == TAP_HTTP_1 ? LINK_HTTP_1 :
							       LINK_HTTP_2,
		.authority = ilp_text("localhost"),
		.path = ilp_text("/"),
		.token = operator_token(edge),
	};

	return link_http_connect(&options, host_time(h));
}

static struct link *dialed_link(struct host *h, unsigned edge)
{
	switch (framing_of(h, edge)) {
	case TAP_MEMORY:
		return link_memory_create(h->pool);
	case TAP_BTP:
		return connect_by_btp(h, edge);
	case TAP_HTTP_1:
	case TAP_HTTP_2:
		return connect_by_http(h, edge);
	}
	return NULL;
}

/* Those who come in show what they speak. */
static struct link *accepted_link(struct host *h, unsigned edge)
{
	struct link_btp_options options = {
		.pool = h->pool,
		.crypto = h->world->crypto,
	};

	if (framing_of(h, edge) == TAP_MEMORY)
		return link_memory_create(h->pool);
	draw_seed(h, options.seed);
	return link_door_create(&options, host_time(h));
}

bool host_listens(const struct host *h)
{
	return h->node && h->accepted_count < HOST_BACKLOG;
}

void host_accept(struct host *h, struct cable *cable)
{
	assert(host_listens(h));
	h->accepted[h->accepted_count++] = cable;
	agenda_wake(&h->world->agenda, &h->actor, h->world->agenda.now_us);
}

/* A link in memory has no login: whose it is shows by where it comes from. */
static void attach(struct host *h, struct cable *cable)
{
	bool logs_in = framing_of(h, cable->edge) != TAP_MEMORY;
	struct account *account = logs_in ? NULL : host_account(h, cable->edge);
	struct port *port;

	if (!logs_in && (!account || account->state == ACCOUNT_CLOSING)) {
		cable_close(cable, !cable->from);
		return;
	}
	port = add_port(h, cable, !cable->from);
	port->session = shard_attach(shard_of(h), accepted_link(h, cable->edge),
				     account, port);
	assert(port->session);
}

static void attach_accepted(struct host *h)
{
	for (unsigned i = 0; i < h->accepted_count; i++)
		attach(h, h->accepted[i]);
	h->accepted_count = 0;
}

static void start_dials(struct host *h)
{
	struct shard_dial dial;

	while (shard_next_dial(shard_of(h), &dial)) {
		struct dialing *d = malloc(sizeof(*d));

		assert(d && dial.account.len == 2);
		d->dial = dial;
		d->edge = (unsigned)(dial.account.at[1] - '0');
		heap_add(&h->dials, h->world->agenda.now_us + DIAL_US, d);
	}
}

static void finish_dial(struct host *h, const struct dialing *d)
{
	unsigned side = operator_side(h, d->edge);
	struct cable *cable = world_connect(h->world, d->edge, side);
	struct port *port;

	if (!cable) {
		shard_dialed(shard_of(h), &d->dial, NULL, NULL);
		return;
	}
	port = add_port(h, cable, side);
	port->session = shard_dialed(shard_of(h), &d->dial,
				     dialed_link(h, d->edge), port);
	if (!port->session)
		end_port(h, port, NULL);
}

static void finish_dials(struct host *h)
{
	while (heap_first_us(&h->dials) <= h->world->agenda.now_us) {
		struct dialing *d = heap_take(&h->dials);

		finish_dial(h, d);
		free(d);
	}
}

/* ---- bytes ---- */

static size_t draw_read(struct host *h, unsigned edge)
{
	switch (plan_of(h)->edges[edge].reads) {
	case PLAN_ALL:
		return READ_MAX;
	case PLAN_PIECES:
		return 1 + dice_below(&h->world->dice, 1500);
	case PLAN_BYTES:
		return 1 + dice_below(&h->world->dice, 16);
	}
	return READ_MAX;
}

/* Whoever does not read our answers is not read from. */
static bool reads(const struct port *port)
{
	return !port->session->ended &&
	       link_waiting(port->session->link) <= LINK_HIGH;
}

/* A line takes nobody's place. */
static bool is_current(const struct session *session)
{
	return session->number ||
	       (session->account && session->account->session == session);
}

/* Was something read on a connection that is only beginning? It may have
 * taken the place of another one, whose link is closed by now, so that the
 * round must end. */
static bool read_port(struct host *h, struct port *port)
{
	static uint8_t buffer[READ_MAX];
	bool current;
	size_t len;

	if (!reads(port))
		return false;
	current = is_current(port->session);
	len = cable_read(port->cable, port->side, buffer,
			 draw_read(h, port->cable->edge), host_time(h));
	if (len)
		shard_receive(shard_of(h), port->session, buffer, len);
	return len && !current;
}

static void flush_port(struct host *h, struct port *port)
{
	struct link *link = port->session->link;
	struct ilp_bytes out;

	while ((out = link_output(link)).len) {
		size_t taken = cable_write(port->cable, port->side, out);

		link_written(link, taken);
		if (taken < out.len)
			break;
	}
	if (!port->session->ended)
		return;
	if (link_waiting(link) == 0 ||
	    port->linger_until_us <= h->world->agenda.now_us)
		end_port(h, port, port->session->end_reason);
	else if (port->linger_until_us == ILP_NEVER_US)
		port->linger_until_us = h->world->agenda.now_us + LINGER_US;
}

static void flush_all(struct host *h)
{
	struct session *session;

	while ((session = shard_next_output(shard_of(h))))
		flush_port(h, session->driver);
	for (struct port *port = h->ports; port; port = port->next)
		if (port->session && link_waiting(port->session->link))
			flush_port(h, port);
}

/* ---- rounds ---- */

/* What was handed to the ledger by now becomes durable, and what follows must
 * wait: as if a thread of its own had been at it. */
static void write_down(struct host *h, struct ilp_time now)
{
	ledger_tick(h->disk, now);
	disk_stand_still(h->disk, true);
}

static void plan_disk(struct host *h)
{
	if (h->platter && h->disk_us == ILP_NEVER_US && disk_has_work(h->disk))
		h->disk_us = h->world->agenda.now_us +
			     plan_of(h)->nodes[h->index].disk_us;
}

void host_begin_round(struct host *h)
{
	struct ilp_time now = host_time(h);

	shard_begin(shard_of(h), now);
	observer_expire(h->world->observer, h->index, now.monotonic_us);
	if (h->world->agenda.now_us - h->stepped_us > SETTLED_US)
		h->settled_ms = h->wall_ms;
	if (h->disk_us <= h->world->agenda.now_us) {
		disk_stand_still(h->disk, false);
		h->disk_us = ILP_NEVER_US;
		if (h->platter)
			write_down(h, now);
	}
}

/* Connections that end may give answers, so there can be more to commit. */
static void end_round(struct host *h)
{
	bool committed;

	shard_tick(shard_of(h));
	operator_add_removed(h);
	start_dials(h);
	do {
		committed = node_commit(h->node, host_time(h));
		flush_all(h);
	} while (committed && shard_has_batch(shard_of(h)));
	audit(h->world->observer, h);
	plan_disk(h);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t port_next_us(const struct port *port)
{
	int64_t next_us = port->linger_until_us;

	if (reads(port))
		return earlier(next_us, cable_next_us(port->cable, port->side));
	if (port->cable->cut)
		next_us = earlier(next_us,
				  port->cable->sides[port->side].hears_us);
	return next_us;
}

static void plan_next(struct host *h)
{
	int64_t ahead_us = plan_of(h)->nodes[h->index].monotonic_us;
	int64_t next_us = shard_deadline_us(shard_of(h));

	if (next_us != ILP_NEVER_US && next_us != INT64_MIN)
		next_us -= ahead_us;
	next_us = earlier(next_us, heap_first_us(&h->dials));
	next_us = earlier(next_us, h->disk_us);
	for (const struct port *port = h->ports; port; port = port->next)
		next_us = earlier(next_us, port_next_us(port));
	if (next_us != ILP_NEVER_US)
		agenda_wake(&h->world->agenda, &h->actor, next_us);
}

void host_finish_round(struct host *h)
{
	end_round(h);
	sweep_ports(h);
	if (node_failure(h->node))
		host_crash(h, h->restart_us);
	else
		plan_next(h);
}

bool host_is_asleep(const struct host *h)
{
	int64_t now_us = h->world->agenda.now_us;

	return now_us >= h->sleeps_us && now_us < h->wakes_us;
}

static void round_of(struct actor *actor)
{
	struct host *h = host(actor);
	int64_t now_us = h->world->agenda.now_us;

	if (host_is_asleep(h) || (!h->node && now_us < h->start_us)) {
		agenda_wake(&h->world->agenda, actor,
			    h->node ? h->wakes_us : h->start_us);
		return;
	}
	if (!h->node)
		start(h);
	host_begin_round(h);
	attach_accepted(h);
	finish_dials(h);
	for (struct port *port = h->ports; port; port = port->next) {
		if (port->session && read_port(h, port)) {
			end_round(h);
			if (node_failure(h->node))
				break;
			host_begin_round(h);
		}
		if (port->cable && cable_is_over(port->cable, port->side))
			end_port(h, port, "the connection is gone");
	}
	host_finish_round(h);
}

static void lay_platter(struct host *h)
{
	char name[16];
	const struct platter_options options = {
		.name = name,
		.seed = dice_roll(&h->world->dice),
		.sector_size = 4096,
		.powersafe = true,
	};

	if (!plan_of(h)->lasts)
		return;
	snprintf(name, sizeof(name), "sim-%u", h->index);
	h->platter = platter_create(&options);
	assert(h->platter);
	h->platter->faults.lies = plan_of(h)->plant == PLANT_LIES;
	h->platter->faults.no_directory_sync =
		plan_of(h)->plant == PLANT_NAMES;
	if (h->index == 0)
		platter_seed_sqlite(h->platter);
}

struct host *host_create(struct world *w, unsigned index)
{
	struct host *h = calloc(1, sizeof(*h));

	assert(h);
	h->actor = ACTOR(round_of);
	h->world = w;
	h->index = index;
	h->wall_ms = w->plan.nodes[index].skew_ms;
	h->settled_ms = h->wall_ms;
	h->stepped_us = -SETTLED_US;
	h->pool = pool_create(LINK_BTP_BLOCK, LINK_BLOCKS);
	assert(h->pool);
	lay_platter(h);
	start(h);
	agenda_wake(&w->agenda, &h->actor, 0);
	return h;
}

static void forget_dials(struct host *h)
{
	while (h->dials.count)
		free(heap_take(&h->dials));
}

static void count_refusals(const struct host *h)
{
	const struct connector_counters *counters = shard_counters(shard_of(h));

	for (unsigned i = 0; i < REFUSAL_COUNT; i++)
		h->world->refusals[i] += counters->refusals[i];
}

/* The end of the process: whatever it had in memory is gone. */
static void end_node(struct host *h)
{
	count_refusals(h);
	for (struct port *port = h->ports; port; port = port->next)
		if (port->cable)
			end_port(h, port, "the process has ended");
	sweep_ports(h);
	for (unsigned i = 0; i < h->accepted_count; i++)
		cable_close(h->accepted[i], !h->accepted[i]->from);
	h->accepted_count = 0;
	forget_dials(h);
	node_destroy(h->node);
	h->node = NULL;
	if (pool_taken(h->pool))
		violation(h->world, "node %u leaves %zu blocks behind",
			  h->index, pool_taken(h->pool));
}

void host_destroy(struct host *h)
{
	if (h->node)
		end_node(h);
	heap_finish(&h->dials);
	pool_destroy(h->pool);
	platter_destroy(h->platter);
	free(h);
}

/* ---- what befalls it ---- */

/* Before anything is closed, which would write. */
static void stop_disk(struct host *h)
{
	if (!h->platter)
		return;
	if (h->power_fails || platter_is_off(h->platter))
		platter_fail_power(h->platter, &h->world->dice);
	else
		platter_abandon(h->platter);
	h->power_fails = false;
}

void host_fail_power(struct host *h, int64_t start_us)
{
	uint64_t operations = dice_below(&h->world->dice, 60);

	if (!h->node)
		return;
	h->restart_us = start_us;
	if (operations) {
		platter_fail_power_at(h->platter, operations);
		return;
	}
	h->power_fails = true;
	host_crash(h, start_us);
}

void host_crash(struct host *h, int64_t start_us)
{
	if (!h->node)
		return;
	world_note(h->world, STORY_CRASH, h->index, 0, 0, 0);
	observer_crashes(h->world->observer, h);
	stop_disk(h);
	end_node(h);
	h->wakes_us = 0;
	observer_crashed(h->world->observer, h->index);
	h->start_us = start_us;
	agenda_wake(&h->world->agenda, &h->actor, start_us);
}

static bool is_far(int64_t ms)
{
	return ms > STEP_MS || ms < -STEP_MS;
}

/* Steps in a row may make up for each other, so only the first is sure to be
 * seen. */
void host_step_clock(struct host *h, int64_t ms)
{
	int64_t now_us = h->world->agenda.now_us;

	world_note(h->world, STORY_STEP, h->index, (uint64_t)ms, 0, 0);
	h->wall_ms += ms;
	h->jumped = is_far(ms) && is_far(h->wall_ms - h->settled_ms) &&
		    now_us - h->stepped_us > SETTLED_US;
	h->stepped_us = now_us;
}

bool host_is_unsteady(const struct host *h)
{
	return h->jumped && h->world->agenda.now_us - h->stepped_us < STEADY_US;
}

void host_disk_stands_still(struct host *h, int64_t until_us)
{
	if (!h->node)
		return;
	world_note(h->world, STORY_DISK, h->index,
		   (uint64_t)(until_us - h->world->agenda.now_us), 0, 0);
	disk_stand_still(h->disk, true);
	h->disk_us = until_us;
	agenda_wake(&h->world->agenda, &h->actor, until_us);
}

/* The machine has other things to do: what is due then is late. */
void host_sleep(struct host *h, int64_t from_us, int64_t until_us)
{
	if (!h->node || h->world->agenda.now_us < h->wakes_us)
		return;
	world_note(h->world, STORY_SLEEP, h->index,
		   (uint64_t)(from_us - h->world->agenda.now_us),
		   (uint64_t)(until_us - from_us), 0);
	h->sleeps_us = from_us;
	h->wakes_us = until_us;
}

/* Lines on which nothing is asked are closed. */
static void judge_lines(const struct host *h)
{
	for (const struct port *port = h->ports; port; port = port->next)
		if (plan_edge_has_lines(
			    &plan_of(h)->edges[port->cable->edge]))
			violation(h->world,
				  "node %u has a line left on edge %u",
				  h->index, port->cable->edge);
}

void host_judge_idle(const struct host *h)
{
	if (shard_in_flight(shard_of(h)) || !shard_is_idle(shard_of(h)))
		violation(h->world, "node %u is not idle", h->index);
	for (unsigned e = 0; e < plan_of(h)->edge_count; e++) {
		const struct account *account =
			operator_has(h, e) ? host_account(h, e) : NULL;

		if (account && !connector_is_done_with(account))
			violation(h->world,
				  "node %u has something left on edge %u",
				  h->index, e);
		if (account && !account->session && !account->lines)
			violation(h->world,
				  "node %u has no connection on edge %u",
				  h->index, e);
	}
	judge_lines(h);
}
