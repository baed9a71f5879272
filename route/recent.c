/* SPDX-License-Identifier: Apache-2.0 */
/* Each address has one place, that of its hash, where the last one that asked
 * is remembered. An address that is too long for a place is looked up each
 * time; few are.
 *
 * A region is what begins with the same two segments, or with the same three.
 * Each address is in one of both kinds, and a change of a prefix that has so
 * many segments, or more, counts there. What is remembered holds while the
 * changes have not become more that concern it: those of its two regions, and
 * those of shorter prefixes, which concern all.
 */
#include "route/recent.h"

#include <stdlib.h>

#include "base/hash.h"

#define PLACES 1024
#define REGIONS 512 /* several share one */
#define PLACE_LEN 128 /* two lines of the cache */
#define TEXT_MAX (PLACE_LEN - 28)

struct place {
	_Alignas(64) uint64_t changes; /* that concern it, by then */
	struct recent_address address;
	uint16_t two; /* its regions: by its first two segments, */
	uint16_t three; /* and by three */
	uint16_t len; /* 0: none was here */
	uint8_t text[TEXT_MAX];
};

_Static_assert(sizeof(struct place) == PLACE_LEN, "a place is two lines");

struct recent {
	const struct route_table *table;
	struct hash_seed seed;
	uint64_t changes; /* of what is shorter than a region, */
	uint64_t changes_in[REGIONS];
	struct place places[PLACES];
};

struct recent *recent_create(const struct route_table *table, uint64_t seed)
{
	struct recent *r = aligned_alloc(_Alignof(struct recent), sizeof(*r));

	if (!r)
		return NULL;
	memset(r, 0, sizeof(*r));
	r->table = table;
	r->seed = hash_seed(
		(struct ilp_bytes){ (const uint8_t *)&seed, sizeof(seed) });
	return r;
}

void recent_destroy(struct recent *r)
{
	free(r);
}

/* ---- regions ---- */

/* The region of the first segments, so many or all that there are; `*count`
 * becomes how many there are of them. */
static uint16_t region(const struct recent *r, struct ilp_bytes text,
		       unsigned *count)
{
	const unsigned most = *count;
	struct ilp_bytes rest = text;
	struct ilp_bytes segment = { text.at, 0 };

	*count = 0;
	while (*count < most && ilp_address_next_segment(&rest, &segment))
		++*count;
	text.len = segment.len ?
			   (size_t)(segment.at + segment.len - text.at) :
			   0;
	return (uint16_t)((hash_bytes(&r->seed, text) >> 32) % REGIONS);
}

/* Of what is in these regions. */
static uint64_t changes(const struct recent *r, const struct place *place)
{
	return r->changes + r->changes_in[place->two] +
	       r->changes_in[place->three];
}

void recent_forget(struct recent *r, struct ilp_bytes prefix)
{
	unsigned count = 3;
	uint16_t of = region(r, prefix, &count);

	if (count < 2)
		r->changes++;
	else
		r->changes_in[of]++;
}

/* ---- places ---- */

static bool is_here(const struct recent *r, const struct place *place,
		    struct ilp_bytes address)
{
	return place->len == address.len && address.len &&
	       place->changes == changes(r, place) &&
	       memcmp(place->text, address.at, address.len) == 0;
}

static void look_up(const struct recent *r, struct ilp_bytes address,
		    struct recent_address *out)
{
	out->scheme = ilp_address_scheme(address);
	out->route = 0;
	out->has_route = route_table_find(r->table, address, &out->route);
}

static void remember(const struct recent *r, struct place *place,
		     struct ilp_bytes address,
		     const struct recent_address *known)
{
	unsigned two = 2;
	unsigned three = 3;

	if (address.len > TEXT_MAX)
		return;
	place->two = region(r, address, &two);
	place->three = region(r, address, &three);
	place->changes = changes(r, place);
	place->address = *known;
	place->len = (uint16_t)address.len;
	memcpy(place->text, address.at, address.len);
}

bool recent_find(struct recent *r, struct ilp_bytes address, uint64_t hash,
		 struct recent_address *out)
{
	struct place *place = &r->places[hash % PLACES];

	if (is_here(r, place, address)) {
		*out = place->address;
		return true;
	}
	if (!ilp_address_valid(address))
		return false;
	look_up(r, address, out);
	remember(r, place, address, out);
	return true;
}
