/* SPDX-License-Identifier: Apache-2.0 */
/* help.h - how ilp and its commands are used, from their rows, for people at a
 * terminal; and for programs as JSON. manual.h has it as a page. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/context.h"

/* Of one command, or of ilp as a whole when it is NULL. */
enum command_status help_show(struct context *c, const struct command *command);

#endif
