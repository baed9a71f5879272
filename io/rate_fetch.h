/* SPDX-License-Identifier: Apache-2.0 */
/* rate_fetch.h - fetches what sources of prices want: over HTTP with libcurl,
 * several at a time, and out of files.
 *
 * An answer is bounded in time and size, comes from where it was asked and
 * from nowhere that it names, over HTTPS from whom the system trusts. A reason
 * why there is none never has the URL in it, nor a header, since they may have
 * secrets. All of it belongs to one thread, but for rate_fetcher_wake.
 */
#ifndef IO_RATE_FETCH_H
#define IO_RATE_FETCH_H

#include "price/source.h"

struct rate_fetcher;

/* One fetch at a time for each of so many sources. NULL when there is no
 * memory. */
struct rate_fetcher *rate_fetcher_create(size_t sources);

/* Gives up what is on its way, and waits for nothing. */
void rate_fetcher_destroy(struct rate_fetcher *fetcher);

/* Whatever the source waited for is given up. */
void rate_fetcher_start(struct rate_fetcher *fetcher, size_t source,
			const struct source_fetch *fetch, int64_t now_us);

struct rate_fetched {
	size_t source;
	uint64_t id;
	const char *reason; /* why there is no answer; or NULL */
	struct source_answer answer;
};

/* What has come, good until the source's next fetch; false when there is
 * nothing more. Of what took too long nothing comes. */
bool rate_fetcher_next(struct rate_fetcher *fetcher, struct rate_fetched *out);

/* Sleeps for so long, or until there is something to do. */
void rate_fetcher_wait(struct rate_fetcher *fetcher, int at_most_ms);

/* By any thread. */
void rate_fetcher_wake(struct rate_fetcher *fetcher);

#endif
