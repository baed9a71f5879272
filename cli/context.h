/* SPDX-License-Identifier: Apache-2.0 */
/* context.h - what a command has around it: where it writes, and for whom. */
#ifndef CLI_CONTEXT_H
#define CLI_CONTEXT_H

#include <stdio.h>

#include "base/buffer.h"
#include "cli/command.h"
#include "cli/paint.h"

struct context {
	FILE *in;
	FILE *out;
	FILE *err;
	bool json;
	struct paint paint; /* of what goes to `out`, and of `err` */
	struct paint err_paint;
	size_t width; /* of the terminal that `out` is, or 0 */
};

/* A line for people on `err`, which begins with our name. */
__attribute__((format(printf, 2, 3))) void
context_complain(struct context *c, const char *format, ...);

/* The same, and then it has failed. */
enum command_status context_no_memory(struct context *c);

/* Writes bytes to `out`. */
void context_put(struct context *c, struct ilp_bytes bytes);

#endif
