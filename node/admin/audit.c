/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/digits.h"

/* Of a number, so that keys are in their order. */
#define DIGITS 16
#define KEY_SIZE (sizeof(AUDIT_PREFIX) + DIGITS)

struct audit_entry {
	uint64_t number; /* 0: it has none yet */
	size_t len;
	uint8_t text[];
};

struct audit {
	uint64_t given; /* the last number; of the shard once it runs */
	uint64_t last;  /* that is kept */
	struct audit_entry *entries[AUDIT_MAX]; /* by their numbers */
};

struct audit *audit_create(void)
{
	return calloc(1, sizeof(struct audit));
}

void audit_destroy(struct audit *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < AUDIT_MAX; i++)
		audit_drop(a->entries[i]);
	free(a);
}

struct audit_entry *audit_make(struct ilp_bytes text)
{
	struct audit_entry *entry = malloc(sizeof(*entry) + text.len);

	if (!entry)
		return NULL;
	entry->number = 0;
	entry->len = text.len;
	if (text.len)
		memcpy(entry->text, text.at, text.len);
	return entry;
}

void audit_drop(struct audit_entry *entry)
{
	free(entry);
}

void audit_keep(struct audit *a, struct audit_entry *entry)
{
	struct audit_entry **place = &a->entries[entry->number % AUDIT_MAX];

	audit_drop(*place);
	*place = entry;
	a->last = entry->number;
}

const struct audit_entry *audit_from(const struct audit *a, uint64_t number)
{
	uint64_t oldest = a->last > AUDIT_MAX ? a->last - AUDIT_MAX + 1 : 1;

	for (uint64_t i = number > oldest ? number : oldest; i <= a->last; i++) {
		const struct audit_entry *entry = a->entries[i % AUDIT_MAX];

		if (entry && entry->number == i)
			return entry;
	}
	return NULL;
}

uint64_t audit_number(const struct audit_entry *entry)
{
	return entry->number;
}

struct ilp_bytes audit_text(const struct audit_entry *entry)
{
	return (struct ilp_bytes){ entry->text, entry->len };
}

/* ---- records ---- */

static struct ilp_bytes write_key(char room[KEY_SIZE], uint64_t number)
{
	snprintf(room, KEY_SIZE, AUDIT_PREFIX "%0*" PRIx64, DIGITS, number);
	return ilp_text(room);
}

/* False when the key is not one of ours. */
static bool read_key(struct ilp_bytes key, uint64_t *number)
{
	const size_t prefix = sizeof(AUDIT_PREFIX) - 1;

	*number = 0;
	if (key.len != prefix + DIGITS ||
	    memcmp(key.at, AUDIT_PREFIX, prefix) != 0)
		return false;
	for (size_t i = prefix; i < key.len; i++) {
		uint8_t c = key.at[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
		*number = *number << 4 |
			  (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return true;
}

bool audit_note(struct audit *a, struct audit_entry *entry, struct shard *shard)
{
	const uint64_t number = a->given + 1;
	char old_key[KEY_SIZE], key[KEY_SIZE];
	const struct ledger_record record = {
		.key = write_key(key, number), .value = audit_text(entry)
	};
	struct ledger_record old = { .key = { NULL, 0 } };

	if (number > AUDIT_MAX)
		old.key = write_key(old_key, number - AUDIT_MAX);
	if ((old.key.len && !shard_note(shard, &old)) ||
	    !shard_note(shard, &record))
		return false;
	entry->number = number;
	a->given = number;
	return true;
}

bool audit_restore(struct audit *a, const struct ledger *ledger)
{
	const struct ilp_bytes prefix = ilp_text(AUDIT_PREFIX);
	struct ledger_record record = { .key = prefix };
	uint64_t number;

	while (ledger_next_record(ledger, record.key, &record) &&
	       read_key(record.key, &number)) {
		struct audit_entry *entry = audit_make(record.value);

		if (!entry)
			return false;
		entry->number = number;
		audit_keep(a, entry);
		a->given = number;
	}
	return true;
}
