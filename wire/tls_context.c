/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/tls_context.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

/* For TLS 1.2; those of TLS 1.3 are all like this. */
#define CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"

/* RSA of 2048 bits or the like, and no SHA-1, whatever the system says. */
#define SECURITY_LEVEL 2

struct tls_context {
	SSL_CTX *ctx;
	enum tls_role role;
};

/* A context on its way, and where to say what is wrong with it. */
struct loading {
	const struct tls_settings *settings;
	struct ilp_time now;
	SSL_CTX *ctx;
	char *error;
	size_t error_len;
};

static bool refuse(const struct loading *l, const char *what, const char *why)
{
	snprintf(l->error, l->error_len, "%s%s", what, why);
	return false;
}

/* In OpenSSL's words: its first complaint, which the others follow from. */
static bool refuse_as_told(const struct loading *l, const char *what)
{
	const char *why = ERR_reason_error_string(ERR_peek_error());

	return refuse(l, what, why ? why : "no memory");
}

/* Does what it must with one of several certificates. */
typedef bool certificate_taker(const struct loading *l, X509 *certificate,
			       size_t index);

/* Behind the last certificate a text may go on, such as with a key. */
static bool at_end(void)
{
	unsigned long error = ERR_peek_last_error();

	return ERR_GET_LIB(error) == ERR_LIB_PEM &&
	       ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static bool take_each(const struct loading *l, BIO *bio, const char *what,
		      certificate_taker *take)
{
	bool taken = true;
	size_t count;

	for (count = 0; taken; count++) {
		X509 *one = PEM_read_bio_X509(bio, NULL, NULL, NULL);

		if (!one)
			break;
		taken = take(l, one, count);
		X509_free(one);
	}
	if (!taken)
		return false;
	if (!at_end())
		return refuse_as_told(l, what);
	ERR_clear_error();
	return count || refuse(l, what, "there is none");
}

static BIO *open_text(const struct loading *l, struct ilp_bytes text)
{
	static const char nothing[1];
	const void *at = text.len ? (const void *)text.at : nothing;
	BIO *bio =
		text.len > INT_MAX ? NULL : BIO_new_mem_buf(at, (int)text.len);

	if (!bio)
		refuse(l, "", "no memory");
	return bio;
}

static bool take_certificates(const struct loading *l, struct ilp_bytes pem,
			      const char *what, certificate_taker *take)
{
	BIO *bio = open_text(l, pem);
	bool taken = bio && take_each(l, bio, what, take);

	BIO_free(bio);
	return taken;
}

/* Every peer would refuse it; so it is better not to begin at all. */
static bool is_valid_now(const struct loading *l, const X509 *certificate)
{
	time_t now = (time_t)(l->now.wall_ms / 1000);

	if (X509_cmp_time(X509_get0_notBefore(certificate), &now) > 0)
		return refuse(l, "certificate is not valid yet", "");
	if (X509_cmp_time(X509_get0_notAfter(certificate), &now) < 0)
		return refuse(l, "certificate has expired", "");
	return true;
}

static bool take_own(const struct loading *l, X509 *certificate, size_t index)
{
	bool own = index == 0;

	if (own && !is_valid_now(l, certificate))
		return false;
	if (own ? SSL_CTX_use_certificate(l->ctx, certificate) == 1 :
		  SSL_CTX_add1_chain_cert(l->ctx, certificate) == 1)
		return true;
	return refuse_as_told(l, "certificate cannot be used: ");
}

/* Nobody is there to be asked. */
static int no_passphrase(char *room, int len, int writing, void *asked)
{
	(void)room;
	(void)len;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

static bool use_key(const struct loading *l, EVP_PKEY *key)
{
	X509 *own = SSL_CTX_get0_certificate(l->ctx);

	if (X509_check_private_key(own, key) != 1)
		return refuse(l, "private key does not match the certificate",
			      "");
	if (SSL_CTX_use_PrivateKey(l->ctx, key) != 1)
		return refuse_as_told(l, "private key cannot be used: ");
	return true;
}

static bool load_key(const struct loading *l)
{
	BIO *bio = open_text(l, l->settings->key);
	bool asked = false;
	EVP_PKEY *key;
	bool used;

	if (!bio)
		return false;
	key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &asked);
	BIO_free(bio);
	if (key)
		used = use_key(l, key);
	else if (asked)
		used = refuse(l, "private key needs a passphrase", "");
	else
		used = refuse(l, "private key: there is none that we know", "");
	EVP_PKEY_free(key);
	return used;
}

static bool load_identity(const struct loading *l)
{
	const struct tls_settings *s = l->settings;

	if (s->role == TLS_CLIENT && s->chain.len == 0 && s->key.len == 0)
		return true;
	return take_certificates(l, s->chain, "certificate: ", take_own) &&
	       load_key(l);
}

static bool take_anchor(const struct loading *l, X509 *certificate,
			size_t index)
{
	(void)index;
	if (!X509_STORE_add_cert(SSL_CTX_get_cert_store(l->ctx), certificate))
		return refuse_as_told(l, "trusted certificate: ");
	/* Clients are told whose certificates they may choose from. */
	if (l->settings->role == TLS_SERVER &&
	    !SSL_CTX_add_client_CA(l->ctx, certificate))
		return refuse_as_told(l, "trusted certificate: ");
	return true;
}

/* Any certificate may be an anchor, not only an authority that has signed
 * itself. */
static bool load_anchors(const struct loading *l)
{
	X509_STORE_set_flags(SSL_CTX_get_cert_store(l->ctx),
			     X509_V_FLAG_PARTIAL_CHAIN);
	return take_certificates(l, l->settings->anchors,
				 "trusted certificate: ", take_anchor);
}

/* A session that is taken up again is not judged again: whoever must show a
 * certificate shows it each time. */
static void never_resume(SSL_CTX *ctx)
{
	SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
	SSL_CTX_set_num_tickets(ctx, 0);
}

static bool load_trust(const struct loading *l)
{
	const struct tls_settings *s = l->settings;
	bool server = s->role == TLS_SERVER;
	int mode = SSL_VERIFY_PEER;

	if (server && s->anchors.len == 0)
		return !s->peer_required ||
		       refuse(l, "peers need certificates, ",
			      "but nobody is trusted to vouch for them");
	if (server && s->peer_required)
		mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
	if (server)
		never_resume(l->ctx);
	SSL_CTX_set_verify(l->ctx, mode, NULL);
	if (s->anchors.len)
		return load_anchors(l);
	/* The file and not the folder, which would be read later, with each
	 * certificate that is checked. */
	return SSL_CTX_set_default_verify_file(l->ctx) == 1 ||
	       refuse_as_told(l, "certificates of the system: ");
}

/* The best of ours that the client offers, if any. */
static int choose_protocol(SSL *ssl, const uint8_t **out, uint8_t *out_len,
			   const uint8_t *offered, unsigned offered_len,
			   void *context)
{
	uint8_t *chosen;

	(void)ssl;
	(void)context;
	if (SSL_select_next_proto(&chosen, out_len, (const uint8_t *)TLS_HTTP,
				  sizeof(TLS_HTTP) - 1, offered,
				  offered_len) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static bool set_policy(const struct loading *l)
{
	SSL_CTX_set_security_level(l->ctx, SECURITY_LEVEL);
	SSL_CTX_set_options(l->ctx,
			    SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_session_cache_mode(l->ctx, SSL_SESS_CACHE_OFF);
	if (l->settings->role == TLS_SERVER)
		SSL_CTX_set_alpn_select_cb(l->ctx, choose_protocol, NULL);
	return (SSL_CTX_set_min_proto_version(l->ctx, TLS1_2_VERSION) == 1 &&
		SSL_CTX_set_max_proto_version(l->ctx, 0) == 1 &&
		SSL_CTX_set_cipher_list(l->ctx, CIPHERS) == 1) ||
	       refuse_as_told(l, "OpenSSL: ");
}

static bool load(struct loading *l)
{
	l->ctx = SSL_CTX_new(l->settings->role == TLS_SERVER ?
				     TLS_server_method() :
				     TLS_client_method());
	if (!l->ctx)
		return refuse_as_told(l, "OpenSSL: ");
	return set_policy(l) && load_identity(l) && load_trust(l);
}

struct tls_context *tls_context_create(const struct tls_settings *settings,
				       struct ilp_time now, char *error,
				       size_t error_len)
{
	struct loading l = { settings, now, NULL, error, error_len };
	struct tls_context *context = calloc(1, sizeof(*context));
	bool loaded;

	ERR_clear_error();
	loaded = context ? load(&l) : refuse(&l, "", "no memory");
	ERR_clear_error(); /* others on this thread read that list as well */
	if (!loaded) {
		SSL_CTX_free(l.ctx);
		free(context);
		return NULL;
	}
	context->ctx = l.ctx;
	context->role = settings->role;
	return context;
}

void tls_context_destroy(struct tls_context *context)
{
	if (!context)
		return;
	SSL_CTX_free(context->ctx);
	free(context);
}

struct ssl_ctx_st *tls_context_openssl(const struct tls_context *context)
{
	return context->ctx;
}

enum tls_role tls_context_role(const struct tls_context *context)
{
	return context->role;
}
