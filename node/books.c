/* SPDX-License-Identifier: Apache-2.0 */
#include "node/books.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/notes.h"

/* Each account has at most one entry of posted debits and one of credits;
 * an asset has up to three accounts. */
#define ENTRIES_PER_ACCOUNT 2
#define ENTRIES_PER_ASSET 6

struct books {
	struct exchange *exchange;
	struct roll *roll; /* of what is nobody's so far */
	bool lasts; /* the ledger, longer than we do */
	struct books_own *assets;
	size_t asset_count;
	uint64_t next_number;
	uint64_t gathering;
	uint64_t durable;
	struct account *touched;
	size_t touched_count;
	bool watched; /* whose balance changes is put into this list: */
	struct account *changed, *changed_last;
	bool own_touched;
	struct ledger_entry *entries;
	size_t entry_room;
	struct ledger_opening *openings;
	size_t opening_count;
	size_t opening_room;
	uint64_t *closings;
	size_t closing_count;
	size_t closing_room;
	struct notes notes;
	struct ledger_ceiling *ceilings; /* of those that close, then others' */
	size_t ceiling_count;            /* of the former */
	size_t ceiling_room;
	struct ledger_journal *journal;
	size_t journal_count;
	size_t journal_room;
	struct exposure *asking; /* with this batch */
	size_t asking_count;
	struct exposure *exposures; /* all */
	size_t exposure_count;
	size_t raised_count; /* of those with a ceiling */
	struct exposure *visited; /* the last that was looked at for rest */
	struct ledger_batch batch;
};

struct books *books_create(struct exchange *exchange, uint64_t first_number)
{
	struct books *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->exchange = exchange;
	b->next_number = first_number;
	b->gathering = 1;
	b->roll = roll_create();
	if (b->roll)
		return b;
	free(b);
	return NULL;
}

void books_destroy(struct books *b)
{
	if (!b)
		return;
	free(b->assets);
	free(b->entries);
	free(b->openings);
	free(b->closings);
	notes_finish(&b->notes);
	free(b->ceilings);
	free(b->journal);
	roll_destroy(b->roll);
	free(b);
}

bool books_restore(struct books *b, const struct ledger *ledger, char *error,
		   size_t error_size)
{
	b->lasts = ledger->ops->durable;
	if (!roll_read(b->roll, ledger, error, error_size))
		return false;
	if (roll_next_number(b->roll) > b->next_number)
		b->next_number = roll_next_number(b->roll);
	return true;
}

/* Room for one more item of an array; false when there is no memory. */
static bool make_room(void **array, size_t *room, size_t count, size_t size)
{
	size_t more = *room ? 2 * *room : 16;
	void *grown;

	if (count < *room)
		return true;
	grown = realloc(*array, more * size);
	if (!grown)
		return false;
	*array = grown;
	*room = more;
	return true;
}

/* ---- what the ledger is to remember ---- */

bool books_longest(struct books *b, const struct ledger *ledger,
		   uint64_t *longest_ms)
{
	struct ilp_bytes key = ilp_text("longest");
	uint64_t now_ms = *longest_ms;
	struct ilp_bytes value;

	if (!b->lasts)
		return true;
	if (ledger_record(ledger, key, &value) &&
	    value.len == sizeof(uint64_t)) {
		uint64_t then_ms = ilp_load_u64(value.at);

		if (then_ms == now_ms)
			return true;
		if (then_ms > now_ms)
			*longest_ms = then_ms;
	}
	return notes_add_number(&b->notes, key, now_ms);
}

/* The name of an account, or of what else belongs to it, in the ledger. */
struct name {
	char text[ROLL_NAME_MAX];
};

static struct ilp_bytes name_of(struct name *name, const char *kind,
				struct ilp_bytes id)
{
	int len = snprintf(name->text, sizeof(name->text), "%s/%.*s", kind,
			   (int)id.len, (const char *)id.at);

	assert(len > 0 && (size_t)len < sizeof(name->text));
	return (struct ilp_bytes){ (const uint8_t *)name->text, (size_t)len };
}

static struct ilp_bytes name_of_own(struct name *name, const char *kind,
				    const struct ledger_asset *asset)
{
	char id[sizeof(asset->code) + 8];

	snprintf(id, sizeof(id), "%u/%s", asset->scale, asset->code);
	return name_of(name, kind, ilp_text(id));
}

/* ---- opening ---- */

