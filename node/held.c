/* SPDX-License-Identifier: Apache-2.0 */
/* Each is one piece of the queue: the struct, then the packet's bytes. */
#include "node/held.h"

#include <assert.h>

#define ALIGNMENT _Alignof(struct held_answer)

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

/* Each begins where a struct may lie. */
static size_t piece_len(size_t packet_len)
{
	size_t len = sizeof(struct held_answer) + packet_len;

	return (len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* It is filled in where it lies: a struct that was only just written, in parts,
 * is slow to be copied as a whole. */
struct held_answer *held_add(struct held *held, struct ilp_bytes packet)
{
	uint8_t *at = queue_add(&held->queue, piece_len(packet.len));
	struct held_answer *answer = (struct held_answer *)(void *)at;

	if (!at)
		return NULL;
	answer->len = (uint32_t)packet.len;
	answer->gone = false;
	memcpy(at + sizeof(*answer), packet.at, packet.len);
	return answer;
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
	queue_take(&held->queue, piece_len(answer.len));
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
	walk->next += piece_len(answer->len);
	walk->left -= piece_len(answer->len);
	return true;
}

void held_leave(struct held_walk *walk)
{
	struct held_answer answer;

	memcpy(&answer, walk->at, sizeof(answer));
	answer.gone = true;
	memcpy(walk->at, &answer, sizeof(answer));
}
