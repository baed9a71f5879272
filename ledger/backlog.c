/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/backlog.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>

#define CAPACITY_MIN ((size_t)64 * 1024)
#define CAPACITY_KEPT ((size_t)4 * 1024 * 1024)

/* What a batch begins with: its counts, and pointers that are only good once
 * backlog_first has made them so. Its arrays follow, then keys and values. */
struct head {
	struct ledger_batch batch;
	size_t size;
};

static size_t padded(size_t size)
{
	const size_t unit = alignof(max_align_t);

	return (size + unit - 1) / unit * unit;
}

size_t backlog_size(const struct ledger_batch *b)
{
	size_t text = 0;

	for (size_t i = 0; i < b->record_count; i++)
		text += b->records[i].key.len + b->records[i].value.len;
	return padded(sizeof(struct head)) +
	       padded(b->opening_count * sizeof(*b->openings)) +
	       padded(b->entry_count * sizeof(*b->entries)) +
	       padded(b->record_count * sizeof(*b->records)) +
	       padded(b->ceiling_count * sizeof(*b->ceilings)) +
	       padded(b->closing_count * sizeof(*b->closings)) +
	       padded(b->journal_count * sizeof(*b->journal)) + padded(text);
}

static bool make_room(struct backlog *b, size_t size)
{
	size_t capacity = b->capacity ? b->capacity : CAPACITY_MIN;
	uint8_t *grown;

	if (b->capacity - b->len >= size)
		return true;
	while (capacity - b->len < size)
		capacity *= 2;
	grown = realloc(b->bytes, capacity);
	if (!grown)
		return false;
	b->bytes = grown;
	b->capacity = capacity;
	return true;
}

/* Where `size` bytes lie, and behind them the next ones. */
static uint8_t *pass(uint8_t **at, size_t size)
{
	uint8_t *here = *at;

	*at += padded(size);
	return here;
}

static void put(uint8_t **at, const void *from, size_t size)
{
	uint8_t *here = pass(at, size);

	if (size)
		memcpy(here, from, size);
}

static void put_text(uint8_t **at, struct ilp_bytes text)
{
	if (text.len)
		memcpy(*at, text.at, text.len);
	*at += text.len;
}

bool backlog_add(struct backlog *backlog, const struct ledger_batch *b)
{
	const struct head head = { *b, backlog_size(b) };
	uint8_t *at;

	if (!make_room(backlog, head.size))
		return false;
	at = backlog->bytes + backlog->len;
	put(&at, &head, sizeof(head));
	put(&at, b->openings, b->opening_count * sizeof(*b->openings));
	put(&at, b->entries, b->entry_count * sizeof(*b->entries));
	put(&at, b->records, b->record_count * sizeof(*b->records));
	put(&at, b->ceilings, b->ceiling_count * sizeof(*b->ceilings));
	put(&at, b->closings, b->closing_count * sizeof(*b->closings));
	put(&at, b->journal, b->journal_count * sizeof(*b->journal));
	for (size_t i = 0; i < b->record_count; i++) {
		put_text(&at, b->records[i].key);
		put_text(&at, b->records[i].value);
	}
	backlog->len += head.size;
	return true;
}

/* Keys and values lie behind the arrays, in the order of the records. */
static void point_to_text(struct ledger_record *records, size_t count,
			  const uint8_t *at)
{
	for (size_t i = 0; i < count; i++) {
		records[i].key.at = at;
		at += records[i].key.len;
		records[i].value.at = at;
		at += records[i].value.len;
	}
}

bool backlog_first(struct backlog *backlog, struct ledger_batch *out)
{
	struct ledger_record *records;
	struct head head;
	uint8_t *at;

	if (backlog->read == backlog->len)
		return false;
	at = backlog->bytes + backlog->read;
	memcpy(&head, pass(&at, sizeof(head)), sizeof(head));
	*out = head.batch;
	out->openings =
		(void *)pass(&at, out->opening_count * sizeof(*out->openings));
	out->entries =
		(void *)pass(&at, out->entry_count * sizeof(*out->entries));
	records = (void *)pass(&at, out->record_count * sizeof(*out->records));
	out->records = records;
	out->ceilings =
		(void *)pass(&at, out->ceiling_count * sizeof(*out->ceilings));
	out->closings =
		(void *)pass(&at, out->closing_count * sizeof(*out->closings));
	out->journal =
		(void *)pass(&at, out->journal_count * sizeof(*out->journal));
	point_to_text(records, out->record_count, at);
	return true;
}

void backlog_drop(struct backlog *backlog)
{
	struct head head;

	assert(backlog->read < backlog->len);
	memcpy(&head, backlog->bytes + backlog->read, sizeof(head));
	backlog->read += head.size;
}

void backlog_clear(struct backlog *backlog)
{
	if (backlog->capacity > CAPACITY_KEPT)
		backlog_finish(backlog);
	backlog->len = 0;
	backlog->read = 0;
}

void backlog_finish(struct backlog *backlog)
{
	free(backlog->bytes);
	*backlog = (struct backlog){ .bytes = NULL };
}