static bool note_number(struct books *b, struct ilp_bytes name, uint64_t number)
{
	size_t notes = b->notes.count;

	if (!b->lasts ||
	    (notes_add_number(&b->notes, name, number) &&
	     notes_add_number(&b->notes, ilp_text("next"), number + 1)))
		return true;
	notes_undo(&b->notes, notes);
	return false;
}

/* All of it is undone when there is no memory for a part. */
static bool open_new(struct books *b, struct ilp_bytes name,
		     const struct ledger_asset *asset, struct roll_entry *out)
{
	void *openings = b->openings;

	if (!make_room(&openings, &b->opening_room, b->opening_count,
		       sizeof(*b->openings)))
		return false;
	b->openings = openings;
	*out = (struct roll_entry){ .number = b->next_number, .asset = *asset };
	if (!roll_set(b->roll, name, out))
		return false;
	if (!note_number(b, name, out->number)) {
		roll_remove(b->roll, name);
		return false;
	}
	b->next_number++;
	b->openings[b->opening_count++] =
		(struct ledger_opening){ out->number, *asset };
	return true;
}

static bool close_empty(struct books *b, struct ilp_bytes name, uint64_t number)
{
	void *closings = b->closings;

	if (!make_room(&closings, &b->closing_room, b->closing_count,
		       sizeof(*b->closings)))
		return false;
	b->closings = closings;
	if (b->lasts && !notes_add_nothing(&b->notes, name))
		return false;
	b->closings[b->closing_count++] = number;
	return true;
}

static bool same_asset(const struct ledger_asset *a,
		       const struct ledger_asset *b)
{
	return a->scale == b->scale && strcmp(a->code, b->code) == 0;
}

static bool is_empty(const struct roll_entry *entry)
{
	return !entry->balance && !entry->ceiling && !entry->unresolved;
}

/* Goes on with what the ledger has under this name, or begins anew. It stays on
 * the roll until the caller, who may fail yet, has made it somebody's. */
static enum account_error open_named(struct books *b, struct ilp_bytes name,
				     const struct ledger_asset *asset,
				     struct roll_entry *out)
{
	if (roll_find(b->roll, name, out)) {
		if (same_asset(&out->asset, asset))
			return ACCOUNT_OK;
		if (!is_empty(out))
			return ACCOUNT_ASSET;
		if (!close_empty(b, name, out->number))
			return ACCOUNT_NO_MEMORY;
		roll_remove(b->roll, name);
	}
	return open_new(b, name, asset, out) ? ACCOUNT_OK : ACCOUNT_NO_MEMORY;
}

static struct exposure *expose(struct books *b, struct account *account)
{
	struct exposure *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->account = account;
	e->next = b->exposures;
	e->back = &b->exposures;
	if (e->next)
		e->next->back = &e->next;
	b->exposures = e;
	b->exposure_count++;
	account->exposure = e;
	return e;
}

static void unexpose(struct books *b, struct account *account)
{
	struct exposure *e = account->exposure;

	if (!e)
		return;
	assert(!e->asks);
	if (b->visited == e)
		b->visited = NULL;
	*e->back = e->next;
	if (e->next)
		e->next->back = e->back;
	b->exposure_count--;
	b->raised_count -= e->ceiling != 0;
	account->exposure = NULL;
	free(e);
}

/* What an earlier run left. */
static bool restore(struct books *b, struct account *account,
		    const struct roll_entry *entry)
{
	struct exposure *e;

	account->book = (struct book){ .balance = entry->balance };
	if (entry->ceiling == 0 && entry->unresolved == 0)
		return true;
	e = expose(b, account);
	if (!e)
		return false;
	exposure_begin(e, entry->ceiling, entry->unresolved);
	b->raised_count += entry->ceiling != 0;
	account->book.held_credits = entry->ceiling;
	return true;
}

enum account_error books_open(struct books *b, struct account *account)
{
	struct name name;
	struct ilp_bytes key = name_of(&name, "account", account->settings.id);
	struct roll_entry entry;
	enum account_error error =
		open_named(b, key, &account->settings.asset, &entry);

	if (error)
		return error;
	if (!restore(b, account, &entry))
		return ACCOUNT_NO_MEMORY;
	account->number = entry.number;
	roll_remove(b->roll, key);
	return ACCOUNT_OK;
}

static bool open_own(struct books *b, struct ilp_bytes name,
		     const struct ledger_asset *asset, uint64_t *number,
		     struct book *book)
{
	struct roll_entry entry;

	if (open_named(b, name, asset, &entry))
		return false;
	*number = entry.number;
	*book = (struct book){ .balance = entry.balance };
	return true;
}

