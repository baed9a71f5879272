/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/forward/sender.h"

#include <stdio.h>

#include "ilp/btp.h"
#include "ilp/packet.h"

static void send_prepare(struct sender *sender, uint32_t place)
{
	struct traffic *traffic = sender->peer.traffic;
	struct packet_prepare *prepare = &sender->prepare;
	struct sender_flight *flight = &sender->flights[place];

	flight->open = true;
	flight->number = sender->sent++ * traffic->links + sender->index;
	traffic->sent++;
	flight->sent_ns = traffic->now_ns;
	flight->request =
		(uint32_t)(flight->number << SENDER_PLACE_BITS) | place;
	packet_prepare_fill(prepare, flight->request, flight->number,
			    traffic->expiry);
	peer_send(&sender->peer,
		  (struct ilp_bytes){ prepare->at, prepare->len },
		  prepare->head_len, flight->number);
}

/* What came is not the Fulfill, so it had better be a refusal. */
static void count_refusal(struct sender *sender, struct ilp_bytes in)
{
	struct traffic *traffic = sender->peer.traffic;
	struct ilp_btp btp;
	struct ilp_reject reject;
	const struct ilp_btp_entry *ilp;

	if (ilp_btp_decode(&btp, in))
		traffic_fail(sender->peer.name, "was sent what is not BTP");
	if (btp.type == ILP_BTP_ERROR) {
		traffic_count(traffic, btp.error.code, btp.error.data);
		return;
	}
	ilp = ilp_btp_find(&btp.entries, ILP_BTP_ILP);
	if (!ilp || ilp_reject_decode(&reject, ilp->data))
		traffic_fail(sender->peer.name, "was sent a wrong Fulfill");
	traffic_count(traffic, reject.code, reject.message);
}

static void count_fulfill(struct sender *sender,
			  const struct sender_flight *flight)
{
	struct traffic *traffic = sender->peer.traffic;

	traffic->fulfilled++;
	sender->peer.total += packet_amount(flight->number);
	if (traffic->measuring)
		histogram_add(&traffic->latency_ns,
			      traffic->now_ns - flight->sent_ns);
}

static void message(struct peer *peer, struct ilp_bytes btp)
{
	struct sender *sender = (struct sender *)peer;
	struct sender_flight *flight;
	uint32_t request;

	if (btp.len < 5 || btp.at[0] == ILP_BTP_MESSAGE) {
		peer_decline(peer, btp);
		return;
	}
	request = ilp_load_u32(btp.at + 1);
	flight = &sender->flights[request % SENDER_IN_FLIGHT_MAX];
	if (!flight->open || flight->request != request)
		traffic_fail(peer->name, "was sent an answer to no question");
	flight->open = false;
	peer->traffic->answered++;
	if (packet_fulfill_is(&sender->fulfill, btp, request, flight->number))
		count_fulfill(sender, flight);
	else
		count_refusal(sender, btp);
	if (peer->traffic->sending)
		send_prepare(sender, request % SENDER_IN_FLIGHT_MAX);
}

void sender_init(struct sender *sender, struct traffic *traffic, unsigned index,
		 unsigned in_flight)
{
	sender->peer.traffic = traffic;
	sender->peer.message = message;
	snprintf(sender->peer.name, PEER_NAME_SIZE, "s%02u", index % 100);
	sender->index = index;
	sender->in_flight = in_flight;
	packet_prepare_init(&sender->prepare, &traffic->secrets,
			    traffic->links);
	packet_fulfill_init(&sender->fulfill, &traffic->secrets);
}

void sender_start(struct sender *sender)
{
	for (uint32_t place = 0; place < sender->in_flight; place++)
		send_prepare(sender, place);
}
