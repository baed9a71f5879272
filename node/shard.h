/* SPDX-License-Identifier: Apache-2.0 */
/* shard.h - the part of a node that one thread runs: accounts, their
 * connections, and the packets between them, as one machine.
 *
 * Its driver is a loop with sockets, or a test. In each round it tells the
 * time first (shard_begin), hands over what has come (shard_receive,
 * shard_attach, shard_detach), lets time act (shard_tick), has the ledger take
 * what was gathered (shard_batch), and last writes out what the sessions have
 * (shard_next_output). Nothing is sent before that, so that the packets of a
 * round share one write a connection.
 *
 *     shard_attach, shard_receive ──►┌───────┐──► shard_next_output
 *     shard_tick                  ──►│ shard │──► shard_next_dial
 *     shard_taken, shard_durable  ──►│       │──► shard_batch
 *                                    └───────┘──► shard_deadline_us
 */
#ifndef NODE_SHARD_H
#define NODE_SHARD_H

#include "node/connector.h"
#include "node/keyring.h"
#include "route/routes.h"

struct shard;

/* NULL when there is no memory, or no cryptography. */
struct shard *shard_create(const struct connector_options *options,
			   struct ilp_time now);
void shard_destroy(struct shard *shard);

/* Goes on where an earlier run has left the ledger, before anything else.
 * False, and a line of text for people, when that makes no sense. */
bool shard_restore(struct shard *shard, const struct ledger *ledger,
		   char *error, size_t error_size);

/* There are all accounts that the configuration has: others close, if they are
 * empty. Gives how many are not. */
size_t shard_retire(struct shard *shard);

/* A round begins. */
void shard_begin(struct shard *shard, struct ilp_time now);

/* Does what is due. */
void shard_tick(struct shard *shard);
int64_t shard_deadline_us(const struct shard *shard);

/* ---- accounts and routes, at any time ---- */

enum account_error shard_account_add(struct shard *shard,
				     const struct account_settings *settings);
enum account_error
shard_account_change(struct shard *shard, struct account *account,
		     const struct account_settings *settings);

/* It may also log in by tokens that are signed with this key, which is taken
 * over in any case (keyring.h); until it is removed. */
enum keyring_error shard_account_key(struct shard *shard,
				     const struct account *account,
				     struct ilp_jwt_key *key,
				     const struct ilp_jwt_rules *rules);

/* And by no key any more. */
void shard_account_drop_keys(struct shard *shard,
			     const struct account *account);

/* Unless its token has this hash already nobody logs in with it any more, and
 * another account may have it. */
void shard_account_free_token(struct shard *shard, struct account *account,
			      const uint8_t hash[ILP_HASH_LEN]);

/* Whose token has this hash; NULL: nobody's. */
struct account *shard_account_by_token(const struct shard *shard,
				       const uint8_t hash[ILP_HASH_LEN]);

/* Lets nothing new in or out; what is in flight goes on. And back. */
void shard_account_stop(struct shard *shard, struct account *account,
			bool stopped);

/* The same for all of them. */
void shard_stop_all(struct shard *shard, bool stopped);
bool shard_is_stopped(const struct shard *shard);

/* No packet takes its routes from now on, and nothing new comes in or out. When the last packet
 * in flight is answered, or the longest time for that is over, its connection
 * is closed and it goes itself. Until then its id is not free. */
void shard_account_remove(struct shard *shard, struct account *account);

struct account *shard_account_find(const struct shard *shard,
				   struct ilp_bytes id);
struct account *shard_account_next(const struct shard *shard,
				   const struct account *after);

/* The first in a slot from that one on. */
struct account *shard_account_from(const struct shard *shard, uint64_t slot);
size_t shard_account_count(const struct shard *shard);

/* The prefix leads to the account from now on, since the operator says so; the
 * empty one is the default. False when it does not fit, is our own address, or
 * there is no memory. */
