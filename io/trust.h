/* SPDX-License-Identifier: Apache-2.0 */
/* trust.h - whom we believe to be a peer when we connect to it by TLS: the
 * authority that its account names, or those that the system trusts; and what
 * the peer is shown of us. */
#ifndef IO_TRUST_H
#define IO_TRUST_H

#include "base/bytes.h"

struct config;
struct tls_context;
struct trust;

/* Reads the files of all accounts that name one. NULL on failure, and `error`
 * says why. The configuration outlives it. */
struct trust *trust_create(const struct config *config, char *error,
			   size_t error_size);
void trust_destroy(struct trust *trust);

/* For connecting to the account with this id. NULL when TLS cannot be used. Whom
 * the system trusts is read when an account in the configuration wants it; or
 * once, here, for the first that was made since: that takes some milliseconds.
 */
const struct tls_context *trust_find(struct trust *trust,
				     struct ilp_bytes account);

#endif
