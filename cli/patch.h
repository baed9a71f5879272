/* SPDX-License-Identifier: Apache-2.0 */
/* patch.h - settings as words, "maximum=100" and "rateLimit.capacity=5", as the
 * members of a JSON object.
 */
#ifndef CLI_PATCH_H
#define CLI_PATCH_H

#include "base/json_writer.h"

/* Puts the members into the object that is open; what several words have in
 * front of a point becomes one object. A value that is JSON stays what it is,
 * any other is a string. NULL when all words are settings, else the first that
 * is none. */
const char *patch_put(struct ilp_json_writer *w, char *const *words,
		      size_t count);

#endif
