/* SPDX-License-Identifier: Apache-2.0 */
#include "node/inflight.h"

#include <assert.h>
#include <stdlib.h>

#define NO_PLACE UINT32_MAX
#define PLACE_MASK (INFLIGHT_MAX - 1)
/* Chains of the index stay short up to some times this. */
#define INDEX_SIZE (1u << 14)

/* An entry fills two lines of the cache. */
#define LINE 64

static_assert(sizeof(struct inflight_entry) == (size_t)2 * LINE,
	      "an entry does not fill its lines");

struct inflight {
	struct inflight_entry *entries;
	struct index transfers;
	struct wheel wheel;
	struct hash_seed seed;
	uint32_t mask; /* disguises request ids */
	uint32_t places;
	uint32_t fresh;   /* from here on no place was ever used */
	uint32_t free;    /* the place answered last, and so on */
	uint32_t resting; /* the place that timed out first, and so on */
	uint32_t resting_last;
	uint32_t count;
};

struct inflight *inflight_create(size_t places, const uint8_t seed[32],
				 struct ilp_time now)
{
	struct inflight *t = calloc(1, sizeof(*t));

	assert(places > 0 && places <= INFLIGHT_MAX);
	if (!t)
		return NULL;
	/* Not cleared, so that places cost nothing before they are used. */
	t->entries = aligned_alloc(LINE, places * sizeof(*t->entries));
	if (!t->entries || !index_init(&t->transfers, INDEX_SIZE, false)) {
		inflight_destroy(t);
		return NULL;
	}
	wheel_init(&t->wheel, now.monotonic_us);
	t->seed = hash_seed((struct ilp_bytes){ seed, 32 });
	t->mask = (uint32_t)hash_bytes(&t->seed, ilp_text("request ids"));
	t->places = (uint32_t)places;
	t->free = NO_PLACE;
	t->resting = NO_PLACE;
	return t;
}

void inflight_destroy(struct inflight *t)
{
	if (!t)
		return;
	index_finish(&t->transfers);
	free(t->entries);
	free(t);
}

size_t inflight_count(const struct inflight *t)
{
	return t->count;
}

uint64_t inflight_destination_hash(const struct inflight *t,
				   struct ilp_bytes destination)
{
	return hash_bytes(&t->seed, destination);
}

uint64_t inflight_transfer_hash(const struct inflight *t,
				uint64_t destination_hash,
				const uint8_t condition[32])
{
	return hash_more(&t->seed, destination_hash,
			 (struct ilp_bytes){ condition, 32 });
}

void inflight_expect(const struct inflight *t, uint64_t hash)
{
	index_prefetch(&t->transfers, hash);
}

struct inflight_entry *inflight_find_transfer(struct inflight *t, uint64_t hash,
					      const uint8_t condition[32])
{
	struct index_entry *at = index_find(&t->transfers, hash);

	for (; at; at = index_next(at)) {
		struct inflight_entry *entry =
			INDEX_THING(at, struct inflight_entry, by_transfer);

		if (memcmp(entry->condition, condition, 32) == 0)
			return entry;
	}
	return NULL;
}

static uint32_t place_of(const struct inflight *t,
			 const struct inflight_entry *entry)
{
	return (uint32_t)(entry - t->entries);
}

/* Has the processor fetch the place that is used after this one. */
static void expect_place(const struct inflight *t, uint32_t place)
{
	if (place == NO_PLACE)
		return;
	__builtin_prefetch(&t->entries[place], 1);
	__builtin_prefetch((const uint8_t *)&t->entries[place] + LINE, 1);
}

/* The place that is used next, taken off its list. */
static uint32_t next_place(struct inflight *t)
{
	uint32_t place = t->free;

	if (place != NO_PLACE) {
		t->free = t->entries[place].next;
		expect_place(t, t->free);
		return place;
	}
	if (t->fresh < t->places) {
		/* Ids begin anywhere, so that those of an earlier run of the
		 * node do not come again. */
		place = t->fresh++;
		t->entries[place].out_request =
			(uint32_t)hash_more(&t->seed, place, ilp_text("turn"))
				<< INFLIGHT_BITS |
			place;
		t->entries[place].used = false;
		return place;
	}
	place = t->resting;
	if (place != NO_PLACE)
		t->resting = t->entries[place].next;
	return place;
}

/* `out_request` keeps the turn while the place is free. */
struct inflight_entry *inflight_take(struct inflight *t)
{
	uint32_t place = next_place(t);
	struct inflight_entry *entry;
	uint32_t turn;

	if (place == NO_PLACE)
		return NULL;
	entry = &t->entries[place];
	turn = (entry->out_request ^ (entry->used ? t->mask : 0)) +
	       INFLIGHT_MAX;
	*entry = (struct inflight_entry){ .out_request = turn ^ t->mask,
					  .used = true };
	return entry;
}

void inflight_start(struct inflight *t, struct inflight_entry *entry,
		    uint64_t hash)
{
	index_add(&t->transfers, &entry->by_transfer, hash);
	wheel_start(&t->wheel, &entry->timer, entry->out_deadline_us);
	entry->started = true;
	t->count++;
}

void inflight_drop(struct inflight *t, struct inflight_entry *entry)
{
	entry->next = t->free;
	t->free = place_of(t, entry);
}

struct inflight_entry *inflight_find(struct inflight *t, uint32_t out_request)
{
	uint32_t place = (out_request ^ t->mask) & PLACE_MASK;
	struct inflight_entry *entry;

	if (place >= t->fresh)
		return NULL;
	entry = &t->entries[place];
	return entry->started && entry->out_request == out_request ? entry :
								     NULL;
}

static void rest(struct inflight *t, uint32_t place)
{
	t->entries[place].next = NO_PLACE;
	if (t->resting == NO_PLACE)
		t->resting = place;
	else
		t->entries[t->resting_last].next = place;
	t->resting_last = place;
}

void inflight_end(struct inflight *t, struct inflight_entry *entry,
		  bool timed_out)
{
	index_remove(&t->transfers, &entry->by_transfer);
	wheel_stop(&t->wheel, &entry->timer);
	entry->started = false;
	t->count--;
	if (timed_out)
		rest(t, place_of(t, entry));
	else
		inflight_drop(t, entry);
}

struct inflight_entry *inflight_expired(struct inflight *t, int64_t now_us)
{
	struct wheel_timer *timer = wheel_fire(&t->wheel, now_us);

	if (!timer)
		return NULL;
	return INDEX_THING(timer, struct inflight_entry, timer);
}

int64_t inflight_deadline_us(const struct inflight *t)
{
	return wheel_deadline_us(&t->wheel);
}
