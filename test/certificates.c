/* SPDX-License-Identifier: Apache-2.0 */
#include "test/certificates.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

/* All that can fail here is the test's own fault. */
static void must(bool done)
{
	if (!done)
		abort();
}

static void to_text(BIO *bio, char *out, size_t room)
{
	char *at;
	long len = BIO_get_mem_data(bio, &at);

	must(len > 0 && (size_t)len < room);
	memcpy(out, at, (size_t)len);
	out[len] = '\0';
	BIO_free(bio);
}

static void write_key(EVP_PKEY *key, char *out, size_t room,
		      const char *passphrase)
{
	BIO *bio = BIO_new(BIO_s_mem());

	must(PEM_write_bio_PKCS8PrivateKey(
		bio, key, passphrase ? EVP_aes_128_cbc() : NULL, passphrase,
		passphrase ? (int)strlen(passphrase) : 0, NULL, NULL));
	to_text(bio, out, room);
}

static EVP_PKEY *read_key(const struct certificate *certificate)
{
	BIO *bio = BIO_new_mem_buf(certificate->key_pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

	must(key != NULL);
	BIO_free(bio);
	return key;
}

static X509 *read_certificate(const struct certificate *certificate)
{
	BIO *bio = BIO_new_mem_buf(certificate->pem, -1);
	X509 *read = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	must(read != NULL);
	BIO_free(bio);
	return read;
}

static void set_time(ASN1_TIME *out, int64_t at_ms)
{
	must(ASN1_TIME_set(out, (time_t)(at_ms / 1000)) != NULL);
}

static void add_extension(X509 *made, X509V3_CTX *context, int nid,
			  const char *value)
{
	X509_EXTENSION *extension =
		X509V3_EXT_conf_nid(NULL, context, nid, value);

	must(extension && X509_add_ext(made, extension, -1));
	X509_EXTENSION_free(extension);
}

static void describe(X509 *made, X509 *issuer,
		     const struct certificate_wish *wish)
{
	static long serial;
	X509_NAME *name = X509_get_subject_name(made);
	X509V3_CTX context;

	must(X509_set_version(made, X509_VERSION_3) &&
	     ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial));
	if (wish->common_name)
		must(X509_NAME_add_entry_by_txt(
			name, "CN", MBSTRING_UTF8,
			(const uint8_t *)wish->common_name, -1, -1, 0));
	must(X509_set_issuer_name(made, X509_get_subject_name(issuer)));
	set_time(X509_getm_notBefore(made), wish->from_ms);
	set_time(X509_getm_notAfter(made), wish->until_ms);
	X509V3_set_ctx(&context, issuer, made, NULL, NULL, 0);
	add_extension(made, &context, NID_basic_constraints,
		      wish->authority ? "critical,CA:TRUE" : "CA:FALSE");
	if (wish->alternatives)
		add_extension(made, &context, NID_subject_alt_name,
			      wish->alternatives);
}

void certificate_make(struct certificate *out,
		      const struct certificate_wish *wish)
{
	EVP_PKEY *key = wish->weak ? EVP_RSA_gen(1024) : EVP_EC_gen("P-256");
	X509 *made = X509_new();
	X509 *issuer = wish->issuer ? read_certificate(wish->issuer) : made;
	EVP_PKEY *issuer_key = wish->issuer ? read_key(wish->issuer) : key;
	BIO *bio = BIO_new(BIO_s_mem());

	must(key && made && X509_set_pubkey(made, key));
	describe(made, issuer, wish);
	must(X509_sign(made, issuer_key, EVP_sha256()) > 0);
	must(PEM_write_bio_X509(bio, made));
	to_text(bio, out->pem, sizeof(out->pem));
	write_key(key, out->key_pem, sizeof(out->key_pem), NULL);
	if (wish->issuer) {
		X509_free(issuer);
		EVP_PKEY_free(issuer_key);
	}
	X509_free(made);
	EVP_PKEY_free(key);
}

const char *certificate_locked_key(const struct certificate *certificate,
				   const char *passphrase)
{
	static char out[1024];
	EVP_PKEY *key = read_key(certificate);

	write_key(key, out, sizeof(out), passphrase);
	EVP_PKEY_free(key);
	return out;
}
