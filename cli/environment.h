/* SPDX-License-Identifier: Apache-2.0 */
/* environment.h - variables, a line each, as JSON: from a file for a shell, for
 * Docker or for systemd. */
#ifndef CLI_ENVIRONMENT_H
#define CLI_ENVIRONMENT_H

#include "base/buffer.h"

#define ENVIRONMENT_MAX ((size_t)1024 * 1024)

/* Adds an object that has the variables as texts. Empty lines and those that
 * begin with # do not count; "export" may stand in front of a name, and quotes
 * around a value. On failure `*line` is the one that is no variable, or 0 when
 * it is all too large. */
bool environment_read(struct buffer *json, struct ilp_bytes text, size_t *line);

#endif
