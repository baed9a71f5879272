/* SPDX-License-Identifier: Apache-2.0 */
/* complete.h - what a word may become that somebody has begun to write, by the
 * rows of the commands. The shells ask through scripts that completion.c has.
 */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "base/buffer.h"
#include "cli/command.h"

struct complete {
	struct buffer out; /* lines: a word, a tab, what it is */
	bool file;         /* there is no list: the name of a file goes here */
	bool failed;       /* for want of memory */
};

/* From the words behind the program's name, of which the last is the one that
 * was begun, and may be empty. What stands before it need not make sense. The
 * caller drops `out`. */
struct complete complete(const struct command *const *table, char *const *words,
			 size_t count);

#endif
