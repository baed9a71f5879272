/* SPDX-License-Identifier: Apache-2.0 */
/* peer.h - who pays and is paid at the ends of the network: a link, and
 * manners.
 *
 * An honest peer sends payments, and answers with the right preimage while
 * there is time. A liar answers otherwise, or with what is no answer at all. A
 * flooder asks without reading what it is answered.
 */
#ifndef SIM_PEER_H
#define SIM_PEER_H

#include "link/link.h"
#include "test/sim/world.h"

/* So many payments are remembered, to be asked for again. */
#define PEER_MEMORY 16

struct past_payment {
	uint64_t secret;
	unsigned to;
	uint64_t amount;
	int64_t expires_ms;
};

struct peer {
	struct actor actor;
	struct world *world;
	unsigned index;
	unsigned edge;
	unsigned side;
	struct pool *pool;
	struct cable *cable; /* NULL: not connected */
	struct link *link;
	bool up;
	struct cable *accepted; /* to take the place of the other */
	int64_t connect_us;     /* when to try again */
	int64_t send_us;        /* when to pay next */
	int64_t deaf_until_us;
	struct heap replies; /* that it owes, by the time that they are due */
	uint32_t next_request;
	struct past_payment past[PEER_MEMORY];
	unsigned past_count;
};

struct peer *peer_create(struct world *world, unsigned index);
void peer_destroy(struct peer *peer);

void peer_accept(struct peer *peer, struct cable *cable);

/* It reads nothing until then. */
void peer_go_deaf(struct peer *peer, int64_t until_us);

/* Sends one payment that can arrive, and gives its number; 0 when it cannot be
 * sent. */
uint64_t peer_pay(struct peer *peer, unsigned to);

#endif
