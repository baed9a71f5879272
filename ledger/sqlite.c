/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/chart.h"
#include "ledger/copy.h"
#include "ledger/delta.h"
#include "ledger/fold.h"
#include "ledger/load.h"
#include "ledger/lookup.h"
#include "ledger/row.h"
#include "ledger/trouble.h"
#include "ledger/waiting.h"

/* How many deltas a start may leave to be folded beside the traffic. */
#define DELTAS_MAX 4096

/* What a tick copies of a backup that is on its way. */
#define COPY_PAGES 32

struct sqlite {
	struct ledger ledger;
	struct ledger_sqlite_options options; /* without the path */
	struct store store;
	struct chart chart; /* with all that has been submitted */
	struct waiting waiting;
	struct lookup lookup;
	struct fold fold;
	uint64_t submitted;
	uint64_t durable;
	uint64_t told;
	uint16_t assets_stored;
	uint8_t *delta; /* room for one, which grows */
	size_t delta_capacity;
	const char *trouble;
	bool failed;
	bool told_failed;
	char reason[128];
	struct copy copy;
	struct ledger_sqlite_copy copied;
};

static struct sqlite *sqlite(struct ledger *ledger)
{
	return (struct sqlite *)ledger;
}

static const struct sqlite *sqlite_const(const struct ledger *ledger)
{
	return (const struct sqlite *)ledger;
}

/* For good: nothing is written any more, but what was read can be read. */
static void fail(struct sqlite *s, const char *reason)
{
	if (s->failed)
		return;
	s->failed = true;
	s->trouble = NULL;
	snprintf(s->reason, sizeof(s->reason), "%s", reason);
	store_rollback(&s->store);
	if (s->copied.state != LEDGER_SQLITE_COPYING)
		return;
	copy_abandon(&s->copy);
	s->copied.state = LEDGER_SQLITE_COPY_FAILED;
	trouble_tell(&s->copied.error, LEDGER_SQLITE_FAILED,
		     "the ledger itself has failed: %s", s->reason);
}

/* ---- batches come in ---- */

/* A batch that is larger than the bound by itself is taken alone. */
static bool too_much_waits(const struct sqlite *s,
			   const struct ledger_batch *batch)
{
	uint64_t batches = s->submitted - s->durable;

	return batches >= s->options.waiting_batches_max ||
	       (batches > 0 && waiting_bytes(&s->waiting, batch) >
				       s->options.waiting_bytes_max);
}

/* Whatever can fail comes first, and the chart decides last. */
static enum ledger_status submit(struct ledger *ledger,
				 const struct ledger_batch *batch,
				 uint64_t *sequence)
{
	struct sqlite *s = sqlite(ledger);
	struct record *made;
	enum ledger_status status;

	if (s->failed)
		return LEDGER_DEAD;
	if (too_much_waits(s, batch))
		return LEDGER_BUSY;
	status = waiting_make(&s->waiting, batch, &made);
	if (status)
		return status;
	status = chart_change(&s->chart, batch);
	if (status) {
		records_drop(made);
		return status;
	}
	waiting_put(&s->waiting, batch, made);
	*sequence = ++s->submitted;
	return LEDGER_OK;
}

/* ---- and are written ---- */

static bool make_delta_room(struct sqlite *s)
{
	size_t wanted = (s->chart.changed_count + 1) * DELTA_ENTRY_MAX;
	uint8_t *room;

	if (s->delta_capacity >= wanted)
		return true;
	wanted += wanted / 4;
	room = realloc(s->delta, wanted);
	if (!room)
		return false;
	s->delta = room;
	s->delta_capacity = wanted;
	return true;
}

/* What all accounts have now, less what is stored of them. */
static struct ilp_bytes make_delta(struct sqlite *s)
{
	uint8_t *at = s->delta;
	struct delta_entry entry;

