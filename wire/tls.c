/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/tls.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/utf8.h"

/* The longest text of a record (RFC 8446, 5.1), unless the peer has asked for
 * shorter ones (RFC 6066, 4). */
#define RECORD_TEXT_MAX 16384

/* What a record has beyond its text: a head, a nonce, a type and a tag. There
 * is something to spare, in case TLS says a word of its own in between. */
#define RECORD_OVERHEAD 64

/* When less of what we say than this can be taken, we wait until it can be
 * more: the smallest record costs as much as a thousand bytes. */
#define WORTH_IT 1024

struct tls {
	SSL *ssl;
	BIO_METHOD *method;
	enum tls_state state;
	bool closing;
	unsigned key_updates; /* since the peer has last said anything */
	struct ilp_bytes in;  /* lent by the driver */
	struct queue output;
	/* Within tls_write, where records go: room at the end of the output,
	 * so that none is ever made that there is no room for. */
	uint8_t *room;
	size_t room_len;
	size_t room_used;
	size_t record_text_max;
	const char *stuck; /* why what TLS says itself did not go out */
	char reason[200];
	char peer_name[TLS_NAME_MAX + 1];
};

static void fail(struct tls *tls, const char *what, const char *why)
{
	tls->state = TLS_FAILED;
	tls->in = (struct ilp_bytes){ NULL, 0 };
	snprintf(tls->reason, sizeof(tls->reason), "%s%s", what, why);
}

/* A record that changes a key costs its sender next to nothing, and us a
 * thousand times as much as a byte. No peer needs many of them in a row. */
#define KEY_UPDATES_MAX 32

static void note_message(int sent, int version, int type, const void *message,
			 size_t len, SSL *ssl, void *context)
{
	struct tls *tls = context;
	const uint8_t *kind = message;

	(void)version;
	(void)ssl;
	if (!sent && type == SSL3_RT_HANDSHAKE && len &&
	    *kind == SSL3_MT_KEY_UPDATE)
		tls->key_updates++;
}

/* OpenSSL reads: the head of a record, then the rest of it, each time straight
 * from where the driver has put it. */
static int give_input(BIO *bio, char *out, size_t len, size_t *given)
{
	struct tls *tls = BIO_get_data(bio);

	BIO_clear_retry_flags(bio);
	if (tls->key_updates > KEY_UPDATES_MAX)
		tls->in.len = 0;
	*given = len < tls->in.len ? len : tls->in.len;
	if (*given == 0) {
		BIO_set_retry_read(bio);
		return 0;
	}
	memcpy(out, tls->in.at, *given);
	tls->in = ilp_bytes_skip(tls->in, *given);
	return 1;
}

/* A record of our words. */
static bool fill_room(struct tls *tls, const char *at, size_t len)
{
	if (len > tls->room_len - tls->room_used) {
		tls->stuck = "records are longer than they should be";
		return false;
	}
	memcpy(tls->room + tls->room_used, at, len);
	tls->room_used += len;
	return true;
}

/* What TLS says itself, which is little. If even that finds no room, nothing
 * can come of this connection. */
static bool append(struct tls *tls, const char *at, size_t len)
{
	if (tls->output.len + len > TLS_MOST) {
		tls->stuck = "the peer does not read what we say";
		return false;
	}
	while (len) {
		size_t most = queue_piece_max(tls->output.pool);
		size_t piece = len < most ? len : most;
		uint8_t *room = queue_add(&tls->output, piece);

		if (!room) {
			tls->stuck = "no room for what TLS has to say";
			return false;
		}
		memcpy(room, at, piece);
		at += piece;
		len -= piece;
	}
	return true;
}

/* OpenSSL writes: whole records, one or more. */
static int take_output(BIO *bio, const char *at, size_t len, size_t *taken)
{
	struct tls *tls = BIO_get_data(bio);
	bool done;

	BIO_clear_retry_flags(bio);
	done = tls->room ? fill_room(tls, at, len) : append(tls, at, len);
	*taken = done ? len : 0;
	return done;
}

static long control(BIO *bio, int command, long number, void *pointer)
{
	(void)bio;
	(void)number;
	(void)pointer;
	return command == BIO_CTRL_FLUSH; /* nothing is held back */
}

/* What OpenSSL says where its words are not for somebody who looks at the
 * other end. */
