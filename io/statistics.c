/* SPDX-License-Identifier: Apache-2.0 */
#include "io/statistics.h"

#include "base/json_writer.h"
#include "io/scribe.h"

/* An account's id and a few numbers of up to 39 digits. */
#define LINE_ROOM 2048

static void put_u64(struct ilp_json_writer *w, const char *key, uint64_t value)
{
	ilp_json_put_key(w, key);
	ilp_json_put_u64(w, value);
}

static void put_units(struct ilp_json_writer *w, const char *key,
		      signed_units units)
{
	struct ilp_bytes digits;
	uint8_t text[BOOK_UNITS_TEXT_MAX];

	digits = book_units_text(text, units);
	ilp_json_put_key(w, key);
	ilp_json_put_string(w, digits);
}

static void print_line(struct ilp_json_writer *w, FILE *out)
{
	struct ilp_bytes line;

	ilp_json_end_object(w);
	line = ilp_json_written(w);
	fwrite(line.at, 1, line.len, out);
	fputc('\n', out);
}

/* How many batches it has, and how often it wrote down what it had. */
static void put_ledger(struct ilp_json_writer *w, const struct loop *loop)
{
	const struct ledger *ledger = node_ledger(loop->node);
	const struct ledger_progress progress = ledger_progress(ledger);
	const char *trouble = ledger_trouble(ledger);

	put_u64(w, "ledgerSubmitted", progress.submitted);
	put_u64(w, "ledgerDurable", progress.durable);
	if (loop->scribe)
		put_u64(w, "ledgerCommits", scribe_commits(loop->scribe));
	ilp_json_put_key(w, "ledgerTrouble");
	if (trouble)
		ilp_json_put_string(w, ilp_text(trouble));
	else
		ilp_json_put_null(w);
}

static void print_node(struct loop *loop, FILE *out)
{
	const struct connector_counters *counters = shard_counters(loop->shard);
	uint8_t room[LINE_ROOM];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);
	uint64_t refused = 0;

	for (size_t i = 0; i < REFUSAL_COUNT; i++)
		refused += counters->refusals[i];
	ilp_json_begin_object(&w);
	ilp_json_put_key(&w, "type");
	ilp_json_put_string(&w, ilp_text("statistics"));
	put_u64(&w, "prepares", counters->prepares);
	put_u64(&w, "fulfills", counters->fulfills);
	put_u64(&w, "rejects", counters->rejects + refused);
	put_u64(&w, "refused", refused);
	put_u64(&w, "unexpected", counters->unexpected);
	put_u64(&w, "late", counters->late);
	put_u64(&w, "lost", counters->lost);
	put_u64(&w, "inFlight", shard_in_flight(loop->shard));
	put_u64(&w, "connections", loop->connection_count);
	put_u64(&w, "reads", loop->counters.reads);
	put_u64(&w, "writes", loop->counters.writes);
	put_u64(&w, "waits", loop->counters.waits);
	put_ledger(&w, loop);
	print_line(&w, out);
}

static void print_own(const struct books_own *own, const char *kind,
		      uint64_t number, const struct book *book, FILE *out)
{
	uint8_t room[LINE_ROOM];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);

	ilp_json_begin_object(&w);
	ilp_json_put_key(&w, "type");
	ilp_json_put_string(&w, ilp_text("own"));
	ilp_json_put_key(&w, "kind");
	ilp_json_put_string(&w, ilp_text(kind));
	ilp_json_put_key(&w, "assetCode");
	ilp_json_put_string(&w, ilp_text(own->asset.code));
	put_u64(&w, "assetScale", own->asset.scale);
	put_u64(&w, "number", number);
	put_units(&w, "balance", book->balance);
	print_line(&w, out);
}

static void print_owns(const struct loop *loop, FILE *out)
{
	const struct books *books = shard_books(loop->shard);
	struct books_own own;

	for (uint16_t i = 0; books_own(books, i, &own); i++) {
		print_own(&own, "exchange", own.exchange_number, &own.exchange,
			  out);
		print_own(&own, "late", own.late_number, &own.late, out);
		if (own.adjusted_number)
			print_own(&own, "adjusted", own.adjusted_number,
				  &own.adjusted, out);
	}
}

/* What was on its way in earlier runs, and what may be now. */
static void put_exposure(struct ilp_json_writer *w,
			 const struct exposure *exposure)
{
	static const struct exposure none;

	if (!exposure)
		exposure = &none;
	put_units(w, "inDoubt", (signed_units)exposure->in_doubt);
	put_units(w, "unresolved", (signed_units)exposure->unresolved);
	put_units(w, "ceiling", (signed_units)exposure->ceiling);
}

static void print_account(const struct account *account, FILE *out)
{
	uint32_t lines = account->lines ? account->lines->count : 0;
	uint8_t room[LINE_ROOM];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);

	ilp_json_begin_object(&w);
	ilp_json_put_key(&w, "type");
	ilp_json_put_string(&w, ilp_text("account"));
	ilp_json_put_key(&w, "id");
	ilp_json_put_string(&w, account->settings.id);
	ilp_json_put_key(&w, "connected");
	ilp_json_put_bool(&w, account->session || lines);
	put_u64(&w, "lines", lines);
	put_u64(&w, "callers", account->callers);
	put_u64(&w, "number", account->number);
	put_units(&w, "balance", account->book.balance);
	put_units(&w, "heldDebits", (signed_units)account->book.held_debits);
	put_units(&w, "heldCredits", (signed_units)account->book.held_credits);
	put_exposure(&w, account->exposure);
	put_u64(&w, "fulfilledIn", account->counters.in_fulfilled);
	put_u64(&w, "fulfilledOut", account->counters.out_fulfilled);
	print_line(&w, out);
}

void statistics_print(struct loop *loop, FILE *out)
{
	const struct account *account = NULL;

	print_node(loop, out);
	print_owns(loop, out);
	while ((account = shard_account_next(loop->shard, account)))
		print_account(account, out);
	fflush(out);
}
