/* SPDX-License-Identifier: Apache-2.0 */
/* pipe.h - bytes one way, as the network would carry them: in order, after a
 * while, and no more at a time than there is room for.
 *
 * Where the reader cuts them is its own affair.
 */
#ifndef SIM_PIPE_H
#define SIM_PIPE_H

#include "base/bytes.h"
#include "base/time.h"

/* What was written in one go travels together; so much can be under way. */
#define PIPE_PARTS 64

struct pipe {
	uint8_t *bytes;
	size_t size;
	/* Counted since the beginning. */
	uint64_t written;
	uint64_t arrived;
	uint64_t taken;
	struct {
		uint64_t end;
		int64_t at_us;
	} parts[PIPE_PARTS];
	uint32_t first_part;
	uint32_t parts_end;
	int64_t not_before_us; /* nothing arrives until then */
};

void pipe_init(struct pipe *pipe, size_t size);
void pipe_finish(struct pipe *pipe);

/* How many of the bytes there was room for. */
size_t pipe_write(struct pipe *pipe, struct ilp_bytes in, int64_t arrives_us);

/* Copies at most `max` bytes of what has arrived. */
size_t pipe_read(struct pipe *pipe, uint8_t *out, size_t max, int64_t now_us);

/* How much has arrived and not been read. */
size_t pipe_readable(struct pipe *pipe, int64_t now_us);

/* When more arrives; ILP_NEVER_US: nothing is under way. */
int64_t pipe_next_us(const struct pipe *pipe);

/* What is under way arrives later. */
void pipe_delay(struct pipe *pipe, int64_t until_us);

/* What is under way is lost. */
void pipe_lose(struct pipe *pipe);

#endif
