/* SPDX-License-Identifier: Apache-2.0 */
/* restore.h - from the catalog to a shard that has what the configuration
 * says: accounts and routes that were made through the API, and who was
 * stopped. Used by api.c only. */
#ifndef NODE_ADMIN_RESTORE_H
#define NODE_ADMIN_RESTORE_H

#include "node/admin/catalog.h"
#include "node/shard.h"

struct restore {
	struct catalog *catalog;
	struct ilp_crypto *crypto;
	struct shard *shard;
	void (*tell)(void *context, const char *text);
	void *context;
	char *error;
	size_t error_size;
};

/* As api_restore. */
bool restore(const struct restore *r);

#endif
