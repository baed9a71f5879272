/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/forward/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>

struct tls_context {
	SSL_CTX *ssl;
	BIO_METHOD *method;
	bool server;
};

struct tls {
	SSL *ssl;
	struct ilp_bytes in; /* what OpenSSL has not read yet */
	struct buffer *wire;
};

static void fail(const char *what)
{
	fprintf(stderr, "TLS: %s failed\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

/* OpenSSL reads from what the socket gave... */
static int give(BIO *bio, char *out, int max)
{
	struct tls *tls = BIO_get_data(bio);
	size_t len = (size_t)max < tls->in.len ? (size_t)max : tls->in.len;

	BIO_clear_retry_flags(bio);
	if (len == 0) {
		BIO_set_retry_read(bio);
		return -1;
	}
	memcpy(out, tls->in.at, len);
	tls->in = ilp_bytes_skip(tls->in, len);
	return (int)len;
}

/* ...and writes to what the socket will take. */
static int take(BIO *bio, const char *in, int len)
{
	struct tls *tls = BIO_get_data(bio);

	memcpy(buffer_room(tls->wire, (size_t)len), in, (size_t)len);
	return len;
}

static long control(BIO *bio, int command, long number, void *pointer)
{
	(void)bio, (void)number, (void)pointer;
	return command == BIO_CTRL_FLUSH;
}

static struct tls_context *context_create(const SSL_METHOD *role)
{
	struct tls_context *context = calloc(1, sizeof(*context));

	if (!context)
		abort();
	context->ssl = SSL_CTX_new(role);
	context->method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "loop");
	if (!context->ssl || !context->method)
		fail("set-up");
	BIO_meth_set_read(context->method, give);
	BIO_meth_set_write(context->method, take);
	BIO_meth_set_ctrl(context->method, control);
	SSL_CTX_set_read_ahead(context->ssl, 1);
	return context;
}

struct tls_context *tls_client(void)
{
	return context_create(TLS_client_method());
}

struct tls_context *tls_server(const char *certificate, const char *key)
{
	struct tls_context *context = context_create(TLS_server_method());

	context->server = true;
	if (SSL_CTX_use_certificate_chain_file(context->ssl, certificate) != 1)
		fail(certificate);
	if (SSL_CTX_use_PrivateKey_file(context->ssl, key, SSL_FILETYPE_PEM) !=
	    1)
		fail(key);
	return context;
}

struct tls *tls_create(struct tls_context *context, struct buffer *wire)
{
	struct tls *tls = calloc(1, sizeof(*tls));
	BIO *bio = BIO_new(context->method);

	if (!tls)
		abort();
	tls->wire = wire;
	tls->ssl = SSL_new(context->ssl);
	if (!tls->ssl || !bio)
		fail("set-up");
	BIO_set_data(bio, tls);
	BIO_set_init(bio, 1);
	SSL_set_bio(tls->ssl, bio, bio);
	if (context->server) {
		SSL_set_accept_state(tls->ssl);
	} else {
		SSL_set_connect_state(tls->ssl);
		SSL_do_handshake(tls->ssl);
	}
	return tls;
}

void tls_destroy(struct tls *tls)
{
	if (!tls)
		return;
	SSL_free(tls->ssl);
	free(tls);
}

size_t tls_open(struct tls *tls, struct ilp_bytes wire, uint8_t *out)
{
	size_t len = 0;
	size_t part;

	tls->in = wire;
	while (SSL_read_ex(tls->ssl, out + len, BUFFER_MAX - len, &part))
		len += part;
	switch (SSL_get_error(tls->ssl, 0)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_ZERO_RETURN:
		return len;
	}
	fail("reading");
	return 0;
}

void tls_seal(struct tls *tls, struct buffer *plain)
{
	size_t len;

	if (plain->len == 0 || !SSL_is_init_finished(tls->ssl))
		return;
	if (!SSL_write_ex(tls->ssl, plain->at, plain->len, &len) ||
	    len != plain->len)
		fail("writing");
	plain->len = 0;
}
