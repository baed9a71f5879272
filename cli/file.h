/* SPDX-License-Identifier: Apache-2.0 */
/* file.h - a whole file, or all that comes through a pipe;
 * and one that has secrets in it. */
#ifndef CLI_FILE_H
#define CLI_FILE_H

#include <stdio.h>

#include "base/buffer.h"

/* A larger one is none of ours. */
#define FILE_MAX ((size_t)64 * 1024 * 1024)

/* Why it could not be read or written. */
struct file_error {
	char text[256];
};

/* Adds what is in it; "-" is `in`. The caller drops the buffer in any case. */
bool file_read(struct buffer *out, const char *path, FILE *in,
	       struct file_error *error);

/* Makes a new file, which only its owner may read. */
bool file_write(const char *path, struct ilp_bytes content,
		struct file_error *error);

#endif
