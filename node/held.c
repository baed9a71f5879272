/* SPDX-License-Identifier: Apache-2.0 */
/* Each is one piece of the queue: the struct, then the packet's bytes. */
#include "node/held.h"

#include <assert.h>

bool held_init(struct held *held)
{
	held->pool = pool_create(HELD_BLOCK, SIZE_MAX);
	if (!held->pool)
		return false;
	queue_init(&held->queue, held->pool);
	return true;
}

void held_finish(struct held *held)
{
	if (!held->pool)
		return;
	queue_finish(&held->queue);
	pool_destroy(held->pool);
	held->pool = NULL;
}

bool held_add(struct held *held, const struct held_answer *answer,
	      struct ilp_bytes packet)
{
	struct held_answer head = *answer;
	uint8_t *at = queue_add(&held->queue, sizeof(head) + packet.len);

	if (!at)
		return false;
	head.len = (uint32_t)packet.len;
	memcpy(at, &head, sizeof(head));
	memcpy(at + sizeof(head), packet.at, packet.len);
	return true;
}

bool held_first(const struct held *held, uint64_t durable,
		struct held_answer *answer, struct ilp_bytes *packet)
{
	struct ilp_bytes front = queue_front(&held->queue);

	if (front.len == 0)
		return false;
	assert(front.len >= sizeof(*answer));
	memcpy(answer, front.at, sizeof(*answer));
	if (answer->batch > durable)
		return false;
	*packet = (struct ilp_bytes){ front.at + sizeof(*answer), answer->len };
	return true;
}

void held_drop(struct held *held)
{
	struct ilp_bytes front = queue_front(&held->queue);
	struct held_answer answer;

	assert(front.len >= sizeof(answer));
	memcpy(&answer, front.at, sizeof(answer));
	queue_take(&held->queue, sizeof(answer) + answer.len);
}

bool held_next(const struct held *held, struct held_walk *walk,
	       struct held_answer *answer, struct ilp_bytes *packet)
{
	while (walk->left == 0)
		if (!queue_walk(&held->queue, &walk->block, &walk->next,
				&walk->left))
			return false;
	walk->at = walk->next;
	memcpy(answer, walk->at, sizeof(*answer));
	*packet = (struct ilp_bytes){ walk->at + sizeof(*answer), answer->len };
	walk->next += sizeof(*answer) + answer->len;
	walk->left -= sizeof(*answer) + answer->len;
	return true;
}

void held_leave(struct held_walk *walk)
{
	struct held_answer answer;

	memcpy(&answer, walk->at, sizeof(answer));
	answer.gone = true;
	memcpy(walk->at, &answer, sizeof(answer));
}
