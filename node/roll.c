/* SPDX-License-Identifier: Apache-2.0 */
#include "node/roll.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/index.h"

struct line {
	struct index_entry by_name;
	size_t place; /* of the pointer to it */
	struct roll_entry entry;
	size_t name_len;
	uint8_t name[];
};

struct roll {
	struct index by_name;
	struct hash_seed seed;
	struct line **lines;
	size_t count;
	size_t room;
	uint64_t next_number;
};

struct roll *roll_create(void)
{
	struct roll *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	/* Names are the operator's choice, so nobody has to be kept from
	 * choosing them. */
	r->seed = hash_seed(ilp_text("the roll"));
	r->next_number = 1;
	if (index_init(&r->by_name, 64, true))
		return r;
	free(r);
	return NULL;
}

void roll_destroy(struct roll *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		free(r->lines[i]);
	free(r->lines);
	index_finish(&r->by_name);
	free(r);
}

uint64_t roll_next_number(const struct roll *r)
{
	return r->next_number;
}

static struct ilp_bytes name_of(const struct line *line)
{
	return (struct ilp_bytes){ line->name, line->name_len };
}

static struct line *find(const struct roll *r, struct ilp_bytes name)
{
	struct index_entry *at =
		index_find(&r->by_name, hash_bytes(&r->seed, name));

	for (; at; at = index_next(at)) {
		struct line *line = INDEX_THING(at, struct line, by_name);

		if (ilp_bytes_equal(name_of(line), name))
			return line;
	}
	return NULL;
}

bool roll_find(const struct roll *r, struct ilp_bytes name,
	       struct roll_entry *out)
{
	const struct line *line = find(r, name);

	if (line)
		*out = line->entry;
	return line;
}

static bool make_room(struct roll *r)
{
	size_t room = r->room ? 2 * r->room : 64;
	struct line **more;

	if (r->count < r->room)
		return true;
	more = realloc(r->lines, room * sizeof(*more));
	if (!more)
		return false;
	r->lines = more;
	r->room = room;
	return true;
}

static struct line *add(struct roll *r, struct ilp_bytes name)
{
	struct line *line = make_room(r) ? malloc(sizeof(*line) + name.len) :
					   NULL;

	if (!line)
		return NULL;
	memcpy(line->name, name.at, name.len);
	line->name_len = name.len;
	line->place = r->count;
	r->lines[r->count++] = line;
	index_add(&r->by_name, &line->by_name, hash_bytes(&r->seed, name));
	return line;
}

bool roll_set(struct roll *r, struct ilp_bytes name,
	      const struct roll_entry *entry)
{
	struct line *line = find(r, name);

	if (!line)
		line = add(r, name);
	if (line)
		line->entry = *entry;
	return line;
}

void roll_remove(struct roll *r, struct ilp_bytes name)
{
	struct line *line = find(r, name);
	struct line *last;

	if (!line)
		return;
	last = r->lines[--r->count];
	r->lines[line->place] = last;
	last->place = line->place;
	index_remove(&r->by_name, &line->by_name);
	free(line);
}

bool roll_next(const struct roll *r, size_t *cursor, struct ilp_bytes *name,
	       struct roll_entry *out)
{
	const struct line *line;

	if (*cursor >= r->count)
		return false;
	line = r->lines[(*cursor)++];
	*name = name_of(line);
	*out = line->entry;
	return true;
}

/* ---- reading ---- */

/* All accounts of the ledger, in the order of their numbers. */
struct listing {
	struct ledger_account *at;
	bool *named; /* of each: a name for it was read */
	size_t count;
	size_t room;
};

static bool list_accounts(struct listing *listing, const struct ledger *ledger)
{
	struct ledger_account account = { .account = 0 };

	while (ledger_account(ledger, account.account, &account)) {
		size_t room = listing->room ? 2 * listing->room : 64;
		struct ledger_account *more = listing->at;

		if (listing->count == listing->room) {
			more = realloc(listing->at, room * sizeof(*more));
			if (!more)
				return false;
			listing->room = room;
			listing->at = more;
		}
		listing->at[listing->count++] = account;
	}
	listing->named = calloc(listing->count + 1, sizeof(*listing->named));
	return listing->named;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *number = a;
	const struct ledger_account *account = b;

	return (*number > account->account) - (*number < account->account);
}

