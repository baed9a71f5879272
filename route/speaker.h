/* SPDX-License-Identifier: Apache-2.0 */
/* speaker.h - what we tell one neighbour of routes.
 *
 * When it has asked (a control request), it is sent updates, one at a time: the
 * news from the epoch on that it knows, as much as fits into a packet, and as
 * it is now. Which routes it is told of says export.h.
 *
 *         speaker_control ──►┌─────────┐
 *          speaker_update ◄──│ speaker │◄── news, routes
 *          speaker_answer ──►└─────────┘
 *
 * News is told at once, but what comes within the shortest interval comes
 * together: a route that flaps costs as many updates as there are intervals.
 * While there is no news an update without any says that what was told still
 * holds. If an update is not fulfilled, the next one begins where it began,
 * after a pause that grows.
 *
 * A neighbour that knows something else than we believe, or that has missed
 * what the news has forgotten, or that is told by other rules from now on, is
 * told everything anew: under another table id, so that it knows.
 */
#ifndef ROUTE_SPEAKER_H
#define ROUTE_SPEAKER_H

#include "ilp/crypto.h"
#include "route/neighbour.h"
#include "route/news.h"
#include "route/told.h"

/* No update is longer; the data of a packet may be 32,767 bytes. */
#define SPEAKER_UPDATE_MAX 30000

/* So many destinations are looked at for one update. */
#define SPEAKER_WALK_MAX 1000

/* Where updates are made, one after the other. */
struct speaker_desk {
	struct ilp_crypto *crypto;
	uint8_t routes[SPEAKER_UPDATE_MAX];
	uint8_t withdrawn[SPEAKER_UPDATE_MAX];
	uint8_t path[ROUTES_PATH_MAX + 2 * ILP_ADDRESS_MAX];
	uint32_t gone[SPEAKER_WALK_MAX]; /* the destinations withdrawn */
};

/* What all speakers have in common. */
struct speaker_world {
	const struct routes *routes;
	const struct news *news;
	struct speaker_desk *desk;
	uint8_t table_id[ILP_CCP_TABLE_ID_LEN]; /* a random UUID */
};

struct speaker {
	const struct speaker_world *world;
	const struct neighbour_self *self;
	const struct neighbour_terms *terms;
	struct neighbour_status status; /* its epoch is what they know */
	bool linked;
	bool wanted;      /* they have asked for updates */
	bool owed;        /* one is due, and be it without news */
	bool sent;        /* one is on its way */
	bool used;        /* something was told under this table id */
	uint32_t walked;  /* what is below need not be told */
	uint32_t sent_to; /* what they know when they have the last one */
	uint32_t turn;    /* of the news, and */
	uint32_t begun;   /* its epoch when this table began */
	uint32_t tables;  /* how many table ids there were before */
	int64_t next_us;  /* an update is not sent before that, */
	int64_t beat_us;  /* but then in any case; */
	int64_t wait_us;  /* and so long its answer may take */
	int64_t delay_us; /* after the next failure */
	struct told told;
	uint32_t *withdrawn; /* by the update that is on its way */
	size_t withdrawn_count;
};

/* The neighbour is not connected. All pointers outlive it. */
void speaker_init(struct speaker *s, const struct speaker_world *world,
		  const struct neighbour_self *self,
		  const struct neighbour_terms *terms, int64_t now_us);
void speaker_finish(struct speaker *s);

/* Whether it was up or not: it waits to be asked. */
void speaker_up(struct speaker *s, int64_t now_us);
void speaker_down(struct speaker *s, int64_t now_us);

/* The terms are others now, or what we are: who has asked is told all anew. */
void speaker_change(struct speaker *s, int64_t now_us);

/* A control request has come: the data of its Prepare. */
enum neighbour_answer speaker_control(struct speaker *s, int64_t now_us,
				      struct ilp_bytes data);

/* Is an update due? Then this writes it, and waits for the answer. It may also
 * turn out that there is nothing to tell; then the deadline is another. */
bool speaker_update(struct speaker *s, int64_t now_us, struct ilp_writer *w);
void speaker_answer(struct speaker *s, int64_t now_us, bool fulfilled);

/* When an update is due, or the answer to one: as things are now. News may make
 * it sooner, so it must be asked again then. */
int64_t speaker_deadline_us(const struct speaker *s);

/* Sees to an answer that has not come. */
void speaker_tick(struct speaker *s, int64_t now_us);

/* It may still need the news from this epoch on; UINT32_MAX: none. */
uint32_t speaker_needs(const struct speaker *s);

/* Has all been told that is news? */
bool speaker_is_done(const struct speaker *s);

#endif
