/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - what the node itself asks, of a neighbour or of whoever has an
 * address: routes, an address of its own, signs of life.
 *
 *     own_ask ──► route ──► hold ──► next hop       (in flight, like any other)
 *     own_next_answer ◄── a Fulfill or a Reject
 *
 * It asks like a peer, but has no account: what a packet of its own costs is
 * held and posted on the account of the next hop alone, and paid by the node's
 * exchange account of that asset.
 */
#ifndef NODE_OWN_H
#define NODE_OWN_H

#include "base/index.h"
#include "ilp/packet.h"
#include "node/account.h"
#include "node/session.h"

struct connector;
struct own_asked;

/* Of way_back.line: the answer is for the node itself. */
#define WAY_BACK_OWN (UINT32_MAX - 1)

/* The slot of an asker that has no account. */
#define OWN_SLOT UINT32_MAX

/* Who asks: each has the answers to its own questions. */
enum own_kind {
	OWN_ERRAND, /* somebody's errand (errand.h), which is the tag */
	OWN_ROUTES, /* neighbours.h */
	OWN_KINDS,
};

/* So many may wait for their answers, or to be taken. */
#define OWN_MAX 4096

/* An echo of ours, by its condition, until its own answer has come: so that it
 * is known when it returns. */
struct own_echo {
	uint8_t condition[32];
	uint8_t fulfillment[32];
	bool fulfills; /* or else it is rejected, and nobody pays */
	bool returned;
	struct ilp_amount amount; /* that came back */
	struct own_echo *next;
};

struct own {
	struct account asker; /* as which the steps of a packet see us */
	struct index asked; /* by their numbers */
	struct own_asked *open;     /* those that wait for their answers */
	/* Those that have them, in that order. */
	struct own_list {
		struct own_asked *first;
		struct own_asked **end;
	} answered[OWN_KINDS];
	struct own_asked *given; /* until the next one is */
	struct own_echo *echoes;
	uint32_t number; /* the last that was given */
	size_t count;
};

/* False when there is no memory. */
bool own_init(struct own *own);
void own_finish(struct own *own);

/* The amount is in units of the asset of the next hop, who the route leads to; a
 * neighbour is asked without one. Its tag comes back with the answer, which always
 * comes: if it cannot be sent, that is a Reject of ours. False when there is no
 * room. */
bool own_ask(struct connector *c, const struct ilp_prepare *prepare,
	     struct account *neighbour, enum own_kind kind, uint64_t tag);

struct own_answer {
	uint64_t tag;
	struct ilp_bytes packet; /* empty: it was lost, for want of memory */
	int64_t took_us;
};

/* Good until the next call; false when there is none. */
bool own_next_answer(struct connector *c, enum own_kind kind,
		     struct own_answer *out);

/* Is there any, of whatever kind? */
bool own_has_answer(const struct own *own);

/* An echo is about to be asked, or is over. It is lent until then. */
void own_expect_echo(struct own *own, struct own_echo *echo);
void own_forget_echo(struct own *own, struct own_echo *echo);

/* NULL when there is none with that condition. */
struct own_echo *own_find_echo(const struct own *own,
			       const uint8_t condition[32]);

/* Its answer has come. */
void own_take_answer(struct connector *c, uint32_t number,
		     struct ilp_bytes packet);

#endif
