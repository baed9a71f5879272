/* SPDX-License-Identifier: Apache-2.0 */
/* balance.h - the rules of double entry, the same for every back end.
 *
 * A batch may have many thousand entries, so it is weighed in one pass, with
 * a pair of scales for each asset. For that, back ends keep a small number
 * with each account instead of the asset's name; here they get it.
 */
#ifndef LEDGER_BALANCE_H
#define LEDGER_BALANCE_H

#include "ledger/ledger.h"

/* The assets of a ledger: the index of each is its number. Only the last ones
 * can be given up again, by lowering the count. */
struct ledger_assets {
	uint16_t count;
	struct ledger_asset at[LEDGER_ASSETS_MAX];
};

/* The number of an asset, which is added if it is new. ASSETS when there are
 * too many, RANGE when its code does not end. */
enum ledger_status ledger_assets_number(struct ledger_assets *assets,
					const struct ledger_asset *asset,
					uint16_t *number);

/* Adds an entry to totals; RANGE (and nothing changed) when one would leave
 * its range, or a posted one would fall. */
enum ledger_status ledger_apply(struct ledger_totals *totals,
				const struct ledger_entry *entry);

/* Takes back the entry that was applied last. */
void ledger_revert(struct ledger_totals *totals,
		   const struct ledger_entry *entry);

/* May an account with these totals and this exposure ceiling close? */
bool ledger_is_empty(const struct ledger_totals *totals, ilp_u128 ceiling);

/* Debits less credits of one asset. The sum of many totals may pass 2^128, or
 * fall below zero on the way, so it has a carry. */
struct ledger_scales {
	ilp_u128 low;
	int64_t carry;
};

static inline void ledger_scales_add(struct ledger_scales *s, ilp_u128 units)
{
	s->carry += __builtin_add_overflow(s->low, units, &s->low);
}

static inline void ledger_scales_take(struct ledger_scales *s, ilp_u128 units)
{
	s->carry -= __builtin_sub_overflow(s->low, units, &s->low);
}

static inline bool ledger_scales_level(const struct ledger_scales *s)
{
	return s->low == 0 && s->carry == 0;
}

/* Where the number of an account's asset is found; false when there is no
 * such account. */
typedef bool ledger_asset_of(void *context, uint64_t account, uint16_t *number);

/* Do the entries of a batch balance, for each asset? OK, UNBALANCED, or
 * UNKNOWN when an account is. */
enum ledger_status ledger_check_balance(const struct ledger_batch *batch,
					ledger_asset_of *asset_of,
					void *context);

#endif