static const struct {
	int reason;
	const char *text;
} texts[] = {
	{ SSL_R_HTTP_REQUEST, "the peer speaks HTTP without TLS" },
	{ SSL_R_HTTPS_PROXY_REQUEST, "the peer takes us for an HTTP proxy" },
	{ SSL_R_WRONG_VERSION_NUMBER, "what the peer says is not TLS" },
	{ SSL_R_UNSUPPORTED_PROTOCOL,
	  "the peer knows no TLS that is as late as 1.2" },
	{ SSL_R_NO_SHARED_CIPHER, "the peer knows no cipher that we do" },
	{ SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE,
	  "the peer has shown no certificate" },
	{ SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
	  "the peer wants a certificate of ours" },
	{ SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC,
	  "a record was changed on its way" },
};

/* The peer has told us why it gives up. */
static void fail_by_alert(struct tls *tls, int alert)
{
	char why[120];

	snprintf(why, sizeof(why), "%s (alert %d)",
		 SSL_alert_desc_string_long(alert), alert);
	fail(tls, "the peer refuses us: ", why);
}

const char *tls_verdict(long result)
{
	return X509_verify_cert_error_string(result);
}

static void fail_in_our_words(struct tls *tls, int reason)
{
	long verified = SSL_get_verify_result(tls->ssl);

	if (reason > SSL_AD_REASON_OFFSET)
		fail_by_alert(tls, reason - SSL_AD_REASON_OFFSET);
	else if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
		fail(tls, "the peer's certificate is refused: ",
		     tls_verdict(verified));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].reason == reason)
			fail(tls, texts[i].text, "");
}

/* Of several complaints the first is the cause of the others; but what does
 * not speak of TLS, such as a signature that does not verify, is too near to
 * say what it means. */
static unsigned long find_cause(void)
{
	unsigned long first = ERR_peek_error();
	unsigned long error;

	while ((error = ERR_get_error()))
		if (ERR_GET_LIB(error) == ERR_LIB_SSL &&
		    !(ERR_GET_RFLAGS(error) & ERR_RFLAG_COMMON))
			return error;
	return first;
}

static void fail_by_error(struct tls *tls)
{
	unsigned long error = find_cause();
	const char *words = ERR_reason_error_string(error);

	fail(tls, "TLS: ", words ? words : "unknown error");
	if (ERR_GET_LIB(error) == ERR_LIB_SSL)
		fail_in_our_words(tls, ERR_GET_REASON(error));
}

/* What it means that OpenSSL did not do as it was told. */
static void judge(struct tls *tls, int result)
{
	int error = SSL_get_error(tls->ssl, result);
	bool shaking = tls->state == TLS_HANDSHAKING;

	if (error == SSL_ERROR_WANT_READ)
		return;
	if (error == SSL_ERROR_ZERO_RETURN && !shaking) {
		tls->state = TLS_CLOSED;
		tls->in = (struct ilp_bytes){ NULL, 0 };
	} else if (error == SSL_ERROR_ZERO_RETURN) {
		fail(tls, "the peer ended the handshake", "");
	} else if (tls->stuck) {
		fail(tls, tls->stuck, "");
	} else {
		fail_by_error(tls);
	}
	ERR_clear_error(); /* others on this thread read that list as well */
}

/* The name goes into logs and configurations, so it is text without anything
 * that could pass for something else there. */
static bool is_clean(struct ilp_bytes name)
{
	if (name.len == 0 || name.len > TLS_NAME_MAX || !ilp_utf8_valid(name))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		bool c1 = name.at[i] == 0xc2 && name.at[i + 1] < 0xa0;

		if (name.at[i] < 0x20 || name.at[i] == 0x7f || c1)
			return false;
	}
	return true;
}

static void set_peer_name(struct tls *tls, const ASN1_STRING *string)
{
	uint8_t *text = NULL;
	int len = ASN1_STRING_to_UTF8(&text, string);
	struct ilp_bytes name = { text, len > 0 ? (size_t)len : 0 };

	if (is_clean(name)) {
		memcpy(tls->peer_name, name.at, name.len);
		tls->peer_name[name.len] = '\0';
	}
	OPENSSL_free(text);
}

static const ASN1_STRING *common_name(const X509 *certificate)
{
	X509_NAME *subject = X509_get_subject_name(certificate);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);

	if (at < 0)
		return NULL;
	return X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
}

static const ASN1_STRING *text_of(const GENERAL_NAME *name)
{
	switch (name->type) {
	case GEN_DNS:
		return name->d.dNSName;
	case GEN_URI:
		return name->d.uniformResourceIdentifier;
	case GEN_EMAIL:
		return name->d.rfc822Name;
	}
	return NULL;
}

static void learn_alternative_name(struct tls *tls, const X509 *certificate)
{
	GENERAL_NAMES *all =
		X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	const ASN1_STRING *first = NULL;

	for (int i = 0; !first && i < sk_GENERAL_NAME_num(all); i++)
		first = text_of(sk_GENERAL_NAME_value(all, i));
	if (first)
		set_peer_name(tls, first);
	GENERAL_NAMES_free(all);
}

