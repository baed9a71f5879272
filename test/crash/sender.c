/* SPDX-License-Identifier: Apache-2.0 */
#include "test/crash/sender.h"

#include <stdio.h>

#include "ilp/packet.h"

#define PACKET_MAX 512
#define NUMBER_LEN 8
/* The node holds none of them that long. */
#define LIFETIME_MS 30000

static void send_prepare(struct sender *sender, uint32_t place)
{
	struct crowd *crowd = sender->peer.crowd;
	struct sender_flight *flight = &sender->flights[place];
	uint64_t number = sender->sent++ * PLAN_PEERS + sender->index;
	const struct plan plan = plan_of(crowd->crypto, number);
	uint8_t at[PACKET_MAX], data[NUMBER_LEN];
	struct ilp_writer w = ilp_writer(at, sizeof(at));
	char address[32];
	struct ilp_prepare prepare = {
		.amount = { plan.in },
		.expires_at_ms = crowd->now_ms + LIFETIME_MS,
		.data = ILP_BYTES(data),
	};

	snprintf(address, sizeof(address), "test.crash.r%u.x", plan.receiver);
	prepare.destination = ilp_text(address);
	memcpy(prepare.condition, plan.condition, ILP_HASH_LEN);
	ilp_store_u64(data, number);
	if (ilp_prepare_encode(&w, &prepare) || w.error)
		peer_fail(&sender->peer, "has made no Prepare");
	flight->open = true;
	flight->number = number;
	flight->request = (uint32_t)(sender->sent << SENDER_PLACE_BITS) | place;
	sender->in_flight++;
	peer_send(&sender->peer, ILP_BTP_MESSAGE, flight->request,
		  ilp_written(&w));
}

void sender_fill(struct sender *sender)
{
	const struct crowd *crowd = sender->peer.crowd;

	if (!crowd->sending || sender->peer.state != PEER_UP)
		return;
	for (uint32_t place = 0; place < SENDER_IN_FLIGHT; place++)
		if (!sender->flights[place].open)
			send_prepare(sender, place);
}

static void take_fulfill(struct sender *sender, uint64_t number,
			 struct ilp_bytes ilp)
{
	const struct plan plan = plan_of(sender->peer.crowd->crypto, number);
	struct ilp_fulfill fulfill;

	if (ilp_fulfill_decode(&fulfill, ilp) ||
	    memcmp(fulfill.fulfillment, plan.fulfillment, ILP_HASH_LEN) != 0)
		peer_fail(&sender->peer, "was sent a wrong Fulfill");
	sender->fulfilled++;
	sender->heard += plan.in;
}

/* Who was refused waits a little before it goes on (sender_fill). */
static void message(struct peer *peer, const struct ilp_btp *btp,
		    struct ilp_bytes ilp)
{
	struct sender *sender = (struct sender *)peer;
	uint32_t place = btp->request_id % SENDER_IN_FLIGHT;
	struct sender_flight *flight = &sender->flights[place];
	enum ilp_packet_type type;

	if (btp->type != ILP_BTP_RESPONSE || ilp_packet_type(&type, ilp))
		peer_fail(peer, "was sent what is no answer");
	if (!flight->open || flight->request != btp->request_id)
		peer_fail(peer, "was sent an answer to no question");
	flight->open = false;
	sender->in_flight--;
	if (type == ILP_REJECT) {
		sender->rejected++;
		return;
	}
	take_fulfill(sender, flight->number, ilp);
	if (peer->crowd->sending)
		send_prepare(sender, place);
}

static void lost(struct peer *peer)
{
	struct sender *sender = (struct sender *)peer;

	sender->cut += sender->in_flight;
	sender->in_flight = 0;
	for (size_t i = 0; i < SENDER_IN_FLIGHT; i++)
		sender->flights[i].open = false;
}

void sender_init(struct sender *sender, struct crowd *crowd, unsigned index)
{
	peer_init(&sender->peer, crowd, 's', index);
	sender->peer.message = message;
	sender->peer.lost = lost;
	sender->index = index;
}
