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

/* Is there anything of that name, whatever it is? */
bool file_is_there(const char *path);

/* Nobody else may use the file, or begin to, until it is let go of; the number
 * of the lock, or -1. A ledger that a node has open is in use. */
int file_lock(const char *path, struct file_error *error);
void file_unlock(int lock);

/* Copies a file of any size to a new one, which only its owner may read, and
 * which is on the disk then. */
bool file_copy(const char *from, const char *to, struct file_error *error);

/* Gives it another name, which nothing else may have. */
bool file_rename(const char *from, const char *to, struct file_error *error);

/* Its folder knows of all that there is by now, for good. */
bool file_sync_folder(const char *path, struct file_error *error);

void file_remove(const char *path);

#endif
