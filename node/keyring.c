/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keyring.h"

#include <stdlib.h>

struct row {
	struct row *next;
	uint32_t slot;
	struct ilp_jwt_key *key;
	struct ilp_jwt_rules rules;
	uint8_t texts[];
};

struct keyring {
	struct row *rows;
};

struct keyring *keyring_create(void)
{
	return calloc(1, sizeof(struct keyring));
}

static void destroy_row(struct row *row)
{
	ilp_jwt_key_destroy(row->key);
	free(row);
}

void keyring_destroy(struct keyring *k)
{
	if (!k)
		return;
	while (k->rows) {
		struct row *row = k->rows;

		k->rows = row->next;
		destroy_row(row);
	}
	free(k);
}

static enum keyring_error check(const struct keyring *k,
				struct ilp_bytes subject)
{
	size_t nameless = 0;

	for (const struct row *at = k->rows; at; at = at->next) {
		if (at->rules.subject.len == 0)
			nameless++;
		else if (ilp_bytes_equal(at->rules.subject, subject))
			return KEYRING_SUBJECT;
	}
	return subject.len == 0 && nameless == KEYRING_NAMELESS_MAX ?
		       KEYRING_NAMELESS :
		       KEYRING_OK;
}

static struct ilp_bytes copy_text(uint8_t **to, struct ilp_bytes text)
{
	struct ilp_bytes copy = { *to, text.len };

	if (text.len)
		memcpy(*to, text.at, text.len);
	*to += text.len;
	return copy;
}

static struct row *make_row(uint32_t slot, struct ilp_jwt_key *key,
			    const struct ilp_jwt_rules *rules)
{
	struct row *row = calloc(1, sizeof(*row) + rules->issuer.len +
					    rules->subject.len +
					    rules->audience.len);
	uint8_t *to;

	if (!row)
		return NULL;
	to = row->texts;
	row->slot = slot;
	row->key = key;
	row->rules = *rules;
	row->rules.issuer = copy_text(&to, rules->issuer);
	row->rules.subject = copy_text(&to, rules->subject);
	row->rules.audience = copy_text(&to, rules->audience);
	return row;
}

enum keyring_error keyring_add(struct keyring *k, uint32_t slot,
			       struct ilp_jwt_key *key,
			       const struct ilp_jwt_rules *rules)
{
	enum keyring_error error = check(k, rules->subject);
	struct row *row = error ? NULL : make_row(slot, key, rules);

	if (!row) {
		ilp_jwt_key_destroy(key);
		return error ? error : KEYRING_NO_MEMORY;
	}
	row->next = k->rows;
	k->rows = row;
	return KEYRING_OK;
}

void keyring_remove(struct keyring *k, uint32_t slot)
{
	for (struct row **at = &k->rows; *at; at = &(*at)->next) {
		struct row *row = *at;

		if (row->slot != slot)
			continue;
		*at = row->next;
		destroy_row(row);
		return;
	}
}

/* May the token be one of this row's, by what it says of itself? */
static bool may_be(const struct row *row, struct ilp_bytes subject)
{
	return row->rules.subject.len == 0 ||
	       ilp_bytes_equal(row->rules.subject, subject);
}

bool keyring_find(const struct keyring *k, struct ilp_bytes token,
		  int64_t now_ms, uint32_t *slot)
{
	uint8_t claim_room[ILP_JWT_MAX], room[ILP_JWT_MAX];
	struct ilp_bytes subject = { NULL, 0 };
	struct ilp_jwt_holder holder;

	if (!k->rows || now_ms < 0)
		return false;
	if (ilp_jwt_subject(&subject, claim_room, token))
		subject.len = 0;
	for (const struct row *at = k->rows; at; at = at->next) {
		if (!may_be(at, subject) ||
		    ilp_jwt_verify(&holder, room, at->key, &at->rules, token,
				   now_ms))
			continue;
		*slot = at->slot;
		return true;
	}
	return false;
}
