/* SPDX-License-Identifier: Apache-2.0 */
#include "io/keys.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/file.h"

/* A key as text: a secret, or what a file has. */
struct row {
	const struct config_account *account;
	bool is_pem;
	uint8_t *at;
	size_t len;
};

struct keys {
	struct ilp_crypto *crypto;
	struct row *rows;
	size_t count;
};

static bool has_key(const struct config_jwt *jwt)
{
	return jwt->secret.len || jwt->key;
}

static struct ilp_jwt_key *make_key(struct ilp_crypto *crypto, bool is_pem,
				    struct ilp_bytes text, const char **why)
{
	return is_pem ? ilp_jwt_key_rs256(crypto, text, why) :
			ilp_jwt_key_hs256(crypto, text, why);
}

static bool refuse(const struct config_account *account, const char *why,
		   char *error, size_t error_size)
{
	snprintf(error, error_size, "the key of account \"%.*s\": %s",
		 (int)account->settings.id.len,
		 (const char *)account->settings.id.at, why);
	return false;
}

/* The file's content; or the secret, which is the configuration's. */
static bool read_text(const struct config_jwt *jwt, struct ilp_bytes *text,
		      char *error, size_t error_size)
{
	*text = jwt->secret;
	if (!jwt->key)
		return true;
	text->at = file_read(jwt->key, &text->len, error, error_size);
	return text->at;
}

static void free_text(const struct config_jwt *jwt, struct ilp_bytes text)
{
	if (jwt->key)
		file_free((uint8_t *)(uintptr_t)text.at, text.len);
}

/* ---- those of others ---- */

/* The profile of RS256 wants all three claims; deployed peers with HS256 say
 * none. */
static struct ilp_jwt_rules rules_of(const struct config_jwt *jwt)
{
	bool all = jwt->key != NULL;

	return (struct ilp_jwt_rules){
		.issuer = jwt->issuer,
		.subject = jwt->subject,
		.audience = jwt->audience,
		.need_issuer = all,
		.need_subject = all,
		.need_audience = all,
		.leeway_ms = KEYRING_LEEWAY_MS,
	};
}

static const char *keyring_problem(enum keyring_error error)
{
	switch (error) {
	case KEYRING_OK:
		break;
	case KEYRING_SUBJECT:
		return "another account's tokens have the same subject";
	case KEYRING_NAMELESS:
		return "too many accounts have tokens without a subject";
	case KEYRING_NO_MEMORY:
		return "no memory";
	}
	return NULL;
}

static bool apply_one(const struct config_account *account,
		      struct shard *shard, struct ilp_crypto *crypto,
		      char *error, size_t error_size)
{
	const struct config_jwt *jwt = &account->incoming_jwt;
	const struct ilp_jwt_rules rules = rules_of(jwt);
	const char *why = NULL;
	struct ilp_jwt_key *key;
	struct ilp_bytes text;

	if (!read_text(jwt, &text, error, error_size))
		return false;
	key = make_key(crypto, jwt->key, text, &why);
	free_text(jwt, text);
	if (key)
		why = keyring_problem(shard_account_key(
			shard, shard_account_find(shard, account->settings.id),
			key, &rules));
	return !why || refuse(account, why, error, error_size);
}

bool keys_apply(const struct config *config, struct shard *shard,
		struct ilp_crypto *crypto, char *error, size_t error_size)
{
	for (size_t i = 0; i < config->account_count; i++)
		if (has_key(&config->accounts[i].incoming_jwt) &&
		    !apply_one(&config->accounts[i], shard, crypto, error,
			       error_size))
			return false;
	return true;
}

/* ---- ours ---- */

static struct ilp_bytes text_of(const struct row *row)
{
	return (struct ilp_bytes){ row->at, row->len };
}

/* Each line has a key of its own, made of the text; so that the text is good
 * is seen once, now. */
static bool check_row(const struct keys *keys, const struct row *row,
		      char *error, size_t error_size)
{
	const char *why = NULL;
	struct ilp_jwt_key *key =
		make_key(keys->crypto, row->is_pem, text_of(row), &why);

	if (key && !ilp_jwt_key_signs(key))
		why = "it is public, and signs nothing";
	ilp_jwt_key_destroy(key);
	return !why || refuse(row->account, why, error, error_size);
}

static bool add_row(struct keys *keys, const struct config_account *account,
		    char *error, size_t error_size)
{
	const struct config_jwt *jwt = &account->outgoing_jwt;
	struct row *row = &keys->rows[keys->count];
	struct ilp_bytes text;

	if (!read_text(jwt, &text, error, error_size))
		return false;
	*row = (struct row){ .account = account, .is_pem = jwt->key };
	row->at = malloc(text.len + 1);
	if (row->at) {
		memcpy(row->at, text.at, text.len);
		row->len = text.len;
		keys->count++;
	}
	free_text(jwt, text);
	return row->at ? check_row(keys, row, error, error_size) :
			 refuse(account, "no memory", error, error_size);
}

struct keys *keys_create(const struct config *config,
			 struct ilp_crypto *crypto, char *error,
			 size_t error_size)
{
	struct keys *keys = calloc(1, sizeof(*keys));
	bool good = keys;

	if (keys) {
		keys->crypto = crypto;
		keys->rows = calloc(config->account_count + 1,
				    sizeof(*keys->rows));
		good = keys->rows;
	}
	if (!good)
		snprintf(error, error_size, "no memory");
	for (size_t i = 0; good && i < config->account_count; i++)
		if (has_key(&config->accounts[i].outgoing_jwt))
			good = add_row(keys, &config->accounts[i], error,
				       error_size);
	if (good)
		return keys;
	keys_destroy(keys);
	return NULL;
}

void keys_destroy(struct keys *keys)
{
	if (!keys)
		return;
	for (size_t i = 0; i < keys->count; i++) {
		ilp_secret_clear(keys->rows[i].at, keys->rows[i].len);
		free(keys->rows[i].at);
	}
	free(keys->rows);
	free(keys);
}

static const struct row *find_row(const struct keys *keys,
				  struct ilp_bytes account)
{
	for (size_t i = 0; i < keys->count; i++)
		if (ilp_bytes_equal(keys->rows[i].account->settings.id,
				    account))
			return &keys->rows[i];
	return NULL;
}

bool keys_sign(const struct keys *keys, struct ilp_bytes account,
	       struct link_http_options *options)
{
	const struct row *row = find_row(keys, account);
	const struct config_jwt *jwt;
	const char *why;

	if (!row)
		return true;
	jwt = &row->account->outgoing_jwt;
	options->signer = make_key(keys->crypto, row->is_pem, text_of(row),
				   &why);
	options->claims = (struct ilp_jwt_claims){
		.issuer = jwt->issuer,
		.subject = jwt->subject,
		.audience = jwt->audience,
	};
	options->lifetime_ms = jwt->lifetime_ms;
	return options->signer;
}
