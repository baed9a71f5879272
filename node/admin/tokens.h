/* SPDX-License-Identifier: Apache-2.0 */
/* tokens.h - by which those come in who do not come by the Unix socket: each
 * has a name and a scope. What is kept of a token is its hash. */
#ifndef NODE_ADMIN_TOKENS_H
#define NODE_ADMIN_TOKENS_H

#include "node/admin/api.h"
#include "node/admin/catalog.h"

/* With a zero at its end. */
#define TOKENS_NAME_SIZE 65

/* What whoever has this token may do, and what it is called; API_ANYBODY when it
 * is none. */
enum api_scope tokens_find(const struct catalog *catalog,
			    struct ilp_crypto *crypto, struct ilp_bytes token,
			   char name[TOKENS_NAME_SIZE]);

/* The same of its hash, which is all that is kept of it. */
void tokens_hash(struct ilp_crypto *crypto, struct ilp_bytes token,
		 uint8_t hash[ILP_HASH_LEN]);
enum api_scope tokens_scope_of(const struct catalog *catalog,
			       const uint8_t hash[ILP_HASH_LEN]);

#endif
