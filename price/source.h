/* SPDX-License-Identifier: Apache-2.0 */
/* source.h - one place that prices come from, as a machine.
 *
 * It says what to fetch and when, and reads what came of it; whoever drives it
 * does the fetching. An answer counts as a whole or not at all: what is wrong
 * with it anywhere leaves the prices of before, which get older. Whether a
 * price is believed is rates.c's work.
 */
#ifndef PRICE_SOURCE_H
#define PRICE_SOURCE_H

#include "base/time.h"
#include "price/json_prices.h"
#include "price/prices.h"

enum source_kind {
	SOURCE_ONE_TO_ONE, /* coins of its table are worth one another, and
			      nothing else */
	SOURCE_FIXED,      /* the operator's own table */
	SOURCE_ECB,
	SOURCE_JSON,
};

/* Where a fetch goes; what stands still is fetched from nowhere. */
enum source_place {
	SOURCE_NOWHERE,
	SOURCE_HTTP,
	SOURCE_FILE,
};

/* After a failure: so long at first, then twice as long each time, up to the
 * time between fetches or this bound, whichever is longer. */
#define SOURCE_RETRY_FIRST_US 1000000
#define SOURCE_RETRY_LONGEST_US 60000000

/* What a source says of when its prices are may lie so far ahead of our
 * clock. */
#define SOURCE_AHEAD_MAX_MS 600000

struct source_options {
	const char *name; /* for people */
	enum source_kind kind;
	enum source_place place;
	const char *location; /* a URL, or the path of a file */
	const char *header;   /* such as one with a key for the service, as
				 "name: value"; or NULL */
	const char *tls_ca; /* path of the authorities that may vouch for the
			       server; NULL: whom the system trusts */
	const struct prices *fixed;   /* SOURCE_FIXED; SOURCE_ONE_TO_ONE, where
					 each is 1 */
	const struct json_form *form; /* SOURCE_JSON */
	int64_t refresh_us;           /* from one good answer to the next */
	int64_t timeout_us;           /* for an answer */
	int64_t age_max_us;           /* ILP_NEVER_US: prices do not age */
	size_t bytes_max;             /* of an answer */
};

struct source;

/* The options are borrowed for its whole life. The seed, any random number,
 * sets what waits are drawn. NULL when there is no memory. */
struct source *source_create(const struct source_options *options,
			     uint64_t seed);
void source_destroy(struct source *source);

const struct source_options *source_options(const struct source *source);

/* When source_next_fetch should be asked next: ILP_NEVER_US for what stands
 * still. */
int64_t source_deadline_us(const struct source *source);

struct source_fetch {
	uint64_t id;
	enum source_place place;
	const char *location;
	const char *header; /* or NULL */
	const char *tls_ca; /* or NULL */
	size_t bytes_max;
	int64_t give_up_us; /* the answer counts until then */
};

/* Is there something to fetch now? It is answered by source_fetched or
 * source_failed, both with its id; if by neither in time, that is a failure,
 * and what then comes is ignored. So is what was not asked for. */
bool source_next_fetch(struct source *source, struct ilp_time now,
		       struct source_fetch *out);

struct source_answer {
	unsigned status; /* of HTTP; 200 for a file that was read */
	struct ilp_bytes body;
	/* When the file was changed last, or PRICE_UNTOLD. Prices that say
	 * themselves when they are of go by that. */
	int64_t modified_ms;
};

/* Are there new prices? If not, source_problem says why. */
bool source_fetched(struct source *source, struct ilp_time now, uint64_t id,
		    const struct source_answer *answer);
void source_failed(struct source *source, struct ilp_time now, uint64_t id,
		   const char *reason);

/* What was wrong last; empty once all was well again. */
const char *source_problem(const struct source *source);

/* A price, in the source's measure. It is `born` when it was of, on the
 * monotonic clock: when it was fetched, or as long before as the source said
 * by the wall clock of then. From `expires` on it is too old; ILP_NEVER_US:
 * never. */
struct source_price {
	struct ilp_rate worth;
	int64_t born_us;
	int64_t expires_us;
	uint64_t fetch; /* the id of the fetch that it came with; 0: none */
};

/* Is there a price, of whatever age? */
bool source_price(const struct source *source, const char *code,
		  struct source_price *out);

#endif
