/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/draw.h"

#include <sys/random.h>

/* So few that they come in one piece. */
#define LEN_MAX 256

bool draw(void *out, size_t len)
{
	return len <= LEN_MAX && getrandom(out, len, 0) == (ssize_t)len;
}
