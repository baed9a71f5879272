/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/sender.h"

#include <assert.h>
#include <stdio.h>

#include "ilp/condition.h"
#include "test/sim/payment.h"

static struct dice *dice_of(struct peer *p)
{
	return &p->world->dice;
}

static uint64_t below(struct peer *p, uint64_t bound)
{
	return dice_below(dice_of(p), bound);
}

static bool send(struct peer *p, struct ilp_bytes packet)
{
	if (link_prepare(p->link, p->next_request, packet, NULL) != LINK_OK)
		return false;
	p->next_request++;
	return true;
}

static struct ilp_bytes draw_data(struct peer *p, const struct payment *payment)
{
	static uint8_t data[ILP_DATA_MAX];
	size_t more = below(p, p->world->plan.peers[p->index].data_max);

	payment_write(data, payment);
	for (size_t i = 0; i < more; i++)
		data[PAYMENT_DATA_MIN + i] = (uint8_t)(payment->number + i);
	return (struct ilp_bytes){ data, PAYMENT_DATA_MIN + more };
}

static uint64_t send_to(struct peer *p, const char *destination,
			const struct past_payment *payment)
{
	static uint8_t packet[ILP_PACKET_MAX];
	const struct payment mark = { p->world->payments + 1, payment->secret };
	struct ilp_prepare prepare = {
		.amount = ilp_amount(payment->amount),
		.expires_at_ms = payment->expires_ms,
		.destination = ilp_text(destination),
		.data = draw_data(p, &mark),
	};
	struct ilp_writer w = ilp_writer(packet, sizeof(packet));
	uint8_t preimage[32];
	enum ilp_error error;

	payment_preimage(preimage, mark.secret);
	ilp_condition(p->world->crypto, prepare.condition, preimage);
	error = ilp_prepare_encode(&w, &prepare);
	assert(!error);
	if (!send(p, ilp_written(&w)))
		return 0;
	return ++p->world->payments;
}

uint64_t sender_send(struct peer *p, const struct past_payment *payment)
{
	char destination[24];

	snprintf(destination, sizeof(destination), "test.p%u", payment->to);
	return send_to(p, destination, payment);
}

static int64_t draw_expiry_ms(struct peer *p, int64_t now_ms)
{
	switch (below(p, 16)) {
	case 0:
		return now_ms + (int64_t)below(p, 5000) - 100;
	case 1:
		return now_ms + (int64_t)below(p, 200000);
	default:
		return now_ms + 3000 + (int64_t)below(p, 27000);
	}
}

/* Most are of a size that makes sense; now and then there are any. */
static uint64_t draw_amount(struct peer *p)
{
	uint64_t bits = below(p, 16) ? p->world->plan.peers[p->index].wide :
				       below(p, 65);

	return bits ? dice_roll(dice_of(p)) >> (64 - bits) : 0;
}

static struct past_payment draw_payment(struct peer *p, int64_t now_ms)
{
	uint64_t others = p->world->plan.peer_count - 1;
	struct past_payment payment;

	payment.secret = dice_roll(dice_of(p));
	payment.to =
		(unsigned)((p->index + 1 + below(p, others)) % (others + 1));
	payment.amount = draw_amount(p);
	payment.expires_ms = draw_expiry_ms(p, now_ms);
	return payment;
}

/* What is no Prepare, or not one that a node may send on. */
static bool send_junk(struct peer *p, const struct past_payment *payment)
{
	static const char *const nowhere[] = { "test.p9", "g.p1", "peer.p1",
					       "test.n0", "private.p1" };
	uint8_t junk[40];

	if (below(p, 2))
		return send_to(p, nowhere[below(p, 5)], payment) != 0;
	for (size_t i = 0; i < sizeof(junk); i++)
		junk[i] = (uint8_t)below(p, 256);
	junk[0] = (uint8_t)below(p, 16);
	/* Who says that more follows than a packet may have is hung up on. */
	if (p->world->plan.peers[p->index].manners == PLAN_HONEST)
		junk[1] = (uint8_t)below(p, sizeof(junk));
	return send(p, (struct ilp_bytes){ junk, below(p, sizeof(junk)) + 1 });
}

bool sender_send_any(struct peer *p)
{
	const struct plan *plan = &p->world->plan;
	const struct plan_end self = { false, p->index };
	struct past_payment payment =
		draw_payment(p, world_time(p->world, &self).wall_ms);

	if (below(p, 50) == 0)
		return send_junk(p, &payment);
	if (plan->faults[FAULT_REPEATS] && p->past_count && below(p, 4) == 0)
		payment = p->past[below(p, p->past_count < PEER_MEMORY ?
						   p->past_count :
						   PEER_MEMORY)];
	else
		p->past[p->past_count++ % PEER_MEMORY] = payment;
	return sender_send(p, &payment) != 0;
}
