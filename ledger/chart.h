/* SPDX-License-Identifier: Apache-2.0 */
/* chart.h - the accounts of a ledger in memory: a chart of accounts, as
 * bookkeepers say, and what a batch does to them.
 *
 * Every back end has one, since the rules are the same for all. It decides
 * whether a batch is good, and it always knows the totals as all batches so
 * far leave them. For a back end that stores them it remembers which accounts
 * have changed since it last looked, and what they had then.
 */
#ifndef LEDGER_CHART_H
#define LEDGER_CHART_H

#include "base/index.h"
#include "ledger/balance.h"
#include "ledger/skiplist.h"

/* A batch may name thousands of accounts, and they lie all over the memory: so
 * what it looks at are the first lines of the cache, 64 bytes each, and what
 * is only for walks in order is behind them. */
struct chart_account {
	_Alignas(64) struct index_entry by_id;
	uint8_t id[8];
	uint16_t asset; /* its number */
	bool closed;
	bool changed;         /* it is in the list of those that have */
	bool moved;           /* it has opened or closed since the last look */
	bool recapped;        /* its ceiling has changed since then */
	uint64_t last_delta;  /* the back end's: the last delta it is in, */
	uint64_t row_through; /* and the last one that its row includes */
	struct chart_account *next; /* the back end's, or of spare ones */

	struct ledger_totals totals;

	ilp_u128 ceiling;
	ilp_u128 new_ceiling; /* another one while a batch is carried out */
	struct skiplist_item item; /* the key is the id, big-endian */

	struct ledger_totals stored[]; /* at the last look, if remembered */
};

struct chart {
	struct skiplist open;
	struct skiplist closed; /* their ids stay used */
	struct index ids;       /* of both */
	struct ledger_assets assets;
	size_t open_count;
	bool remembers;
	struct chart_account **changed; /* since the last look */
	size_t changed_count;
	size_t changed_room;         /* for as many as there are */
	struct chart_slab *slabs;    /* what accounts are made of */
	struct chart_account *fresh; /* the rest of the last one */
	struct chart_account *fresh_end;
	struct chart_account *spare; /* were given back */
};

/* Shall it remember what has changed? False when there is no memory. */
bool chart_init(struct chart *chart, bool remembers);
void chart_finish(struct chart *chart);

/* All that a batch does to accounts, or none of it. Records are not looked
 * at. */
enum ledger_status chart_change(struct chart *chart,
				const struct ledger_batch *batch);

/* Open or closed; NULL when there never was such an account. */
struct chart_account *chart_find(const struct chart *chart, uint64_t id);

/* The open account with the lowest id above `after`, or NULL. */
struct chart_account *chart_after(const struct chart *chart, uint64_t after);

/* The next one in the same list of open or of closed ones; NULL begins one. */
struct chart_account *chart_next(const struct skiplist *list,
				 const struct chart_account *account);

/* Whoever looks for many tells of them beforehand: of an id when there are
 * some others to look for, and again when there are half as many. */
void chart_expect(const struct chart *chart, uint64_t id);
void chart_expect_soon(const struct chart *chart, uint64_t id);

/* One of those that have changed; the next ones come nearer meanwhile. */
static inline struct chart_account *chart_changed(const struct chart *chart,
						  size_t i)
{
	if (i + 8 < chart->changed_count) {
		const struct chart_account *later = chart->changed[i + 8];

		__builtin_prefetch(later);
		__builtin_prefetch(&later->totals);
		__builtin_prefetch(later->stored);
	}
	return chart->changed[i];
}

static inline uint64_t chart_id(const struct chart_account *account)
{
	return ilp_load_u64(account->id);
}

/* What ledger_account tells of it. */
struct ledger_account chart_describe(const struct chart *chart,
				     const struct chart_account *account);

/* Puts an account there that has a history: for a back end that loads what it
 * has stored. The id must be new, and the asset one of the chart's. NULL when
 * there is no memory. */
struct chart_account *chart_put(struct chart *chart, uint64_t id,
				uint16_t asset, bool closed);

/* What all accounts have now is stored: none has changed any more. */
void chart_settle(struct chart *chart);

#endif
