/* SPDX-License-Identifier: Apache-2.0 */
/* load.h - from what is stored to accounts in memory, and whether it is all
 * as it should be.
 *
 * To open a ledger and to check one is the same work: rows are read and deltas
 * added to them, and whatever does not fit is reported. Who opens stops at the
 * first report.
 */
#ifndef LEDGER_LOAD_H
#define LEDGER_LOAD_H

#include "ledger/chart.h"
#include "ledger/store.h"

/* Shall it go on? */
typedef bool load_report(void *context, const char *text);

struct load {
	uint64_t sequence; /* of the last batch */
	uint64_t folded;   /* up to that one there need be no deltas */
	uint64_t deltas;
	uint64_t accounts; /* open ones */
	uint64_t closed;
	uint64_t reports;
};

/* Fills a chart that is empty. Gives SQLite's codes: OK when all was read,
 * whatever was reported, and ABORT when a report stopped it. */
int load_all(struct store *store, struct chart *chart, load_report *report,
	     void *context, struct load *out);

#endif