/* Goes on with what earlier runs have adjusted, if they have. */
static void restore_adjusted(struct books *b, struct books_own *own)
{
	struct name text;
	struct ilp_bytes name = name_of_own(&text, "adjusted", &own->asset);
	struct roll_entry entry;

	if (!roll_find(b->roll, name, &entry))
		return;
	own->adjusted_number = entry.number;
	own->adjusted = (struct book){ .balance = entry.balance };
	roll_remove(b->roll, name);
}

static bool open_adjusted(struct books *b, struct books_own *own)
{
	struct name text;
	struct ilp_bytes name = name_of_own(&text, "adjusted", &own->asset);

	if (own->adjusted_number)
		return true;
	if (!open_own(b, name, &own->asset, &own->adjusted_number,
		      &own->adjusted))
		return false;
	roll_remove(b->roll, name);
	return true;
}

static bool open_asset(struct books *b, const struct ledger_asset *asset)
{
	struct books_own *more =
		realloc(b->assets, (b->asset_count + 1) * sizeof(*more));
	struct books_own own = { .asset = *asset };
	struct name exchange_text, late_text;
	struct ilp_bytes exchange, late;

	if (!more)
		return false;
	b->assets = more;
	exchange = name_of_own(&exchange_text, "exchange", asset);
	late = name_of_own(&late_text, "late", asset);
	if (!open_own(b, exchange, asset, &own.exchange_number,
		      &own.exchange) ||
	    !open_own(b, late, asset, &own.late_number, &own.late) ||
	    !exchange_add(b->exchange, asset))
		return false;
	roll_remove(b->roll, exchange);
	roll_remove(b->roll, late);
	restore_adjusted(b, &own);
	b->assets[b->asset_count++] = own;
	return true;
}

bool books_asset(struct books *b, const struct ledger_asset *asset,
		 uint16_t *number)
{
	size_t i = 0;

	while (i < b->asset_count && !same_asset(&b->assets[i].asset, asset))
		i++;
	if (i == LEDGER_ASSETS_MAX ||
	    (i == b->asset_count && !open_asset(b, asset)))
		return false;
	*number = (uint16_t)i;
	return true;
}

/* ---- whose balance has changed ---- */

void books_watch(struct books *b, bool watched)
{
	b->watched = watched;
}

static void change(struct books *b, struct account *account)
{
	if (account->changed)
		return;
	account->changed = true;
	account->next_changed = NULL;
	if (b->changed)
		b->changed_last->next_changed = account;
	else
		b->changed = account;
	b->changed_last = account;
}

struct account *books_next_changed(struct books *b)
{
	struct account *account = b->changed;

	if (!account)
		return NULL;
	b->changed = account->next_changed;
	account->changed = false;
	return account;
}

/* One that closes. */
static void forget_change(struct books *b, struct account *account)
{
	struct account *before = NULL;

	if (!account->changed)
		return;
	for (struct account *at = b->changed; at != account;
	     at = at->next_changed)
		before = at;
	if (before)
		before->next_changed = account->next_changed;
	else
		b->changed = account->next_changed;
	if (b->changed_last == account)
		b->changed_last = before;
	account->changed = false;
}

/* ---- closing ---- */

static bool add_ceiling(struct books *b, uint64_t number, ilp_u128 units)
{
	void *ceilings = b->ceilings;

	if (!make_room(&ceilings, &b->ceiling_room, b->ceiling_count,
		       sizeof(*b->ceilings)))
		return false;
	b->ceilings = ceilings;
	b->ceilings[b->ceiling_count++] =
		(struct ledger_ceiling){ number, units };
	return true;
}

/* Whoever opens an account of this name again goes on with what is left. */
static bool leave(struct books *b, struct ilp_bytes name,
		  const struct account *account)
{
	const struct roll_entry entry = {
		.number = account->number,
		.asset = account->settings.asset,
		.balance = account->book.balance,
		.unresolved = account->exposure ?
				      account->exposure->unresolved :
				      0,
	};

	return roll_set(b->roll, name, &entry);
}

bool books_close(struct books *b, struct account *account)
{
	const struct exposure *e = account->exposure;
	struct name text;
	struct ilp_bytes name = name_of(&text, "account", account->settings.id);

	assert(book_is_still(&account->book) && !account->touched);
	if (e && e->asks)
		return false; /* with the next batch */
	if (e && e->ceiling && !add_ceiling(b, account->number, 0))
		return false;
	if (account->book.balance == 0 && !(e && e->unresolved)) {
		if (!close_empty(b, name, account->number))
			return false;
	} else if (!leave(b, name, account)) {
		return false;
	}
	unexpose(b, account);
	forget_change(b, account);
	return true;
}

