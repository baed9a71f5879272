/* SPDX-License-Identifier: Apache-2.0 */
/* refusal.h - why the node itself rejects a packet: a name for each cause,
 * and what it looks like on the wire.
 *
 * Peers and their operators match on some of these texts, which are those of
 * ilp-connector where it has the same cause.
 */
#ifndef NODE_REFUSAL_H
#define NODE_REFUSAL_H

#include "ilp/packet.h"

enum refusal {
	REFUSAL_NONE, /* go on */
	/* The packet itself */
	REFUSAL_UNREADABLE,
	REFUSAL_EXPIRED,
	REFUSAL_EXPIRES_TOO_SOON,
	REFUSAL_PEER_CONDITION,
	REFUSAL_PEER_AMOUNT,
	REFUSAL_PEER_PROTOCOL,
	REFUSAL_ECHO_SHORT,
	REFUSAL_ECHO_PREFIX,
	REFUSAL_ECHO_ANSWER,
	REFUSAL_ECHO_UNPAID,
	REFUSAL_DUPLICATE,
	/* What the incoming account may do */
	REFUSAL_RATE,
	REFUSAL_PACKET_TOO_LARGE,
	REFUSAL_THROUGHPUT,
	REFUSAL_MAXIMUM,
	REFUSAL_PACKETS_IN_FLIGHT,
	REFUSAL_MONEY_IN_FLIGHT,
	/* Where it goes */
	REFUSAL_NETWORK,
	REFUSAL_NO_ROUTE,
	REFUSAL_REFLECTION,
	REFUSAL_NO_CONNECTION,
	REFUSAL_LINK_BUSY,
	REFUSAL_NO_RATE,
	REFUSAL_OLD_PRICE,
	REFUSAL_NOTHING_LEFT,
	REFUSAL_EXCHANGE_TOO_LARGE,
	REFUSAL_LIQUIDITY,
	/* What became of it there */
	REFUSAL_TIMED_OUT,
	REFUSAL_WRONG_FULFILLMENT,
	REFUSAL_UNREADABLE_ANSWER,
	REFUSAL_NOT_SENT_NOW,
	REFUSAL_NOT_SENT,
	/* How we are */
	REFUSAL_BUSY,
	REFUSAL_CLOCK,
	REFUSAL_STOPPED,
	REFUSAL_ALL_STOPPED,
	REFUSAL_SHUTTING_DOWN,
	REFUSAL_COUNT
};

/* What the text says besides: " name=value", in the order given. */
struct refusal_detail {
	const char *name; /* NULL: only the value */
	enum {
		REFUSAL_TEXT,
		REFUSAL_AMOUNT,
		REFUSAL_MOMENT,
	} kind;
	struct ilp_bytes text;
	struct ilp_amount amount;
	int64_t moment_ms;
};

#define REFUSAL_DETAILS_MAX 3
/* More than this of a detail's text is cut off. */
#define REFUSAL_TEXT_MAX 1100

struct refusal_details {
	size_t count;
	struct refusal_detail at[REFUSAL_DETAILS_MAX];
	/* Of REFUSAL_PACKET_TOO_LARGE and EXCHANGE_TOO_LARGE: the data. */
	struct ilp_amount_too_large too_large;
};

void refusal_add_text(struct refusal_details *details, const char *name,
		      struct ilp_bytes text);
void refusal_add_amount(struct refusal_details *details, const char *name,
			struct ilp_amount amount);
void refusal_add_moment(struct refusal_details *details, const char *name,
			int64_t moment_ms);

enum ilp_code refusal_code(enum refusal refusal);
const char *refusal_text(enum refusal refusal);

/* A word for programs: "no_route". */
const char *refusal_word(enum refusal refusal);

/* A Reject of ours never needs more room than this. */
#define REFUSAL_PACKET_MAX (ILP_ADDRESS_MAX + 4 * REFUSAL_TEXT_MAX)

/* Writes the Reject into `room` of REFUSAL_PACKET_MAX bytes. */
struct ilp_bytes refusal_packet(uint8_t *room, enum refusal refusal,
				struct ilp_bytes triggered_by,
				const struct refusal_details *details);

#endif
