/* SPDX-License-Identifier: Apache-2.0 */
/* scene.h - a node on a stage: a shard with its ledger, scripted peers around
 * it (peer.h), and a clock that stands still until it is told to go on.
 *
 * A test has peers write something, and then plays a round. The stage keeps
 * books of its own, made of nothing but what went over the wires and when; at
 * the end of each round it holds the node to them:
 *
 *   - each Prepare was answered once, or lies with the next hop, whose time is
 *     not over; what was passed on differs in amount and expiry only;
 *   - a Fulfill was passed on if and only if it was right, in time and the
 *     first answer of the one who was asked, and not before it was durable;
 *   - all balances and all that is on hold are what that comes to, no limit is
 *     passed, and nothing was made or lost: each asset sums to zero;
 *   - the ledger says the same.
 */
#ifndef TEST_SCENE_H
#define TEST_SCENE_H

#include "node/node.h"
#include "test/check.h"
#include "test/peer.h"
#include "test/random.h"

#define SCENE_ASSETS_MAX 8

#define SCENE_OWN_MAX 64

/* What the node asks by itself, once a peer has it. */
struct scene_own {
	uint8_t condition[32]; /* by which it is known */
	struct peer *to;       /* NULL: nobody has it yet */
	uint32_t request;
	struct ilp_bytes packet;
	struct ilp_prepare prepare;
	int64_t deadline_us;
	bool over;
};

struct scene {
	struct node *node;
	struct ledger *ledger; /* of the node, see slow_ledger.h */
	uint64_t earlier;      /* batches of runs before */
	struct pool *pool;     /* of all links */
	struct ilp_crypto *crypto;
	struct ilp_time now;
	struct connector_options options;
	struct peer *peers;
	struct connection *connections; /* in the order of their making */
	struct question **questions;    /* by their numbers */
	size_t question_count;
	size_t question_room;
	size_t *open; /* numbers of those that are not over */
	size_t open_count;
	struct scene_own own[SCENE_OWN_MAX];
	size_t own_count;
	signed_units late[SCENE_ASSETS_MAX]; /* of each asset, in its order */
	uint64_t secrets; /* that fulfill conditions, handed out so far */
	uint64_t strays;  /* answers that count for nothing */
	struct random_source *cuts; /* how wires cut bytes; NULL: not at all */
	/* More answers may wait than there is room for: the test itself looks
	 * at what becomes of them. */
	bool may_lose;
	bool leaves_early; /* a Fulfill may leave before it is durable */
};

/* A node "test.node" with a default window and hold time. */
struct connector_options scene_options(void);
void scene_begin(struct scene *s);
void scene_begin_with(struct scene *s, const struct connector_options *options);

/* The same on a ledger that outlives the node: a new one when it is NULL, or
 * what a crash has left, in which there is everything that it was handed. */
void scene_begin_lasting(struct scene *s,
			 const struct connector_options *options,
			 struct ledger *ledger);
struct ledger *scene_crash(struct scene *s);

/* May a Prepare wait for the ledger just now? (exposure.h) */
bool scene_waits(const struct scene *s);

/* Lets all that is in flight end, checks, and takes the stage down. */
void scene_end(struct scene *s);

/* Only takes it down, whatever is in flight. */
void scene_take_down(struct scene *s);

struct shard *scene_shard(struct scene *s);

/* A round: what was written is delivered, time acts, the ledger commits, and
 * what the node has to say is delivered. Then all is checked. */
void scene_play(struct scene *s);

/* Time passes, and rounds are played when the node asked for them. */
void scene_wait(struct scene *s, int64_t ms);

/* Time passes, and the node gets no round: its thread was held up. */
void scene_freeze(struct scene *s, int64_t ms);

/* The wall clock steps. */
void scene_step_wall(struct scene *s, int64_t ms);

void scene_check(struct scene *s);

/* The node is about to ask something under this condition. */
struct scene_own *scene_expect(struct scene *s, const uint8_t condition[32]);

/* How often there was an alert with that text about that peer. */
uint64_t scene_alerts(struct scene *s, const struct peer *peer,
		      const char *text);

/* The `late` account of an asset. */
signed_units scene_late(struct scene *s, const char *code);

#endif
