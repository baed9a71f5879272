/* SPDX-License-Identifier: Apache-2.0 */
/* loop.h - one thread, its sockets, and the shard that they drive.
 *
 * A round: every socket that is ready is read once, and what came is handed
 * to the shard; then time acts, the ledger takes what was gathered, and each
 * connection that has something to say is written to once. Whoever is told
 * of a socket calls loop_round_begin first, and the round ends by itself when
 * all of them were told.
 */
#ifndef IO_LOOP_H
#define IO_LOOP_H

#include <uv.h>

#include "base/pool.h"
#include "ilp/crypto.h"
#include "io/mailbox.h"

struct connection;
struct control;
struct dialer;
struct listener;
struct keys;
struct logger;
struct rate_feed;
struct trust;

/* How much is read from a socket at once. */
#define LOOP_READ_SIZE ((size_t)256 * 1024)

/* System calls, the dearest thing that we do. */
struct loop_counters {
	uint64_t reads;
	uint64_t writes;
	uint64_t waits;
};

struct loop {
	uv_loop_t uv;
	uv_check_t check;
	uv_timer_t timer;
	uv_idle_t awake;     /* while it runs, nobody sleeps */
	uint64_t seen_reads; /* when it was last decided */
	int64_t awake_until_us;
	struct node *node;
	struct shard *shard;
	struct ledger *scribe; /* the node's, if it has a thread; or NULL */
	struct rate_feed *rates; /* where prices come from; or NULL */
	struct control *control; /* who sends errands; or NULL */
	struct logger *logger;   /* who writes the log; or NULL */
	struct mailbox mailbox;  /* where they come in */
	struct errands errands;
	struct ilp_crypto *crypto;
	struct pool *link_blocks;
	struct pool *tls_blocks;
	struct trust *trust; /* for connecting; may be NULL */
	struct keys *keys;   /* likewise */
	struct ilp_time now; /* of this round */
	uint64_t round;
	bool in_round;
	int64_t timer_us; /* when the timer fires */
	bool draining;
	bool parting; /* all is done, and goodbye said */
	int64_t drain_until_us;
	const char *failure; /* why the loop ended, if it was not asked to */
	struct connection *connections;
	size_t connection_count;
	size_t connections_max;
	int64_t reap_us; /* when to look again for those to be given up */
	struct listener *listeners;
	struct dialer *dialers;
	struct loop_counters counters;
	uint8_t read_buffer[LOOP_READ_SIZE];
};

/* The node is taken over. NULL when there is no memory. */
struct loop *loop_create(struct node *node);

/* All that it has is closed. */
void loop_destroy(struct loop *loop);

/* Runs until loop_stop and the end of what is in flight, or a failure; then
 * NULL, or why it failed. */
const char *loop_run(struct loop *loop);

/* Lets nothing new in, waits for what is in flight for at most so long, and
 * ends. Asked again, it ends at once. */
void loop_stop(struct loop *loop, int64_t at_most_us);

/* Reads the clocks, unless it was done in this round. */
void loop_round_begin(struct loop *loop);

#endif
