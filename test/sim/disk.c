/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/disk.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/memory.h"

/* Ids are given out from 1 on; no simulation opens more. */
#define ACCOUNTS_MAX 512

struct disk {
	struct ledger ledger;
	struct ledger *inner;
	bool still;
	ilp_u128 durable[ACCOUNTS_MAX]; /* debits */
};

static struct disk *disk(struct ledger *ledger)
{
	return (struct disk *)ledger;
}

static const struct disk *disk_const(const struct ledger *ledger)
{
	return (const struct disk *)ledger;
}

static enum ledger_status submit(struct ledger *ledger,
				 const struct ledger_batch *batch,
				 uint64_t *sequence)
{
	return ledger_submit(disk(ledger)->inner, batch, sequence);
}

static void tick(struct ledger *ledger, struct ilp_time now)
{
	struct disk *d = disk(ledger);
	struct ledger_progress progress = ledger_progress(d->inner);
	struct ledger_account account = { .account = 0 };

	if (d->still || progress.submitted == progress.durable)
		return;
	ledger_tick(d->inner, now);
	while (ledger_account(d->inner, account.account, &account)) {
		assert(account.account < ACCOUNTS_MAX);
		d->durable[account.account] = account.totals.debits_posted;
	}
}

static bool next(struct ledger *ledger, struct ledger_event *out)
{
	return ledger_next(disk(ledger)->inner, out);
}

static bool account(const struct ledger *ledger, uint64_t after,
		    struct ledger_account *out)
{
	return ledger_account(disk_const(ledger)->inner, after, out);
}

static bool record(const struct ledger *ledger, struct ilp_bytes key,
		   struct ilp_bytes *value)
{
	return ledger_record(disk_const(ledger)->inner, key, value);
}

static bool next_record(const struct ledger *ledger, struct ilp_bytes after,
			struct ledger_record *out)
{
	return ledger_next_record(disk_const(ledger)->inner, after, out);
}

static struct ledger_progress progress(const struct ledger *ledger)
{
	return ledger_progress(disk_const(ledger)->inner);
}

static void destroy(struct ledger *ledger)
{
	ledger_destroy(disk(ledger)->inner);
	free(ledger);
}

static const struct ledger_ops ops = {
	.name = "disk",
	.submit = submit,
	.tick = tick,
	.next = next,
	.account = account,
	.record = record,
	.next_record = next_record,
	.progress = progress,
	.destroy = destroy,
};

struct ledger *disk_create(void)
{
	struct disk *d = calloc(1, sizeof(*d));

	assert(d);
	d->ledger.ops = &ops;
	d->inner = ledger_memory_create();
	assert(d->inner);
	return &d->ledger;
}

void disk_stand_still(struct ledger *ledger, bool still)
{
	disk(ledger)->still = still;
}

ilp_u128 disk_durable_debits(const struct ledger *ledger, uint64_t number)
{
	assert(number < ACCOUNTS_MAX);
	return disk_const(ledger)->durable[number];
}
