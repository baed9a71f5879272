/* SPDX-License-Identifier: Apache-2.0 */
/* account.h - what we know of a peer, and what we let it do.
 *
 * An account belongs to one shard, which alone touches it. Its settings come
 * from the operator; its money is in book.h; its connection comes and goes.
 */
#ifndef NODE_ACCOUNT_H
#define NODE_ACCOUNT_H

#include "base/hash.h"
#include "base/index.h"
#include "base/pace.h"
#include "base/wheel.h"
#include "ilp/crypto.h"
#include "node/book.h"
#include "node/dial.h"
#include "node/exposure.h"
#include "node/limit.h"

/* Of an account's id: letters, digits and _ - ~ . as in addresses. */
#define ACCOUNT_ID_MAX 128
#define ACCOUNT_OWNER_MAX 128
#define ACCOUNT_URL_MAX 1024

enum account_relation {
	ACCOUNT_PEER,
	ACCOUNT_PARENT,
	ACCOUNT_CHILD,
};

/* Which version of HTTP is spoken to the peer. */
enum account_http {
	ACCOUNT_HTTP_AGREED, /* by TLS; without it, 1.1 */
	ACCOUNT_HTTP_1,
	ACCOUNT_HTTP_2,
};

struct account_settings {
	struct ilp_bytes id;    /* unique in the node */
	struct ilp_bytes owner; /* empty: the node's operator */
	enum account_relation relation;
	struct ledger_asset asset;
	uint16_t shard; /* that has the account; so far there is one */
	/* Links in: the SHA-256 of the token that the peer logs in with, and
	 * the user name that it must give if it gives one; empty: any. */
	/* Of routes (CCP): does it hear ours, do we hear its, and does it hear
	 * what peers and parents say, as a peer? */
	bool sends_routes;
	bool receives_routes;
	bool transit;
	bool has_token;
	uint8_t token_hash[ILP_HASH_LEN];
	uint32_t in_flight_max; /* packets, in and out each */
	struct ilp_bytes user;
	/* Link out: a BTP or HTTP URL; empty: the peer connects to us. */
	struct ilp_bytes url;
	enum account_http http;
	uint32_t routes_max; /* of those that it says to us */
	/* Over HTTP: where the peer is to post its answers to; empty: they come
	 * on the line of the question. */
	struct ilp_bytes callback;
	/* Of a child's address, behind our own; empty: its id. */
	struct ilp_bytes segment;
	struct ilp_amount packet_max; /* of an incoming packet */
	struct ilp_amount in_flight_money; /* in and out each */
	struct book_limits balance;
	struct limit_settings packets; /* incoming */
	struct limit_settings incoming; /* money */
	struct limit_settings outgoing;
};

/* The settings of somebody who is trusted with nothing: no credit, no limit
 * of our own debt, no rate limit. */
struct account_settings account_defaults(void);

/* Or over BTP? */
bool account_asks_over_http(const struct account_settings *settings);

enum account_state {
	ACCOUNT_OPEN,
	ACCOUNT_STOPPED, /* by the operator: no new packets, in or out */
	ACCOUNT_CLOSING, /* goes when nothing is in flight any more */
};

struct account_counters {
	uint64_t in_fulfilled;
	uint64_t in_rejected; /* by others, and by time */
	uint64_t in_refused;  /* by us, at once */
	uint64_t out_fulfilled;
	uint64_t out_rejected;
	uint64_t out_expired;
	uint64_t unexpected; /* answers to nothing in flight, or no more */
	uint64_t in_limited; /* of those that we refused: by the rate limit */
	ilp_u128 in_value;   /* of what was fulfilled */
	ilp_u128 out_value;
};

/* How far those limits are used that its settings have. */
struct account_limits {
	struct limit packets;
	struct limit incoming;
	struct limit outgoing;
};

struct held;
struct lines;
struct parked;
struct session;

struct account {
	/* What each packet needs comes first. */
	enum account_state state;
	uint32_t slot; /* its place in the shard's table */
	uint16_t asset; /* by the number in books.h */
	bool touched;
	bool dialing : 1; /* the driver is at it, or its connection is there */
	bool changed : 1; /* its balance, since that was told (books_watch) */
	uint32_t in_flight_in;
	uint32_t in_flight_out;
	uint32_t callers; /* who want their answers posted (callers.h) */
	struct session *session; /* the one that is up; NULL: none */
	struct lines *lines;     /* or these, by which it is asked over HTTP */
	struct account_limits *limits; /* NULL: there has never been one */
	struct book book;
	struct exposure *exposure; /* NULL: nothing was ever sent to it */
	struct account *next_touched; /* by this batch of the books */
	struct account *next_changed;
	uint64_t number; /* in the ledger; never used again */
	struct account_settings settings; /* texts are in `texts` */
	struct account_counters counters;
	struct index_entry by_id;
	struct index_entry by_token;
	struct wheel_timer dial_timer;
	int64_t leave_by_us; /* of one on its way out */
	struct dial dial;
	struct parked *parked; /* answers for when it is connected again */
	size_t parked_bytes;   /* that they take */
	uint32_t dial_turn; /* changes with the settings that it is for */
	uint32_t held;         /* answers that wait: for the ledger, or here: */
	struct held *ready;    /* for the link to be less crowded; or NULL */
	struct account *next_crowded;
	struct pace told; /* to the log */
	uint8_t *texts;
};

struct accounts;

struct accounts *accounts_create(const uint8_t seed[32]);
void accounts_destroy(struct accounts *accounts);

enum account_error {
	ACCOUNT_OK,
	ACCOUNT_ID,       /* not an id, or too long a text */
	ACCOUNT_EXISTS,   /* there is an account with this id */
	ACCOUNT_TOKEN,    /* there is one with this token */
	ACCOUNT_ASSET,    /* an account keeps its asset, */
	ACCOUNT_RENAMED,  /* and in a shard its id */
	ACCOUNT_CLOSED,   /* it is on its way out */
	ACCOUNT_ADDRESS,  /* a child's, which is none, or another's */
	ACCOUNT_NO_MEMORY,
};

/* Adds an account; the settings are copied. */
enum account_error accounts_add(struct accounts *accounts,
				const struct account_settings *settings,
				uint64_t number, struct account **out);

/* Gives it other settings; on an error it keeps the old ones. */
enum account_error accounts_change(struct accounts *accounts,
				   struct account *account,
				   const struct account_settings *settings);

void accounts_remove(struct accounts *accounts, struct account *account);

/* Nobody logs in with its token any more, and another may have it. */
void accounts_free_token(struct accounts *accounts, struct account *account);

/* Whose token has this hash; NULL: nobody's. */
struct account *accounts_by_token(const struct accounts *accounts,
				  const uint8_t hash[ILP_HASH_LEN]);

/* NULL when there is none. */
struct account *accounts_at(const struct accounts *accounts, uint32_t slot);
struct account *accounts_find(const struct accounts *accounts,
			      struct ilp_bytes id);

/* The account that this login belongs to; NULL when there is none. */
struct account *accounts_login(const struct accounts *accounts,
			       struct ilp_crypto *crypto, struct ilp_bytes user,
			       struct ilp_bytes token);

/* The next account in the order of slots, NULL behind the last: start with
 * NULL. */
struct account *accounts_next(const struct accounts *accounts,
			      const struct account *after);

/* The same, from a slot on. */
struct account *accounts_from(const struct accounts *accounts, uint64_t slot);

size_t accounts_count(const struct accounts *accounts);

#endif
