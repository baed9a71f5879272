/* SPDX-License-Identifier: Apache-2.0 */
#include "io/backup.h"

#include <stdio.h>

#include "io/scribe.h"

/* On the ledger's thread. Again? */
static bool go_on(struct ledger *ledger, void *context)
{
	struct backup *b = context;
	struct ledger_sqlite_copy copy;

	if (!b->begun) {
		b->begun = true;
		if (ledger_sqlite_backup(ledger, b->path))
			return true;
	}
	copy = ledger_sqlite_copy(ledger);
	b->good = copy.state == LEDGER_SQLITE_COPIED;
	b->error = copy.error;
	return copy.state == LEDGER_SQLITE_COPYING;
}

bool backup_start(struct backup *b, struct ledger *scribe, const char *path)
{
	if (b->scribe)
		return false;
	*b = (struct backup){ .scribe = scribe };
	snprintf(b->path, sizeof(b->path), "%s", path);
	if (scribe_ask(scribe, go_on, b))
		return true;
	b->scribe = NULL;
	return false;
}

bool backup_is_over(struct backup *b)
{
	if (!b->scribe || scribe_is_asked(b->scribe, b))
		return false;
	b->scribe = NULL;
	return true;
}
