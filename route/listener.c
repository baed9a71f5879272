/* SPDX-License-Identifier: Apache-2.0 */
#include "route/listener.h"

#include <assert.h>

#include "route/table.h"

#define SECOND_US INT64_C(1000000)

/* So long we wait for an answer; and, when more must come, for more. */
#define ANSWER_WAIT_US (30 * SECOND_US)
#define MORE_WAIT_US (60 * SECOND_US)

/* The first pause after a failure, and the longest. */
#define DELAY_MIN_US SECOND_US
#define DELAY_MAX_US (30 * SECOND_US)

/* Who says that it will be silent for less, is not believed. */
#define HOLD_MIN_US SECOND_US

static const uint8_t no_table[ILP_CCP_TABLE_ID_LEN];

const char *listener_refusal_text(enum listener_refusal refusal)
{
	static const char *const texts[LISTENER_REFUSALS] = {
		[LISTENER_PREFIX] = "not a prefix",
		[LISTENER_GLOBAL] = "not below the global prefix",
		[LISTENER_OURS] = "below our own address",
		[LISTENER_FILTER] = "not let in by the filter",
		[LISTENER_PATH] = "no path, or one too long",
		[LISTENER_LOOP] = "by a path through ourselves",
		[LISTENER_TOO_MANY] = "more than the limit",
		[LISTENER_MEMORY] = "no memory for it",
	};

	return texts[refusal];
}

static void set_state(struct listener *l, enum neighbour_state state,
		      enum neighbour_reason reason, int64_t now_us)
{
	neighbour_status_set(&l->status, state, reason, now_us);
}

/* Nothing is known of the neighbour's routes any more. */
static void forget(struct listener *l)
{
	routes_forget(l->routes, l->terms->slot);
	memcpy(l->status.table_id, no_table, sizeof(no_table));
	l->status.epoch = 0;
	l->hold_until_us = ILP_NEVER_US;
	buffer_drop(&l->bytes);
}

static void rest(struct listener *l)
{
	l->asked = false;
	l->again = false;
	l->ask_at_us = ILP_NEVER_US;
	l->asked_at_us = INT64_MIN;
	l->delay_us = DELAY_MIN_US;
}

void listener_init(struct listener *l, struct routes *routes,
		   const struct neighbour_self *self,
		   const struct neighbour_terms *terms, int64_t now_us)
{
	*l = (struct listener){ .routes = routes, .self = self, .terms = terms };
	l->status.since_us = now_us;
	l->hold_until_us = ILP_NEVER_US;
	rest(l);
	l->status.reason = NEIGHBOUR_NOT_LINKED;
}

void listener_finish(struct listener *l)
{
	buffer_drop(&l->bytes);
}

void listener_up(struct listener *l, int64_t now_us)
{
	forget(l);
	rest(l);
	memset(l->refused, 0, sizeof(l->refused));
	if (!l->terms->receive) {
		set_state(l, NEIGHBOUR_IDLE, NEIGHBOUR_NOT_WANTED, now_us);
		return;
	}
	set_state(l, NEIGHBOUR_CONNECTING, NEIGHBOUR_FINE, now_us);
	l->ask_at_us = now_us;
}

void listener_down(struct listener *l, int64_t now_us)
{
	forget(l);
	rest(l);
	set_state(l, NEIGHBOUR_IDLE, NEIGHBOUR_NOT_LINKED, now_us);
}

/* ---- asking ---- */

bool listener_ask(struct listener *l, int64_t now_us, struct ilp_writer *w)
{
	struct ilp_ccp_control control = { .mode = ILP_CCP_SYNC,
					   .epoch = l->status.epoch };

	if (l->asked || now_us < l->ask_at_us)
		return false;
	memcpy(control.table_id, l->status.table_id, sizeof(control.table_id));
	ilp_ccp_control_encode(w, &control);
	l->asked = true;
	l->again = false;
	l->asked_at_us = now_us;
	l->ask_at_us = now_us + ANSWER_WAIT_US;
	return true;
}

/* Asks after the pause since it asked last, and the next pause is longer. Who
 * has not asked for long does so at once. */
static void ask_after_pause(struct listener *l, int64_t now_us)
{
	int64_t at = now_us;

	if (l->asked) {
		l->again = true;
		return;
	}
	if (l->asked_at_us > now_us - l->delay_us)
		at = l->asked_at_us + l->delay_us;
	l->ask_at_us = at;
	l->delay_us = l->delay_us < DELAY_MAX_US / 2 ? l->delay_us * 2 :
						       DELAY_MAX_US;
}

