/* SPDX-License-Identifier: Apache-2.0 */
/* keys.h - what two STREAM endpoints derive from their shared secret.
 *
 * One key encrypts the packets; the other turns the encrypted data of a
 * Prepare into its fulfillment, so that only the two of them could have made
 * it. Keep one of these per connection, or load another secret into it.
 */
#ifndef ILP_STREAM_KEYS_H
#define ILP_STREAM_KEYS_H

#include "ilp/crypto.h"

ILP_BEGIN_DECLS

struct ilp_stream_keys;

/* NULL when there is no memory. The keys use the context and go before it. */
ILP_API struct ilp_stream_keys *
ilp_stream_keys_create(struct ilp_crypto *crypto,
		       struct ilp_bytes shared_secret);
ILP_API void ilp_stream_keys_destroy(struct ilp_stream_keys *keys);

/* Goes over to another secret; does not allocate, but derives both keys,
 * which takes as long as a few packets. */
ILP_API void ilp_stream_keys_load(struct ilp_stream_keys *keys,
				  struct ilp_bytes shared_secret);

/* Appends the encrypted form of a plain STREAM packet. The IV must be random:
 * one that is used twice gives both packets away. Here as in ilp_stream_open
 * the writer's buffer may not be that of the other bytes. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_stream_seal(struct ilp_stream_keys *keys, struct ilp_writer *w,
		const uint8_t iv[ILP_SEAL_IV_LEN], struct ilp_bytes plain);

/* Appends the plain form; DECRYPT when it was not sealed under these keys. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_stream_open(struct ilp_stream_keys *keys, struct ilp_writer *w,
		struct ilp_bytes data);

/* What fulfills a Prepare with this data, as it is, encrypted. */
ILP_API void ilp_stream_fulfillment(struct ilp_stream_keys *keys,
				    uint8_t out[ILP_HASH_LEN],
				    struct ilp_bytes data);

ILP_END_DECLS

#endif
