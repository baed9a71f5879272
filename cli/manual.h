/* SPDX-License-Identifier: Apache-2.0 */
/* manual.h - the page ilp(1) of the manual, from the rows of the commands. */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include "base/buffer.h"
#include "cli/command.h"

/* Adds the page; false when there is no memory. The date is like
 * 2026-01-31. */
bool manual_write(struct buffer *out, const struct command *const *table,
		  const char *version, const char *date);

#endif
