/* SPDX-License-Identifier: Apache-2.0 */
/* visitor.h - a connection to the admin API: HTTP/1.1, and by whose leave.
 *
 *     visitor_receive ──►┌─────────┐──► api_ask
 *     visitor_answer  ──►│ visitor │
 *     visitor_tick    ──►└─────────┘──► visitor_output
 *
 * Whoever reads too little of what we say, or takes too long to say what it
 * wants, has to go.
 */
#ifndef NODE_ADMIN_VISITOR_H
#define NODE_ADMIN_VISITOR_H

#include "base/pool.h"
#include "node/admin/api.h"

/* What blocks of the pool must hold: an answer with its head. */
#define VISITOR_BLOCK (API_ANSWER_MAX + 4096)

/* A request that is begun has to be whole within this time; where nothing is
 * asked the connection is closed after this. */
#define VISITOR_WHOLE_US 10000000
#define VISITOR_IDLE_US 75000000

struct visitor;

struct visitor_options {
	struct api *api;
	struct pool *pool;
	enum api_scope scope; /* of who comes without a token */
	bool connector;       /* it asks as one asks ilp-connector */
};

/* NULL when there is no memory. */
struct visitor *visitor_create(const struct visitor_options *options,
			       struct ilp_time now);
void visitor_destroy(struct visitor *visitor);

/* Bytes have come, which may be overwritten. */
void visitor_receive(struct visitor *visitor, struct ilp_time now, uint8_t *in,
		     size_t len);

/* No more bytes will come. What was asked is answered all the same. */
void visitor_end(struct visitor *visitor);

/* An answer to one of its questions. */
void visitor_answer(struct visitor *visitor, struct ilp_time now,
		    const struct api_answer *answer);

void visitor_tick(struct visitor *visitor, struct ilp_time now);
int64_t visitor_deadline_us(const struct visitor *visitor);

/* What is to be written, good until the next call. */
struct ilp_bytes visitor_output(struct visitor *visitor);
void visitor_written(struct visitor *visitor, size_t len);

/* Is it to be read from? Not while it lets our answers gather. */
bool visitor_reads(const struct visitor *visitor);

/* Does it listen to events? Then there may be output at any time, and it may be
 * slow to read it: it misses some. */
bool visitor_streams(const struct visitor *visitor);

/* Is it over, once all is written? */
bool visitor_is_over(const struct visitor *visitor);

#endif
