/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.h - what remembers money when the memory of the node is gone.
 *
 * The node decides about money in its own memory, and the ledger follows: it
 * takes batches of balanced entries, and says later from which on they will
 * survive anything. Whoever lets money out (a Fulfill, a receipt) waits for
 * that. The ledger checks no limits of accounts; that was done before.
 *
 *     ledger_submit ──►┌────────┐──► ledger_next     (durable, failed)
 *     ledger_tick   ──►│ ledger │──► ledger_account  (at start: all of it)
 *                      └────────┘
 *
 * Back ends fill a struct ledger_ops; test/ledger_suite.h holds them all to
 * this page. They have no locks: one thread at a time calls a ledger. A
 * ledger_tick may take as long as a disk takes, and the other calls are quick;
 * whoever lets a thread of its own tick leaves all calls to that thread, and
 * passes batches to it, and events back, through mailboxes.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/bytes.h"
#include "base/time.h"
#include "ilp/rate.h"

/* What amounts of one kind are counted in. Only entries of the same asset
 * add up. Back ends number them, for good, so there is a bound. */
struct ledger_asset {
	char code[24]; /* ends in a zero */
	uint8_t scale;
};

#define LEDGER_ASSETS_MAX 1024

/* A new account. Ids are the node's choice and are never used again; 0 is
 * the id of none. */
struct ledger_opening {
	uint64_t account;
	struct ledger_asset asset;
};

/* Balance = debits − credits, both posted: positive when they owe us. What
 * is pending has been reserved by a payment that outlives the process; the
 * holds of packets in flight are not here, since they end by themselves. */
struct ledger_totals {
	ilp_u128 debits_posted;
	ilp_u128 credits_posted;
	ilp_u128 debits_pending;
	ilp_u128 credits_pending;
};

/* What a batch adds to one total of one account, or takes off: only pending
 * totals can fall. Entries count one after the other, so that a total must
 * not leave its range on the way either. */
enum ledger_total {
	LEDGER_DEBITS_POSTED,
	LEDGER_CREDITS_POSTED,
	LEDGER_DEBITS_PENDING,
	LEDGER_CREDITS_PENDING,
};

struct ledger_entry {
	uint64_t account;
	enum ledger_total total;
	bool take; /* off the total instead of adding to it */
	ilp_u128 units;
};

/* Something to remember beside the money, in the same transaction: a payment,
 * an idempotency key, a message still to be sent. It replaces what the key
 * had; an empty value removes the key. No key is empty. */
struct ledger_record {
	struct ilp_bytes key;
	struct ilp_bytes value;
};

#define LEDGER_KEY_MAX 255
#define LEDGER_VALUE_MAX 65535

/* What happened to one packet, for whoever audits: a back end that keeps a
 * journal keeps one row of each, in the same transaction as the rest, and the
 * others let it be. Nothing ever reads it but people. */
struct ledger_journal {
	int64_t at_us; /* since 1970 */
	uint64_t from; /* accounts */
	uint64_t to;
	uint64_t in_units;
	uint64_t out_units;
	uint8_t kind; /* the node's word for it */
};

/* All of it happens, or none: first the openings, so that the rest may be
 * about the new accounts, and last the closings, so that the rest may empty
 * the old ones. For each asset, posted debits and posted credits must be the
 * same, and pending ones too, however large their sums. Of two records of one
 * key the later counts, and of two ceilings. */
struct ledger_batch {
	const struct ledger_opening *openings;
	size_t opening_count;
	const struct ledger_entry *entries;
	size_t entry_count;
	const struct ledger_record *records;
	size_t record_count;
	/* Accounts whose exposure ceiling becomes this: how much the node may
	 * have on hold towards them before it asks again. After a crash that
	 * much is in doubt. */
	const struct ledger_ceiling {
		uint64_t account;
		ilp_u128 units;
	} * ceilings;
	size_t ceiling_count;
	/* Accounts that close. They must be empty: posted debits and posted
	 * credits are the same, nothing is pending, and the ceiling is 0. What
	 * is closed is seen no more and used no more, and opens never again. */
	const uint64_t *closings;
	size_t closing_count;
	const struct ledger_journal *journal;
	size_t journal_count;
};

enum ledger_status {
	LEDGER_OK,
	LEDGER_BUSY,       /* too much is waiting; submit again after a tick */
	LEDGER_UNBALANCED, /* debits and credits of an asset differ */
	LEDGER_UNKNOWN,    /* an account that was never opened, or is closed */
	LEDGER_EXISTS,     /* opening an account that there is, or was */
	LEDGER_NOT_EMPTY,  /* closing an account that is not */
	LEDGER_ASSETS,     /* more assets than LEDGER_ASSETS_MAX */
	LEDGER_RANGE,      /* a total would leave 0 to 2^128-1, or a posted one
			    * fall; a length, or an id of 0 to be opened */
	LEDGER_NO_MEMORY,
	LEDGER_DEAD, /* after a failure: no batch is taken any more */
};

