/* SPDX-License-Identifier: Apache-2.0 */
/* token.h - how a STREAM server needs no memory of whom it gave addresses.
 *
 * The address that a server hands out ends in a token; with its one server
 * secret and the token it finds the connection's shared secret again when
 * the first packet comes. Three families of software do this differently. To
 * take over from one of them, or to run beside it, use its family: then
 * addresses that the one gave out work at the other.
 */
#ifndef ILP_STREAM_TOKEN_H
#define ILP_STREAM_TOKEN_H

#include "ilp/stream/receipt.h"

ILP_BEGIN_DECLS

enum ilp_token_family {
	/* Java and Rust, and JavaScript until 2019: a random text; the secret
	 * is an HMAC of that text. Carries nothing. */
	ILP_TOKEN_TEXT,
	/* ilp-protocol-stream: encrypted under the server secret itself, with
	 * a tag and a receipt setup; the secret is an HMAC of its bytes. */
	ILP_TOKEN_SERVER,
	/* @interledger/stream-receiver, which Rafiki uses: encrypted under a
	 * derived key, with tag, receipt setup and asset. */
	ILP_TOKEN_RECEIVER,
};

#define ILP_TOKEN_SECRET_LEN 32
#define ILP_TOKEN_RANDOM_LEN 30
#define ILP_TOKEN_BYTES_MAX 764 /* as text it fits behind "g.x." */

/* What a token carries, unreadable for those who pass it on. All of it is
 * optional. A text token can carry none of it, a server token no asset. */
struct ilp_token {
	struct ilp_bytes tag; /* ASCII of the application's choice */
	bool has_receipt;
	uint8_t receipt_nonce[ILP_RECEIPT_NONCE_LEN];
	uint8_t receipt_secret[ILP_RECEIPT_SECRET_LEN];
	bool has_asset;
	struct ilp_bytes asset_code;
	uint8_t asset_scale;
};

struct ilp_token_server;

/* NULL when there is no memory. Uses the context and goes before it. */
ILP_API struct ilp_token_server *
ilp_token_server_create(struct ilp_crypto *crypto, enum ilp_token_family family,
			const uint8_t server_secret[ILP_TOKEN_SECRET_LEN]);
ILP_API void ilp_token_server_destroy(struct ilp_token_server *server);

/* Appends a new token, an address segment: the receiver's address is the
 * server's, a dot and the token. `random` must be from a good generator and
 * is used once. FORMAT when this family cannot carry those details, TOO_LONG
 * when they are too many. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_token_issue(struct ilp_token_server *server, struct ilp_writer *w,
		const struct ilp_token *details,
		const uint8_t random[ILP_TOKEN_RANDOM_LEN]);

/* The shared secret that belongs to a token. A token that nobody issued has
 * one too; then no packet will decrypt under it. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_token_secret(struct ilp_token_server *server, uint8_t out[ILP_HASH_LEN],
		 struct ilp_bytes token);

/* What a token of ours carries; the slices point into `buffer`, which must
 * have ILP_TOKEN_BYTES_MAX bytes and holds secrets afterwards. DECRYPT when it
 * is not of ours; but a text token carries nothing, whoever made it. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_token_open(struct ilp_token_server *server, struct ilp_token *out,
	       uint8_t *buffer, struct ilp_bytes token);

ILP_END_DECLS

#endif
