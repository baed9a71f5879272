/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/forward/histogram.h"

/* The largest value that falls into a bucket. */
static uint64_t bucket_end(size_t bucket)
{
	size_t shift = bucket >> HISTOGRAM_BITS;
	uint64_t kept = bucket;

	if (shift == 0)
		return kept;
	shift--;
	kept -= (uint64_t)shift << HISTOGRAM_BITS;
	return ((kept + 1) << shift) - 1;
}

uint64_t histogram_quantile(const struct histogram *h, double part)
{
	double wanted = part * (double)h->count;
	uint64_t seen = 0;

	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->in[i];
		if (h->in[i] && (double)seen >= wanted)
			return bucket_end(i);
	}
	return 0;
}
