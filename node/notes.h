/* SPDX-License-Identifier: Apache-2.0 */
/* notes.h - what the ledger is to remember with the next batch, beside money:
 * keys and values, gathered one by one.
 */
#ifndef NODE_NOTES_H
#define NODE_NOTES_H

#include "ledger/ledger.h"

struct note {
	size_t at; /* the key lies in `text` there, and its value behind it */
	size_t key_len;
	size_t value_len;
};

/* All zeros: none. */
struct notes {
	struct note *at;
	size_t count;
	size_t room;
	uint8_t *text;
	size_t text_len;
	size_t text_room;
	struct ledger_record *records;
	size_t record_room;
};

void notes_finish(struct notes *notes);

/* Both are copied. With an empty value the ledger forgets what the key had.
 * False when there is no memory. */
bool notes_add(struct notes *notes, struct ilp_bytes key,
	       struct ilp_bytes value);
bool notes_add_number(struct notes *notes, struct ilp_bytes key,
		      uint64_t number);
bool notes_add_nothing(struct notes *notes, struct ilp_bytes key);

/* Only the first so many were meant. */
void notes_undo(struct notes *notes, size_t count);

/* All of them as the ledger wants them, good until the next one is added; NULL
 * when there is no memory, or when there are none. */
const struct ledger_record *notes_records(struct notes *notes);

/* The ledger has them. */
void notes_clear(struct notes *notes);

#endif
