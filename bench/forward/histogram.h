/* SPDX-License-Identifier: Apache-2.0 */
/* histogram.h - how long things took, in buckets that are never wider than a
 * thirty-second of what they hold: percentiles to 3 % from 16 KiB, whether a
 * thing takes nanoseconds or minutes. */
#ifndef BENCH_FORWARD_HISTOGRAM_H
#define BENCH_FORWARD_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_BITS 5 /* of each number, behind its first one, are kept */
#define HISTOGRAM_BUCKETS ((size_t)(65 - HISTOGRAM_BITS) << HISTOGRAM_BITS)

struct histogram {
	uint64_t count;
	uint64_t in[HISTOGRAM_BUCKETS];
};

static inline size_t histogram_bucket(uint64_t value)
{
	unsigned shift;

	if (value >> HISTOGRAM_BITS == 0)
		return (size_t)value;
	shift = 63 - HISTOGRAM_BITS - (unsigned)__builtin_clzll(value);
	return ((size_t)shift << HISTOGRAM_BITS) + (size_t)(value >> shift);
}

static inline void histogram_add(struct histogram *h, uint64_t value)
{
	h->count++;
	h->in[histogram_bucket(value)]++;
}

/* The value that `part` of all do not exceed, or a little more; 0 when there
 * are none. */
uint64_t histogram_quantile(const struct histogram *h, double part);

#endif
