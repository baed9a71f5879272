/* SPDX-License-Identifier: Apache-2.0 */
/* histogram.h - how long things took: counters of powers of two, so that
 * counting one is a few instructions wherever it falls.
 *
 * A bucket counts what took at most 2^n microseconds and more than the bucket
 * before it, the last one all that took longer.
 */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/* Up to 2^26 µs, which is a minute; and what took longer. */
#define HISTOGRAM_BOUNDS 27

/* All zeros: nothing was counted. */
struct histogram {
	uint64_t counts[HISTOGRAM_BOUNDS + 1];
	uint64_t sum_us;
};

/* The most that a bucket but the last one counts. */
static inline uint64_t histogram_bound_us(size_t bucket)
{
	return (uint64_t)1 << bucket;
}

/* Less than nothing, as when a clock was read twice, counts as nothing. */
static inline void histogram_count(struct histogram *h, int64_t took_us)
{
	uint64_t us = took_us > 0 ? (uint64_t)took_us : 0;
	size_t bucket = us > 1 ? 64 - (size_t)__builtin_clzll(us - 1) : 0;

	if (bucket > HISTOGRAM_BOUNDS)
		bucket = HISTOGRAM_BOUNDS;
	h->counts[bucket]++;
	h->sum_us += us;
}

#endif
