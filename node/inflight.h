/* SPDX-License-Identifier: Apache-2.0 */
/* inflight.h - the Prepares that we have sent on and that are not answered:
 * which question of which account each came from.
 *
 * An entry belongs to accounts and not to connections, since a peer may
 * answer after a reconnect. The request id under which we send is made of the
 * entry's place, so that finding it costs nothing, and of a number that
 * changes each time the place is used; both are disguised by a random mask,
 * and ids of an earlier run of the node mean nothing.
 *
 * There is a fixed number of places. One that was answered is used again at
 * once; one that timed out is used last, since its answer may still come.
 */
#ifndef NODE_INFLIGHT_H
#define NODE_INFLIGHT_H

#include "base/hash.h"
#include "base/index.h"
#include "base/wheel.h"
#include "ilp/packet.h"
#include "node/session.h"

#define INFLIGHT_BITS 18
#define INFLIGHT_MAX (1u << INFLIGHT_BITS)

#define INFLIGHT_STAMP_BITS 29
#define INFLIGHT_STAMP_MASK ((1u << INFLIGHT_STAMP_BITS) - 1)
#define INFLIGHT_STAMP_US 8

struct inflight_entry {
	struct index_entry by_transfer; /* destination and condition */
	struct wheel_timer timer;       /* the outgoing expiry */
	int64_t in_deadline_us;
	int64_t out_deadline_us;
	struct ilp_amount in_amount;
	struct ilp_amount out_amount;
	uint8_t condition[32];
	uint32_t from; /* slots of accounts */
	uint32_t to;
	union {
		struct way_back back; /* to who asked */
		uint32_t next;        /* of the places that are free */
	};
	uint32_t out_request;
	/* One word, for an entry has no more room. */
	bool used : 1;
	bool started : 1;    /* and not over */
	bool repeatable : 1; /* another Prepare can be for the same transfer */
	uint32_t came : INFLIGHT_STAMP_BITS; /* the Prepare: a stamp */
};

/* A moment of the monotonic clock in little room: in units of 8 µs, of which
 * the lowest bits are kept. They are the same again after more than an hour,
 * which is the longest that a packet is held. */
static inline uint32_t inflight_stamp(struct ilp_time now)
{
	return (uint32_t)(now.monotonic_us / INFLIGHT_STAMP_US);
}

static inline int64_t inflight_since_us(uint32_t stamp, struct ilp_time now)
{
	return (int64_t)((inflight_stamp(now) - stamp) & INFLIGHT_STAMP_MASK) *
	       INFLIGHT_STAMP_US;
}

struct inflight;

/* For at most `places` at a time, up to INFLIGHT_MAX. NULL when there is no
 * memory. The seed is secret and random. */
struct inflight *inflight_create(size_t places, const uint8_t seed[32],
				 struct ilp_time now);
void inflight_destroy(struct inflight *table);

size_t inflight_count(const struct inflight *table);

/* Of a destination; and of one and a condition: the same for the same
 * transfer, and hardly for others. */
uint64_t inflight_destination_hash(const struct inflight *table,
				   struct ilp_bytes destination);
uint64_t inflight_transfer_hash(const struct inflight *table,
				uint64_t destination_hash,
				const uint8_t condition[32]);

/* Says that the transfer will soon be looked for, started or ended. */
void inflight_expect(const struct inflight *table, uint64_t hash);

/* An entry of the same transfer, or NULL. */
struct inflight_entry *inflight_find_transfer(struct inflight *table,
					      uint64_t hash,
					      const uint8_t condition[32]);

/* A place with its `out_request`, whose other fields the caller fills in; it
 * counts as in flight once it was started. NULL when all are taken. */
struct inflight_entry *inflight_take(struct inflight *table);
void inflight_start(struct inflight *table, struct inflight_entry *entry,
		    uint64_t hash);

/* Gives back a place that was taken and not started. */
void inflight_drop(struct inflight *table, struct inflight_entry *entry);

/* The entry that a request id of ours stands for; NULL when it is none in
 * flight. */
struct inflight_entry *inflight_find(struct inflight *table,
				     uint32_t out_request);

/* The entry is over: it was answered, or it has `timed_out`. All of it but
 * `back` may be read until the next one is taken. */
void inflight_end(struct inflight *table, struct inflight_entry *entry,
		  bool timed_out);

/* An entry whose outgoing expiry has come, still in flight; NULL when there
 * is none. */
struct inflight_entry *inflight_expired(struct inflight *table, int64_t now_us);

/* When to look for one. */
int64_t inflight_deadline_us(const struct inflight *table);

#endif
