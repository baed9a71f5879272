/* SPDX-License-Identifier: Apache-2.0 */
/* tls_context.h - who we are in TLS, and whom we trust: the certificates and
 * the policy that all connections of a listener, or of a client, share.
 *
 * Everything comes as PEM text in memory; whoever has files reads them. To
 * load certificates anew, create another context and use it from then on:
 * connections that are there keep what they have begun with.
 *
 * The policy is not for choice: TLS 1.2 or later, ciphers with forward
 * secrecy and authenticated encryption, no compression, no renegotiation.
 */
#ifndef WIRE_TLS_CONTEXT_H
#define WIRE_TLS_CONTEXT_H

#include "base/bytes.h"
#include "base/time.h"

enum tls_role {
	TLS_SERVER, /* needs a certificate */
	TLS_CLIENT, /* may have one; checks the server's in any case */
};

struct tls_settings {
	enum tls_role role;
	/* Our own certificate, followed by those that lead from it to one
	 * that peers trust. */
	struct ilp_bytes chain;
	/* Its private key, without a passphrase. */
	struct ilp_bytes key;
	/* Whom we trust to vouch for peers: authorities, or the certificates
	 * of the peers themselves. A client with none trusts whom the system
	 * trusts (OpenSSL reads the system's file, now and not later); a
	 * server with none does not ask for certificates. */
	struct ilp_bytes anchors;
	/* A server that asks for certificates always refuses bad ones; and
	 * with this, peers that have none. */
	bool peer_required;
};

/* What may be offered to be spoken inside, the best first (RFC 7301). */
#define TLS_HTTP_1 "\10http/1.1"
#define TLS_HTTP_2 "\2h2"
#define TLS_HTTP TLS_HTTP_2 TLS_HTTP_1

struct tls_context;

/* NULL when the settings are no good; then `error` says why, for people. Our
 * own certificate must be valid now. The settings are not used afterwards. */
struct tls_context *tls_context_create(const struct tls_settings *settings,
				       struct ilp_time now, char *error,
				       size_t error_len);

/* Connections that use it go on. */
void tls_context_destroy(struct tls_context *context);

/* For tls.c: OpenSSL's side of it. */
struct ssl_ctx_st *tls_context_openssl(const struct tls_context *context);
enum tls_role tls_context_role(const struct tls_context *context);

#endif
