/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/pipe.h"

#include <assert.h>
#include <stdlib.h>

void pipe_init(struct pipe *p, size_t size)
{
	*p = (struct pipe){ .bytes = malloc(size), .size = size };
	assert(p->bytes);
}

void pipe_finish(struct pipe *p)
{
	free(p->bytes);
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* A part of its own, unless it arrives with the one before, or there are too
 * many: then that one waits for it. */
static void add_part(struct pipe *p, int64_t at_us)
{
	uint32_t last = (p->parts_end - 1) % PIPE_PARTS;
	uint32_t count = p->parts_end - p->first_part;

	if (count && p->parts[last].at_us > at_us)
		at_us = p->parts[last].at_us;
	if (count && (count == PIPE_PARTS || p->parts[last].at_us == at_us)) {
		p->parts[last].at_us = at_us;
		p->parts[last].end = p->written;
		return;
	}
	p->parts[p->parts_end % PIPE_PARTS].at_us = at_us;
	p->parts[p->parts_end % PIPE_PARTS].end = p->written;
	p->parts_end++;
}

size_t pipe_write(struct pipe *p, struct ilp_bytes in, int64_t arrives_us)
{
	size_t room = p->size - (size_t)(p->written - p->taken);
	size_t len = in.len < room ? in.len : room;
	size_t at = p->written % p->size;
	size_t first = len < p->size - at ? len : p->size - at;

	if (len == 0)
		return 0;
	memcpy(p->bytes + at, in.at, first);
	memcpy(p->bytes, in.at + first, len - first);
	p->written += len;
	add_part(p, later(arrives_us, p->not_before_us));
	return len;
}

size_t pipe_readable(struct pipe *p, int64_t now_us)
{
	while (p->first_part != p->parts_end &&
	       p->parts[p->first_part % PIPE_PARTS].at_us <= now_us)
		p->arrived = p->parts[p->first_part++ % PIPE_PARTS].end;
	return (size_t)(p->arrived - p->taken);
}

size_t pipe_read(struct pipe *p, uint8_t *out, size_t max, int64_t now_us)
{
	size_t readable = pipe_readable(p, now_us);
	size_t len = readable < max ? readable : max;
	size_t at = p->taken % p->size;
	size_t first = len < p->size - at ? len : p->size - at;

	memcpy(out, p->bytes + at, first);
	memcpy(out + first, p->bytes, len - first);
	p->taken += len;
	return len;
}

int64_t pipe_next_us(const struct pipe *p)
{
	if (p->first_part == p->parts_end)
		return ILP_NEVER_US;
	return p->parts[p->first_part % PIPE_PARTS].at_us;
}

void pipe_delay(struct pipe *p, int64_t until_us)
{
	p->not_before_us = later(p->not_before_us, until_us);
	for (uint32_t i = p->first_part; i != p->parts_end; i++)
		p->parts[i % PIPE_PARTS].at_us =
			later(p->parts[i % PIPE_PARTS].at_us, until_us);
}

void pipe_lose(struct pipe *p)
{
	p->written = p->arrived;
	p->first_part = p->parts_end;
}
