/* SPDX-License-Identifier: Apache-2.0 */
/* books.h - double entry: what each packet does to two accounts and to the
 * node's own, and what of it the ledger has not been told yet.
 *
 * A packet moves money between its accounts through the node's exchange
 * account, of which there is one for each asset; so each leg balances for
 * itself, and what the exchange keeps is what that account has in the end.
 * A leg that came too late to be charged goes to the `late` account of its
 * asset, for the operator to see. What the operator says has happened outside
 * of packets comes from the `adjusted` account of the asset, which is opened
 * when it is first needed.
 *
 *     alice  ─debit──►│ exchange │       USD
 *                     │ exchange │──credit─► bob     EUR
 *
 * Everything posted since the last batch is summed up for each account, so a
 * batch is as large as the number of accounts that it touches.
 */
#ifndef NODE_BOOKS_H
#define NODE_BOOKS_H

#include "ledger/ledger.h"
#include "node/account.h"
#include "node/exchange.h"
#include "node/refusal.h"
#include "node/roll.h"

struct books;

/* NULL when there is no memory. Ids in an empty ledger are given out from the
 * number on. Assets are made known to the exchange, with the same numbers. */
struct books *books_create(struct exchange *exchange, uint64_t first_number);
void books_destroy(struct books *books);

/* Reads what earlier runs have left in the ledger, before anything is opened.
 * False, and a line of text for people, when it makes no sense. */
bool books_restore(struct books *books, const struct ledger *ledger,
		   char *error, size_t error_size);

/* How long packets are under way at most, as it is now: the ledger remembers
 * it, and gives what it was in the runs before, if that is longer. False when
 * there is no memory. */
bool books_longest(struct books *books, const struct ledger *ledger,
		   uint64_t *longest_ms);

/* The number of an asset, which is opened if it is new. False when there are
 * too many, or there is no memory. */
bool books_asset(struct books *books, const struct ledger_asset *asset,
		 uint16_t *number);

/* Gives the account its number, and what an earlier run has left under its id:
 * its balance, and what is in doubt, which is on hold for now. Or opens it with
 * this batch. */
enum account_error books_open(struct books *books, struct account *account);

/* An account is going. It closes in the ledger if it is empty; what is left
 * in it stays there. False: try again. */
bool books_close(struct books *books, struct account *account);

/* All accounts are open that the configuration has: others, which an earlier
 * run had, close if they are empty. Gives how many are not. */
size_t books_retire(struct books *books);

/* Holds both legs of a packet, or none. */
enum refusal books_reserve(struct account *from, struct ilp_amount in,
			   struct account *to, struct ilp_amount out);

/* Lets a leg go that was held. */
void books_void_in(struct account *from, struct ilp_amount in);
void books_void_out(struct account *to, struct ilp_amount out);

/* Posts a leg that was held. */
void books_post_in(struct books *books, struct account *from,
		   struct ilp_amount in);
void books_post_out(struct books *books, struct account *to,
		    struct ilp_amount out);

/* An incoming leg that was posted is not to be charged after all: it is moved.
 * What the account has used since, on the strength of it, is a debt of its. */
void books_move_late(struct books *books, struct account *from,
		     struct ilp_amount in);

/* The operator says so: what the peer owes us is more by that, or less by it.
 * False, and nothing has happened, when there is no memory. */
bool books_debit(struct books *books, struct account *account,
		 struct ilp_amount amount);
bool books_credit(struct books *books, struct account *account,
		  struct ilp_amount amount);

/* So much of what was unresolved has reached the peer, says the operator, and
 * so we owe it; nothing is unresolved any more. False, and nothing has happened,
 * when there is no memory. */
bool books_resolve(struct books *books, struct account *account,
		   struct ilp_amount posted);
/* From now on accounts whose balance changes are kept in a list, each once; or
 * not any more. And the next in it, which leaves it; NULL: there is none. */
void books_watch(struct books *books, bool watched);
struct account *books_next_changed(struct books *books);

/* What a row of the journal is about. */
enum books_kind {
	BOOKS_FULFILLED = 1,
	BOOKS_LATE = 2, /* the incoming leg was moved to `late` after all */
	BOOKS_ADJUSTED = 3, /* `in` more is owed to us, or `out` more by us */
	BOOKS_RESOLVED = 4, /* `out` has reached the peer before a crash */
};

struct books_row {
	enum books_kind kind;
	struct ilp_time at;
	const struct account *from;
	const struct account *to; /* NULL: nobody */
	struct ilp_amount in;
	struct ilp_amount out;
};

/* A row for the journal, with this batch. Nobody audits a node that has lost
 * one: so when there is no memory, the process ends. */
void books_write_down(struct books *books, const struct books_row *row);

/* A leg is on hold towards the account (exposure.h). Gives the batch behind
 * which it may leave; 0: at once. False when there is no memory. */
bool books_expose(struct books *books, struct account *to, uint64_t *wait);

/* Lets ceilings go down that are not needed any more; all accounts had their
 * turn after so many calls. Is there none left? */
#define BOOKS_REST_TURNS 50
void books_rest(struct books *books);
bool books_rests(const struct books *books);

/* Lets all of them go down at once, at the end. */
void books_rest_all(struct books *books);

/* Whatever was on its way in an earlier run is over: what is in doubt is not on
 * hold any more, and is written down as unresolved. False when there is no
 * memory for some of it: try again. */
bool books_lapse(struct books *books);

/* The ledger is to remember that with this batch; where it is a file. False
 * when there is no memory. */
bool books_note(struct books *books, const struct ledger_record *record);

/* How many of that there are, and only the first so many were meant. */
size_t books_notes(const struct books *books);
void books_notes_undo(struct books *books, size_t count);

/* The number of the batch that is being gathered: 1, 2, ... */
uint64_t books_gathering(const struct books *books);

/* Batches up to this one are durable. */
void books_durable(struct books *books, uint64_t batch);

/* Is there anything to hand over? */
bool books_have_batch(const struct books *books);

/* What was gathered, good until the next call; NULL when there is nothing, or
 * no memory to write it down (then it waits). */
const struct ledger_batch *books_batch(struct books *books);

/* The ledger has taken that batch: the next one begins. */
void books_taken(struct books *books);

/* An account of the node's own, for each asset in turn; false behind the last.
 */
struct books_own {
	struct ledger_asset asset;
	struct book exchange;
	struct book late;
	struct book adjusted;
	uint64_t exchange_number;
	uint64_t late_number;
	uint64_t adjusted_number; /* 0: it was never needed */
};

bool books_own(const struct books *books, uint16_t asset,
	       struct books_own *out);

#endif
