/* SPDX-License-Identifier: Apache-2.0 */
/* websocket.h - messages over a stream of bytes (RFC 6455), once the opening
 * handshake is done (upgrade.h does that).
 *
 * A machine: what the peer sent goes in, messages come out, and what is to
 * be sent waits in a queue. It splits and joins frames, masks and unmasks,
 * answers pings and closes, and holds the peer to every rule of the RFC. No
 * extension is offered or taken.
 *
 *     websocket_receive ──►┌───────────┐──► websocket_next
 *     websocket_add     ──►│ websocket │──► websocket_output
 *                          └───────────┘
 */
#ifndef WIRE_WEBSOCKET_H
#define WIRE_WEBSOCKET_H

#include "base/queue.h"
#include "ilp/crypto.h"

/* Control frames are small (RFC 6455, 5.5). */
#define WEBSOCKET_CONTROL_MAX 125
/* The longest head of a frame: two bytes, a length of eight, a mask. */
#define WEBSOCKET_HEAD_MAX 14

enum websocket_role {
	WEBSOCKET_SERVER, /* takes masked frames only, sends them bare */
	WEBSOCKET_CLIENT, /* the other way round */
};

enum websocket_code {
	WEBSOCKET_NORMAL = 1000,
	WEBSOCKET_GOING_AWAY = 1001,
	WEBSOCKET_PROTOCOL = 1002,
	WEBSOCKET_UNACCEPTABLE = 1003, /* such as text instead of binary */
	WEBSOCKET_NO_CODE = 1005,      /* never on the wire: none was given */
	WEBSOCKET_NOT_TEXT = 1007,     /* text that is not UTF-8 */
	WEBSOCKET_POLICY = 1008,
	WEBSOCKET_TOO_BIG = 1009,
	WEBSOCKET_ERROR = 1011,
	WEBSOCKET_TRY_LATER = 1013,
};

enum websocket_event_type {
	WEBSOCKET_BINARY,
	WEBSOCKET_TEXT, /* it is UTF-8 */
	/* Is answered: each one, or the last of many that come together. */
	WEBSOCKET_PING,
	WEBSOCKET_PONG,
	/* The peer closes, and was answered: the last event. */
	WEBSOCKET_CLOSED,
	/* The peer broke a rule, and was told the code: the last event. */
	WEBSOCKET_BROKEN,
};

struct websocket_event {
	enum websocket_event_type type;
	/* Borrowed until the next websocket_next. Of CLOSED, it is what the
	 * peer gives as its reason, in UTF-8. */
	struct ilp_bytes data;
	uint16_t code;      /* of CLOSED and BROKEN */
	const char *reason; /* of BROKEN, for people */
};

struct websocket_options {
	enum websocket_role role;
	struct pool *pool; /* outlives the websocket */
	/* Longer messages break a rule (TOO_BIG). No more than a block of the
	 * pool can hold. */
	size_t message_max;
	/* A client's masks are drawn from these; a server needs neither. */
	struct ilp_crypto *crypto;
	uint8_t seed[32]; /* secret and random */
};

/* Its members are its own affair. */
struct websocket {
	struct queue output;
	enum websocket_role role;
	struct pool *pool;
	size_t message_max;

	/* What is left of the input that was lent. */
	uint8_t *in;
	size_t in_len;
	/* The head of a frame, as far as it has come, when it is cut. */
	uint8_t head[WEBSOCKET_HEAD_MAX];
	size_t head_len;
	/* A frame whose head is read: what is to come of its payload, and the
	 * mask of the next byte of it. */
	struct {
		bool open;
		bool final;
		uint8_t opcode;
		uint8_t mask[4];
		size_t left;
	} frame;
	/* The message that is being read: what it is, zero when there is none;
	 * and when it comes in pieces, a block with what has come of it. */
	uint8_t message;
	uint8_t *block;
	size_t block_len;
	bool block_lent; /* the message is whole, and the owner's to read */
	/* What has come of a control frame, which may lie within a message. */
	uint8_t control[WEBSOCKET_CONTROL_MAX];
	size_t control_len;

	/* What the peer did wrong, until the owner has been told. */
	const char *problem;
	enum websocket_code problem_code;
	bool over;   /* the last event has been given */
	bool closed; /* a close was sent, and nothing may follow it */

	/* The payload added last that is not masked yet, behind its mask. */
	uint8_t *bare;
	size_t bare_len;
	/* Masks to come, and where they come from. */
	struct ilp_crypto *crypto;
	uint8_t seed[32];
	uint64_t draws;
	uint8_t masks[ILP_HASH_LEN];
	size_t masks_left;

	/* How much is to be written until the last pong is; and meanwhile the
	 * latest ping, which is answered after that. */
	size_t pong_ahead;
	bool pong_owed;
	uint8_t pong[WEBSOCKET_CONTROL_MAX];
	size_t pong_len;
};

void websocket_init(struct websocket *ws,
		    const struct websocket_options *options);
void websocket_finish(struct websocket *ws);

/* Bytes from the peer, cut anywhere. They are lent until websocket_next has
 * given all events that come of them, and are overwritten: messages are
 * unmasked where they lie. */
void websocket_receive(struct websocket *ws, uint8_t *in, size_t len);

/* The next event; false when there is none for now. */
bool websocket_next(struct websocket *ws, struct websocket_event *out);

/* Room for a binary message of `len` bytes, which counts as sent: the caller
 * fills it, and may edit it until the next call on this websocket. NULL when
 * the pool has no more, or after a close. */
uint8_t *websocket_add(struct websocket *ws, size_t len);

/* Sends a ping; the data is no longer than WEBSOCKET_CONTROL_MAX. */
void websocket_ping(struct websocket *ws, struct ilp_bytes data);

/* Sends a close, unless one was sent; nothing can be added any more. What the
 * peer still sends is read until its own close comes. The reason is cut to
 * what a control frame holds. */
void websocket_close(struct websocket *ws, enum websocket_code code,
		     const char *reason);

/* What is to be written to the peer, good until the next call; and how much
 * there is of it in all. */
struct ilp_bytes websocket_output(struct websocket *ws);
void websocket_written(struct websocket *ws, size_t len);
size_t websocket_waiting(const struct websocket *ws);

#endif
