/* SPDX-License-Identifier: Apache-2.0 */
/* width.h - how many columns of a terminal a text takes, and where it can be
 * cut.
 *
 * That is not the locale's to say: what we write is UTF-8. Texts may be a
 * stranger's, so first they are made harmless: one line, whole characters, and
 * none that a terminal obeys. */
#ifndef CLI_WIDTH_H
#define CLI_WIDTH_H

#include "base/buffer.h"

/* Adds the text with each break or tab as a space, and U+FFFD for what is
 * neither text nor harmless. False when there is no memory. */
bool width_add_harmless(struct buffer *out, struct ilp_bytes text);

/* Of UTF-8. */
size_t width_of(struct ilp_bytes text);

/* The beginning of the text that has room in so many columns. */
struct ilp_bytes width_cut(struct ilp_bytes text, size_t columns);

/* Takes a line off a text that is broken at its spaces, or, where a word is
 * too long, within it. False when nothing is left. */
bool width_next_line(struct ilp_bytes *text, size_t columns,
		     struct ilp_bytes *line);

#endif
