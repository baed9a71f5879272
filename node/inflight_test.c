/* SPDX-License-Identifier: Apache-2.0 */
/* Every Prepare in flight is found by its request id and by its transfer, and
 * nothing else is; places come again in the order that keeps late answers
 * from meeting others. */
#include "node/inflight.h"

#include "test/check.h"
#include "test/random.h"

static const struct ilp_time start_time = { 1000000, 1700000000000 };

/* Uses of one place until its id comes again. */
#define TURNS (1u << (32 - INFLIGHT_BITS))

static struct inflight *start(size_t places, uint8_t seed)
{
	uint8_t seeds[32] = { seed };
	struct inflight *t = inflight_create(places, seeds, start_time);

	CHECK(t != NULL);
	return t;
}

/* Takes a place, and starts it with this deadline and transfer. */
static struct inflight_entry *send(struct inflight *t, int64_t deadline_us,
				   uint64_t hash)
{
	struct inflight_entry *entry = inflight_take(t);

	CHECK(entry != NULL);
	entry->out_deadline_us = deadline_us;
	memset(entry->condition, (int)(hash & 0xff), 32);
	inflight_start(t, entry, hash);
	return entry;
}

static void a_new_table_has_nothing_in_flight(void)
{
	struct inflight *t = start(16, 1);

	CHECK_INT(inflight_count(t), 0);
	CHECK_INT(inflight_deadline_us(t), ILP_NEVER_US);
	CHECK(inflight_expired(t, INT64_MAX) == NULL);
	for (uint32_t id = 0; id < 100000; id++)
		CHECK(inflight_find(t, id) == NULL);
	inflight_destroy(t);
}

static void an_entry_counts_from_its_start_to_its_end(void)
{
	struct inflight *t = start(16, 1);
	struct inflight_entry *entry = inflight_take(t);
	uint32_t id = entry->out_request;

	CHECK_INT(inflight_count(t), 0);
	CHECK(inflight_find(t, id) == NULL);
	entry->out_deadline_us = 9000000;
	inflight_start(t, entry, 77);
	CHECK_INT(inflight_count(t), 1);
	CHECK(inflight_find(t, id) == entry);
	CHECK(inflight_find_transfer(t, 77, entry->condition) == entry);
	entry->from = 4711;
	inflight_end(t, entry, false);
	CHECK_INT(inflight_count(t), 0);
	CHECK(inflight_find(t, id) == NULL);
	CHECK(inflight_find_transfer(t, 77, entry->condition) == NULL);
	CHECK_INT(entry->from, 4711); /* it may still be read */
	CHECK(inflight_expired(t, INT64_MAX) == NULL);
	inflight_destroy(t);
}

static void a_place_comes_clean_but_for_its_request_id(void)
{
	struct inflight *t = start(1, 1);
	struct inflight_entry *entry = send(t, 9000000, 77);

	entry->from = 5;
	entry->in_amount = ilp_amount(5);
	inflight_end(t, entry, false);
	entry = inflight_take(t);
	CHECK_INT(entry->from, 0);
	CHECK(ilp_amount_is_zero(entry->in_amount));
	CHECK(!wheel_running(&entry->timer));
	inflight_drop(t, entry);
	inflight_destroy(t);
}

static void what_is_dropped_was_never_in_flight(void)
{
	struct inflight *t = start(2, 1);

	for (int i = 0; i < 100; i++) {
		struct inflight_entry *entry = inflight_take(t);
		uint32_t id = entry->out_request;

		inflight_drop(t, entry);
		CHECK_INT(inflight_count(t), 0);
		CHECK(inflight_find(t, id) == NULL);
	}
	inflight_destroy(t);
}

static void without_a_deadline_it_is_in_flight_as_well(void)
{
	struct inflight *t = start(2, 1);
	struct inflight_entry *entry = send(t, ILP_NEVER_US, 77);

	CHECK(inflight_find(t, entry->out_request) == entry);
	CHECK(inflight_expired(t, INT64_MAX) == NULL);
	CHECK_INT(inflight_deadline_us(t), ILP_NEVER_US);
	inflight_end(t, entry, false);
	inflight_destroy(t);
}