/* False when there is no such account, or another name is for it. */
static bool make_entry(struct roll_entry *out, uint64_t number,
		       const struct listing *listing)
{
	const struct ledger_account *account =
		bsearch(&number, listing->at, listing->count,
			sizeof(*listing->at), compare);
	struct book book;

	if (!account || listing->named[account - listing->at] ||
	    !book_open(&book, &account->totals))
		return false;
	listing->named[account - listing->at] = true;
	*out = (struct roll_entry){
		.number = number,
		.asset = account->asset,
		.balance = book.balance,
		.ceiling = account->ceiling,
	};
	return true;
}

static bool begins_with(struct ilp_bytes name, const char *prefix)
{
	size_t len = strlen(prefix);

	return name.len > len && memcmp(name.at, prefix, len) == 0;
}

static bool is_name(struct ilp_bytes key)
{
	return begins_with(key, "account/") || begins_with(key, "exchange/") ||
	       begins_with(key, "late/") || begins_with(key, "adjusted/");
}

static ilp_u128 load_units(const uint8_t at[16])
{
	return (ilp_u128)ilp_load_u64(at) << 64 | ilp_load_u64(at + 8);
}

static bool complain(char *error, size_t size, const char *text,
		     struct ilp_bytes name)
{
	snprintf(error, size, "the ledger %s \"%.*s\"", text, (int)name.len,
		 (const char *)name.at);
	return false;
}

static bool read_name(struct roll *r, const struct listing *listing,
		      const struct ledger_record *record, char *error,
		      size_t error_size)
{
	struct roll_entry entry;

	if (record->value.len != sizeof(uint64_t) ||
	    record->key.len > ROLL_NAME_MAX ||
	    !make_entry(&entry, ilp_load_u64(record->value.at), listing))
		return complain(error, error_size,
				"has no account of its own for", record->key);
	if (entry.number >= r->next_number)
		return complain(error, error_size,
				"would give again the number of", record->key);
	return roll_set(r, record->key, &entry) ||
	       complain(error, error_size, "needs more memory for",
			record->key);
}

/* The account's own record was read before, as keys are in order. */
static bool read_doubt(struct roll *r, const struct ledger_record *record,
		       char *error, size_t error_size)
{
	char name[LEDGER_KEY_MAX + sizeof("account/")];
	struct ilp_bytes id = ilp_bytes_skip(record->key, strlen("doubt/"));
	int len = snprintf(name, sizeof(name), "account/%.*s", (int)id.len,
			   (const char *)id.at);
	struct line *line =
		find(r, (struct ilp_bytes){ (uint8_t *)name, (size_t)len });

	if (!line || record->value.len != sizeof(ilp_u128))
		return complain(error, error_size, "cannot tell whose is",
				record->key);
	line->entry.unresolved = load_units(record->value.at);
	return true;
}

static bool read_record(struct roll *r, const struct listing *listing,
			const struct ledger_record *record, char *error,
			size_t error_size)
{
	if (is_name(record->key))
		return read_name(r, listing, record, error, error_size);
	if (begins_with(record->key, "doubt/"))
		return read_doubt(r, record, error, error_size);
	return true;
}

/* Every account has a name, or its money would be nobody's. */
static bool read_records(struct roll *r, const struct listing *listing,
			 const struct ledger *ledger, char *error,
			 size_t error_size)
{
	struct ledger_record record = { .key = { NULL, 0 } };

	while (ledger_next_record(ledger, record.key, &record))
		if (!read_record(r, listing, &record, error, error_size))
			return false;
	if (r->count == listing->count)
		return true;
	snprintf(error, error_size,
		 "the ledger has %zu accounts, and names for %zu",
		 listing->count, r->count);
	return false;
}

static bool read_next_number(struct roll *r, const struct ledger *ledger)
{
	struct ilp_bytes value;

	if (!ledger_record(ledger, ilp_text("next"), &value))
		return true;
	if (value.len != sizeof(uint64_t))
		return false;
	r->next_number = ilp_load_u64(value.at);
	return r->next_number > 0;
}

bool roll_read(struct roll *r, const struct ledger *ledger, char *error,
	       size_t error_size)
{
	struct listing listing = { .at = NULL };
	bool good = false;

	if (!list_accounts(&listing, ledger))
		snprintf(error, error_size, "no memory for the accounts");
	else if (!read_next_number(r, ledger))
		snprintf(error, error_size,
			 "the ledger does not know its next account");
	else
		good = read_records(r, &listing, ledger, error, error_size);
	free(listing.at);
	free(listing.named);
	return good;
}