static void learn_peer_name(struct tls *tls)
{
	const X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
	const ASN1_STRING *common;

	if (!certificate)
		return;
	common = common_name(certificate);
	if (common)
		set_peer_name(tls, common);
	else
		learn_alternative_name(tls, certificate);
}

static size_t record_text_max(const SSL *ssl)
{
	uint8_t mode =
		SSL_SESSION_get_max_fragment_length(SSL_get_session(ssl));

	switch (mode) {
	case TLSEXT_max_fragment_length_512:
		return 512;
	case TLSEXT_max_fragment_length_1024:
		return 1024;
	case TLSEXT_max_fragment_length_2048:
		return 2048;
	case TLSEXT_max_fragment_length_4096:
		return 4096;
	}
	return RECORD_TEXT_MAX;
}

static void shake_hands(struct tls *tls)
{
	int done;

	ERR_clear_error();
	done = SSL_do_handshake(tls->ssl);
	if (done != 1) {
		judge(tls, done);
		return;
	}
	tls->state = TLS_OPEN;
	tls->record_text_max = record_text_max(tls->ssl);
	learn_peer_name(tls);
}

void tls_receive(struct tls *tls, struct ilp_bytes in)
{
	assert(tls->in.len == 0); /* all was read */
	if (tls->state == TLS_CLOSED || tls->state == TLS_FAILED)
		return;
	tls->in = in;
	if (tls->state == TLS_HANDSHAKING)
		shake_hands(tls);
}

/* OpenSSL has a buffer for a record, and gives it back after each one or
 * never, as it is told. We want it back when there is nothing more to read,
 * and not in between. */
static void keep_buffer(struct tls *tls, bool keep)
{
	if (keep)
		SSL_clear_mode(tls->ssl, SSL_MODE_RELEASE_BUFFERS);
	else
		SSL_set_mode(tls->ssl, SSL_MODE_RELEASE_BUFFERS);
}

size_t tls_read(struct tls *tls, uint8_t *room, size_t len)
{
	size_t count = 0;
	bool more = true;

	assert(len > 0);
	while (tls->state == TLS_OPEN && more && count < len) {
		size_t one = 0;
		int done;

		more = tls->in.len > 0;
		keep_buffer(tls, more);
		ERR_clear_error();
		done = SSL_read_ex(tls->ssl, room + count, len - count, &one);
		count += one;
		if (one)
			tls->key_updates = 0;
		if (done == 1)
			more = true; /* even without input: of a long record */
		else
			judge(tls, done);
	}
	if (tls->key_updates > KEY_UPDATES_MAX)
		fail(tls, "the peer changes keys without end", "");
	return count;
}

/* How much text fits into records of so many bytes. */
static size_t text_that_fits(const struct tls *tls, size_t len)
{
	size_t record_max = tls->record_text_max + RECORD_OVERHEAD;
	size_t records;

	if (len <= RECORD_OVERHEAD)
		return 0;
	records = (len + record_max - 1) / record_max;
	return len - records * RECORD_OVERHEAD;
}

/* How many bytes records of so much text have at the most. */
static size_t records_len(const struct tls *tls, size_t text_len)
{
	size_t records = text_len / tls->record_text_max + 1;

	return text_len + records * RECORD_OVERHEAD;
}

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* As much as one piece of the output holds: how much of it was taken. */
static size_t write_piece(struct tls *tls, struct ilp_bytes plain)
{
	size_t free_len = TLS_HIGH - min(tls->output.len, TLS_HIGH);
	size_t len = min(records_len(tls, plain.len),
			 min(free_len, queue_piece_max(tls->output.pool)));
	size_t text_len = min(plain.len, text_that_fits(tls, len));
	size_t taken = 0;
	int done;

	if (text_len < plain.len && text_len < WORTH_IT)
		return 0;
	tls->room = queue_add(&tls->output, len);
	if (!tls->room)
		return 0;
	tls->room_len = len;
	tls->room_used = 0;
	ERR_clear_error();
	done = SSL_write_ex(tls->ssl, plain.at, text_len, &taken);
	tls->room = NULL;
	queue_undo(&tls->output, len - tls->room_used);
	if (done != 1)
		judge(tls, done);
	return taken;
}

