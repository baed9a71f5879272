/* SPDX-License-Identifier: Apache-2.0 */
/* Each address has one place, that of its hash, where the last one that asked
 * is remembered. An address that is too long for a place is looked up each
 * time; few are. */
#include "route/recent.h"

#include <stdlib.h>

#define PLACES 1024
#define PLACE_LEN 128 /* two lines of the cache */
#define TEXT_MAX (PLACE_LEN - 24)

struct place {
	_Alignas(64) uint64_t changes; /* of the table by then */
	struct recent_address address;
	uint16_t len; /* 0: none was here */
	uint8_t text[TEXT_MAX];
};

_Static_assert(sizeof(struct place) == PLACE_LEN, "a place is two lines");

struct recent {
	const struct route_table *table;
	struct place places[PLACES];
};

struct recent *recent_create(const struct route_table *table)
{
	struct recent *r = aligned_alloc(_Alignof(struct recent), sizeof(*r));

	if (r)
		*r = (struct recent){ .table = table };
	return r;
}

void recent_destroy(struct recent *r)
{
	free(r);
}

static bool is_here(const struct recent *r, const struct place *place,
		    struct ilp_bytes address)
{
	return place->len == address.len && address.len &&
	       place->changes == route_table_changes(r->table) &&
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
	if (address.len > TEXT_MAX)
		return;
	place->changes = route_table_changes(r->table);
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
