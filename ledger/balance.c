/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/balance.h"

#include <assert.h>

enum ledger_status ledger_assets_number(struct ledger_assets *assets,
					const struct ledger_asset *asset,
					uint16_t *number)
{
	uint16_t i = 0;

	if (!memchr(asset->code, '\0', sizeof(asset->code)))
		return LEDGER_RANGE;
	while (i < assets->count && (assets->at[i].scale != asset->scale ||
				     strcmp(assets->at[i].code, asset->code)))
		i++;
	if (i == LEDGER_ASSETS_MAX)
		return LEDGER_ASSETS;
	if (i == assets->count)
		assets->at[assets->count++] = *asset;
	*number = i;
	return LEDGER_OK;
}

static ilp_u128 *total_of(struct ledger_totals *t, enum ledger_total total)
{
	switch (total) {
	case LEDGER_DEBITS_POSTED:
		return &t->debits_posted;
	case LEDGER_CREDITS_POSTED:
		return &t->credits_posted;
	case LEDGER_DEBITS_PENDING:
		return &t->debits_pending;
	case LEDGER_CREDITS_PENDING:
		return &t->credits_pending;
	}
	return NULL;
}

static bool is_pending(enum ledger_total total)
{
	return total == LEDGER_DEBITS_PENDING ||
	       total == LEDGER_CREDITS_PENDING;
}

enum ledger_status ledger_apply(struct ledger_totals *totals,
				const struct ledger_entry *entry)
{
	ilp_u128 *total = total_of(totals, entry->total);
	ilp_u128 sum;
	bool wraps;

	if (!total || (entry->take && !is_pending(entry->total)))
		return LEDGER_RANGE;
	wraps = entry->take ?
			__builtin_sub_overflow(*total, entry->units, &sum) :
			__builtin_add_overflow(*total, entry->units, &sum);
	if (wraps)
		return LEDGER_RANGE;
	*total = sum;
	return LEDGER_OK;
}

void ledger_revert(struct ledger_totals *totals,
		   const struct ledger_entry *entry)
{
	ilp_u128 *total = total_of(totals, entry->total);

	assert(total && (entry->take || *total >= entry->units));
	if (entry->take)
		*total += entry->units;
	else
		*total -= entry->units;
}

bool ledger_is_empty(const struct ledger_totals *totals, ilp_u128 ceiling)
{
	return totals->debits_posted == totals->credits_posted &&
	       totals->debits_pending == 0 && totals->credits_pending == 0 &&
	       ceiling == 0;
}

/* A debit that is taken off weighs like a credit. */
static void weigh(struct ledger_scales *s, const struct ledger_entry *e)
{
	bool debit = e->total == LEDGER_DEBITS_POSTED ||
		     e->total == LEDGER_DEBITS_PENDING;

	if (debit != e->take)
		ledger_scales_add(s, e->units);
	else
		ledger_scales_take(s, e->units);
}

enum ledger_status ledger_check_balance(const struct ledger_batch *batch,
					ledger_asset_of *asset_of,
					void *context)
{
	struct {
		struct ledger_scales posted, pending;
	} assets[LEDGER_ASSETS_MAX];
	size_t count = 0; /* of those that are cleared */

	for (size_t i = 0; i < batch->entry_count; i++) {
		const struct ledger_entry *e = &batch->entries[i];
		uint16_t number;

		if (!asset_of(context, e->account, &number))
			return LEDGER_UNKNOWN;
		assert(number < LEDGER_ASSETS_MAX);
		for (; count <= number; count++)
			memset(&assets[count], 0, sizeof(assets[count]));
		weigh(is_pending(e->total) ? &assets[number].pending :
					     &assets[number].posted,
		      e);
	}
	for (size_t i = 0; i < count; i++)
		if (!ledger_scales_level(&assets[i].posted) ||
		    !ledger_scales_level(&assets[i].pending))
			return LEDGER_UNBALANCED;
	return LEDGER_OK;
}
