/* SPDX-License-Identifier: Apache-2.0 */
/* callers.h - who asked over HTTP and does not wait on the line: the answer is
 * to be posted to where he said (RFC 35), and again until he has heard it.
 *
 * A place has room for any answer from the beginning, so that none is lost for
 * want of it; there is a bound on places, for each account and for all. What
 * is done when is replies.h's.
 */
#ifndef NODE_CALLERS_H
#define NODE_CALLERS_H

#include "base/hash.h"
#include "base/index.h"
#include "base/pool.h"
#include "base/wheel.h"
#include "ilp/packet.h"
#include "link/request_id.h"

#define CALLERS_MAX 8192
#define CALLERS_SHARE 1024 /* of one account */
#define CALLER_PATH_MAX 1024

struct account;
struct lines;

enum caller_state {
	CALLER_ASKS,   /* there is no answer yet */
	CALLER_QUEUED, /* it is among `replies` of the account's lines */
	CALLER_SENT,   /* it was posted, and not heard so far */
	CALLER_RESTS,  /* it was not heard, and waits for the next time */
};

struct caller {
	struct index_entry by_number;
	struct index_entry by_id;
	struct wheel_timer timer; /* for what is next, or the deadline */
	struct caller *next, *prev; /* of all */
	struct caller *next_reply; /* of those that are queued */
	struct account *account;
	enum caller_state state;
	uint32_t number; /* never 0; not used again soon */
	uint32_t line;   /* that it was posted on last */
	uint32_t times;  /* it was */
	int64_t deadline_us; /* when nobody wants it any more */
	uint8_t id[REQUEST_ID_LEN];
	uint16_t path_len;
	size_t packet_len;
	uint8_t path[CALLER_PATH_MAX];
	uint8_t packet[ILP_PACKET_MAX];
};

struct callers {
	struct pool *pool;
	struct index by_number;
	struct index by_id;
	struct wheel wheel;
	struct hash_seed seed;
	struct caller *first;
	uint32_t number; /* the last that was given */
	size_t count;
};

/* False when there is no memory. The seed is secret and random. */
bool callers_init(struct callers *callers, const uint8_t seed[32],
		  int64_t now_us);
void callers_finish(struct callers *callers);

/* One more, who asks; its timer runs to the deadline. The path is no longer
 * than CALLER_PATH_MAX. NULL when there is no room. */
struct caller *callers_add(struct callers *callers, struct account *account,
			   struct ilp_bytes id, struct ilp_bytes path,
			   int64_t deadline_us);
void callers_remove(struct callers *callers, struct caller *caller);

/* NULL when there is none, or no more. */
struct caller *callers_find(const struct callers *callers, uint32_t number);
struct caller *callers_find_id(const struct callers *callers,
			       const struct account *account,
			       struct ilp_bytes id);

/* The answer to who asks. */
void caller_answer(struct caller *caller, struct ilp_bytes packet);

/* Puts one behind those that wait for the account's lines, which it has; or
 * takes the first of them off, which then is `state`. */
void callers_queue(struct callers *callers, struct caller *caller);
void callers_unqueue(struct lines *lines, enum caller_state state);

/* Has the timer fire at that time, or at the deadline. */
void callers_wake_at(struct callers *callers, struct caller *caller,
		     int64_t at_us);

/* One whose timer has fired, for the caller of this to queue, wake or remove it;
 * NULL when there is none. */
struct caller *callers_due(struct callers *callers, int64_t now_us);

#endif