bool shard_route_set(struct shard *shard, struct ilp_bytes prefix,
		     const struct account *account);
bool shard_route_remove(struct shard *shard, struct ilp_bytes prefix);

/* To whom the operator has said that the prefix leads, this one and no other;
 * NULL: it is our own address. False when there is no such route. */
bool shard_route_get(const struct shard *shard, struct ilp_bytes prefix,
		     const struct account **account);

/* A route, whoever made it. */
struct shard_route {
	struct ilp_bytes prefix; /* borrowed until the next call on the shard */
	const struct account *account; /* NULL: ourselves */
	enum route_origin origin;
	struct ilp_list path; /* of one that was learned; borrowed likewise */
};

/* The route that packets take to the next prefix that has one; start with a
 * cursor of zero. `others` becomes how many more there are to it. */
bool shard_route_next(const struct shard *shard, size_t *cursor,
		      struct shard_route *route, size_t *others);

/* How many routes lead to this prefix; the first of them, the best in front, go
 * to `out`. */
size_t shard_routes_to(const struct shard *shard, struct ilp_bytes prefix,
		       struct shard_route *out, size_t most);

/* How many prefixes have a route. */
size_t shard_route_count(const struct shard *shard);

/* Its own address, and the time of this round. */
struct ilp_bytes shard_address(const struct shard *shard);
struct ilp_time shard_now(const struct shard *shard);

/* The child that has the address which such settings would give one; NULL:
 * nobody. And takes it away from an account that is about to have another. */
const struct account *
shard_account_by_address(const struct shard *shard,
			 const struct account_settings *settings);
void shard_account_free_address(struct shard *shard, struct account *account);

/* How the talk about routes with that account stands, and how many of its are
 * known. */
struct routing_status;
void shard_routing_status(const struct shard *shard,
			  const struct account *account,
			  struct routing_status *out);
size_t shard_routes_learned(const struct shard *shard,
			    const struct account *account);

/* ---- what the node itself asks (own.h) ---- */

bool shard_ask(struct shard *shard, const struct ilp_prepare *prepare,
	       struct account *neighbour, enum own_kind kind, uint64_t tag);
bool shard_next_answer(struct shard *shard, enum own_kind kind,
		       struct own_answer *out);
void shard_expect_echo(struct shard *shard, struct own_echo *echo);
void shard_forget_echo(struct shard *shard, struct own_echo *echo);

/* Who is next on the way to that address: NULL, ourselves or nobody. */
const struct account *shard_next_hop(const struct shard *shard,
				     struct ilp_bytes address);

struct exchange *shard_exchange(struct shard *shard);

/* May a packet go back to the account it came from? */
void shard_reflect(struct shard *shard, bool reflect);

/* ---- connections ---- */

/* A new connection. The link is taken over. Its account is known, or NULL
 * when the peer has to log in. NULL when there is no memory; then the link is
 * destroyed. */
struct session *shard_attach(struct shard *shard, struct link *link,
			     struct account *account, void *driver);

/* TLS has agreed on what to speak; empty: on nothing. */
void shard_agreed(struct shard *shard, struct session *session,
		  struct ilp_bytes protocol);

/* Bytes have come; they may be overwritten. */
void shard_receive(struct shard *shard, struct session *session, uint8_t *in,
		   size_t len);

/* Is the peer to be read from? Not while it lets our answers gather: twice of
 * what stops Prepares, so that two peers that send each other many of them do
 * not both stop reading, and wait for each other. */
bool shard_reads(const struct session *session);

/* The connection is gone, or the driver has closed it: the session is no
 * more. */
void shard_detach(struct shard *shard, struct session *session,
		  const char *reason);

/* Has shard_next_output give the session, since its driver has something of
 * its own to write, such as a handshake. */
void shard_look_at(struct shard *shard, struct session *session);