size_t books_retire(struct books *b)
{
	struct roll_entry entry;
	struct ilp_bytes name;
	size_t cursor = 0;
	size_t left = 0;

	while (roll_next(b->roll, &cursor, &name, &entry)) {
		if (memcmp(name.at, "account/", 8) != 0)
			continue;
		if (!is_empty(&entry)) {
			left++;
			continue;
		}
		if (!close_empty(b, name, entry.number))
			break;
		roll_remove(b->roll, name);
		cursor--; /* another one is in its place now */
	}
	return left;
}

/* ---- packets ---- */

enum refusal books_reserve(struct account *from, struct ilp_amount in,
			   struct account *to, struct ilp_amount out)
{
	if (!book_hold_debit(&from->book, &from->settings.balance, in))
		return REFUSAL_MAXIMUM;
	if (!book_hold_credit(&to->book, &to->settings.balance, out)) {
		book_void_debit(&from->book, in);
		return REFUSAL_LIQUIDITY;
	}
	return REFUSAL_NONE;
}

void books_void_in(struct account *from, struct ilp_amount in)
{
	book_void_debit(&from->book, in);
}

void books_void_out(struct account *to, struct ilp_amount out)
{
	book_void_credit(&to->book, out);
}

static void touch(struct books *b, struct account *account)
{
	if (b->watched)
		change(b, account);
	b->own_touched = true;
	if (account->touched)
		return;
	account->touched = true;
	account->next_touched = b->touched;
	b->touched = account;
	b->touched_count++;
}

void books_post_in(struct books *b, struct account *from, struct ilp_amount in)
{
	book_post_debit(&from->book, in);
	book_credit(&b->assets[from->asset].exchange, in);
	touch(b, from);
}

void books_post_out(struct books *b, struct account *to, struct ilp_amount out)
{
	book_post_credit(&to->book, out);
	if (to->exposure)
		exposure_post(to->exposure, out.units, b->gathering);
	book_debit(&b->assets[to->asset].exchange, out);
	touch(b, to);
}

void books_move_late(struct books *b, struct account *from,
		     struct ilp_amount in)
{
	book_credit(&from->book, in);
	book_debit(&b->assets[from->asset].late, in);
	touch(b, from);
}

/* ---- what the operator says ---- */

bool books_debit(struct books *b, struct account *account,
		 struct ilp_amount amount)
{
	struct books_own *own = &b->assets[account->asset];

	if (!open_adjusted(b, own))
		return false;
	book_debit(&account->book, amount);
	book_credit(&own->adjusted, amount);
	touch(b, account);
	return true;
}

bool books_credit(struct books *b, struct account *account,
		  struct ilp_amount amount)
{
	struct books_own *own = &b->assets[account->asset];

	if (!open_adjusted(b, own))
		return false;
	book_credit(&account->book, amount);
	book_debit(&own->adjusted, amount);
	touch(b, account);
	return true;
}

void books_write_down(struct books *b, const struct books_row *row)
{
	void *journal = b->journal;

	if (!make_room(&journal, &b->journal_room, b->journal_count,
		       sizeof(*b->journal)))
		abort();
	b->journal = journal;
	b->journal[b->journal_count++] = (struct ledger_journal){
		.at_us = row->at.wall_ms * 1000,
		.from = row->from->number,
		.to = row->to ? row->to->number : 0,
		.in_units = row->in.units,
		.out_units = row->out.units,
		.kind = (uint8_t)row->kind,
	};
}

/* ---- exposure ---- */

static void ask(struct books *b, struct exposure *e, ilp_u128 ceiling)
{
	b->raised_count -= e->ceiling != 0;
	b->raised_count += ceiling != 0;
	exposure_ask(e, ceiling, b->gathering);
	if (e->asks)
		return;
	e->asks = true;
	e->next_asking = b->asking;
	b->asking = e;
	b->asking_count++;
}

/* What we may owe the account, beside what we do. */
static ilp_u128 credit(const struct account *account)
{
	const struct account_settings *settings = &account->settings;
	signed_units room;

	if (settings->balance.minimum == UNITS_MIN ||
	    __builtin_sub_overflow(account->book.balance,
				   settings->balance.minimum, &room))
		return ~(ilp_u128)0;
	return room > 0 ? (ilp_u128)room : 0;
}

