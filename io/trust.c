/* SPDX-License-Identifier: Apache-2.0 */
#include "io/trust.h"

#include <stdlib.h>

#include "io/file.h"
#include "io/now.h"
#include "node/config.h"
#include "wire/tls.h"

struct row {
	struct ilp_bytes account;
	struct tls_context *context;
};

struct trust {
	struct tls_context *others; /* whom the system trusts */
	bool looked;                /* for those */
	struct row *rows;
	size_t count;
};

/* A file whose path may be NULL: then it is empty. */
static bool read_pem(struct ilp_bytes *pem, const char *path, char *error,
		     size_t error_size)
{
	*pem = (struct ilp_bytes){ NULL, 0 };
	if (path)
		pem->at = file_read(path, &pem->len, error, error_size);
	return !path || pem->at;
}

static void free_pem(struct ilp_bytes pem)
{
	file_free((uint8_t *)(uintptr_t)pem.at, pem.len);
}

/* Whom the account's server has to be vouched for by, and what it is shown of
 * us; NULL: whoever the system trusts, and nothing. */
static struct tls_context *load(const struct config_account *account,
				char *error, size_t error_size)
{
	static const struct config_account none;
	struct tls_settings settings = { .role = TLS_CLIENT };
	struct tls_context *context = NULL;

	if (!account)
		account = &none;
	if (read_pem(&settings.anchors, account->tls_ca, error, error_size) &&
	    read_pem(&settings.chain, account->tls_certificate, error,
		     error_size) &&
	    read_pem(&settings.key, account->tls_key, error, error_size))
		context = tls_context_create(&settings, now_read(), error,
					     error_size);
	free_pem(settings.anchors);
	free_pem(settings.chain);
	free_pem(settings.key);
	return context;
}

static bool load_all(struct trust *t, const struct config *config, char *error,
		     size_t error_size)
{
	bool by_system = false;

	for (size_t i = 0; i < config->account_count; i++) {
		const struct config_account *account = &config->accounts[i];
		struct row *row = &t->rows[t->count];

		if (account->settings.url.len == 0)
			continue;
		if (!account->tls_ca && !account->tls_key) {
			by_system = true;
			continue;
		}
		row->account = account->settings.id;
		row->context = load(account, error, error_size);
		if (!row->context)
			return false;
		t->count++;
	}
	if (by_system) {
		t->looked = true;
		t->others = load(NULL, error, error_size);
	}
	return !by_system || t->others;
}

struct trust *trust_create(const struct config *config, char *error,
			   size_t error_size)
{
	struct trust *t = calloc(1, sizeof(*t));

	if (t)
		t->rows = calloc(config->account_count + 1, sizeof(*t->rows));
	if (t && t->rows && load_all(t, config, error, error_size))
		return t;
	trust_destroy(t);
	return NULL;
}

void trust_destroy(struct trust *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->count; i++)
		tls_context_destroy(t->rows[i].context);
	tls_context_destroy(t->others);
	free(t->rows);
	free(t);
}

const struct tls_context *trust_find(struct trust *t, struct ilp_bytes account)
{
	char error[256];


	for (size_t i = 0; i < t->count; i++)
		if (ilp_bytes_equal(t->rows[i].account, account))
			return t->rows[i].context;
	if (!t->looked) {
		t->looked = true;
		t->others = load(NULL, error, sizeof(error));
	}
	return t->others;
}
