/* SPDX-License-Identifier: Apache-2.0 */
/* payment.h - what senders, receivers and the observer know of a payment of
 * one packet, and the nodes do not: the secret that opens its condition.
 *
 * The data of each Prepare begins with the payment's number, which no other
 * has, and with its secret. Two with the same secret ask for the same
 * transfer, one of them again.
 */
#ifndef SIM_PAYMENT_H
#define SIM_PAYMENT_H

#include "ilp/crypto.h"
#include "ilp/packet.h"

#define PAYMENT_DATA_MIN 16

struct payment {
	uint64_t number; /* from 1 on */
	uint64_t secret;
};

/* What a Prepare pays for; false when it is none of a sender of ours. */
bool payment_read(struct payment *out, const struct ilp_prepare *prepare);

/* The beginning of the data. */
void payment_write(uint8_t out[PAYMENT_DATA_MIN],
		   const struct payment *payment);

void payment_preimage(uint8_t out[32], uint64_t secret);

#endif