/* There is no sense in a ceiling above this: no more than the credit can ever
 * be on hold, nor more than is allowed in flight; as much again may have been
 * earned and not be durable. */
static ilp_u128 highest(const struct account *account,
			const struct exposure *e)
{
	ilp_u128 in_flight = e->in_doubt;
	ilp_u128 most = credit(account);

	if (ilp_amount_compare(account->settings.in_flight_money,
			       ILP_AMOUNT_MAX) == 0)
		return most;
	in_flight += 2 * (ilp_u128)account->settings.in_flight_money.units;
	return in_flight < most ? in_flight : most;
}

/* What is durable by now need not be counted any more; that is only looked at
 * when it makes a difference. */
static bool is_easy(struct books *b, struct exposure *e, ilp_u128 held)
{
	if (exposure_need(e, held) <= e->easy)
		return true;
	exposure_settle(e, b->durable);
	return exposure_need(e, held) <= e->easy;
}

bool books_expose(struct books *b, struct account *to, uint64_t *wait)
{
	ilp_u128 held = to->book.held_credits;
	struct exposure *e = to->exposure;
	ilp_u128 wish;

	*wait = 0;
	if (!b->lasts || held == 0 || (e && is_easy(b, e, held)))
		return true;
	if (!e)
		e = expose(b, to);
	if (!e)
		return false;
	wish = exposure_wish(e, exposure_need(e, held), highest(to, e));
	if (wish)
		ask(b, e, wish);
	if (exposure_need(e, held) > e->durable)
		*wait = e->batch;
	return true;
}

static ilp_u128 need_of(const struct exposure *e)
{
	return exposure_need(e, e->account->book.held_credits);
}

/* Some at a time, so that many take no longer than few. */
void books_rest(struct books *b)
{
	size_t count = b->exposure_count / BOOKS_REST_TURNS + 1;
	struct exposure *e = b->visited ? b->visited->next : NULL;

	while (b->exposures && count-- > 0) {
		ilp_u128 rest;

		if (!e)
			e = b->exposures;
		exposure_settle(e, b->durable);
		rest = exposure_rest(e, need_of(e));
		if (rest < e->durable)
			ask(b, e, rest);
		b->visited = e;
		e = e->next;
	}
}

bool books_rests(const struct books *b)
{
	return b->raised_count == 0;
}

/* At the end of the node, when nothing is on hold but what is in doubt. What
 * was posted goes with this batch, or has gone before it. */
void books_rest_all(struct books *b)
{
	for (struct exposure *e = b->exposures; e; e = e->next)
		if (e->ceiling != e->account->book.held_credits)
			ask(b, e, e->account->book.held_credits);
}

/* To be sorted out by the operator, with the peer. */
static bool note_unresolved(struct books *b, const struct exposure *e)
{
	uint8_t value[sizeof(ilp_u128)];
	struct name name;

	ilp_store_u64(value, (uint64_t)(e->unresolved >> 64));
	ilp_store_u64(value + 8, (uint64_t)e->unresolved);
	return notes_add(&b->notes,
			 name_of(&name, "doubt", e->account->settings.id),
			 ILP_BYTES(value));
}

bool books_lapse(struct books *b)
{
	for (struct exposure *e = b->exposures; e; e = e->next) {
		ilp_u128 lapsed = e->in_doubt;
		struct book *book = &e->account->book;

		if (lapsed == 0)
			continue;
		exposure_settle(e, b->durable);
		exposure_lapse(e);
		if (!note_unresolved(b, e)) {
			e->in_doubt = lapsed;
			e->unresolved -= lapsed;
			return false;
		}
		book->held_credits -= lapsed;
		/* In the same batch, or it would be in doubt twice. */
		ask(b, e, e->ceiling > lapsed ? e->ceiling - lapsed : 0);
	}
	return true;
}

/* The node has paid it and was not paid for it, so it is a loss of its own. */
bool books_resolve(struct books *b, struct account *account,
		   struct ilp_amount posted)
{
	struct exposure *e = account->exposure;
	size_t notes = b->notes.count;
	struct name name;

	assert(e && posted.units <= e->unresolved);
	if (!notes_add_nothing(&b->notes, name_of(&name, "doubt",
						  account->settings.id)) ||
	    (posted.units && !books_credit(b, account, posted))) {
		notes_undo(&b->notes, notes);
		return false;
	}
	e->unresolved = 0;
	return true;
}

size_t books_notes(const struct books *b)
{
	return b->notes.count;
}

void books_notes_undo(struct books *b, size_t count)
{
	notes_undo(&b->notes, count);
}

