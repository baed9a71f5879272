/* SPDX-License-Identifier: Apache-2.0 */
/* statistics.h - what the node has done so far, as lines of JSON: for whoever
 * has no better way to ask. */
#ifndef IO_STATISTICS_H
#define IO_STATISTICS_H

#include <stdio.h>

#include "io/loop.h"

/* One line for the node, one for each account of its own (books.h), and one for
 * each peer's. */
void statistics_print(struct loop *loop, FILE *out);

#endif