	for (size_t i = 0; i < s->chart.changed_count; i++) {
		const struct chart_account *a = chart_changed(&s->chart, i);
		bool changed =
			delta_compare(&entry, a->stored, &a->totals);

		entry.has_ceiling = a->recapped;
		if (!changed && !entry.has_ceiling)
			continue;
		entry.account = chart_id(a);
		entry.ceiling = a->ceiling;
		at = delta_write(at, &entry);
	}
	return (struct ilp_bytes){ s->delta, (size_t)(at - s->delta) };
}

static int write_assets(struct sqlite *s)
{
	int rc = SQLITE_OK;

	for (uint16_t i = s->assets_stored;
	     rc == SQLITE_OK && i < s->chart.assets.count; i++) {
		const struct row_asset row = { i, s->chart.assets.at[i] };

		rc = row_put_asset(&s->store, &row);
	}
	return rc;
}

/* Accounts that have opened or closed have their rows at once. */
static int write_moved(struct sqlite *s)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; rc == SQLITE_OK && i < s->chart.changed_count; i++)
		if (s->chart.changed[i]->moved)
			rc = fold_account(&s->store, s->chart.changed[i],
					  s->submitted);
	return rc;
}

static int write_all(struct sqlite *s, struct fold *fold,
		     struct chart_account **folded)
{
	const struct row_delta delta = { .first = s->durable + 1,
					 .last = s->submitted,
					 .entries = make_delta(s) };
	int rc = row_put_delta(&s->store, &delta);

	if (rc == SQLITE_OK)
		rc = write_assets(s);
	if (rc == SQLITE_OK)
		rc = write_moved(s);
	if (rc == SQLITE_OK)
		rc = waiting_write(&s->waiting, &s->store, s->submitted);
	if (rc == SQLITE_OK)
		rc = fold_slice(fold, &s->store, &s->chart, s->submitted,
				delta.entries.len, s->options.fold_bytes,
				folded);
	return rc;
}

/* All of it is durable. */
static void settle(struct sqlite *s, const struct fold *fold,
		   struct chart_account *folded)
{
	for (size_t i = 0; i < s->chart.changed_count; i++) {
		struct chart_account *a = s->chart.changed[i];

		a->last_delta = s->submitted;
		if (a->moved)
			a->row_through = s->submitted;
	}
	for (; folded; folded = folded->next)
		folded->row_through = s->submitted;
	chart_settle(&s->chart);
	waiting_clear(&s->waiting);
	s->assets_stored = s->chart.assets.count;
	s->fold = *fold;
	s->durable = s->submitted;
	s->trouble = NULL;
}

/* A disk that is full will not be for ever; what else it may be, is. */
static void take_trouble(struct sqlite *s, int rc)
{
	const char *passing = trouble_passing(rc, s->store.error);

	if (!passing)
		fail(s, trouble_text(rc, s->store.error));
	else if (store_rollback(&s->store) != SQLITE_OK)
		fail(s, "what was begun could not be taken back");
	else
		s->trouble = passing;
}

static void commit(struct sqlite *s)
{
	struct fold fold = s->fold;
	struct chart_account *folded = NULL;
	int rc = SQLITE_NOMEM;

	if (make_delta_room(s))
		rc = store_begin(&s->store);
	if (rc == SQLITE_OK)
		rc = write_all(s, &fold, &folded);
	if (rc == SQLITE_OK)
		rc = store_commit(&s->store);
	if (rc == SQLITE_OK)
		settle(s, &fold, folded);
	else
		take_trouble(s, rc);
}

/* It takes some milliseconds, so it comes first in a tick: whoever waits for
 * the batches of the one before has been told by now. */
static void write_back(struct sqlite *s)
{
	size_t bytes = (size_t)s->store.log_pages * STORE_PAGE_BYTES;
	int rc;

	if (bytes < s->options.wal_bytes)
		return;
	rc = store_write_back(&s->store);
	if (rc == SQLITE_OK)
		s->trouble = NULL;
	else
		take_trouble(s, rc);
}

