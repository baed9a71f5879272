/* SPDX-License-Identifier: Apache-2.0 */
/* request_id.h - the Request-Id under which a Prepare of ours goes over HTTP
 * when its answer is to come later (RFC 35): a UUID of version 4.
 *
 * It has the number of the request in it, so that no table is needed to find
 * what a reply is for; some bits that are different each time, since numbers
 * come again; and a tag over both and the condition, made with a secret of
 * this run. So what was meant for another run, or for another Prepare that
 * had the same number before, is not taken for a reply to this one.
 */
#ifndef LINK_REQUEST_ID_H
#define LINK_REQUEST_ID_H

#include "base/dice.h"
#include "ilp/crypto.h"

#define REQUEST_ID_LEN 36

struct request_ids {
	struct ilp_crypto *crypto; /* outlives it */
	uint8_t key[ILP_HASH_LEN];
	struct dice dice;
};

/* The seed is secret and random, and may serve others too. */
void request_ids_init(struct request_ids *ids, struct ilp_crypto *crypto,
		      const uint8_t seed[32]);

/* The id of a request for a Prepare with that condition. */
void request_id_make(struct request_ids *ids, uint8_t out[REQUEST_ID_LEN],
		     uint32_t request, const uint8_t condition[32]);

/* Does it look like one, whoever made it? */
bool request_id_valid(struct ilp_bytes id);

/* The number that is in a valid one; and whether we made it in this run, for
 * that condition. */
uint32_t request_id_number(struct ilp_bytes id);
bool request_id_is_for(const struct request_ids *ids, struct ilp_bytes id,
		       const uint8_t condition[32]);

#endif