/* What came of the ticks.
 *
 * A failure is for good: when a disk has lost what it was told to keep, no
 * later answer of it can be trusted. From the tick that fails on, every submit
 * is LEDGER_DEAD, ticks do nothing, and what can be looked at stays as it is.
 * How many of the batches behind the last durable one survive is known when a
 * new process opens the store again. A disk that is full or read-only is no
 * failure: batches wait, the next tick tries again, and once too many of them
 * wait submit is LEDGER_BUSY. A record that cannot be read is a failure too:
 * whoever looked was told that there is none, and no batch that follows from
 * it is taken. */
enum ledger_event_type {
	LEDGER_DURABLE, /* every batch up to this number will survive */
	LEDGER_FAILED,  /* nothing behind this number is sure; the last event */
};

struct ledger_event {
	enum ledger_event_type type;
	uint64_t sequence;
	const char *reason; /* for people; of a failure only */
};

/* Numbers of batches, 0 when there is none. */
struct ledger_progress {
	uint64_t submitted; /* the last that was taken */
	uint64_t durable;   /* the last that will survive */
};

struct ledger_account {
	uint64_t account;
	struct ledger_asset asset;
	struct ledger_totals totals;
	ilp_u128 ceiling;
};

struct ledger;

struct ledger_ops {
	const char *name;
	bool durable; /* does LEDGER_DURABLE outlive the process? */
	bool journal; /* can it keep one? */
	enum ledger_status (*submit)(struct ledger *ledger,
				     const struct ledger_batch *batch,
				     uint64_t *sequence);
	void (*tick)(struct ledger *ledger, struct ilp_time now);
	bool (*next)(struct ledger *ledger, struct ledger_event *out);
	bool (*account)(const struct ledger *ledger, uint64_t after,
			struct ledger_account *out);
	bool (*record)(const struct ledger *ledger, struct ilp_bytes key,
		       struct ilp_bytes *value);
	bool (*next_record)(const struct ledger *ledger, struct ilp_bytes after,
			    struct ledger_record *out);
	struct ledger_progress (*progress)(const struct ledger *ledger);
	const char *(*trouble)(const struct ledger *ledger); /* or NULL */
	void (*destroy)(struct ledger *ledger);
};

struct ledger {
	const struct ledger_ops *ops; /* the first member of every back end */
};

/* Hands over a batch; it is copied. The first has the number 1, and any
 * other one more than the batch before; after a restart, than the last batch
 * that survived. A batch that is refused has no number and no effect, and
 * `*sequence` stays as it was. */
static inline enum ledger_status ledger_submit(struct ledger *ledger,
					       const struct ledger_batch *batch,
					       uint64_t *sequence)
{
	return ledger->ops->submit(ledger, batch, sequence);
}

/* Makes what has been submitted durable, all at once: one LEDGER_DURABLE
 * with the number of the last batch, if there is a new one. */
static inline void ledger_tick(struct ledger *ledger, struct ilp_time now)
{
	ledger->ops->tick(ledger, now);
}

/* The next event; false when there is none for now. A LEDGER_DURABLE that
 * was not fetched may be replaced by a later one, but not by a failure. */
static inline bool ledger_next(struct ledger *ledger, struct ledger_event *out)
{
	return ledger->ops->next(ledger, out);
}

/* The open account with the lowest id above `after`, as all batches submitted
 * so far leave it; false when there is none. Start with 0 to see them all. */
static inline bool ledger_account(const struct ledger *ledger, uint64_t after,
				  struct ledger_account *out)
{
	return ledger->ops->account(ledger, after, out);
}

/* The value of a record, as all batches submitted so far leave it; false when
 * there is none. It is borrowed until the next look at a record or submit,
 * whose batch may still point to it. */
static inline bool ledger_record(const struct ledger *ledger,
				 struct ilp_bytes key, struct ilp_bytes *value)
{
	return ledger->ops->record(ledger, key, value);
}

/* The record with the first key behind `after`; false when there is none. It
 * is borrowed likewise, and the next `after` may be its key. Keys are ordered
 * by their bytes, and a key lies before those that it begins: start with an
 * empty one to see all records, or with a prefix to see those whose keys go on
 * from it, and stop at the first that does not. */
static inline bool ledger_next_record(const struct ledger *ledger,
				      struct ilp_bytes after,
				      struct ledger_record *out)
{
	return ledger->ops->next_record(ledger, after, out);
}

/* How far the ledger has come, whether the events were fetched or not. After
 * a restart both numbers are that of the last batch that survived, and there
 * is no event for it. */
static inline struct ledger_progress
ledger_progress(const struct ledger *ledger)
{
	return ledger->ops->progress(ledger);
}

/* Why batches wait although it has been told to make them durable, for people:
 * "the disk is full". NULL when all is well, and after a failure, whose event
 * tells more. */
static inline const char *ledger_trouble(const struct ledger *ledger)
{
	return ledger->ops->trouble ? ledger->ops->trouble(ledger) : NULL;
}

static inline void ledger_destroy(struct ledger *ledger)
{
	if (ledger)
		ledger->ops->destroy(ledger);
}

#endif
