/* SPDX-License-Identifier: Apache-2.0 */
/* javascript.h - what a file of JavaScript exports, when that can be told
 * without running it.
 *
 * Those who run ilp-connector have its settings in such files, for pm2. Nearly
 * all of them are literals: objects, arrays, texts, numbers, names for one of
 * these, JSON.stringify of one, and texts put together. This much is read, and
 * becomes JSON; of the first thing that is more, it is said where it stands.
 * JSON itself is read as well.
 */
#ifndef CLI_JAVASCRIPT_H
#define CLI_JAVASCRIPT_H

#include "base/buffer.h"

struct javascript_error {
	size_t offset;
	char text[160];
};

/* A longer file is none of these. */
#define JAVASCRIPT_MAX ((size_t)1024 * 1024)

/* Adds the JSON of what is exported, or of the object that the source is. On
 * failure what was added means nothing. */
bool javascript_read(struct buffer *json, struct ilp_bytes source,
		     struct javascript_error *error);

#endif
