/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.c - what the ledger in a file does in a second, and how long it lets
 * one wait.
 *
 * A batch has what a round of a busy node brings: packets between random
 * accounts, netted for each, and in an audit a row of the journal for each
 * packet. A tick takes all that has gathered while the one before it lasted:
 * here always the same number of batches. The file lies in a folder, which is
 * build/ unless told; what its disk takes to sync is measured beside it. In
 * memory (/dev/shm) one sees what is not the disk's.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/dice.h"
#include "ledger/sqlite.h"
#include "test/fault_vfs.h"

#define PACKETS 1000 /* in a batch */
#define GATHERED 8   /* batches in a tick, since a disk takes its time */
#define SECONDS 3
#define TICKS_MAX 100000
#define SYNCS 200

static char path[512];

struct bench {
	struct ledger *ledger;
	uint64_t accounts;
	bool audit;
	struct dice dice;
	struct batch {
		struct ledger_entry entries[2 * PACKETS];
		struct ledger_journal journal[PACKETS];
	} batches[GATHERED];
	int64_t packets;
	int64_t submit_ns;
	size_t tick_count;
	int64_t ticks[TICKS_MAX];
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "ledger: %s\n", what);
	exit(1);
}

static bool json;

static void tell(const char *name, const char *figure, double value,
		 const char *unit)
{
	if (json)
		printf("{\"bench\":\"ledger\",\"case\":\"%s, %s\","
		       "\"value\":%.2f,\"unit\":\"%s\"}\n",
		       name, figure, value, unit);
	else
		printf("%-24s %-22s %12.1f %s\n", name, figure, value, unit);
	fflush(stdout);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static double at_share(int64_t *sorted, size_t count, unsigned permille)
{
	return (double)sorted[(count - 1) * permille / 1000] / 1000;
}

/* ---- the ledger ---- */

static void remove_files(void)
{
	char name[sizeof(path) + 8];

	unlink(path);
	snprintf(name, sizeof(name), "%s-wal", path);
	unlink(name);
}

static struct ledger *open_ledger(bool audit)
{
	const struct ledger_sqlite_options options = {
		.path = path,
		.vfs = FAULT_VFS,
		.journal = audit,
	};
	struct ledger_sqlite_error error;
	struct ledger *ledger = ledger_sqlite_open(&options, &error);

	if (!ledger)
		die(error.text);
	return ledger;
}

static void submit(struct bench *b, const struct ledger_batch *batch)
{
	uint64_t sequence;
	int64_t start = now_ns();

	if (ledger_submit(b->ledger, batch, &sequence))
		die("a batch was not taken");
	b->submit_ns += now_ns() - start;
}

static void commit(struct bench *b)
{
	struct ledger_event event;

	ledger_tick(b->ledger, (struct ilp_time){ 0, 0 });
	if (!ledger_next(b->ledger, &event) || event.type != LEDGER_DURABLE)
		die("a batch did not become durable");
}

static void open_accounts(struct bench *b)
{
	struct ledger_opening *openings =
		calloc(b->accounts, sizeof(*openings));
	const struct ledger_batch batch = { .openings = openings,
					    .opening_count = b->accounts };

	if (!openings)
		die("there is no memory");
	for (uint64_t i = 0; i < b->accounts; i++)
		openings[i] = (struct ledger_opening){ i + 1, { "USD", 6 } };
	submit(b, &batch);
	commit(b);
	free(openings);
}

static uint64_t pick(struct bench *b)
{
	return 1 + dice_below(&b->dice, b->accounts);
}

static void fill_batch(struct bench *b, struct batch *batch)
{
	for (size_t i = 0; i < PACKETS; i++) {
		uint64_t units = 1 + dice_below(&b->dice, 100000);
		uint64_t from = pick(b), to = pick(b);

		batch->entries[2 * i] =
			(struct ledger_entry){ from, LEDGER_DEBITS_POSTED,
					       false, units };
		batch->entries[2 * i + 1] =
			(struct ledger_entry){ to, LEDGER_CREDITS_POSTED, false,
					       units };
		batch->journal[i] = (struct ledger_journal){
			1700000000000000 + b->packets++,
			from,
			to,
			units,
			units,
			1
		};
	}
}

/* Submits what has gathered and makes it durable; in nanoseconds. */
static int64_t run_tick(struct bench *b)
{
	int64_t start = now_ns();

	for (size_t i = 0; i < GATHERED; i++) {
		const struct ledger_batch batch = {
			.entries = b->batches[i].entries,
			.entry_count = 2 * PACKETS,
			.journal = b->batches[i].journal,
			.journal_count = b->audit ? PACKETS : 0,
		};

		submit(b, &batch);
	}
	commit(b);
	return now_ns() - start;
}

static void run(struct bench *b)
{
	int64_t spent = 0;

	b->tick_count = 0;
	b->submit_ns = 0;
	fault_vfs_reset();
	while (spent < (int64_t)SECONDS * 1000000000 &&
	       b->tick_count < TICKS_MAX) {
		for (size_t i = 0; i < GATHERED; i++)
			fill_batch(b, &b->batches[i]);
		b->ticks[b->tick_count] = run_tick(b);
		spent += b->ticks[b->tick_count++];
	}
}

static void tell_all(struct bench *b, const char *name)
{
	double seconds = 0;
	double ticks = (double)b->tick_count;
	double batches = ticks * GATHERED;

	for (size_t i = 0; i < b->tick_count; i++)
		seconds += (double)b->ticks[i] / 1e9;
	qsort(b->ticks, b->tick_count, sizeof(b->ticks[0]), compare);
	tell(name, "batches", batches / seconds, "/s");
	tell(name, "updates", batches * 2 * PACKETS / seconds, "/s");
	if (b->audit)
		tell(name, "journal rows", batches * PACKETS / seconds, "/s");
	tell(name, "written a tick", (double)fault_counts.bytes / ticks,
	     "bytes");
	tell(name, "syncs a tick",
	     (double)fault_counts.calls[FAULT_SYNC] / ticks, "");
	tell(name, "submit a batch", (double)b->submit_ns / batches / 1000,
	     "us");
	tell(name, "tick, p50", at_share(b->ticks, b->tick_count, 500), "us");
	tell(name, "tick, p99", at_share(b->ticks, b->tick_count, 990), "us");
	tell(name, "tick, longest", at_share(b->ticks, b->tick_count, 1000),
	     "us");
}

static void reopen(struct bench *b, const char *name)
{
	int64_t start;

	ledger_destroy(b->ledger);
	start = now_ns();
	b->ledger = open_ledger(b->audit);
	tell(name, "open", (double)(now_ns() - start) / 1000, "us");
}

static void run_case(struct bench *b, uint64_t accounts, bool audit)
{
	char name[64];

	snprintf(name, sizeof(name), "%llu accounts, %s",
		 (unsigned long long)accounts, audit ? "audit" : "strict");
	remove_files();
	fault_vfs_reset();
	b->accounts = accounts;
	b->audit = audit;
	b->dice.state = 1;
	b->ledger = open_ledger(audit);
	open_accounts(b);
	run(b);
	tell_all(b, name);
	reopen(b, name);
	ledger_destroy(b->ledger);
	remove_files();
}

/* ---- the disk ---- */

static void measure_disk(void)
{
	static const char block[4096];
	static int64_t times[SYNCS];
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		die("cannot write there");
	for (int i = 0; i < SYNCS; i++) {
		int64_t start = now_ns();

		if (write(fd, block, sizeof(block)) != sizeof(block) ||
		    fdatasync(fd))
			die("cannot sync");
		times[i] = now_ns() - start;
	}
	close(fd);
	remove_files();
	qsort(times, SYNCS, sizeof(times[0]), compare);
	tell("the disk itself", "append 4 KiB, sync, p50",
	     at_share(times, SYNCS, 500), "us");
	tell("the disk itself", "append 4 KiB, sync, p99",
	     at_share(times, SYNCS, 990), "us");
}

int main(int argc, char **argv)
{
	struct bench *b = calloc(1, sizeof(*b));

	if (!b)
		die("there is no memory");
	json = argc > 1 && strcmp(argv[1], "--json") == 0;
	snprintf(path, sizeof(path), "%s/bench-ledger.db",
		 argc > 1 + json ? argv[1 + json] : "build");
	measure_disk();
	run_case(b, 1000, false);
	run_case(b, 1000, true);
	run_case(b, 100000, false);
	run_case(b, 100000, true);
	free(b);
	return 0;
}
