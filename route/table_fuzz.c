/* SPDX-License-Identifier: Apache-2.0 */
/* Any sequence of sets, removals and searches gives what a plain list gives
 * that is searched from end to end. An operation is a byte of what, a byte of
 * length and the text; four characters only, so that prefixes meet. */
#include "route/table.h"

#include <stdlib.h>

#define MODEL_MAX 256
#define TEXT_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct entry {
	uint8_t text[TEXT_MAX];
	size_t len;
	uint32_t value;
};

struct model {
	struct entry entries[MODEL_MAX];
	size_t count;
};

static void check(bool claim)
{
	if (!claim)
		abort();
}

static struct ilp_bytes entry_text(const struct entry *e)
{
	return (struct ilp_bytes){ e->text, e->len };
}

static struct entry *model_get(struct model *m, struct ilp_bytes prefix)
{
	for (size_t i = 0; i < m->count; i++)
		if (ilp_bytes_equal(entry_text(&m->entries[i]), prefix))
			return &m->entries[i];
	return NULL;
}

static const struct entry *model_find(const struct model *m,
				      struct ilp_bytes address)
{
	const struct entry *longest = NULL;

	for (size_t i = 0; i < m->count; i++) {
		const struct entry *e = &m->entries[i];

		if (longest && e->len <= longest->len)
			continue;
		if (e->len == 0 ||
		    ilp_address_has_prefix(address, entry_text(e)))
			longest = e;
	}
	return longest;
}

static void set(struct route_table *t, struct model *m, struct ilp_bytes prefix,
		uint32_t value)
{
	struct entry *e = model_get(m, prefix);

	if (!route_prefix_fits(prefix) || (!e && m->count == MODEL_MAX))
		return;
	check(route_table_set(t, prefix, value));
	if (!e) {
		e = &m->entries[m->count++];
		memcpy(e->text, prefix.at, prefix.len);
		e->len = prefix.len;
	}
	e->value = value;
}

static void remove_one(struct route_table *t, struct model *m,
		       struct ilp_bytes prefix)
{
	struct entry *e = model_get(m, prefix);

	check(route_table_remove(t, prefix) == (e != NULL));
	if (e)
		*e = m->entries[--m->count];
}

static void find(const struct route_table *t, const struct model *m,
		 struct ilp_bytes address)
{
	const struct entry *e = model_find(m, address);
	struct route_found all;
	uint32_t value = 0;

	check(route_table_find(t, address, &value) == (e != NULL));
	check(!e || value == e->value);
	route_table_find_all(t, &address, 1, &all);
	check(all.found == (e != NULL) && (!e || all.value == e->value));
}

static void compare_all(const struct route_table *t, struct model *m)
{
	struct ilp_bytes prefix;
	size_t cursor = 0;
	size_t seen = 0;
	uint32_t value;

	for (; route_table_next(t, &cursor, &prefix, &value); seen++) {
		const struct entry *e = model_get(m, prefix);

		check(e && e->value == value);
	}
	check(seen == m->count && seen == route_table_count(t));
}

/* Takes a text off the input, and makes it one of four characters. */
static struct ilp_bytes next_text(struct ilp_reader *r, uint8_t text[TEXT_MAX])
{
	size_t len = ilp_read_u8(r) % TEXT_MAX;
	struct ilp_bytes in = ilp_read_fixed(r, len);

	for (size_t i = 0; i < in.len; i++)
		text[i] = (uint8_t) "ab.c"[in.at[i] % 4];
	return (struct ilp_bytes){ text, in.len };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });
	struct route_table *t = route_table_create(size);
	struct model m;

	check(t);
	m.count = 0;
	for (uint32_t i = 0; ilp_reader_left(&r) > 0; i++) {
		uint8_t text[TEXT_MAX];
		uint8_t what = ilp_read_u8(&r);
		struct ilp_bytes some = next_text(&r, text);

		if (what % 4 <= 1)
			set(t, &m, some, i);
		else if (what % 4 == 2)
			remove_one(t, &m, some);
		else if (what % 8 == 7)
			route_table_move(t);
		find(t, &m, some);
	}
	compare_all(t, &m);
	route_table_destroy(t);
	return 0;
}
