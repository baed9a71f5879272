/* SPDX-License-Identifier: Apache-2.0 */
/* text.h - what the text formats of libilp share: base64, JSON and percent
 * signs, written by the same writer as the binary formats. Internal. */
#ifndef ILP_TEXT_H
#define ILP_TEXT_H

#include "base/base64.h"
#include "base/json_writer.h"
#include "ilp/oer.h"

void ilp_write_base64(struct ilp_writer *w, struct ilp_bytes in,
		      enum ilp_base64 form);

/* A JSON writer over the room that is left, and then: takes over what it
 * wrote. */
struct ilp_json_writer ilp_json_open(const struct ilp_writer *w);
void ilp_json_close(struct ilp_writer *w, const struct ilp_json_writer *json);

/* Do the two differ at most in the case of ASCII letters? */
bool ilp_text_equal_nocase(struct ilp_bytes a, struct ilp_bytes b);

/* Is that the word, in any case? And is it one of those that commas separate,
 * with blanks around them, as in header fields of HTTP? */
bool ilp_text_is(struct ilp_bytes text, const char *word);
bool ilp_text_lists(struct ilp_bytes list, const char *word);

/* Without spaces and tabs at its ends, as HTTP header values may have them. */
struct ilp_bytes ilp_text_trim(struct ilp_bytes text);

/* What stands before the first `mark`, which is taken off `rest` with it; all
 * of `rest` when there is no mark. */
struct ilp_bytes ilp_text_until(struct ilp_bytes *rest, char mark);

#endif
