/* SPDX-License-Identifier: Apache-2.0 */
/* listener.h - what we hear of routes from one neighbour.
 *
 * We ask it for its routes by a control request, and it sends updates, each a
 * span of its numbered changes. What is heard goes to routes.h, unless it is
 * none of what we take: a default route, a prefix of our own, one that the
 * filter does not let pass, a way that leads through ourselves, or more than
 * so many.
 *
 *           listener_ask ◄──┌──────────┐
 *        listener_answer ──►│ listener │──► routes_add, routes_remove,
 *        listener_update ──►│          │    routes_forget
 *          listener_work ──►└──────────┘
 *
 * What a neighbour said is good as long as it says so itself (the hold-down):
 * if it is silent for longer, or not connected, or if it begins a new table,
 * all of it is forgotten. If an update is missed we ask again at once; without
 * an answer, or after a Reject, with longer and longer pauses.
 */
#ifndef ROUTE_LISTENER_H
#define ROUTE_LISTENER_H

#include "base/buffer.h"
#include "route/neighbour.h"

/* Why a route was not taken. */
enum listener_refusal {
	LISTENER_PREFIX,  /* it is not one, or too long for our table */
	LISTENER_GLOBAL,  /* not below the global prefix */
	LISTENER_OURS,    /* at or below our own address */
	LISTENER_FILTER,  /* the operator's */
	LISTENER_PATH,    /* without nodes, with something else, or too long */
	LISTENER_LOOP,    /* we are on it */
	LISTENER_TOO_MANY,
	LISTENER_MEMORY,  /* there is none */
	LISTENER_REFUSALS,
};

/* A line for people. */
const char *listener_refusal_text(enum listener_refusal refusal);

struct listener {
	struct routes *routes;
	const struct neighbour_self *self;
	const struct neighbour_terms *terms;
	struct neighbour_status status;
	uint64_t refused[LISTENER_REFUSALS]; /* since it is connected */
	bool asked;        /* and not answered yet */
	bool again;        /* when it is */
	int64_t ask_at_us; /* or how long we wait for the answer */
	int64_t asked_at_us;
	int64_t delay_us;
	int64_t hold_until_us;
	struct buffer bytes; /* of the update that is worked on, if any */
	struct ilp_ccp_update update;
};

/* The neighbour is not connected. All pointers outlive it. */
void listener_init(struct listener *l, struct routes *routes,
		   const struct neighbour_self *self,
		   const struct neighbour_terms *terms, int64_t now_us);

/* The routes that were heard are still there. */
void listener_finish(struct listener *l);

/* Whether it was up or not: it begins anew. */
void listener_up(struct listener *l, int64_t now_us);
void listener_down(struct listener *l, int64_t now_us);

/* Is it time to ask? Then this writes the control request, for whose answer it
 * waits from now on. */
bool listener_ask(struct listener *l, int64_t now_us, struct ilp_writer *w);
void listener_answer(struct listener *l, int64_t now_us, bool fulfilled);

/* An update has come: the data of its Prepare. */
enum neighbour_answer listener_update(struct listener *l, int64_t now_us,
				      struct ilp_bytes data);

/* Goes on with the update, for so many routes at most, which it takes off the
 * count. */
void listener_work(struct listener *l, int64_t now_us, size_t *count);
bool listener_has_work(const struct listener *l);

/* When there is something to be asked, or has gone by. */
int64_t listener_deadline_us(const struct listener *l);

/* Sees to what has gone by. */
void listener_tick(struct listener *l, int64_t now_us);

#endif
