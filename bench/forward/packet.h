/* SPDX-License-Identifier: Apache-2.0 */
/* packet.h - the packets of the load: each follows from its number.
 *
 * Number, amount, destination, condition and data of a Prepare belong
 * together, so who receives one makes it anew from the number in its data and
 * compares all of it. Encoding copies nothing that stays the same: a template
 * is kept, and what differs is written into it.
 */
#ifndef BENCH_FORWARD_PACKET_H
#define BENCH_FORWARD_PACKET_H

#include "ilp/code.h"
#include "ilp/condition.h"
#include "ilp/timestamp.h"

#define PACKET_PREIMAGES 4096
/* To each receiver, a power of two. */
#define PACKET_FLOWS 16
#define PACKET_MAX 384

/* As many secrets as it takes to keep them from the cache's front row. */
struct packet_secrets {
	uint8_t fulfillment[PACKET_PREIMAGES][ILP_HASH_LEN];
	uint8_t condition[PACKET_PREIMAGES][ILP_HASH_LEN];
};

void packet_secrets_make(struct packet_secrets *secrets);

/* A BTP Message with a Prepare of 200 bytes of data, from the request id to
 * the last byte; where what differs stands in it. */
struct packet_prepare {
	const struct packet_secrets *secrets;
	unsigned receivers;
	size_t head_len; /* in front of the Prepare */
	size_t len;
	uint8_t *request, *amount, *expiry, *condition, *address, *data;
	uint8_t at[PACKET_MAX];
};

/* A BTP Response with the Fulfill of one of them. */
struct packet_fulfill {
	const struct packet_secrets *secrets;
	size_t head_len;
	size_t len;
	uint8_t *request, *fulfillment, *data;
	uint8_t at[PACKET_MAX];
};

void packet_prepare_init(struct packet_prepare *prepare,
			 const struct packet_secrets *secrets,
			 unsigned receivers);
void packet_fulfill_init(struct packet_fulfill *fulfill,
			 const struct packet_secrets *secrets);

/* Receivers take turns. */
static inline unsigned packet_receiver(uint64_t number, unsigned receivers)
{
	return (unsigned)(number % receivers);
}

static inline uint64_t packet_amount(uint64_t number)
{
	return 1000 + number % 16;
}

/* Turn the template into packet `number`. A Prepare tells in its data which
 * expiry it left with. */
void packet_prepare_fill(struct packet_prepare *prepare, uint32_t request,
			 uint64_t number,
			 const uint8_t expiry[ILP_TIMESTAMP_LEN]);
void packet_fulfill_fill(struct packet_fulfill *fulfill, uint32_t request,
			 uint64_t number);

/* Is this the Prepare that it claims to be, as a connector has to pass it on:
 * the amount exchanged at 1, the expiry earlier (if it was only relayed: the
 * same), and nothing else changed? Gives its number, and the request id to
 * answer with. */
bool packet_prepare_is(struct packet_prepare *prepare, struct ilp_bytes in,
		       bool relayed, uint32_t *request, uint64_t *number);

/* Is this the Fulfill of that packet, bit by bit? */
bool packet_fulfill_is(struct packet_fulfill *fulfill, struct ilp_bytes in,
		       uint32_t request, uint64_t number);

#endif
