/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/disk.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/memory.h"
#include "ledger/sqlite.h"
#include "test/sim/violation.h"

/* Ids are given out from 1 on; no simulation opens more. */
#define ACCOUNTS_MAX 512
#define FILE_NAME "ledger.db"

struct disk {
	struct ledger ledger;
	struct ledger *inner;
	bool still;
	struct disk_account durable[ACCOUNTS_MAX];
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

/* What the ledger has now is durable. */
static void look(struct disk *d)
{
	struct ledger_account account = { .account = 0 };

	while (ledger_account(d->inner, account.account, &account)) {
		assert(account.account < ACCOUNTS_MAX);
		d->durable[account.account] = (struct disk_account){
			account.totals, account.ceiling
		};
	}
}

bool disk_has_work(const struct ledger *ledger)
{
	struct ledger_progress progress =
		ledger_progress(disk_const(ledger)->inner);

	return progress.submitted != progress.durable;
}

static void tick(struct ledger *ledger, struct ilp_time now)
{
	struct disk *d = disk(ledger);

	if (d->still || !disk_has_work(ledger))
		return;
	ledger_tick(d->inner, now);
	if (!disk_has_work(ledger))
		look(d);
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

static const char *trouble(const struct ledger *ledger)
{
	return ledger_trouble(disk_const(ledger)->inner);
}

#define OPS                                                                    \
	.submit = submit, .tick = tick, .next = next, .account = account,      \
	.record = record, .next_record = next_record, .progress = progress,    \
	.trouble = trouble, .destroy = destroy

static const struct ledger_ops ops = { .name = "disk", OPS };
static const struct ledger_ops lasting_ops = { .name = "lasting disk",
					       .durable = true, OPS };

static struct ledger *create(const struct ledger_ops *kind,
			     struct ledger *inner)
{
	struct disk *d = calloc(1, sizeof(*d));

	assert(d && inner);
	d->ledger.ops = kind;
	d->inner = inner;
	look(d);
	return &d->ledger;
}

struct ledger *disk_create(void)
{
	return create(&ops, ledger_memory_create());
}

static void report(void *world, const char *text)
{
	violation(world, "a ledger is wrong: %s", text);
}

void disk_check(struct world *w, const struct platter *platter)
{
	struct ledger_sqlite_summary summary;
	struct ledger_sqlite_error error;

	if (!ledger_sqlite_check(FILE_NAME, platter->options.name, report, w,
				 &summary, &error))
		violation(w, "a ledger cannot be checked: %s", error.text);
}

struct ledger *disk_open(struct world *w, const struct platter *platter,
			 size_t fold_bytes)
{
	const struct ledger_sqlite_options options = {
		.path = FILE_NAME,
		.vfs = platter->options.name,
		.fold_bytes = fold_bytes,
		.wal_bytes = 64 * 1024,
	};
	struct ledger_sqlite_error error;
	struct ledger *inner = ledger_sqlite_open(&options, &error);

	if (!inner)
		violation(w, "a ledger does not open: %s", error.text);
	return create(&lasting_ops, inner);
}

void disk_stand_still(struct ledger *ledger, bool still)
{
	disk(ledger)->still = still;
}

struct disk_account disk_durable(const struct ledger *ledger, uint64_t number)
{
	assert(number < ACCOUNTS_MAX);
	return disk_const(ledger)->durable[number];
}