static void go_on_copying(struct sqlite *s)
{
	enum copy_progress progress;

	if (s->copied.state != LEDGER_SQLITE_COPYING)
		return;
	progress = copy_step(&s->copy, COPY_PAGES, &s->copied.error);
	s->copied.done = s->copy.done;
	s->copied.all = s->copy.all;
	if (progress == COPY_DONE)
		s->copied.state = LEDGER_SQLITE_COPIED;
	else if (progress == COPY_FAILED)
		s->copied.state = LEDGER_SQLITE_COPY_FAILED;
}

static void tick(struct ledger *ledger, struct ilp_time now)
{
	struct sqlite *s = sqlite(ledger);

	(void)now;
	if (!s->failed)
		write_back(s);
	if (!s->failed && s->submitted != s->durable)
		commit(s);
	go_on_copying(s);
}

static bool next(struct ledger *ledger, struct ledger_event *out)
{
	struct sqlite *s = sqlite(ledger);

	if (s->told != s->durable) {
		s->told = s->durable;
		*out = (struct ledger_event){ .type = LEDGER_DURABLE,
					      .sequence = s->durable };
		return true;
	}
	if (!s->failed || s->told_failed)
		return false;
	s->told_failed = true;
	*out = (struct ledger_event){ .type = LEDGER_FAILED,
				      .sequence = s->durable,
				      .reason = s->reason };
	return true;
}

/* ---- what there is to look at ---- */

static bool account(const struct ledger *ledger, uint64_t after,
		    struct ledger_account *out)
{
	const struct chart *chart = &sqlite_const(ledger)->chart;
	const struct chart_account *found = chart_after(chart, after);

	if (found)
		*out = chart_describe(chart, found);
	return found;
}

/* To the caller a look changes nothing. What cannot be read is a failure. */
static bool looked(const struct ledger *ledger, int rc)
{
	struct sqlite *s = (struct sqlite *)(uintptr_t)ledger;

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		fail(s, trouble_text(rc, 0));
	return rc == SQLITE_ROW;
}

static struct lookup *lookup(const struct ledger *ledger)
{
	return &((struct sqlite *)(uintptr_t)ledger)->lookup;
}

static bool record(const struct ledger *ledger, struct ilp_bytes key,
		   struct ilp_bytes *value)
{
	struct ledger_record found;

	if (!looked(ledger, lookup_find(lookup(ledger), key, &found)))
		return false;
	*value = found.value;
	return true;
}

static bool next_record(const struct ledger *ledger, struct ilp_bytes after,
			struct ledger_record *out)
{
	struct ledger_record found;

	if (!looked(ledger, lookup_next(lookup(ledger), after, &found)))
		return false;
	*out = found;
	return true;
}

static struct ledger_progress progress(const struct ledger *ledger)
{
	const struct sqlite *s = sqlite_const(ledger);

	return (struct ledger_progress){ s->submitted, s->durable };
}

static const char *trouble(const struct ledger *ledger)
{
	return sqlite_const(ledger)->trouble;
}

/* ---- from open to close ---- */

static void destroy(struct ledger *ledger)
{
	struct sqlite *s = sqlite(ledger);

	copy_abandon(&s->copy);
	store_close(&s->store, !s->failed);
	chart_finish(&s->chart);
	waiting_finish(&s->waiting);
	free(s->delta);
	free(s);
}

static const struct ledger_ops ops = {
	.name = "sqlite",
	.durable = true,
	.journal = true,
	.submit = submit,
	.tick = tick,
	.next = next,
	.account = account,
	.record = record,
	.next_record = next_record,
	.progress = progress,
	.trouble = trouble,
	.destroy = destroy,
};

static struct ledger_sqlite_options
with_defaults(const struct ledger_sqlite_options *options)
{
	struct ledger_sqlite_options out = *options;

	out.path = NULL;
	if (!out.waiting_batches_max)
		out.waiting_batches_max = LEDGER_SQLITE_WAITING_BATCHES_MAX;
	if (!out.waiting_bytes_max)
		out.waiting_bytes_max = LEDGER_SQLITE_WAITING_BYTES_MAX;
	if (!out.fold_bytes)
		out.fold_bytes = LEDGER_SQLITE_FOLD_BYTES;
	if (!out.wal_bytes)
		out.wal_bytes = LEDGER_SQLITE_WAL_BYTES;
	return out;
}

