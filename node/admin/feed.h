/* SPDX-License-Identifier: Apache-2.0 */
/* feed.h - those who listen by the admin API to what happens in the node.
 *
 * One errand goes to the shard for all of them, from time to time while there
 * is anybody, and brings what has happened since (node/events.h). Each listener
 * has a bounded room for messages that he has not taken yet: when it is full he
 * misses events, nobody waits for him, and he is told how many it were.
 *
 *     feed_join     ──►┌──────┐──► feed_errand   (to be run on the shard)
 *     feed_returned ──►│ feed │──► feed_text
 *     feed_tick     ──►└──────┘
 *
 * Used by node/admin only.
 */
#ifndef NODE_ADMIN_FEED_H
#define NODE_ADMIN_FEED_H

#include "node/admin/api.h"
#include "node/admin/catalog.h"
#include "node/events.h"

/* Who come by the same door share so many. */
#define FEED_LISTENERS_MAX 16
/* Of messages that a listener has not taken. */
#define FEED_ROOM ((size_t)64 * 1024)
/* How often the errand goes. */
#define FEED_EVERY_US 100000
/* After so long a comment says that we are still there. */
#define FEED_QUIET_US 10000000

#define FEED_SAMPLE_MAX 1000000

/* What somebody wants to hear. */
struct feed_wish {
	uint32_t kinds;
	uint64_t sample;                  /* one packet in so many */
	char account[ACCOUNT_ID_MAX + 1]; /* empty: of all */
	uint64_t from;  /* the number of the event that comes first, */
	bool has_missed; /* and there were others before it */
	bool by_token;  /* he hears as long as it is good: */
	uint8_t token[ILP_HASH_LEN]; /* its hash */
};

struct feed;

/* NULL when there is no memory. */
struct feed *feed_create(void);
void feed_destroy(struct feed *feed);

/* Is there room for one more who comes by that door? */
bool feed_has_room(const struct feed *feed, const void *door);

/* False when there is no room, or no memory. */
bool feed_join(struct feed *feed, const void *listener, const void *door,
	       const struct feed_wish *wish, struct ilp_time now);
void feed_leave(struct feed *feed, const void *listener);
bool feed_is_empty(const struct feed *feed);

/* Sends those away whose token is not good any more, has quiet ones hear that
 * we are there, and has the errand go. */
void feed_tick(struct feed *feed, struct ilp_time now,
	       const struct catalog *catalog);
int64_t feed_deadline_us(const struct feed *feed);

/* When it is to go; NULL: not now. It is lent until it is back. */
struct errand *feed_errand(struct feed *feed);

/* Is it that errand? Then all have what it has brought. */
bool feed_returned(struct feed *feed, const struct errand *errand,
		   struct ilp_time now);

/* There is no more to come, for anybody. */
void feed_end(struct feed *feed, const char *reason);

/* What he has not taken yet; and now he has. */
struct ilp_bytes feed_text(const struct feed *feed, const void *listener);
void feed_taken(struct feed *feed, const void *listener);

/* Is there no more for him than that? */
bool feed_is_over(const struct feed *feed, const void *listener);

#endif
