/* SPDX-License-Identifier: Apache-2.0 */
/* management.h - the admin API of a node that begins: with what was made
 * through it in earlier runs, and where it is to be found. */
#ifndef IO_MANAGEMENT_H
#define IO_MANAGEMENT_H

#include "io/logger.h"
#include "node/admin/api.h"
#include "node/config.h"

#define MANAGEMENT_PATH_SIZE 4224

/* The path of its Unix socket: beside the data file, unless the configuration
 * knows better. False: there is to be none. */
bool management_socket(const struct config *config, const char *data_file,
		       char out[MANAGEMENT_PATH_SIZE]);

/* The node has all that is in the configuration, and then what was made through
 * the API. The data file is NULL where nothing lasts. NULL, and `error` says
 * why, when that cannot be. */
struct api *management_create(const struct config *config, struct node *node,
			      const char *data_file, struct logger *logger,
			      char *error, size_t error_size);

#endif
