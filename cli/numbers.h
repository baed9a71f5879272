/* SPDX-License-Identifier: Apache-2.0 */
/* numbers.h - whole numbers that options have as their values. */
#ifndef CLI_NUMBERS_H
#define CLI_NUMBERS_H

#include <inttypes.h>

#include "cli/context.h"

/* Reads the option's value, if it is there. False when it is not such a number,
 * which is told. */
bool number_option(struct context *c, const char *name, const char *value,
		   uint64_t least, uint64_t most, uint64_t *out);

#endif
