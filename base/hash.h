/* SPDX-License-Identifier: Apache-2.0 */
/* hash.h - a quick hash of bytes under a secret seed.
 *
 * For tables in memory whose keys strangers choose: who does not know the
 * seed cannot make keys that fall together. It proves nothing to anybody
 * else; for that there is SHA-256.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/bytes.h"

struct hash_seed {
	uint64_t start;
	uint64_t step; /* odd */
};

/* From eight or more secret random bytes. */
struct hash_seed hash_seed(struct ilp_bytes random);

uint64_t hash_bytes(const struct hash_seed *seed, struct ilp_bytes in);

/* Goes on from the hash of what came before. */
uint64_t hash_more(const struct hash_seed *seed, uint64_t hash,
		   struct ilp_bytes in);

#endif