static int compare_ids(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void check_all_differ(uint32_t *ids, size_t count)
{
	qsort(ids, count, sizeof(*ids), compare_ids);
	for (size_t i = 1; i < count; i++)
		CHECK(ids[i - 1] != ids[i]);
}

static void all_places_can_be_taken_and_have_different_ids(void)
{
	struct inflight *t = start(INFLIGHT_MAX, 1);
	uint32_t *ids = calloc(INFLIGHT_MAX, sizeof(*ids));

	CHECK(ids != NULL);
	for (size_t i = 0; i < INFLIGHT_MAX; i++)
		ids[i] = send(t, 9000000, i)->out_request;
	CHECK(inflight_take(t) == NULL);
	CHECK_INT(inflight_count(t), INFLIGHT_MAX);
	for (size_t i = 0; i < INFLIGHT_MAX; i++) {
		struct inflight_entry *entry = inflight_find(t, ids[i]);

		CHECK(entry != NULL && entry->out_request == ids[i]);
		/* The same place in another turn. */
		CHECK(inflight_find(t, ids[i] ^ 1u << INFLIGHT_BITS) == NULL);
		CHECK(inflight_find(t, ids[i] ^ 1u << 31) == NULL);
	}
	check_all_differ(ids, INFLIGHT_MAX);
	free(ids);
	inflight_destroy(t);
}

static void a_full_table_has_room_again_for_each_that_ends(void)
{
	struct inflight *t = start(3, 1);
	struct inflight_entry *entries[3];

	for (int i = 0; i < 3; i++)
		entries[i] = send(t, 2000000, 1);
	CHECK(inflight_take(t) == NULL);
	inflight_end(t, entries[1], false);
	CHECK(inflight_take(t) == entries[1]);
	CHECK(inflight_take(t) == NULL);
	inflight_end(t, entries[2], true);
	CHECK(inflight_take(t) == entries[2]);
	CHECK(inflight_take(t) == NULL);
	inflight_destroy(t);
}

/* An id comes again only when all turns of its place are through. */
static void each_use_of_a_place_has_another_id(void)
{
	struct inflight *t = start(1, 1);
	static uint32_t ids[TURNS];

	for (size_t i = 0; i < TURNS; i++) {
		struct inflight_entry *entry = send(t, 9000000, 1);

		ids[i] = entry->out_request;
		inflight_end(t, entry, i % 2);
	}
	check_all_differ(ids, TURNS);
	inflight_destroy(t);
}

/* First those that were answered, the last of them first; then those that
 * were never used; last those that timed out, the first of them first. */
static void places_that_timed_out_are_used_last(void)
{
	struct inflight *t = start(8, 1);
	struct inflight_entry *entries[6];

	for (int i = 0; i < 6; i++)
		entries[i] = send(t, 2000000, 1);
	inflight_end(t, entries[4], true);
	inflight_end(t, entries[1], false);
	inflight_end(t, entries[0], true);
	inflight_end(t, entries[3], false);
	inflight_end(t, entries[5], true);
	CHECK(inflight_take(t) == entries[3]);
	CHECK(inflight_take(t) == entries[1]);
	for (int i = 0; i < 2; i++) {
		struct inflight_entry *fresh = inflight_take(t);

		for (int j = 0; j < 6; j++)
			CHECK(fresh != entries[j]);
	}
	CHECK(inflight_take(t) == entries[4]);
	CHECK(inflight_take(t) == entries[0]);
	CHECK(inflight_take(t) == entries[5]);
	CHECK(inflight_take(t) == NULL);
	inflight_end(t, entries[2], true);
	CHECK(inflight_take(t) == entries[2]);
	inflight_destroy(t);
}

static void the_same_seed_gives_the_same_ids_and_others_none_of_them(void)
{
	enum { SEEDS = 5, IDS = 1000 };
	static uint32_t ids[SEEDS * IDS];
	struct inflight *again = start(IDS, 0);

	for (size_t seed = 0; seed < SEEDS; seed++) {
		struct inflight *t = start(IDS, (uint8_t)seed);

		for (size_t i = 0; i < IDS; i++) {
			ids[seed * IDS + i] = send(t, 1, 1)->out_request;
			if (seed == 0)
				CHECK_INT(send(again, 1, 1)->out_request,
					  ids[i]);
		}
		inflight_destroy(t);
	}
	inflight_destroy(again);
	check_all_differ(ids, SEEDS * IDS);
}

/* Neither the place nor how often it was used can be seen, nor does one mask
 * undo it all. */
static void an_id_shows_nothing_of_what_it_is_made_of(void)
{
	struct inflight *a = start(16, 1), *b = start(16, 2);
	uint32_t places = 0, between = 0;
	bool one_mask = true;

	for (uint32_t place = 0; place < 16; place++) {
		uint32_t id = inflight_take(a)->out_request;
		uint32_t other = inflight_take(b)->out_request;

		places |= (id ^ place) & (INFLIGHT_MAX - 1);
		if (place == 0)
			between = id ^ other;
		one_mask &= (id ^ other) == between;
	}
	CHECK(places != 0);
	CHECK(!one_mask);
	inflight_destroy(a);
	inflight_destroy(b);
}

/* What a peer still has from before, as good as never stands for anything:
 * one in so many turns would do so by chance. */
static void ids_of_an_earlier_run_mean_nothing(void)
{
	enum { PLACES = 4096 };
	struct inflight *before = start(PLACES, 10);
	struct inflight *after = start(PLACES, 11);
	int found = 0;

	for (size_t i = 0; i < PLACES; i++)
		send(after, 9000000, i);
	for (size_t i = 0; i < PLACES; i++)
		if (inflight_find(after, send(before, 1, i)->out_request))
			found++;
	CHECK(found < 4);
	inflight_destroy(before);
	inflight_destroy(after);
}

static void entries_expire_at_their_deadline_and_once(void)
{
	struct inflight *t = start(16, 1);
	struct inflight_entry *late = send(t, 3000000, 1);
	struct inflight_entry *soon = send(t, 2000000, 2);
	struct inflight_entry *answered = send(t, 2000000, 3);

	CHECK(inflight_deadline_us(t) <= 2000000);
	CHECK(inflight_expired(t, 1999999) == NULL);
	inflight_end(t, answered, false);
	CHECK(inflight_expired(t, 2000000) == soon);
	/* It is still in flight until the caller ends it. */
	CHECK_INT(inflight_count(t), 2);
	CHECK(inflight_find(t, soon->out_request) == soon);
	CHECK(inflight_find_transfer(t, 2, soon->condition) == soon);
	inflight_end(t, soon, true);
	CHECK(inflight_expired(t, 2000000) == NULL);
	CHECK(inflight_expired(t, 3000000) == late);
	inflight_end(t, late, true);
	CHECK_INT(inflight_deadline_us(t), ILP_NEVER_US);
	inflight_destroy(t);
}

static uint64_t transfer_hash(const struct inflight *t, const char *destination,
			      uint8_t byte)
{
	uint8_t condition[32];

	memset(condition, byte, sizeof(condition));
	return inflight_transfer_hash(
		t, inflight_destination_hash(t, ilp_text(destination)),
		condition);
}

static void a_transfer_is_its_destination_and_condition(void)
{
	struct inflight *t = start(16, 1);
	uint64_t hash = transfer_hash(t, "g.alice", 1);

	CHECK_INT(transfer_hash(t, "g.alice", 1), hash);
	CHECK(transfer_hash(t, "g.alice", 2) != hash);
	CHECK(transfer_hash(t, "g.alicf", 1) != hash);
	CHECK(transfer_hash(t, "g.alice.x", 1) != hash);
	inflight_destroy(t);
}

static void equal_hashes_are_told_apart_by_the_condition(void)
{
	struct inflight *t = start(16, 1);
	struct inflight_entry *a = inflight_take(t), *b = inflight_take(t);
	uint8_t other[32] = { 3 };

	a->condition[31] = 1;
	b->condition[31] = 2;
	inflight_start(t, a, 77);
	inflight_start(t, b, 77);
	CHECK(inflight_find_transfer(t, 77, a->condition) == a);
	CHECK(inflight_find_transfer(t, 77, b->condition) == b);
	CHECK(inflight_find_transfer(t, 77, other) == NULL);
	CHECK(inflight_find_transfer(t, 78, a->condition) == NULL);
	inflight_destroy(t);
}

#define PLACES 50
#define GONE 64

struct sent {
	struct inflight_entry *entry;
	uint32_t id;
	uint64_t hash;
	int64_t deadline_us;
	uint8_t condition[32];
};

struct model {
	struct inflight *t;
	struct sent sent[PLACES];
	size_t count;
	uint32_t gone[GONE]; /* ids of the last ones that are over */
	size_t gone_count;
	int64_t now_us;
};

static void forget(struct model *m, size_t i)
{
	m->gone[m->gone_count++ % GONE] = m->sent[i].id;
	m->sent[i] = m->sent[--m->count];
}

static void model_send(struct model *m, struct random_source *r)
{
	struct inflight_entry *entry = inflight_take(m->t);
	struct sent *sent = &m->sent[m->count];

	CHECK_INT(entry != NULL, m->count < PLACES);
	if (!entry)
		return;
	*sent = (struct sent){
		.entry = entry,
		.id = entry->out_request,
		.hash = random_below(r, 20) << 32,
		.deadline_us = m->now_us + (int64_t)random_below(r, 9000000),
	};
	for (size_t i = 0; i < m->count; i++)
		CHECK(m->sent[i].id != sent->id && m->sent[i].entry != entry);
	if (random_below(r, 8) == 0) {
		inflight_drop(m->t, entry);
		m->gone[m->gone_count++ % GONE] = sent->id;
		return;
	}
	inflight_expect(m->t, sent->hash); /* changes nothing */
	random_bytes(r, sent->condition, 32);
	entry->out_deadline_us = sent->deadline_us;
	memcpy(entry->condition, sent->condition, 32);
	inflight_start(m->t, entry, sent->hash);
	m->count++;
}

static void model_answer(struct model *m, struct random_source *r)
{
	size_t i = random_below(r, m->count);

	inflight_end(m->t, m->sent[i].entry, random_below(r, 4) == 0);
	forget(m, i);
}

/* The wheel fires at whole milliseconds. */
static bool is_due(const struct model *m, const struct sent *sent)
{
	return (sent->deadline_us + 999) / 1000 <= m->now_us / 1000;
}

static void model_expire(struct model *m, struct random_source *r)
{
	struct inflight_entry *entry;

	m->now_us += (int64_t)random_below(r, 500000);
	while ((entry = inflight_expired(m->t, m->now_us))) {
		size_t i = 0;

		while (i < m->count && m->sent[i].entry != entry)
			i++;
		CHECK(i < m->count && is_due(m, &m->sent[i]));
		inflight_end(m->t, entry, true);
		forget(m, i);
	}
}

static void check_same(const struct model *m)
{
	int64_t deadline_us = inflight_deadline_us(m->t);

	CHECK_INT(inflight_count(m->t), m->count);
	for (size_t i = 0; i < m->count; i++) {
		const struct sent *sent = &m->sent[i];

		CHECK(inflight_find(m->t, sent->id) == sent->entry);
		CHECK(inflight_find_transfer(m->t, sent->hash,
					     sent->condition) == sent->entry);
		CHECK(deadline_us <= (sent->deadline_us + 999) / 1000 * 1000);
	}
	for (size_t i = 0; i < GONE && i < m->gone_count; i++)
		CHECK(inflight_find(m->t, m->gone[i]) == NULL);
}

static void finds_what_a_plain_list_would(void)
{
	struct random_source random = random_start();
	static struct model m;

	m = (struct model){ .t = start(PLACES, 1), .now_us = 1000000 };
	for (int step = 0; step < 20000; step++) {
		uint64_t choice = random_below(&random, 20);

		if (choice < 11)
			model_send(&m, &random);
		else if (choice < 19 && m.count)
			model_answer(&m, &random);
		else
			model_expire(&m, &random);
		check_same(&m);
		for (size_t i = 0; choice == 19 && i < m.count; i++)
			CHECK(!is_due(&m, &m.sent[i]));
	}
	inflight_destroy(m.t);
}

TESTS(TEST(a_new_table_has_nothing_in_flight),
      TEST(an_entry_counts_from_its_start_to_its_end),
      TEST(a_place_comes_clean_but_for_its_request_id),
      TEST(what_is_dropped_was_never_in_flight),
      TEST(without_a_deadline_it_is_in_flight_as_well),
      TEST(all_places_can_be_taken_and_have_different_ids),
      TEST(a_full_table_has_room_again_for_each_that_ends),
      TEST(each_use_of_a_place_has_another_id),
      TEST(places_that_timed_out_are_used_last),
      TEST(the_same_seed_gives_the_same_ids_and_others_none_of_them),
      TEST(an_id_shows_nothing_of_what_it_is_made_of),
      TEST(ids_of_an_earlier_run_mean_nothing),
      TEST(entries_expire_at_their_deadline_and_once),
      TEST(a_transfer_is_its_destination_and_condition),
      TEST(equal_hashes_are_told_apart_by_the_condition),
      TEST(finds_what_a_plain_list_would))
