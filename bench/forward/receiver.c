/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/forward/receiver.h"

#include <stdio.h>

static void message(struct peer *peer, struct ilp_bytes btp)
{
	struct receiver *receiver = (struct receiver *)peer;
	struct packet_fulfill *fulfill = &receiver->fulfill;
	struct traffic *traffic = peer->traffic;
	uint32_t request;
	uint64_t number;

	if (!packet_prepare_is(&receiver->prepare, btp, traffic->relayed,
			       &request, &number)) {
		peer_decline(peer, btp);
		return;
	}
	if (packet_receiver(number, traffic->links) != receiver->index)
		traffic_fail(peer->name, "was sent another's Prepare");
	peer->total += packet_amount(number);
	packet_fulfill_fill(fulfill, request, number);
	peer_send(peer, (struct ilp_bytes){ fulfill->at, fulfill->len },
		  fulfill->head_len, number);
}

void receiver_init(struct receiver *receiver, struct traffic *traffic,
		   unsigned index)
{
	receiver->peer.traffic = traffic;
	receiver->peer.message = message;
	receiver->index = index;
	snprintf(receiver->peer.name, PEER_NAME_SIZE, "r%02u", index % 100);
	packet_prepare_init(&receiver->prepare, &traffic->secrets,
			    traffic->links);
	packet_fulfill_init(&receiver->fulfill, &traffic->secrets);
}
