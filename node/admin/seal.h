/* SPDX-License-Identifier: Apache-2.0 */
/* seal.h - what is secret in the data file: whoever has the file and not the
 * key, which lies elsewhere, can read none of it and forge none of it.
 *
 * A sealed text is bound to its name, so that it is of no use under another.
 */
#ifndef NODE_ADMIN_SEAL_H
#define NODE_ADMIN_SEAL_H

#include "ilp/crypto.h"

#define SEAL_KEY_LEN 32
#define SEAL_OVERHEAD (ILP_SEAL_OVERHEAD + ILP_HASH_LEN)

struct seal;

/* The seed is secret and random, and another one in each run. NULL when there
 * is no memory. */
struct seal *seal_create(const uint8_t key[SEAL_KEY_LEN],
			 const uint8_t seed[32]);
void seal_destroy(struct seal *seal);

/* Writes plain.len + SEAL_OVERHEAD bytes. False when there is no memory. */
bool seal_close(struct seal *seal, struct ilp_bytes name,
		struct ilp_bytes plain, uint8_t *out);

/* Writes sealed.len - SEAL_OVERHEAD bytes. False when it was not sealed with
 * this key under this name. */
bool seal_open(struct seal *seal, struct ilp_bytes name,
	       struct ilp_bytes sealed, uint8_t *out);

#endif