/* The first thing that is wrong is enough not to open it. */
struct refusal {
	const char *path;
	struct ledger_sqlite_error *error;
};

static bool refuse(void *context, const char *text)
{
	const struct refusal *refusal = context;

	trouble_tell(refusal->error, LEDGER_SQLITE_CORRUPT, "%s: %s",
		     refusal->path, text);
	return false;
}

/* A process that is killed again and again before it has got anywhere would
 * leave behind more each time, to be folded and to be written back: so that is
 * done at once. What there is no room for is left to later. */
static int tidy(struct sqlite *s, uint64_t deltas)
{
	int rc = SQLITE_OK;

	if (deltas > DELTAS_MAX)
		rc = fold_all(&s->store, &s->chart, s->durable);
	if (rc == SQLITE_OK)
		rc = store_write_back_all(&s->store);
	if (rc == SQLITE_OK || !trouble_passing(rc, s->store.error))
		return rc;
	return store_rollback(&s->store);
}

static bool load(struct sqlite *s, const char *path,
		 struct ledger_sqlite_error *error)
{
	struct refusal refusal = { path, error };
	struct load load;
	int rc = load_all(&s->store, &s->chart, refuse, &refusal, &load);

	if (rc == SQLITE_OK) {
		s->submitted = s->durable = s->told = load.sequence;
		rc = tidy(s, load.deltas);
	}
	if (rc != SQLITE_OK && rc != SQLITE_ABORT)
		trouble_tell(error, trouble_status(rc, s->store.error),
			     "%s: %s", path, trouble_text(rc, s->store.error));
	if (rc != SQLITE_OK)
		return false;
	s->assets_stored = s->chart.assets.count;
	s->fold.start = load.sequence;
	return true;
}

/* An error is filled in by whoever fails. */
static bool open_all(struct sqlite *s, const char *path,
		     struct ledger_sqlite_error *error)
{
	if (!chart_init(&s->chart, true)) {
		trouble_tell(error, LEDGER_SQLITE_NO_MEMORY,
			     "%s: there is no memory", path);
		return false;
	}
	if (!store_open(&s->store, path, s->options.vfs, false, error)) {
		chart_finish(&s->chart);
		return false;
	}
	if (load(s, path, error))
		return true;
	store_close(&s->store, false);
	chart_finish(&s->chart);
	return false;
}

struct ledger *ledger_sqlite_open(const struct ledger_sqlite_options *options,
				  struct ledger_sqlite_error *error)
{
	struct sqlite *s = calloc(1, sizeof(*s));

	trouble_tell(error, LEDGER_SQLITE_OK, "%s", "");
	if (!s) {
		trouble_tell(error, LEDGER_SQLITE_NO_MEMORY,
			     "%s: there is no memory", options->path);
		return NULL;
	}
	s->ledger.ops = &ops;
	s->options = with_defaults(options);
	waiting_init(&s->waiting, options->journal);
	s->lookup.store = &s->store;
	s->lookup.waiting = &s->waiting.records;
	if (open_all(s, options->path, error))
		return &s->ledger;
	free(s);
	return NULL;
}

bool ledger_sqlite_backup(struct ledger *ledger, const char *path)
{
	struct sqlite *s = sqlite(ledger);

	assert(ledger->ops == &ops);
	if (s->copied.state == LEDGER_SQLITE_COPYING || s->failed)
		return false;
	s->copied = (struct ledger_sqlite_copy){
		.state = LEDGER_SQLITE_COPYING,
	};
	if (copy_start(&s->copy, s->store.db, path, s->options.vfs,
		       &s->copied.error))
		return true;
	s->copied.state = LEDGER_SQLITE_COPY_FAILED;
	return false;
}

struct ledger_sqlite_copy ledger_sqlite_copy(const struct ledger *ledger)
{
	assert(ledger->ops == &ops);
	return sqlite_const(ledger)->copied;
}
