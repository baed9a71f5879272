/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* getentropy */
#include "io/now.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define ENTROPY_MAX 256 /* that getentropy gives at once */

/* The time that a machine is asleep counts, since packets expire meanwhile. */
struct ilp_time now_read(void)
{
	struct timespec monotonic, wall;

	clock_gettime(CLOCK_BOOTTIME, &monotonic);
	clock_gettime(CLOCK_REALTIME, &wall);
	return (struct ilp_time){
		.monotonic_us = (int64_t)monotonic.tv_sec * 1000000 +
				monotonic.tv_nsec / 1000,
		.wall_ms = (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000,
	};
}

void now_after(struct timespec *out, int64_t us)
{
	clock_gettime(CLOCK_MONOTONIC, out);
	out->tv_sec += us / 1000000;
	out->tv_nsec += us % 1000000 * 1000;
	if (out->tv_nsec < 1000000000)
		return;
	out->tv_sec++;
	out->tv_nsec -= 1000000000;
}

void now_draw(void *out, size_t len)
{
	uint8_t *at = out;

	while (len) {
		size_t part = len < ENTROPY_MAX ? len : ENTROPY_MAX;

		if (getentropy(at, part) != 0)
			abort();
		at += part;
		len -= part;
	}
}
