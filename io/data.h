/* SPDX-License-Identifier: Apache-2.0 */
/* data.h - the file that a node keeps its books in: where it is, the ledger
 * that is in it, and whether it is whole. */
#ifndef IO_DATA_H
#define IO_DATA_H

#include "ledger/ledger.h"

struct config;

#define DATA_PATH_SIZE 4096

/* The path that the configuration says, or else the usual one. False when there
 * is none, and `error` says why. */
bool data_path(const struct config *config, char out[DATA_PATH_SIZE],
	       char *error, size_t error_size);

/* Makes the folders of the usual one, for their owner only. */
bool data_make_folders(const struct config *config, char path[DATA_PATH_SIZE],
		       char *error, size_t error_size);

/* The ledger at that path. NULL when it cannot be used, and `error` says why,
 * with the path. */
struct ledger *data_open(const struct config *config, const char *path,
			 char *error, size_t error_size);

/* Prints what is wrong with a ledger that nobody uses, and what is in it. False
 * when something is, or it cannot be read. */
bool data_check(const char *path);

#endif
