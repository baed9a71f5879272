/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table of groups of seven records. What decides the speed is how
 * often memory beyond the caches is read one read after the other, so the
 * tags of all groups lie apart from the records, small enough to be cached:
 *
 *	tags     | 7 tags, 1 count | 7 tags, 1 count | ...   a word a group
 *	records  | 7 x 40 bytes    | 7 x 40 bytes    | ...
 *
 * A tag is eight bits of the prefix's hash, zero where there is no record. A
 * record whose own group is full lies in the first group behind with room,
 * and each group that it passed counts it. A search goes on from a group
 * only if that count is not zero; and since a removal takes it back, nothing
 * is left behind that would slow down later searches.
 *
 * To find the longest prefix of an address its beginnings are hashed in one
 * pass, and each looks at one word of tags. The longest that may be there is
 * then compared with its record, which is nearly always the only one read.
 *
 * A table that has become too small or too large gets new groups beside the old
 * ones, and each record that is added takes those of some old groups with it.
 * Until all have moved there are two places to look at, and the quick way of
 * searching is not taken.
 */
#include "route/table.h"

#include <assert.h>
#include <stdlib.h>

#include "base/big.h"

#define GROUP_RECORDS 7
#define GROUPS_MIN 8
#define TEXT_INLINE 32 /* few prefixes are longer */

/* The bytes of a group's word: tags, and above them the count. */
#define ONES UINT64_C(0x0101010101010101)
#define LOW_BITS UINT64_C(0x7f7f7f7f7f7f7f7f)
#define TAG_TOPS UINT64_C(0x0080808080808080)
#define LAST_TAG (UINT64_C(0x80) << 48)
#define DOTS ('.' * ONES)
#define PASSED_SHIFT 56
#define PASSED_ONE (UINT64_C(1) << PASSED_SHIFT)
#define PASSED_MAX 255

struct record {
	uint32_t value;
	uint16_t len;
	union {
		uint8_t here[TEXT_INLINE];
		uint8_t *away; /* when it is longer */
	} text;
};

#define GROUP_LEN (GROUP_RECORDS * sizeof(struct record))

/* With each record that is added so many old groups are looked at. Those that
 * are empty cost little, and a table that shrinks has many. */
#define MOVE_GROUPS 256

/* It becomes no smaller than that at once, or the new groups would be full
 * before all of the old ones have been looked at. */
#define SHRINK_MAX 64

struct groups {
	uint64_t *tags; /* NULL when there are none */
	struct record *records;
	size_t count;
};

struct route_table {
	struct groups now; /* none while the table is empty */
	struct groups old; /* none unless records are on the move */
	size_t old_next;   /* the first old group that may not be empty */
	size_t old_records;
	size_t count;
	size_t text_bytes;    /* of the texts that are away */
	uint64_t depths_used; /* bit n: a prefix of n segments is there */
	size_t depths[ROUTE_SEGMENTS_MAX + 1]; /* and how many */
	uint64_t start; /* three numbers made of the seed */
	uint64_t step;
	uint64_t finish;
};

/* ---- hashing ---- */

__extension__ typedef unsigned __int128 uint128;

