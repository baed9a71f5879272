/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/waiting.h"

#include <stdlib.h>

#include "ledger/row.h"

void waiting_init(struct waiting *waiting, bool keeps_journal)
{
	*waiting = (struct waiting){
		.records = { .keeps_removals = true },
		.keeps_journal = keeps_journal,
	};
}

void waiting_clear(struct waiting *waiting)
{
	records_clear(&waiting->records);
	waiting->journal_count = 0;
}

void waiting_finish(struct waiting *waiting)
{
	waiting_clear(waiting);
	free(waiting->journal);
}

size_t waiting_bytes(const struct waiting *waiting,
		     const struct ledger_batch *batch)
{
	size_t rows = waiting->journal_count;
	size_t bytes = waiting->records.bytes;

	if (waiting->keeps_journal)
		rows += batch->journal_count;
	for (size_t i = 0; i < batch->record_count; i++)
		bytes += sizeof(struct record) + batch->records[i].key.len +
			 batch->records[i].value.len;
	return bytes + rows * sizeof(*waiting->journal);
}

static bool make_room(struct waiting *waiting, size_t count)
{
	size_t room = waiting->journal_room ? waiting->journal_room : 64;
	struct ledger_journal *journal;

	if (waiting->journal_room - waiting->journal_count >= count)
		return true;
	while (room - waiting->journal_count < count)
		room *= 2;
	journal = realloc(waiting->journal, room * sizeof(*journal));
	if (!journal)
		return false;
	waiting->journal = journal;
	waiting->journal_room = room;
	return true;
}

enum ledger_status waiting_make(struct waiting *waiting,
				const struct ledger_batch *batch,
				struct record **made)
{
	if (waiting->keeps_journal && !make_room(waiting, batch->journal_count))
		return LEDGER_NO_MEMORY;
	return records_make(&waiting->records, batch, made);
}

void waiting_put(struct waiting *waiting, const struct ledger_batch *batch,
		 struct record *made)
{
	records_put(&waiting->records, batch, made);
	if (!waiting->keeps_journal || batch->journal_count == 0)
		return;
	memcpy(waiting->journal + waiting->journal_count, batch->journal,
	       batch->journal_count * sizeof(*waiting->journal));
	waiting->journal_count += batch->journal_count;
}

int waiting_write(const struct waiting *waiting, struct store *store,
		  uint64_t last)
{
	const struct record *record = records_first(&waiting->records);
	int rc = SQLITE_OK;

	for (; rc == SQLITE_OK && record;
	     record = (struct record *)record->item.next[0]) {
		const struct ledger_record row = records_read(record);

		rc = row_put_record(store, &row);
	}
	if (rc != SQLITE_OK)
		return rc;
	return row_put_journal(store, last, waiting->journal,
			       waiting->journal_count);
}
