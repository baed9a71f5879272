/* SPDX-License-Identifier: Apache-2.0 */
/* file.h - a whole file in memory: configuration, certificates, keys. */
#ifndef IO_FILE_H
#define IO_FILE_H

#include "base/bytes.h"

/* A larger one is no such file. */
#define FILE_SIZE_MAX ((size_t)64 * 1024 * 1024)

/* Reads it all; what is in it is wiped and freed by file_free. On failure NULL,
 * and `error` says why. */
uint8_t *file_read(const char *path, size_t *len, char *error,
		   size_t error_size);
void file_free(uint8_t *content, size_t len);

#endif
