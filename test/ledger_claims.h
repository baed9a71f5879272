/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_claims.h - what the files of the ledger suite have in common: the
 * bank that most claims are about, batches that can be read at a glance, and
 * what a claim asks a ledger again and again. ledger_suite.c has it; to the
 * rest of the tests the suite is ledger_suite.h.
 */
#ifndef TEST_LEDGER_CLAIMS_H
#define TEST_LEDGER_CLAIMS_H

#include "test/check.h"
#include "test/ledger_suite.h"

#define U128_MAX (~(ilp_u128)0)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Claims are functions without parameters; this is theirs. */
extern const struct ledger_suite *kind;

extern const struct ilp_time now;

/* The bank that most claims are about: two accounts in each of three assets,
 * two of which have the same code. */
enum {
	ALICE = 1,
	BOB = 2,
	CAROL = 3, /* another code */
	DAVE = 4,
	ERIN = 5, /* the code of Alice and Bob, another scale */
	FRANK = 6,
	NOBODY = 99,
};

#define BANK_ACCOUNTS 6

extern const struct ledger_opening bank_openings[BANK_ACCOUNTS];

struct ledger *bank(void);

#define OPENINGS(array) .openings = (array), .opening_count = COUNT(array)
#define ENTRIES(array) .entries = (array), .entry_count = COUNT(array)
#define RECORDS(array) .records = (array), .record_count = COUNT(array)
#define CLOSINGS(array) .closings = (array), .closing_count = COUNT(array)
#define CEILINGS(array) .ceilings = (array), .ceiling_count = COUNT(array)
#define BATCH(...) (&(const struct ledger_batch){ __VA_ARGS__ })

/* Entries, short enough to read a batch at a glance. */
#define DEBIT(id, units)                                                       \
	{                                                                      \
		id, LEDGER_DEBITS_POSTED, false, units                         \
	}
#define CREDIT(id, units)                                                      \
	{                                                                      \
		id, LEDGER_CREDITS_POSTED, false, units                        \
	}
#define HOLD_DEBIT(id, units)                                                  \
	{                                                                      \
		id, LEDGER_DEBITS_PENDING, false, units                        \
	}
#define HOLD_CREDIT(id, units)                                                 \
	{                                                                      \
		id, LEDGER_CREDITS_PENDING, false, units                       \
	}
#define FREE_DEBIT(id, units)                                                  \
	{                                                                      \
		id, LEDGER_DEBITS_PENDING, true, units                         \
	}
#define FREE_CREDIT(id, units)                                                 \
	{                                                                      \
		id, LEDGER_CREDITS_PENDING, true, units                        \
	}

/* Submits what must be accepted, and gives its number. */
uint64_t submit(struct ledger *ledger, const struct ledger_batch *batch);

/* Submits one record. */
void put(struct ledger *ledger, const char *key, const char *value);

/* Makes everything durable and takes the event, if one comes. */
uint64_t settle(struct ledger *ledger);

/* Is that very account there? */
bool find(const struct ledger *ledger, uint64_t id, struct ledger_account *out);

/* Of an account that must be there. */
struct ledger_totals totals(const struct ledger *ledger, uint64_t id);
ilp_u128 ceiling(const struct ledger *ledger, uint64_t id);

/* All accounts, up to `max` of them. */
size_t list_accounts(const struct ledger *ledger, struct ledger_account *out,
		     size_t max);

bool same_totals(const struct ledger_totals *a, const struct ledger_totals *b);
bool same_account(const struct ledger_account *a,
		  const struct ledger_account *b);

/* The record has this value; NULL if it must not be there. */
void check_record(const struct ledger *ledger, const char *key,
		  const char *value);

/* The next record is this one. */
void check_next_record(const struct ledger *ledger,
		       struct ledger_record *record, struct ilp_bytes key,
		       struct ilp_bytes value);

void check_progress(const struct ledger *ledger, uint64_t submitted,
		    uint64_t durable);

/* The batch is refused with that status, nothing at all changes, and the next
 * batch has the number that this one would have had. */
void check_refused(struct ledger *ledger, const struct ledger_batch *batch,
		   enum ledger_status status);

/* The claims of each file; how many of them failed. */
int claims_about_entries(void);
int claims_about_accounts(void);
int claims_about_records(void);
int claims_about_restarts(void); /* of ledgers that can restart */
int claims_about_failures(void); /* and of those that can be spoilt */

#endif
