/* SPDX-License-Identifier: Apache-2.0 */
#include "node/books.h"

#include <assert.h>
#include <stdlib.h>

/* Each account has at most one entry of posted debits and one of credits;
 * an asset has two accounts. */
#define ENTRIES_PER_ACCOUNT 2
#define ENTRIES_PER_ASSET 4

struct books {
	struct exchange *exchange;
	struct books_own *assets;
	size_t asset_count;
	uint64_t next_number;
	uint64_t gathering;
	struct account *touched;
	size_t touched_count;
	bool own_touched;
	struct ledger_entry *entries;
	size_t entry_room;
	struct ledger_opening *openings;
	size_t opening_count;
	size_t opening_room;
	uint64_t *closings;
	size_t closing_count;
	size_t closing_room;
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
	return b;
}

void books_destroy(struct books *b)
{
	if (!b)
		return;
	free(b->assets);
	free(b->entries);
	free(b->openings);
	free(b->closings);
	free(b);
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

uint64_t books_open(struct books *b, const struct ledger_asset *asset)
{
	void *openings = b->openings;

	if (!make_room(&openings, &b->opening_room, b->opening_count,
		       sizeof(*b->openings)))
		return 0;
	b->openings = openings;
	b->openings[b->opening_count++] =
		(struct ledger_opening){ b->next_number, *asset };
	return b->next_number++;
}

static bool open_asset(struct books *b, const struct ledger_asset *asset)
{
	struct books_own *more =
		realloc(b->assets, (b->asset_count + 1) * sizeof(*more));
	struct books_own own = { .asset = *asset };
	size_t openings = b->opening_count;

	if (!more)
		return false;
	b->assets = more;
	own.exchange_number = books_open(b, asset);
	own.late_number = books_open(b, asset);
	if (!own.exchange_number || !own.late_number ||
	    !exchange_add(b->exchange, asset)) {
		b->opening_count = openings;
		return false;
	}
	b->assets[b->asset_count++] = own;
	return true;
}

bool books_asset(struct books *b, const struct ledger_asset *asset,
		 uint16_t *number)
{
	size_t i = 0;

	while (i < b->asset_count &&
	       (b->assets[i].asset.scale != asset->scale ||
		strcmp(b->assets[i].asset.code, asset->code)))
		i++;
	if (i == LEDGER_ASSETS_MAX ||
	    (i == b->asset_count && !open_asset(b, asset)))
		return false;
	*number = (uint16_t)i;
	return true;
}

bool books_close(struct books *b, const struct account *account)
{
	void *closings = b->closings;

	assert(book_is_still(&account->book) && !account->touched);
	if (account->book.balance != 0)
		return true;
	if (!make_room(&closings, &b->closing_room, b->closing_count,
		       sizeof(*b->closings)))
		return false;
	b->closings = closings;
	b->closings[b->closing_count++] = account->number;
	return true;
}

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

uint64_t books_gathering(const struct books *b)
{
	return b->gathering;
}

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

const struct ledger_batch *books_batch(struct books *b)
{
	bool nothing = !b->touched && !b->own_touched &&
		       b->opening_count == 0 && b->closing_count == 0;

	if (nothing || !make_entry_room(b))
		return NULL;
	b->batch = (struct ledger_batch){
		.openings = b->openings,
		.opening_count = b->opening_count,
		.entries = b->entries,
		.closings = b->closings,
		.closing_count = b->closing_count,
	};
	write_entries(b);
	return &b->batch;
}

static void told(struct book *book)
{
	book->new_debits = 0;
	book->new_credits = 0;
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
	}
	b->own_touched = false;
	b->touched_count = 0;
	b->opening_count = 0;
	b->closing_count = 0;
	b->gathering++;
}

bool books_own(const struct books *b, uint16_t asset, struct books_own *out)
{
	if (asset >= b->asset_count)
		return false;
	*out = b->assets[asset];
	return true;
}
