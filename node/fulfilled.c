/* SPDX-License-Identifier: Apache-2.0 */
/* Two rings, of transfers and of the bytes of their packets, in which the new
 * overwrites the old, and an index of the transfers. A packet's bytes are
 * still there as long as the ring has not gone round since:
 *
 *	packets  | ...9 | packet 7 | packet 8 | (5) | pack...   data_end
 */
#include "node/fulfilled.h"

#include <assert.h>
#include <stdlib.h>

#include "base/index.h"

#define INDEX_SIZE (1u << 14)

#define LINE 64 /* of the cache */

struct slot {
	struct index_entry entry;
	struct fulfilled_transfer transfer;
	uint64_t data_at; /* counted since the beginning */
	uint32_t data_len;
	bool used;
};

struct fulfilled {
	struct slot *slots;
	size_t slot_count;
	size_t next; /* the oldest, which is overwritten next */
	uint8_t *data;
	size_t data_size;
	uint64_t data_end;
	struct index index;
};

static bool is_power_of_two(size_t size)
{
	return size && (size & (size - 1)) == 0;
}

struct fulfilled *fulfilled_create(size_t transfers, size_t data_bytes)
{
	struct fulfilled *m = calloc(1, sizeof(*m));

	assert(is_power_of_two(transfers) && is_power_of_two(data_bytes));
	if (!m)
		return NULL;
	m->slot_count = transfers;
	m->data_size = data_bytes;
	m->slots = calloc(transfers, sizeof(*m->slots));
	m->data = malloc(data_bytes);
	if (!m->slots || !m->data ||
	    !index_init(&m->index, INDEX_SIZE, false)) {
		fulfilled_destroy(m);
		return NULL;
	}
	return m;
}

void fulfilled_destroy(struct fulfilled *m)
{
	if (!m)
		return;
	index_finish(&m->index);
	free(m->slots);
	free(m->data);
	free(m);
}

void fulfilled_expect(const struct fulfilled *m, uint64_t hash)
{
	const struct slot *oldest = &m->slots[m->next];

	index_prefetch(&m->index, hash);
	if (oldest->used)
		index_prefetch(&m->index, oldest->entry.hash);
}

static void forget(struct fulfilled *m, struct slot *slot)
{
	if (slot->used)
		index_remove(&m->index, &slot->entry);
	slot->used = false;
}

/* Where `len` bytes in one piece go: none lie across the end. */
static uint64_t reserve(struct fulfilled *m, size_t len)
{
	size_t at = m->data_end & (m->data_size - 1);
	uint64_t start = m->data_end;

	if (at + len > m->data_size)
		start += m->data_size - at;
	m->data_end = start + len;
	return start;
}

/* The account has paid once more for the same transfer: what it got before
 * need not be kept beside that. */
static void forget_older(struct fulfilled *m,
			 const struct fulfilled_transfer *transfer)
{
	struct index_entry *at = index_find(&m->index, transfer->hash);

	while (at) {
		struct slot *slot = INDEX_THING(at, struct slot, entry);

		at = index_next(at);
		if (slot->transfer.account == transfer->account &&
		    memcmp(slot->transfer.condition, transfer->condition,
			   sizeof(transfer->condition)) == 0)
			forget(m, slot);
	}
}

void fulfilled_add(struct fulfilled *m,
		   const struct fulfilled_transfer *transfer,
		   struct ilp_bytes packet)
{
	struct slot *slot = &m->slots[m->next];

	if (packet.len > m->data_size)
		return;
	forget_older(m, transfer);
	m->next = (m->next + 1) & (m->slot_count - 1);
	forget(m, slot);
	slot->transfer = *transfer;
	slot->data_at = reserve(m, packet.len);
	slot->data_len = (uint32_t)packet.len;
	slot->used = true;
	memcpy(m->data + (slot->data_at & (m->data_size - 1)), packet.at,
	       packet.len);
	index_add(&m->index, &slot->entry, transfer->hash);
	/* The oldest, which goes next, has left the cache long ago. */
	for (size_t i = 0; i < sizeof(*slot); i += LINE)
		__builtin_prefetch((const uint8_t *)&m->slots[m->next] + i, 1);
}

static bool answers(const struct fulfilled *m, const struct slot *slot,
		    const struct fulfilled_transfer *asked, int64_t now_us)
{
	const struct fulfilled_transfer *known = &slot->transfer;

	return known->account == asked->account &&
	       now_us < known->deadline_us &&
	       m->data_end - slot->data_at <= m->data_size &&
	       ilp_amount_compare(asked->amount, known->amount) <= 0 &&
	       memcmp(known->condition, asked->condition,
		      sizeof(known->condition)) == 0;
}

struct ilp_bytes fulfilled_find(const struct fulfilled *m,
				const struct fulfilled_transfer *transfer,
				int64_t now_us, uint64_t *batch)
{
	struct index_entry *at = index_find(&m->index, transfer->hash);

	for (; at; at = index_next(at)) {
		struct slot *slot = INDEX_THING(at, struct slot, entry);

		if (answers(m, slot, transfer, now_us)) {
			*batch = slot->transfer.batch;
			return (struct ilp_bytes){
				m->data + (slot->data_at & (m->data_size - 1)),
				slot->data_len,
			};
		}
	}
	return (struct ilp_bytes){ NULL, 0 };
}

void fulfilled_forget(struct fulfilled *m, uint32_t account)
{
	for (size_t i = 0; i < m->slot_count; i++)
		if (m->slots[i].transfer.account == account)
			forget(m, &m->slots[i]);
}