static void fail(struct listener *l, int64_t now_us,
		 enum neighbour_reason reason)
{
	set_state(l, l->status.state, reason, now_us);
	l->asked = false;
	ask_after_pause(l, now_us);
}

void listener_answer(struct listener *l, int64_t now_us, bool fulfilled)
{
	if (!l->asked)
		return;
	if (!fulfilled) {
		fail(l, now_us, NEIGHBOUR_REFUSED);
		return;
	}
	l->asked = false;
	if (l->again) {
		ask_after_pause(l, now_us);
		return;
	}
	if (l->status.state == NEIGHBOUR_ESTABLISHED) {
		l->ask_at_us = ILP_NEVER_US;
		return;
	}
	l->ask_at_us = now_us + MORE_WAIT_US;
	if (l->status.state == NEIGHBOUR_CONNECTING)
		set_state(l, NEIGHBOUR_SYNCING, NEIGHBOUR_FINE, now_us);
}

int64_t listener_deadline_us(const struct listener *l)
{
	return l->ask_at_us < l->hold_until_us ? l->ask_at_us :
						 l->hold_until_us;
}

void listener_tick(struct listener *l, int64_t now_us)
{
	if (now_us >= l->hold_until_us) {
		forget(l);
		set_state(l, NEIGHBOUR_STALE, NEIGHBOUR_SILENT, now_us);
		if (!l->asked)
			l->ask_at_us = now_us;
	}
	if (l->asked && now_us >= l->ask_at_us)
		fail(l, now_us, NEIGHBOUR_NOT_ANSWERED);
}

/* ---- hearing ---- */

/* All changes below this epoch are known now. */
static void reach(struct listener *l, int64_t now_us, uint32_t epoch,
		  uint32_t current)
{
	bool all = epoch >= current;

	l->status.epoch = epoch;
	l->delay_us = DELAY_MIN_US;
	set_state(l, all ? NEIGHBOUR_ESTABLISHED : NEIGHBOUR_SYNCING,
		  l->refused[LISTENER_TOO_MANY] ? NEIGHBOUR_LIMIT :
						  NEIGHBOUR_FINE,
		  now_us);
	if (!l->asked)
		l->ask_at_us = all ? ILP_NEVER_US : now_us + MORE_WAIT_US;
}

static void hold(struct listener *l, int64_t now_us, uint32_t hold_down_ms)
{
	int64_t hold_us = (int64_t)hold_down_ms * 1000;

	l->hold_until_us =
		now_us + (hold_us < HOLD_MIN_US ? HOLD_MIN_US : hold_us);
}

static void begin_table(struct listener *l,
			const uint8_t table_id[ILP_CCP_TABLE_ID_LEN])
{
	if (memcmp(l->status.table_id, table_id, ILP_CCP_TABLE_ID_LEN) == 0)
		return;
	forget(l);
	memset(l->refused, 0, sizeof(l->refused));
	memcpy(l->status.table_id, table_id, ILP_CCP_TABLE_ID_LEN);
}

static enum neighbour_answer miss(struct listener *l, int64_t now_us)
{
	set_state(l, NEIGHBOUR_SYNCING, NEIGHBOUR_GAP, now_us);
	ask_after_pause(l, now_us);
	return NEIGHBOUR_GAP_BEFORE;
}

/* Keeps the update to work on it. Its bytes have been decoded once. */
static enum neighbour_answer keep(struct listener *l, struct ilp_bytes data)
{
	enum ilp_error error;

	if (!buffer_add(&l->bytes, data, data.len))
		return NEIGHBOUR_BUSY;
	error = ilp_ccp_update_decode(&l->update, buffer_bytes(&l->bytes));
	assert(!error);
	return NEIGHBOUR_TAKEN;
}

enum neighbour_answer listener_update(struct listener *l, int64_t now_us,
				      struct ilp_bytes data)
{
	struct ilp_ccp_update update;