/* A session that may have output on its link; or it has `ended`, and is to be
 * closed after its output, and detached. NULL when there is none. */
struct session *shard_next_output(struct shard *shard);

/* An account that wants to be connected to now; false when there is none. The
 * driver connects, and then gives shard_dialed a link, or NULL when it could
 * not. The account may be gone by then, so it is not pointed to. */
struct shard_dial {
	uint32_t slot;            /* of the account, */
	uint64_t number;          /* its number, */
	uint32_t turn;            /* and which of its settings they are */
	struct ilp_bytes account; /* its id; borrowed like */
	struct ilp_bytes url;     /* this until the next call on the shard */
	/* If it is HTTP: how to speak it, and where answers are posted to. */
	enum account_http http;
	struct ilp_bytes callback;
	struct request_ids *request_ids; /* outlive the shard's sessions */
	unsigned failures; /* how often it did not work, before this */
	bool for_replies; /* it wants to be told something, also at the end */
};

bool shard_next_dial(struct shard *shard, struct shard_dial *out);

/* NULL when the link was not wanted any more, and is destroyed. */
struct session *shard_dialed(struct shard *shard, const struct shard_dial *dial,
			     struct link *link, void *driver);

/* ---- the ledger ---- */

/* What it is to take next, good until the next call; NULL: nothing, for now.
 */
const struct ledger_batch *shard_batch(struct shard *shard);

/* Is there something? That is quicker to say. */
bool shard_has_batch(const struct shard *shard);

/* It has taken that batch, and it is durable up to the batch of that number,
 * counted from 1 on as they were taken. */
void shard_taken(struct shard *shard);
void shard_durable(struct shard *shard, uint64_t batch);

/* What it was told last of that. */
uint64_t shard_durable_batch(const struct shard *shard);

/* With the next batch it is to remember this as well, which is copied. False
 * when there is no memory. */
bool shard_note(struct shard *shard, const struct ledger_record *record);

/* How many of that there are, and only the first so many were meant. */
size_t shard_notes(const struct shard *shard);
void shard_notes_undo(struct shard *shard, size_t count);

/* ---- what the operator says of money ---- */

/* Something happened outside of packets, and the account's balance is so much
 * more, or less. False, and nothing has happened, when there is no memory. */
bool shard_adjust(struct shard *shard, struct account *account,
		  struct ilp_amount amount, bool less);

/* So much of what is unresolved in the account was posted by the peer; nothing
 * is unresolved any more. False likewise. */
bool shard_resolve(struct shard *shard, struct account *account,
		   struct ilp_amount posted);

/* It can take no more for now: no new Prepares until it can. */
void shard_ledger_busy(struct shard *shard, bool busy);

/* ---- the end ---- */

/* Lets no new Prepares in. Once the shard is idle, all of them are answered
 * and all charges durable (or handed over, when that is relaxed), and no
 * ceiling is left; but for what is still to be written out, and for whoever
 * is not connected. To ask is what lets go of the ceilings, with a last batch.
 */
void shard_drain(struct shard *shard);
bool shard_is_idle(struct shard *shard);

/* For those who look: figures, and what should be looked at. */
const struct connector_counters *shard_counters(const struct shard *shard);
struct alerts *shard_alerts(struct shard *shard);

/* Was there such an alert? It is gone now. */
bool shard_alert_dismiss(struct shard *shard, uint64_t id);

/* What happens from now on is wanted, as events_listen has it; and all that
 * there is of it. */
bool shard_listen(struct shard *shard, uint32_t kinds, uint64_t sample);
const struct events *shard_events(const struct shard *shard);
const struct books *shard_books(const struct shard *shard);
bool shard_is_draining(const struct shard *shard);
size_t shard_in_flight(const struct shard *shard);

/* Bytes that wait for the ledger: of Fulfills, and of Prepares. */
size_t shard_held(const struct shard *shard);
size_t shard_unsent(const struct shard *shard);

#endif