static uint64_t fold(uint64_t a, uint64_t b)
{
	uint128 product = (uint128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The last, partial word of a text, zeros behind it. */
static uint64_t last_word(struct ilp_bytes text)
{
	size_t count = text.len % 8;
	uint64_t word = 0;

	if (count == 0)
		return 0;
	if (text.len > 8)
		return ilp_load_u64(text.at + text.len - 8) << (64 - 8 * count);
	for (size_t i = 0; i < count; i++)
		word |= (uint64_t)text.at[i] << (56 - 8 * i);
	return word;
}

/* The same with a dot behind the text, to end its last segment. */
static uint64_t closed_word(struct ilp_bytes text)
{
	return last_word(text) | (uint64_t)'.' << (56 - 8 * (text.len % 8));
}

static uint64_t hash_word(const struct route_table *t, uint64_t state,
			  uint64_t word)
{
	return fold(state ^ word, t->step);
}

static uint64_t hash_end(const struct route_table *t, uint64_t state,
			 uint64_t last, size_t len)
{
	return fold(state ^ last, t->finish ^ len);
}

static uint64_t hash_text(const struct route_table *t, struct ilp_bytes text)
{
	uint64_t state = t->start;

	for (size_t i = 0; i + 8 <= text.len; i += 8)
		state = hash_word(t, state, ilp_load_u64(text.at + i));
	return hash_end(t, state, last_word(text), text.len);
}

/* ---- groups ---- */

static size_t home(const struct groups *g, uint64_t hash)
{
	return (size_t)((hash >> 32) * g->count >> 32);
}

static size_t group_after(const struct groups *g, size_t group)
{
	return group + 1 < g->count ? group + 1 : 0;
}

static uint64_t tag_of(uint64_t hash)
{
	uint64_t tag = hash & 0xff;

	return tag ? tag : 1;
}

/* The top bit of every byte that is zero. */
static uint64_t zero_bytes(uint64_t word)
{
	return ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS);
}

static uint64_t equal_tags(uint64_t tags, uint64_t tag)
{
	return zero_bytes(tags ^ tag * ONES) & TAG_TOPS;
}

static unsigned first_lane(uint64_t tops)
{
	return (unsigned)__builtin_ctzll(tops) / 8;
}

/* Whether to look at the text that is away is decided by the length asked
 * for, so that the processor need not wait for the record to guess it. */
static bool record_is(const struct record *r, struct ilp_bytes prefix)
{
	if (r->len != prefix.len)
		return false;
	if (prefix.len > TEXT_INLINE)
		return memcmp(r->text.away, prefix.at, prefix.len) == 0;
	return prefix.len == 0 ||
	       memcmp(r->text.here, prefix.at, prefix.len) == 0;
}

static struct ilp_bytes record_text(const struct record *r)
{
	return (struct ilp_bytes){ r->len > TEXT_INLINE ? r->text.away :
							  r->text.here,
				   r->len };
}

/* The record of the prefix in these groups; NULL when there is none. */
static struct record *search_in(const struct groups *g, uint64_t hash,
				struct ilp_bytes prefix)
{
	size_t group = home(g, hash);

	for (size_t i = 0; i < g->count; i++) {
		uint64_t tags = g->tags[group];
		uint64_t equal = equal_tags(tags, tag_of(hash));

		for (; equal; equal &= equal - 1) {
			struct record *r = &g->records[group * GROUP_RECORDS +
						       first_lane(equal)];

			if (record_is(r, prefix))
				return r;
		}
		if (tags >> PASSED_SHIFT == 0)
			return NULL;
		group = group_after(g, group);
	}
	return NULL;
}

static struct record *search(const struct route_table *t, uint64_t hash,
			     struct ilp_bytes prefix)
{
	struct record *r = search_in(&t->now, hash, prefix);

	return r || !t->old.count ? r : search_in(&t->old, hash, prefix);
}

/* Has the processor read the record that search_in will look at first. When no
 * tag is equal it is some other, which is harmless. */
static void prefetch(const struct groups *g, uint64_t hash)
{
	size_t group = home(g, hash);
	uint64_t equal = equal_tags(g->tags[group], tag_of(hash));
	const struct record *r = &g->records[group * GROUP_RECORDS +
					     first_lane(equal | LAST_TAG)];

	__builtin_prefetch(r);
	__builtin_prefetch((const uint8_t *)(r + 1) - 1); /* the next line? */
}

static struct record *search_text(const struct route_table *t,
				  struct ilp_bytes prefix)
{
	return search(t, hash_text(t, prefix), prefix);
}

/* A record for the hash, not filled in yet. There must be room. */
static struct record *claim(struct groups *g, uint64_t hash)
{
	size_t group = home(g, hash);
	uint64_t empty;
	unsigned lane;

	while (!(empty = zero_bytes(g->tags[group]) & TAG_TOPS)) {
		if (g->tags[group] >> PASSED_SHIFT < PASSED_MAX)
			g->tags[group] += PASSED_ONE;
		group = group_after(g, group);
	}
	lane = first_lane(empty);
	g->tags[group] |= tag_of(hash) << 8 * lane;
	return &g->records[group * GROUP_RECORDS + lane];
}

/* Takes back what claim did. A count that has been at its maximum stays,
 * for it no longer knows by how much it was passed. */
static void release(struct groups *g, const struct record *r, uint64_t hash)
{
	size_t at = (size_t)(r - g->records);
	size_t group = home(g, hash);

	for (; group != at / GROUP_RECORDS; group = group_after(g, group))
		if (g->tags[group] >> PASSED_SHIFT < PASSED_MAX)
			g->tags[group] -= PASSED_ONE;
	g->tags[group] &= ~(UINT64_C(0xff) << 8 * (at % GROUP_RECORDS));
}

/* The first record from there on; `*at` goes behind it, but not behind `end`.
 */
static struct record *next_in(const struct groups *g, size_t *at, size_t end)
{
	while (*at < end) {
		size_t here = (*at)++;
		size_t lane = here % GROUP_RECORDS;

		if (g->tags[here / GROUP_RECORDS] >> 8 * lane & 0xff)
			return &g->records[here];
	}
	return NULL;
}

/* The same in all groups: the old ones come first. */
static struct record *next_record(const struct route_table *t, size_t *cursor)
{
	const size_t old = t->old.count * GROUP_RECORDS;
	struct record *r = next_in(&t->old, cursor, old);
	size_t at;

	if (r)
		return r;
	at = *cursor - old;
	r = next_in(&t->now, &at, t->now.count * GROUP_RECORDS);
	*cursor = old + at;
	return r;
}

/* ---- size ---- */

static size_t groups_memory(const struct groups *g)
{
	return g->count * (sizeof(*g->tags) + GROUP_LEN);
}

/* Frees the groups, but not the texts of their records. */
static void free_groups(struct groups *g)
{
	big_free(g->tags, g->count * sizeof(*g->tags));
	big_free(g->records, g->count * GROUP_LEN);
	*g = (struct groups){ .tags = NULL };
}

static bool make_groups(struct groups *g, size_t count)
{
	g->count = count;
	g->tags = big_alloc(count * sizeof(*g->tags));
	g->records = big_alloc(count * GROUP_LEN);
	if (g->tags && g->records)
		return true;
	free_groups(g);
	return false;
}

static void end_move(struct route_table *t)
{
	free_groups(&t->old);
	t->old_next = 0;
}

static void move_record(struct route_table *t, const struct record *r)
{
	uint64_t hash = hash_text(t, record_text(r));

	*claim(&t->now, hash) = *r;
	release(&t->old, r, hash);
	t->old_records--;
}

/* Empties the next of the old groups. */
static void move_group(struct route_table *t)
{
	size_t at = t->old_next++ * GROUP_RECORDS;

	for (const struct record *r; (r = next_in(
		     &t->old, &at, t->old_next * GROUP_RECORDS));)
		move_record(t, r);
}

static void move_some(struct route_table *t)
{
	const size_t before = t->old_records;

	for (int i = 0; i < MOVE_GROUPS && t->old_records > 0; i++) {
		if (before - t->old_records > ROUTE_MOVE_MAX - GROUP_RECORDS)
			return;
		move_group(t);
	}
	if (t->old_records == 0)
		end_move(t);
}

/* All records are in old groups from now on. */
static bool begin_move(struct route_table *t, size_t count)
{
	struct groups new;

	if (!make_groups(&new, count))
		return false;
	t->old = t->now;
	t->now = new;
	t->old_next = 0;
	t->old_records = t->count;
	if (t->old_records == 0)
		end_move(t);
	return true;
}

static size_t smaller(const struct route_table *t)
{
	const size_t min = t->now.count / SHRINK_MAX;
	size_t groups = t->now.count / 2;

	while (groups > GROUPS_MIN && groups > min && t->count < groups / 2)
		groups /= 2;
	return groups;
}

/* Groups are filled to 4.5 of 7 at most; then some 8 in 100 are full and have
 * been passed. A table that has become nine times too large shrinks. */
static bool make_room(struct route_table *t)
{
	const size_t groups = t->now.count;

	if (t->old.count) {
		move_some(t);
		return true;
	}
	if (groups == 0)
		return make_groups(&t->now, GROUPS_MIN);
	if (t->count >= groups / 2 * 9)
		return begin_move(t, groups * 2);
	if (groups > GROUPS_MIN && t->count < groups / 2)
		begin_move(t, smaller(t)); /* or stays as large as it is */
	return true;
}

/* ---- what the caller sees ---- */

static size_t segments(struct ilp_bytes prefix)
{
	size_t count = prefix.len > 0;

	for (size_t i = 0; i < prefix.len; i++)
		count += prefix.at[i] == '.';
	return count;
}

bool route_prefix_fits(struct ilp_bytes prefix)
{
	return prefix.len <= ILP_ADDRESS_MAX &&
	       segments(prefix) <= ROUTE_SEGMENTS_MAX;
}

/* The next number of splitmix64, which makes many seeds of one. */
static uint64_t next_seed(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

struct route_table *route_table_create(uint64_t seed)
{
	struct route_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->start = next_seed(&seed);
	t->step = next_seed(&seed) | 1;
	t->finish = next_seed(&seed);
	return t;
}

void route_table_destroy(struct route_table *t)
{
	size_t cursor = 0;

	if (!t)
		return;
	for (struct record *r; (r = next_record(t, &cursor));)
		if (r->len > TEXT_INLINE)
			free(r->text.away);
	free_groups(&t->old);
	free_groups(&t->now);
	free(t);
}

static void count_depth(struct route_table *t, struct ilp_bytes prefix,
			bool added)
{
	size_t depth = segments(prefix);
	uint64_t bit = UINT64_C(1) << depth;

	t->count += added ? 1 : SIZE_MAX;
	t->depths[depth] += added ? 1 : SIZE_MAX;
	t->depths_used =
		t->depths[depth] ? t->depths_used | bit : t->depths_used & ~bit;
}

static void drop_text(struct route_table *t, const struct record *r)
{
	if (r->len <= TEXT_INLINE)
		return;
	t->text_bytes -= r->len;
	free(r->text.away);
}

static bool add(struct route_table *t, struct ilp_bytes prefix, uint32_t value)
{
	struct record new = { .value = value, .len = (uint16_t)prefix.len };
	uint8_t *text = new.text.here;

	if (!make_room(t))
		return false;
	if (prefix.len > TEXT_INLINE) {
		text = new.text.away = malloc(prefix.len);
		if (!text)
			return false;
		t->text_bytes += prefix.len;
	}
	if (prefix.len)
		memcpy(text, prefix.at, prefix.len);
	*claim(&t->now, hash_text(t, prefix)) = new;
	count_depth(t, prefix, true);
	return true;
}

bool route_table_set(struct route_table *t, struct ilp_bytes prefix,
		     uint32_t value)
{
	assert(route_prefix_fits(prefix));

	struct record *r = search_text(t, prefix);
	if (!r)
		return add(t, prefix, value);
	r->value = value;
	return true;
}

/* Old groups that are empty by now are left to the next step, since whoever
 * iterates may be among them. */
bool route_table_remove(struct route_table *t, struct ilp_bytes prefix)
{
	uint64_t hash = hash_text(t, prefix);
	struct record *r = search_in(&t->now, hash, prefix);
	struct record *old = r ? NULL : search_in(&t->old, hash, prefix);

	if (!r && !old)
		return false;
	count_depth(t, prefix, false);
	if (r)
		release(&t->now, r, hash);
	else
		release(&t->old, old, hash);
	t->old_records -= old != NULL;
	drop_text(t, r ? r : old);
	if (t->count == 0) {
		end_move(t);
		free_groups(&t->now);
	}
	return true;
}

bool route_table_move(struct route_table *t)
{
	if (t->old.count)
		move_some(t);
	return t->old.count;
}

size_t route_table_unmoved(const struct route_table *t)
{
	return t->old_records;
}

bool route_table_get(const struct route_table *t, struct ilp_bytes prefix,
		     uint32_t *value)
{
	const struct record *r = search_text(t, prefix);

	if (r)
		*value = r->value;
	return r;
}

/* Is the tag in this word? Only asks whether some tag is zero when taken from
 * the one sought, which is quicker to say than which. */
static uint64_t has_tag(uint64_t tags, uint64_t tag)
{
	uint64_t off = tags ^ tag * ONES;

	return ((off - ONES) & ~off & TAG_TOPS) != 0;
}

/* The beginnings of an address that may be prefixes in the table. */
struct lookup {
	uint64_t cuts; /* bit n: the first n + 1 segments */
	uint64_t hash[ROUTE_SEGMENTS_MAX];
	size_t len[ROUTE_SEGMENTS_MAX];
};

static unsigned longest(uint64_t cuts)
{
	return 63 - (unsigned)__builtin_clzll(cuts);
}

/* The address may be cut here, behind so many segments. */
static void note(struct lookup *l, const struct route_table *t, unsigned place,
		 size_t len, uint64_t hash)
{
	l->hash[place] = hash;
	l->len[place] = len;
	__builtin_prefetch(&t->now.tags[home(&t->now, hash)]);
}

/* Cuts the address behind each number of segments that some prefix has, and
 * has the processor read the tags there. */
static void cut(struct lookup *l, const struct route_table *t,
		struct ilp_bytes address)
{
	const uint64_t used = t->depths_used >> 1;
	const unsigned places = used ? longest(used) + 1 : 0;
	uint64_t state = t->start;
	unsigned place = 0;

	for (size_t i = 0; place < places; i += 8) {
		bool last = address.len - i < 8;
		uint64_t word = last ? closed_word(address) :
				       ilp_load_u64(address.at + i);
		uint64_t dots = zero_bytes(word ^ DOTS);

		for (; dots && place < places; place++) {
			unsigned bits = (unsigned)__builtin_clzll(dots) & 56;
			uint64_t tail = UINT64_MAX >> bits;

			dots &= tail >> 1;
			if (used >> place & 1)
				note(l, t, place, i + bits / 8,
				     hash_end(t, state, word & ~tail,
					      i + bits / 8));
		}
		if (last)
			break;
		state = hash_word(t, state, word);
	}
	l->cuts = used & ((UINT64_C(1) << place) - 1);
}

/* Keeps the cuts that may be in the table: their tag is in their own group, or
 * that group has been passed. Has the processor read the record of the longest
 * with a tag, which is nearly always the one. No branch depends on tags. While
 * records are on the move all are kept, and settle looks at both places. */
static void sieve(struct lookup *l, const struct route_table *t)
{
	uint64_t tagged = 0;
	uint64_t passed = 0;

	if (t->old.count)
		return;
	for (uint64_t left = l->cuts; left; left &= left - 1) {
		unsigned place = (unsigned)__builtin_ctzll(left);
		uint64_t hash = l->hash[place];
		uint64_t tags = t->now.tags[home(&t->now, hash)];

		tagged |= has_tag(tags, tag_of(hash)) << place;
		passed |= (uint64_t)(tags >> PASSED_SHIFT != 0) << place;
	}
	l->cuts = tagged | passed;
	if (l->cuts)
		prefetch(&t->now, l->hash[longest(tagged ? tagged : passed)]);
}

/* Compares what is left with the records, the longest first. */
static bool settle(const struct lookup *l, const struct route_table *t,
		   struct ilp_bytes address, uint32_t *value)
{
	for (uint64_t left = l->cuts; left;) {
		unsigned place = longest(left);
		struct ilp_bytes prefix = { address.at, l->len[place] };
		const struct record *r = search(t, l->hash[place], prefix);

		if (r) {
			*value = r->value;
			return true;
		}
		left ^= UINT64_C(1) << place;
	}
	return t->depths_used & 1 && route_table_get(t, ilp_text(""), value);
}

bool route_table_find(const struct route_table *t, struct ilp_bytes address,
		      uint32_t *value)
{
	struct lookup l;

	cut(&l, t, address);
	sieve(&l, t);
	return settle(&l, t, address, value);
}

void route_table_find_all(const struct route_table *t,
			  const struct ilp_bytes *addresses, size_t count,
			  struct route_found *out)
{
	struct lookup l[ROUTE_FIND_MAX];

	assert(count <= ROUTE_FIND_MAX);
	for (size_t i = 0; i < count; i++)
		cut(&l[i], t, addresses[i]);
	for (size_t i = 0; i < count; i++)
		sieve(&l[i], t);
	for (size_t i = 0; i < count; i++)
		out[i].found = settle(&l[i], t, addresses[i], &out[i].value);
}

bool route_table_next(const struct route_table *t, size_t *cursor,
		      struct ilp_bytes *prefix, uint32_t *value)
{
	const struct record *r = next_record(t, cursor);

	if (!r)
		return false;
	*prefix = record_text(r);
	*value = r->value;
	return true;
}

size_t route_table_count(const struct route_table *t)
{
	return t->count;
}

size_t route_table_memory(const struct route_table *t)
{
	return sizeof(*t) + groups_memory(&t->now) +
	       groups_memory(&t->old) + t->text_bytes;
}
