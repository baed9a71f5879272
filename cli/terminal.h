/* SPDX-License-Identifier: Apache-2.0 */
/* terminal.h - is a stream shown to somebody, and how wide is what shows it? */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

bool terminal_is(FILE *stream);

/* In columns: as the terminal says, or the environment, or as ever. */
size_t terminal_width(FILE *stream);

#endif
