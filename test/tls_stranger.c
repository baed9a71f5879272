/* SPDX-License-Identifier: Apache-2.0 */
#include "test/tls_stranger.h"

#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

struct tls_stranger {
	SSL_CTX *ctx;
	SSL *ssl;
	BIO *in;
	BIO *out;
	uint8_t *taken;
};

static void must(bool done)
{
	if (!done)
		abort();
}

static void shake_hands(struct tls_stranger *s)
{
	ERR_clear_error();
	SSL_do_handshake(s->ssl);
	ERR_clear_error();
}

struct tls_stranger *tls_stranger_create(const struct tls_stranger_wish *wish)
{
	struct tls_stranger *s = calloc(1, sizeof(*s));
	int version = (int)wish->version;

	must(s && (s->ctx = SSL_CTX_new(TLS_client_method())));
	SSL_CTX_set_security_level(s->ctx, 0); /* for the old versions */
	must(SSL_CTX_set_min_proto_version(s->ctx, version) &&
	     SSL_CTX_set_max_proto_version(s->ctx, version));
	if (wish->ciphers)
		must(SSL_CTX_set_cipher_list(s->ctx, wish->ciphers));
	must((s->ssl = SSL_new(s->ctx)) && (s->in = BIO_new(BIO_s_mem())) &&
	     (s->out = BIO_new(BIO_s_mem())));
	if (wish->short_records)
		must(SSL_set_tlsext_max_fragment_length(
			s->ssl, TLSEXT_max_fragment_length_512));
	SSL_set_bio(s->ssl, s->in, s->out);
	SSL_set_connect_state(s->ssl);
	shake_hands(s);
	return s;
}

void tls_stranger_destroy(struct tls_stranger *s)
{
	free(s->taken);
	SSL_free(s->ssl);
	SSL_CTX_free(s->ctx);
	free(s);
}

void tls_stranger_receive(struct tls_stranger *s, struct ilp_bytes in)
{
	if (in.len)
		must(BIO_write(s->in, in.at, (int)in.len) == (int)in.len);
	if (!SSL_is_init_finished(s->ssl))
		shake_hands(s);
}

struct ilp_bytes tls_stranger_output(struct tls_stranger *s)
{
	size_t len = BIO_ctrl_pending(s->out);

	free(s->taken);
	s->taken = malloc(len ? len : 1);
	must(s->taken != NULL);
	if (len)
		must(BIO_read(s->out, s->taken, (int)len) == (int)len);
	return (struct ilp_bytes){ s->taken, len };
}

bool tls_stranger_is_open(const struct tls_stranger *s)
{
	return SSL_is_init_finished(s->ssl);
}

size_t tls_stranger_authorities(const struct tls_stranger *s)
{
	const STACK_OF(X509_NAME) *names = SSL_get0_peer_CA_list(s->ssl);

	return names ? (size_t)sk_X509_NAME_num(names) : 0;
}

size_t tls_stranger_read(struct tls_stranger *s, uint8_t *out, size_t len)
{
	size_t count = 0;
	size_t one;

	ERR_clear_error();
	while (count < len &&
	       SSL_read_ex(s->ssl, out + count, len - count, &one))
		count += one;
	ERR_clear_error();
	return count;
}

void tls_stranger_write(struct tls_stranger *s, struct ilp_bytes plain)
{
	size_t count;

	must(SSL_write_ex(s->ssl, plain.at, plain.len, &count) &&
	     count == plain.len);
}

void tls_stranger_change_keys(struct tls_stranger *s)
{
	must(SSL_key_update(s->ssl, SSL_KEY_UPDATE_REQUESTED));
	shake_hands(s);
}

void tls_stranger_renegotiate(struct tls_stranger *s)
{
	must(SSL_renegotiate(s->ssl));
	shake_hands(s);
}
