/* SPDX-License-Identifier: Apache-2.0 */
/* keys.h - the keys with which tokens are signed and checked (jwt.h), as the
 * configuration has them or names their files.
 */
#ifndef IO_KEYS_H
#define IO_KEYS_H

#include "link/http.h"
#include "node/config.h"
#include "node/shard.h"

/* Gives the shard the keys by which accounts log in. False, and `error` says
 * why. */
bool keys_apply(const struct config *config, struct shard *shard,
		struct ilp_crypto *crypto, char *error, size_t error_size);

/* The keys with which we sign. */
struct keys;

/* NULL, and `error` says why. The configuration outlives it. */
struct keys *keys_create(const struct config *config,
			 struct ilp_crypto *crypto, char *error,
			 size_t error_size);
void keys_destroy(struct keys *keys);

/* Has the options sign for that account, with a key that is theirs; when it
 * signs nothing they stay as they are. False when there is no memory. */
bool keys_sign(const struct keys *keys, struct ilp_bytes account,
	       struct link_http_options *options);

#endif