size_t tls_write(struct tls *tls, struct ilp_bytes plain)
{
	size_t before = plain.len;
	size_t taken;

	while (plain.len && !tls->closing &&
	       (tls->state == TLS_OPEN || tls->state == TLS_CLOSED)) {
		taken = write_piece(tls, plain);
		plain = ilp_bytes_skip(plain, taken);
		if (taken == 0)
			break;
	}
	return before - plain.len;
}

void tls_close(struct tls *tls)
{
	int done;

	if (tls->state == TLS_FAILED || tls->closing)
		return;
	tls->closing = true;
	if (tls->state == TLS_HANDSHAKING) {
		tls->state = TLS_CLOSED;
		return;
	}
	ERR_clear_error();
	done = SSL_shutdown(tls->ssl);
	if (done < 0)
		judge(tls, done);
}

struct ilp_bytes tls_output(const struct tls *tls)
{
	return queue_front(&tls->output);
}

void tls_written(struct tls *tls, size_t len)
{
	queue_take(&tls->output, len);
}

size_t tls_waiting(const struct tls *tls)
{
	return tls->output.len;
}

enum tls_state tls_state(const struct tls *tls)
{
	return tls->state;
}

const char *tls_reason(const struct tls *tls)
{
	return tls->reason;
}

const char *tls_peer_name(const struct tls *tls)
{
	return tls->peer_name;
}

struct ilp_bytes tls_protocol(const struct tls *tls)
{
	const uint8_t *at;
	unsigned len;

	SSL_get0_alpn_selected(tls->ssl, &at, &len);
	return (struct ilp_bytes){ at, len };
}

/* Which certificate will do: one for that address, or for that name, which
 * the server is told as well, since it may have several. The common name does
 * not count for either (RFC 9525, 2). */
static bool expect_server(struct tls *tls, const char *name)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(tls->ssl);

	if (X509_VERIFY_PARAM_set1_ip_asc(param, name) == 1)
		return true;
	X509_VERIFY_PARAM_set_hostflags(
		param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
			       X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	return X509_VERIFY_PARAM_set1_host(param, name, 0) == 1 &&
	       SSL_set_tlsext_host_name(tls->ssl, name) == 1;
}

/* One end for both directions; it becomes the SSL's. */
static bool join(struct tls *tls)
{
	BIO *bio = BIO_new(tls->method);

	if (!bio)
		return false;
	BIO_set_data(bio, tls);
	SSL_set_bio(tls->ssl, bio, bio);
	return true;
}

static bool set_up(struct tls *tls, const struct tls_context *context)
{
	tls->ssl = SSL_new(tls_context_openssl(context));
	tls->method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "tls");
	if (tls->ssl) {
		SSL_set_msg_callback(tls->ssl, note_message);
		SSL_set_msg_callback_arg(tls->ssl, tls);
	}
	return tls->ssl && tls->method &&
	       BIO_meth_set_read_ex(tls->method, give_input) &&
	       BIO_meth_set_write_ex(tls->method, take_output) &&
	       BIO_meth_set_ctrl(tls->method, control) && join(tls);
}

static bool offer(struct tls *tls, const char *protocols)
{
	return !protocols ||
	       SSL_set_alpn_protos(tls->ssl, (const uint8_t *)protocols,
				   (unsigned)strlen(protocols)) == 0;
}

static void begin(struct tls *tls, const char *server_name,
		  const char *protocols)
{
	if (!server_name) {
		SSL_set_accept_state(tls->ssl);
		return;
	}
	SSL_set_connect_state(tls->ssl);
	if (!offer(tls, protocols))
		fail(tls, "no memory", "");
	else if (expect_server(tls, server_name))
		shake_hands(tls);
	else
		fail(tls, "not the name of a host: ", server_name);
}

struct tls *tls_create(const struct tls_context *context,
		       const char *server_name, const char *protocols,
		       struct ilp_time now, struct pool *pool)
{
	struct tls *tls = calloc(1, sizeof(*tls));

	assert(pool_block_len(pool) >= TLS_BLOCK);
	assert((tls_context_role(context) == TLS_CLIENT) ==
	       (server_name != NULL));
	if (!tls)
		return NULL;
	ERR_clear_error();
	queue_init(&tls->output, pool);
	if (!set_up(tls, context)) {
		tls_destroy(tls);
		return NULL;
	}
	X509_VERIFY_PARAM_set_time(SSL_get0_param(tls->ssl),
				   (time_t)(now.wall_ms / 1000));
	keep_buffer(tls, false);
	begin(tls, server_name, protocols);
	ERR_clear_error();
	return tls;
}

void tls_destroy(struct tls *tls)
{
	if (!tls)
		return;
	SSL_free(tls->ssl);
	BIO_meth_free(tls->method);
	queue_finish(&tls->output);
	free(tls);
}