bool books_note(struct books *b, const struct ledger_record *record)
{
	return !b->lasts || notes_add(&b->notes, record->key, record->value);
}

uint64_t books_gathering(const struct books *b)
{
	return b->gathering;
}

void books_durable(struct books *b, uint64_t batch)
{
	b->durable = batch;
}

/* ---- batches ---- */

static void write_entry(struct books *b, uint64_t number,
			enum ledger_total total, ilp_u128 units)
{
	if (units == 0)
		return;
	b->entries[b->batch.entry_count++] = (struct ledger_entry){
		.account = number,
		.total = total,
		.units = units,
	};
}

static void write_book(struct books *b, uint64_t number,
		       const struct book *book)
{
	write_entry(b, number, LEDGER_DEBITS_POSTED, book->new_debits);
	write_entry(b, number, LEDGER_CREDITS_POSTED, book->new_credits);
}

static void write_entries(struct books *b)
{
	for (const struct account *a = b->touched; a; a = a->next_touched)
		write_book(b, a->number, &a->book);
	if (!b->own_touched)
		return;
	for (size_t i = 0; i < b->asset_count; i++) {
		const struct books_own *own = &b->assets[i];

		write_book(b, own->exchange_number, &own->exchange);
		write_book(b, own->late_number, &own->late);
		write_book(b, own->adjusted_number, &own->adjusted);
	}
}

static bool make_entry_room(struct books *b)
{
	size_t want = ENTRIES_PER_ACCOUNT * b->touched_count +
		      ENTRIES_PER_ASSET * b->asset_count;
	struct ledger_entry *more;

	if (want <= b->entry_room)
		return true;
	more = realloc(b->entries, 2 * want * sizeof(*more));
	if (!more)
		return false;
	b->entries = more;
	b->entry_room = 2 * want;
	return true;
}

/* Behind those of accounts that close, which stay until the batch is taken. */
static bool write_ceilings(struct books *b)
{
	size_t closing = b->ceiling_count;
	bool good = true;

	for (const struct exposure *e = b->asking; e && good;
	     e = e->next_asking)
		good = add_ceiling(b, e->account->number, e->ceiling);
	b->batch.ceiling_count = b->ceiling_count;
	b->batch.ceilings = b->ceilings;
	b->ceiling_count = closing;
	return good;
}

bool books_have_batch(const struct books *b)
{
	return b->touched || b->own_touched || b->asking || b->opening_count ||
	       b->notes.count || b->closing_count || b->ceiling_count;
}

const struct ledger_batch *books_batch(struct books *b)
{
	const struct ledger_record *records = notes_records(&b->notes);

	if (!books_have_batch(b) || !make_entry_room(b) ||
	    (b->notes.count && !records))
		return NULL;
	b->batch = (struct ledger_batch){
		.openings = b->openings,
		.opening_count = b->opening_count,
		.entries = b->entries,
		.records = records,
		.record_count = b->notes.count,
		.closings = b->closings,
		.closing_count = b->closing_count,
		.journal = b->journal,
		.journal_count = b->journal_count,
	};
	if (!write_ceilings(b))
		return NULL;
	write_entries(b);
	return &b->batch;
}

static void told(struct book *book)
{
	book->new_debits = 0;
	book->new_credits = 0;
}

/* There may have been very many, at the start, and few ever after. */
static void forget_accounts(struct books *b)
{
	free(b->openings);
	free(b->closings);
	b->openings = NULL;
	b->closings = NULL;
	b->opening_count = b->opening_room = 0;
	b->closing_count = b->closing_room = 0;
}

void books_taken(struct books *b)
{
	while (b->touched) {
		struct account *account = b->touched;

		b->touched = account->next_touched;
		account->touched = false;
		told(&account->book);
	}
	for (size_t i = 0; b->own_touched && i < b->asset_count; i++) {
		told(&b->assets[i].exchange);
		told(&b->assets[i].late);
		told(&b->assets[i].adjusted);
	}
	for (; b->asking; b->asking = b->asking->next_asking)
		b->asking->asks = false;
	b->own_touched = false;
	b->touched_count = 0;
	b->asking_count = 0;
	b->ceiling_count = 0;
	b->journal_count = 0;
	notes_clear(&b->notes);
	forget_accounts(b);
	b->gathering++;
}

bool books_own(const struct books *b, uint16_t asset, struct books_own *out)
{
	if (asset >= b->asset_count)
		return false;
	*out = b->assets[asset];
	return true;
}