	if (l->status.state == NEIGHBOUR_IDLE)
		return l->status.reason == NEIGHBOUR_NOT_WANTED ?
			       NEIGHBOUR_WE_DO_NOT_RECEIVE :
			       NEIGHBOUR_UPDATE_FROM_STRANGER;
	if (ilp_ccp_update_decode(&update, data) ||
	    update.from_epoch > update.to_epoch)
		return NEIGHBOUR_BAD_UPDATE;
	if (listener_has_work(l))
		return NEIGHBOUR_BUSY;
	begin_table(l, update.table_id);
	if (update.from_epoch > l->status.epoch)
		return miss(l, now_us);
	hold(l, now_us, update.hold_down_ms);
	if (update.to_epoch > l->status.epoch)
		return keep(l, data);
	reach(l, now_us, l->status.epoch, update.current_epoch);
	return NEIGHBOUR_TAKEN;
}

/* ---- what of it we take ---- */

static bool is_ours(const struct listener *l, struct ilp_bytes prefix)
{
	struct ilp_bytes child = l->terms->address;

	if (child.len && ilp_address_has_prefix(prefix, child))
		return false;
	return ilp_address_has_prefix(prefix, l->self->address);
}

static enum listener_refusal judge_path(const struct listener *l,
					struct ilp_list path)
{
	struct ilp_bytes node;

	if (path.count == 0 || path.count > ROUTES_PATH_NODES_MAX)
		return LISTENER_PATH;
	while (ilp_list_next(&path, &node)) {
		if (!ilp_address_valid(node))
			return LISTENER_PATH;
		if (ilp_bytes_equal(node, l->self->address))
			return LISTENER_LOOP;
	}
	return LISTENER_REFUSALS;
}

/* LISTENER_REFUSALS: it is good. */
static enum listener_refusal judge(const struct listener *l,
				   const struct ilp_ccp_route *route)
{
	struct ilp_bytes global = l->self->global;

	if (!ilp_prefix_valid(route->prefix) ||
	    !route_prefix_fits(route->prefix))
		return LISTENER_PREFIX;
	if (!ilp_address_has_prefix(route->prefix, global) ||
	    route->prefix.len == global.len)
		return LISTENER_GLOBAL;
	if (is_ours(l, route->prefix))
		return LISTENER_OURS;
	if (!filter_allows(l->terms->import, route->prefix))
		return LISTENER_FILTER;
	return judge_path(l, route->path);
}

static enum listener_refusal add(struct listener *l,
				 const struct ilp_ccp_route *heard)
{
	struct route route = { .hop = l->terms->slot,
			       .origin = ROUTE_LEARNED,
			       .path = heard->path };

	memcpy(route.auth, heard->auth, sizeof(route.auth));
	switch (routes_add(l->routes, heard->prefix, &route)) {
	case ROUTES_OK:
		return LISTENER_REFUSALS;
	case ROUTES_PREFIX:
		return LISTENER_PREFIX;
	case ROUTES_PATH:
		return LISTENER_PATH;
	case ROUTES_LIMIT:
		return LISTENER_TOO_MANY;
	case ROUTES_SOURCE:
	case ROUTES_NO_MEMORY:
		break;
	}
	return LISTENER_MEMORY;
}

static void take_back(struct listener *l, struct ilp_bytes prefix)
{
	if (route_prefix_fits(prefix))
		routes_remove(l->routes, prefix, l->terms->slot, ROUTE_LEARNED);
}

/* What is not taken is not what it was before, either. */
static void take(struct listener *l, const struct ilp_ccp_route *route)
{
	enum listener_refusal refusal = judge(l, route);

	if (refusal == LISTENER_REFUSALS)
		refusal = add(l, route);
	if (refusal == LISTENER_REFUSALS)
		return;
	l->refused[refusal]++;
	take_back(l, route->prefix);
}

/* The next thing in the update: first what is withdrawn. */
static bool take_next(struct listener *l)
{
	struct ilp_ccp_route route;
	struct ilp_bytes prefix;

	if (ilp_list_next(&l->update.withdrawn, &prefix))
		take_back(l, prefix);
	else if (ilp_ccp_next_route(&l->update.routes, &route))
		take(l, &route);
	else
		return false;
	return true;
}

bool listener_has_work(const struct listener *l)
{
	return l->bytes.at;
}

void listener_work(struct listener *l, int64_t now_us, size_t *count)
{
	while (listener_has_work(l) && *count > 0) {
		(*count)--;
		if (take_next(l))
			continue;
		buffer_drop(&l->bytes);
		reach(l, now_us, l->update.to_epoch, l->update.current_epoch);
	}
}
