/* SPDX-License-Identifier: Apache-2.0 */
#include "test/crash/receiver.h"

#include "ilp/packet.h"

#define PACKET_MAX 256
/* The node holds a packet for three seconds. Who has less than this of it does
 * not rely on his Fulfill being in time, however slow the machine is. */
#define ENOUGH_MS 1500

static void reject(struct receiver *receiver, uint32_t request)
{
	uint8_t at[PACKET_MAX];
	struct ilp_writer w = ilp_writer(at, sizeof(at));
	const struct ilp_reject packet = ilp_reject_make(
		ILP_F99_APPLICATION_ERROR, ilp_text("test.crash.r"), "no");

	ilp_reject_encode(&w, &packet);
	peer_send(&receiver->peer, ILP_BTP_RESPONSE, request, ilp_written(&w));
}

static void send_fulfill(struct receiver *receiver, uint32_t request,
			 const struct plan *plan)
{
	uint8_t at[PACKET_MAX];
	struct ilp_writer w = ilp_writer(at, sizeof(at));
	struct ilp_fulfill fulfill = { .data.len = 0 };

	memcpy(fulfill.fulfillment, plan->fulfillment, ILP_HASH_LEN);
	ilp_fulfill_encode(&w, &fulfill);
	peer_send(&receiver->peer, ILP_BTP_RESPONSE, request, ilp_written(&w));
}

/* Gives what was let go; nothing if there was too little time. */
static uint64_t fulfill_in_time(struct receiver *receiver, uint32_t request,
				const struct plan *plan, int64_t expires_at_ms)
{
	if (expires_at_ms - receiver->peer.crowd->now_ms < ENOUGH_MS) {
		reject(receiver, request);
		return 0;
	}
	receiver->claims += plan->out;
	receiver->charges[plan->sender] += plan->in;
	send_fulfill(receiver, request, plan);
	return plan->out;
}

static void put_off(struct receiver *receiver, int64_t at_ms, uint32_t request,
		    uint64_t number, int64_t expires_at_ms)
{
	if (receiver->late_count == RECEIVER_LATE_MAX)
		return; /* that is never */
	receiver->late[receiver->late_count++] = (struct receiver_late){
		.at_ms = at_ms,
		.expires_at_ms = expires_at_ms,
		.run = receiver->peer.crowd->run,
		.request = request,
		.number = number,
	};
}

static void behave(struct receiver *receiver, uint32_t request, uint64_t number,
		   const struct plan *plan, int64_t expires_at_ms)
{
	switch (plan->conduct) {
	case PLAN_FULFILL:
		fulfill_in_time(receiver, request, plan, expires_at_ms);
		return;
	case PLAN_REJECT:
		reject(receiver, request);
		return;
	case PLAN_LATE:
		put_off(receiver,
			receiver->peer.crowd->now_ms + plan->delay_ms, request,
			number, expires_at_ms);
		return;
	case PLAN_TOO_LATE:
		put_off(receiver, expires_at_ms + PLAN_TOO_LATE_MS, request,
			number, expires_at_ms);
		return;
	case PLAN_NEVER:
		return;
	}
}

static void message(struct peer *peer, const struct ilp_btp *btp,
		    struct ilp_bytes ilp)
{
	struct receiver *receiver = (struct receiver *)peer;
	struct ilp_prepare prepare;
	struct plan plan;
	uint64_t number;

	if (btp->type != ILP_BTP_MESSAGE || ilp_prepare_decode(&prepare, ilp) ||
	    prepare.data.len != sizeof(number))
		peer_fail(peer, "was sent what is no Prepare");
	number = ilp_load_u64(prepare.data.at);
	plan = plan_of(peer->crowd->crypto, number);
	if (plan.receiver != receiver->index ||
	    prepare.amount.units != plan.out ||
	    memcmp(prepare.condition, plan.condition, ILP_HASH_LEN) != 0)
		peer_fail(peer, "was sent a Prepare that has changed");
	behave(receiver, btp->request_id, number, &plan, prepare.expires_at_ms);
}

static void give_late(struct receiver *receiver,
		      const struct receiver_late *late)
{
	const struct plan plan =
		plan_of(receiver->peer.crowd->crypto, late->number);

	uint64_t claim = 0;

	if (plan.conduct == PLAN_LATE)
		claim = fulfill_in_time(receiver, late->request, &plan,
					late->expires_at_ms);
	else
		send_fulfill(receiver, late->request, &plan);
	if (late->run != receiver->peer.crowd->run)
		receiver->posthumous += claim;
}

void receiver_tick(struct receiver *receiver)
{
	int64_t now_ms = receiver->peer.crowd->now_ms;

	if (receiver->peer.state != PEER_UP)
		return;
	for (size_t i = 0; i < receiver->late_count;) {
		const struct receiver_late late = receiver->late[i];

		if (late.at_ms > now_ms) {
			i++;
			continue;
		}
		give_late(receiver, &late);
		receiver->late[i] = receiver->late[--receiver->late_count];
	}
}

static void lost(struct peer *peer)
{
	(void)peer;
}

void receiver_init(struct receiver *receiver, struct crowd *crowd,
		   unsigned index)
{
	peer_init(&receiver->peer, crowd, 'r', index);
	receiver->peer.message = message;
	receiver->peer.lost = lost;
	receiver->index = index;
}
