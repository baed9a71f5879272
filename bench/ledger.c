/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.c - what the ledger in a file does in a second, and how long it lets
 * one wait. A tick that also writes the log back is counted for itself.
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
	size_t packets;  /* in a batch */
	size_t gathered; /* batches in a tick */
	struct dice dice;
	struct batch {
		struct ledger_entry entries[2 * PACKETS];
		struct ledger_journal journal[PACKETS];
	} batches[GATHERED];
	int64_t sent;
	int64_t submit_ns;
	struct ticks {
		size_t count;
		int64_t at[TICKS_MAX];
	} ticks, write_backs;
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
		printf("%-32s %-26s %12.1f %s\n", name, figure, value, unit);
	fflush(stdout);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static double at_share(const struct ticks *sorted, unsigned permille)
{
	return (double)sorted->at[(sorted->count - 1) * permille / 1000] / 1000;
}

static void tell_ticks(const char *name, const char *what, struct ticks *ticks)
{
	static const struct {
		const char *text;
		unsigned permille;
	} shares[] = { { "p50", 500 }, { "p99", 990 }, { "longest", 1000 } };
	char figure[64];

	if (ticks->count == 0)
		return;
	qsort(ticks->at, ticks->count, sizeof(ticks->at[0]), compare);
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		snprintf(figure, sizeof(figure), "%s, %s", what,
			 shares[i].text);
		tell(name, figure, at_share(ticks, shares[i].permille), "us");
	}
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
	for (size_t i = 0; i < b->packets; i++) {
		uint64_t units = 1 + dice_below(&b->dice, 100000);
		uint64_t from = pick(b), to = pick(b);

		batch->entries[2 * i] =
			(struct ledger_entry){ from, LEDGER_DEBITS_POSTED,
					       false, units };
		batch->entries[2 * i + 1] =
			(struct ledger_entry){ to, LEDGER_CREDITS_POSTED, false,
					       units };
		batch->journal[i] = (struct ledger_journal){
			1700000000000000 + b->sent++, from, to, units, units, 1
		};
	}
}

/* Submits what has gathered and makes it durable; in nanoseconds. */
static int64_t run_tick(struct bench *b)
{
	int64_t start = now_ns();

	for (size_t i = 0; i < b->gathered; i++) {
		const struct ledger_batch batch = {
			.entries = b->batches[i].entries,
			.entry_count = 2 * b->packets,
			.journal = b->batches[i].journal,
			.journal_count = b->audit ? b->packets : 0,
		};

		submit(b, &batch);
	}
	commit(b);
	return now_ns() - start;
}

/* A commit syncs once; what syncs more often has written back. */
static int64_t run_one(struct bench *b)
{
	uint64_t syncs = fault_counts.calls[FAULT_SYNC];
	struct ticks *ticks = &b->ticks;
	int64_t ns;

	for (size_t i = 0; i < b->gathered; i++)
		fill_batch(b, &b->batches[i]);
	ns = run_tick(b);
	if (fault_counts.calls[FAULT_SYNC] > syncs + 1)
		ticks = &b->write_backs;
	ticks->at[ticks->count++] = ns;
	return ns;
}

static double run(struct bench *b)
{
	int64_t spent = 0;

	b->ticks.count = b->write_backs.count = 0;
	b->submit_ns = 0;
	fault_vfs_reset();
	while (spent < (int64_t)SECONDS * 1000000000 &&
	       b->ticks.count < TICKS_MAX)
		spent += run_one(b);
	return (double)spent / 1e9;
}

static void tell_all(struct bench *b, const char *name, double seconds)
{
	double ticks = (double)(b->ticks.count + b->write_backs.count);
	double batches = ticks * (double)b->gathered;
	double packets = batches * (double)b->packets;

	tell(name, "batches", batches / seconds, "/s");
	tell(name, "updates", packets * 2 / seconds, "/s");
	if (b->audit)
		tell(name, "journal rows", packets / seconds, "/s");
	tell(name, "written a tick", (double)fault_counts.bytes / ticks,
	     "bytes");
	tell(name, "syncs a tick",
	     (double)fault_counts.calls[FAULT_SYNC] / ticks, "");
	tell(name, "submit a batch", (double)b->submit_ns / batches / 1000,
	     "us");
	tell_ticks(name, "tick", &b->ticks);
	tell_ticks(name, "with write-back", &b->write_backs);
}

static void reopen(struct bench *b, const char *name)
{
	int64_t start;

	ledger_destroy(b->ledger);
	start = now_ns();
	b->ledger = open_ledger(b->audit);
	tell(name, "open", (double)(now_ns() - start) / 1000, "us");
}

static void run_case(struct bench *b, uint64_t accounts, bool audit,
		     size_t packets, size_t gathered)
{
	char name[64];

	snprintf(name, sizeof(name), "%llu accounts, %s%s",
		 (unsigned long long)accounts, audit ? "audit" : "strict",
		 packets == 1 ? ", 1 packet" : "");
	remove_files();
	fault_vfs_reset();
	b->accounts = accounts;
	b->audit = audit;
	b->packets = packets;
	b->gathered = gathered;
	b->dice.state = 1;
	b->ledger = open_ledger(audit);
	open_accounts(b);
	tell_all(b, name, run(b));
	reopen(b, name);
	ledger_destroy(b->ledger);
	remove_files();
}

/* ---- the disk ---- */

static void measure_disk(void)
{
	static const char block[4096];
	static struct ticks times;
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		die("cannot write there");
	while (times.count < SYNCS) {
		int64_t start = now_ns();

		if (write(fd, block, sizeof(block)) != sizeof(block) ||
		    fdatasync(fd))
			die("cannot sync");
		times.at[times.count++] = now_ns() - start;
	}
	close(fd);
	remove_files();
	tell_ticks("the disk itself", "append, sync", &times);
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
	run_case(b, 1000, false, 1, 1);
	run_case(b, 1000, false, PACKETS, GATHERED);
	run_case(b, 1000, true, PACKETS, GATHERED);
	run_case(b, 100000, false, PACKETS, GATHERED);
	run_case(b, 100000, true, PACKETS, GATHERED);
	free(b);
	return 0;
}
