/* SPDX-License-Identifier: Apache-2.0 */
/* peer.h - a peer of a node on a stage (scene.h), which does what a test says,
 * good or bad.
 *
 * It speaks the frames of link/memory.h by hand, so that it can also break
 * off in the middle of one, answer twice, or answer what it was not asked.
 */
#ifndef TEST_PEER_H
#define TEST_PEER_H

#include "ilp/packet.h"
#include "node/account.h"

struct scene;
struct peer;
struct message;
struct question;

struct bytes_buffer {
	uint8_t *at;
	size_t len;
	size_t room;
};

/* One connection of a peer with the node. A peer may have several, of which
 * the newest that has said hello counts. */
struct connection {
	struct peer *peer;
	struct session *session;  /* NULL: it is over */
	struct bytes_buffer in;   /* from the node, not a whole frame yet */
	struct bytes_buffer out;  /* to the node, not delivered yet */
	struct message *messages; /* the whole frames of `out`, in order */
	size_t message_count;
	bool deaf;       /* the peer does not read */
	bool closed;     /* by the node: what comes does not count */
	char reason[64]; /* why the node ended it; empty: it did not */
	struct connection *next;
};

struct peer {
	struct scene *scene;
	char name[64]; /* also the id of its account; its address is test.name
			*/
	struct account_settings settings;
	uint64_t number;               /* of its account in the ledger */
	struct connection *connection; /* the newest */
	struct connection *up;         /* the one that counts; NULL: none */
	bool was_deaf;
	bool limits_changed;  /* its balance may be outside of them */
	signed_units charged; /* its balance, by our books */
	struct peer *next;
};

/* What has become of a Prepare that a peer wrote. */
enum question_state {
	QUESTION_WRITTEN,   /* on its way to the node, or lost there */
	QUESTION_ASKED,     /* the node has it */
	QUESTION_PASSED,    /* the next hop has it, and owes an answer */
	QUESTION_FULFILLED, /* it fulfilled, rightly and in time */
	QUESTION_FAILED,    /* it said anything else */
	QUESTION_EXPIRED,   /* it said nothing in time */
};

struct question {
	struct peer *from;
	struct connection *connection; /* over which it was asked */
	uint32_t number; /* also the request id under which it was asked */
	enum question_state state;
	struct ilp_bytes packet; /* as written */
	struct ilp_bytes turned; /* as it is passed on instead, if it is an echo */
	bool ends_here; /* the node itself fulfills it, with `reply` */
	struct ilp_prepare prepare;
	struct ilp_time asked; /* when the node had it */
	int64_t deadline_us; /* the incoming expiry */
	/* Where it arrived. */
	struct peer *to;
	uint32_t out_request;
	struct ilp_bytes out_packet;
	struct ilp_prepare out;
	int64_t out_deadline_us;
	/* What the next hop said, if that is to be passed on as it is. */
	struct ilp_bytes reply;
	uint64_t batch; /* of the ledger, behind which a Fulfill must wait */
	/* What came back. */
	int answers;
	bool heard;  /* by who asked; false: lost with a connection */
	bool parked; /* a Fulfill is there, and who asked is not */
	bool lost;   /* the node was not able to answer in time */
	bool late;   /* so it is not charged: the ledger was too slow */
	bool over;   /* there is nothing more to come */
	struct ilp_bytes answer;
	bool fulfilled; /* it is a Fulfill; or else a Reject: */
	struct ilp_reject reject;
};

/* ---- accounts ---- */

/* No limits; the asset XRP with a scale of 9. */
struct account_settings peer_settings(const char *name);

/* A peer with an account, and the route "test.name", connected. */
struct peer *peer_join(struct scene *s, const char *name);
struct peer *peer_join_with(struct scene *s,
			    const struct account_settings *settings);

/* A peer of an account that there is already, connected. */
struct peer *peer_meet(struct scene *s, const char *name);

/* NULL when it has none any more. */
struct account *peer_account(const struct peer *peer);

/* The operator takes it away, or changes it. */
void peer_remove(struct peer *peer);
void peer_change(struct peer *peer, const struct account_settings *settings);

/* ---- connections ---- */

/* A new one; one from before stays, until the node ends it. */
struct connection *peer_connect(struct peer *peer);

/* The socket breaks, with all that is in it. */
void peer_disconnect(struct peer *peer);
void connection_break(struct connection *c);

/* Any bytes. What follows them on this connection is not understood. */
void peer_write(struct peer *peer, struct ilp_bytes bytes);

/* Stops reading, or goes on. */
void peer_deafen(struct peer *peer, bool deaf);

/* ---- packets: they are written, and delivered in the next round ---- */

/* A Prepare of 10 s, with a condition of its own and no data. */
struct ilp_prepare peer_prepare(struct scene *s, const char *destination,
				uint64_t amount);

/* With no data the packet gets its number as data. */
struct question *peer_ask(struct peer *from, const char *destination,
			  uint64_t amount);
struct question *peer_ask_with(struct peer *from,
			       const struct ilp_prepare *prepare);
struct question *peer_ask_bytes(struct peer *from, struct ilp_bytes packet);

/* The next hop answers, over its newest connection. */
void peer_fulfill(const struct question *q);
void peer_reject(const struct question *q, const char *code);
void peer_answer(const struct question *q, struct ilp_bytes packet);

/* Somebody answers a request of the node. */
void peer_answer_as(struct peer *peer, uint32_t request,
		    struct ilp_bytes packet);
void connection_answer(struct connection *c, uint32_t request,
		       struct ilp_bytes packet);

/* The Fulfill of a question, good until the next call. */
struct ilp_bytes peer_fulfill_packet(const struct question *q,
				     struct ilp_bytes data);

/* What fulfills this condition. */
void peer_fulfillment(struct scene *s, const uint8_t condition[32],
		      uint8_t out[32]);

/* ---- what a test looks at ---- */

/* The node itself rejected it, with this code and text. */
#define CHECK_REFUSED(q, code, text)                                           \
	peer_check_refused(q, code, text, __FILE__, __LINE__)
void peer_check_refused(const struct question *q, const char *code,
			const char *text, const char *file, int line);

/* It lies with that peer, and has no answer yet. */
#define CHECK_PASSED(q, to) peer_check_passed(q, to, __FILE__, __LINE__)
void peer_check_passed(const struct question *q, const struct peer *to,
		       const char *file, int line);

/* A Fulfill came back. */
#define CHECK_FULFILLED(q) CHECK((q)->answers == 1 && (q)->fulfilled)

/* ---- for scene.c ---- */

/* Hands over what was written. */
void connection_deliver(struct connection *c);

/* Takes what the node has written, and understands it. */
void connection_hear(struct connection *c);

/* The node has ended it, or the socket is broken. */
void connection_end(struct connection *c, const char *reason);
void connection_free(struct connection *c);

#endif
