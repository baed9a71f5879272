/* SPDX-License-Identifier: Apache-2.0 */
#include "node/parked.h"

#include <stdlib.h>

static size_t size_of(size_t packet_len)
{
	return sizeof(struct parked) + packet_len;
}

/* A ring, since thousands may wait for one account. */
static void hang(struct parked *parked)
{
	struct parked *oldest = parked->account->parked;

	if (!oldest) {
		parked->next = parked->prev = parked;
		parked->account->parked = parked;
		return;
	}
	parked->next = oldest;
	parked->prev = oldest->prev;
	oldest->prev->next = parked;
	oldest->prev = parked;
}

bool parking_add(struct parking *parking, struct account *account,
		 const struct parked *like, struct ilp_bytes packet)
{
	size_t size = size_of(packet.len);
	struct parked *parked;

	if (parking->bytes + size > PARKED_BYTES_MAX ||
	    account->parked_bytes + size > PARKED_SHARE)
		return false;
	parked = malloc(size);
	if (!parked)
		return false;
	*parked = (struct parked){
		.account = account,
		.request = like->request,
		.charged = like->charged,
		.amount = like->amount,
		.deadline_us = like->deadline_us,
		.len = packet.len,
	};
	memcpy(parked->packet, packet.at, packet.len);
	hang(parked);
	wheel_start(&parking->wheel, &parked->timer, like->deadline_us);
	parking->bytes += size;
	account->parked_bytes += size;
	return true;
}

static struct parked *take(struct parking *parking, struct parked *parked)
{
	struct parked **oldest = &parked->account->parked;

	if (*oldest == parked)
		*oldest = parked->next == parked ? NULL : parked->next;
	parked->prev->next = parked->next;
	parked->next->prev = parked->prev;
	wheel_stop(&parking->wheel, &parked->timer);
	parking->bytes -= size_of(parked->len);
	parked->account->parked_bytes -= size_of(parked->len);
	return parked;
}

struct parked *parking_take(struct parking *parking, struct account *account)
{
	return account->parked ? take(parking, account->parked) : NULL;
}

struct parked *parking_expired(struct parking *parking, int64_t now_us)
{
	struct wheel_timer *timer = wheel_fire(&parking->wheel, now_us);

	if (!timer)
		return NULL;
	return take(parking, INDEX_THING(timer, struct parked, timer));
}
