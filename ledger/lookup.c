/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/lookup.h"

#include "ledger/row.h"
#include "ledger/trouble.h"

/* Lends what was read; a key that was looked for is the caller's own, and may
 * be what was lent last. */
static int lend(struct lookup *lookup, int rc, bool good, bool with_key,
		struct ledger_record *record)
{
	if (rc == SQLITE_ROW && !good)
		rc = TROUBLE_DAMAGED;
	if (rc == SQLITE_ROW) {
		if (with_key)
			memcpy(lookup->key, record->key.at, record->key.len);
		memcpy(lookup->value, record->value.at, record->value.len);
		record->key.at = lookup->key;
		record->value.at = lookup->value;
	}
	row_release_record(lookup->store);
	return rc;
}

int lookup_find(struct lookup *lookup, struct ilp_bytes key,
		struct ledger_record *out)
{
	const struct record *waiting = records_find(lookup->waiting, key);
	bool good = false;
	int rc;

	if (waiting) {
		*out = records_read(waiting);
		return out->value.len ? SQLITE_ROW : SQLITE_DONE;
	}
	rc = row_find_record(lookup->store, key, out, &good);
	return lend(lookup, rc, good, false, out);
}

/* The first of those that wait and those below; one without a value is a
 * removal, and hides the one below. */
static int first_behind(struct lookup *lookup, struct ilp_bytes after,
			struct ledger_record *out)
{
	const struct record *waiting = records_after(lookup->waiting, after);
	bool good = false;
	int rc = row_next_record(lookup->store, after, out, &good);

	rc = lend(lookup, rc, good, true, out);
	if (!waiting || (rc != SQLITE_ROW && rc != SQLITE_DONE))
		return rc;
	if (rc == SQLITE_DONE ||
	    !skiplist_is_before(out->key, waiting->item.key))
		*out = records_read(waiting);
	return SQLITE_ROW;
}

int lookup_next(struct lookup *lookup, struct ilp_bytes after,
		struct ledger_record *out)
{
	int rc;

	while ((rc = first_behind(lookup, after, out)) == SQLITE_ROW &&
	       out->value.len == 0)
		after = out->key;
	return rc;
}
