/* SPDX-License-Identifier: Apache-2.0 */
#include "node/notes.h"

#include <stdlib.h>

void notes_finish(struct notes *n)
{
	free(n->at);
	free(n->text);
	free(n->records);
	*n = (struct notes){ .count = 0 };
}

static bool make_room(struct notes *n)
{
	size_t room = n->room ? 2 * n->room : 16;
	struct note *more;

	if (n->count < n->room)
		return true;
	more = realloc(n->at, room * sizeof(*more));
	if (!more)
		return false;
	n->at = more;
	n->room = room;
	return true;
}

static bool make_text_room(struct notes *n, size_t len)
{
	size_t want = n->text_len + len;
	uint8_t *more;

	if (want <= n->text_room)
		return true;
	more = realloc(n->text, 2 * want);
	if (!more)
		return false;
	n->text = more;
	n->text_room = 2 * want;
	return true;
}

static void append(struct notes *n, struct ilp_bytes bytes)
{
	if (bytes.len)
		memcpy(n->text + n->text_len, bytes.at, bytes.len);
	n->text_len += bytes.len;
}

bool notes_add(struct notes *n, struct ilp_bytes key, struct ilp_bytes value)
{
	if (!make_room(n) || !make_text_room(n, key.len + value.len))
		return false;
	n->at[n->count++] = (struct note){ n->text_len, key.len, value.len };
	append(n, key);
	append(n, value);
	return true;
}

bool notes_add_number(struct notes *n, struct ilp_bytes key, uint64_t number)
{
	uint8_t value[sizeof(number)];

	ilp_store_u64(value, number);
	return notes_add(n, key, ILP_BYTES(value));
}

bool notes_add_nothing(struct notes *n, struct ilp_bytes key)
{
	return notes_add(n, key, (struct ilp_bytes){ NULL, 0 });
}

void notes_undo(struct notes *n, size_t count)
{
	if (count >= n->count)
		return;
	n->text_len = n->at[count].at;
	n->count = count;
}

/* Now that their text moves no more. */
const struct ledger_record *notes_records(struct notes *n)
{
	struct ledger_record *more;

	if (n->count > n->record_room) {
		more = realloc(n->records, 2 * n->count * sizeof(*more));
		if (!more)
			return NULL;
		n->records = more;
		n->record_room = 2 * n->count;
	}
	for (size_t i = 0; i < n->count; i++) {
		const struct note *note = &n->at[i];
		const uint8_t *at = n->text + note->at;

		n->records[i] = (struct ledger_record){
			.key = { at, note->key_len },
			.value = { at + note->key_len, note->value_len },
		};
	}
	return n->records;
}

void notes_clear(struct notes *n)
{
	n->count = 0;
	n->text_len = 0;
}
