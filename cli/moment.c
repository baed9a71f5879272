/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/moment.h"

#include <time.h>

int64_t moment_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void moment_wait(int64_t ms)
{
	const struct timespec time = { .tv_sec = ms / 1000,
				       .tv_nsec = ms % 1000 * 1000000 };

	if (ms > 0)
		nanosleep(&time, NULL);
}
