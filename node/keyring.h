/* SPDX-License-Identifier: Apache-2.0 */
/* keyring.h - the keys by which accounts log in that sign a token each time
 * (jwt.h) instead of having one.
 *
 * A token says whose it is, or it does not: some peers sign nothing but an
 * expiry. So an account whose tokens have a subject is found by that, and
 * those that have none are tried one after the other; of these there may be
 * few.
 */
#ifndef NODE_KEYRING_H
#define NODE_KEYRING_H

#include "ilp/jwt.h"

/* How many accounts may be known by their key alone. */
#define KEYRING_NAMELESS_MAX 16
/* How wrong a peer's clock may be. */
#define KEYRING_LEEWAY_MS 5000

struct keyring;

/* NULL when there is no memory. */
struct keyring *keyring_create(void);
void keyring_destroy(struct keyring *keyring);

enum keyring_error {
	KEYRING_OK,
	KEYRING_SUBJECT,  /* another account's tokens have this subject */
	KEYRING_NAMELESS, /* too many have none */
	KEYRING_NO_MEMORY,
};

/* Tokens signed with the key, which is taken over in any case, are those of
 * the account in this slot, if they obey the rules, whose texts are
 * copied. */
enum keyring_error keyring_add(struct keyring *keyring, uint32_t slot,
			       struct ilp_jwt_key *key,
			       const struct ilp_jwt_rules *rules);

void keyring_remove(struct keyring *keyring, uint32_t slot);

/* Whose token it is, and good; false when it is nobody's. */
bool keyring_find(const struct keyring *keyring, struct ilp_bytes token,
		  int64_t now_ms, uint32_t *slot);

#endif
