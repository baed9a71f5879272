/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/lpm.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/measure.h"
#include "route/table.h"

#define ADDRESSES 65536
#define PASSES 25
#define PREFIX_MAX 64
#define ADDRESS_MAX 128

/* Texts one behind the other, as packets lie in the buffer of a link. */
struct texts {
	uint8_t *bytes;
	struct ilp_bytes *at;
	size_t count;
	size_t len;
};

#define SEED UINT64_C(0x9e3779b97f4a7c15)

static uint64_t state;

static uint64_t random_below(uint64_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 16) % limit;
}

static void *need(void *memory)
{
	if (!memory) {
		fprintf(stderr, "bench/lpm: no memory\n");
		exit(1);
	}
	return memory;
}

static struct texts make_texts(size_t count, size_t len_max)
{
	return (struct texts){
		.bytes = need(malloc(count * len_max)),
		.at = need(malloc(count * sizeof(struct ilp_bytes))),
	};
}

static void free_texts(struct texts *t)
{
	free(t->bytes);
	free(t->at);
}

/* Appends a dot and some characters. */
static size_t put_segment(uint8_t *text, size_t len, size_t chars)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	text[len++] = '.';
	while (chars--)
		text[len++] = (uint8_t)set[random_below(sizeof(set) - 1)];
	return len;
}

static size_t put_names(uint8_t *text, size_t len, uint64_t count)
{
	while (count--)
		len = put_segment(text, len, 3 + random_below(7));
	return len;
}

/* The text that was written behind the last one joins them. */
static struct ilp_bytes keep(struct texts *t, size_t len)
{
	struct ilp_bytes text = { t->bytes + t->len, len };

	t->at[t->count++] = text;
	t->len += len;
	return text;
}

static void fill(struct route_table *table, struct texts *prefixes,
		 size_t routes)
{
	while (route_table_count(table) < routes) {
		uint8_t *text = prefixes->bytes + prefixes->len;
		size_t len = put_names(text, 1, 1 + random_below(4));
		uint32_t value;

		text[0] = 'g';
		if (route_table_get(table, (struct ilp_bytes){ text, len },
				    &value))
			continue;
		if (!route_table_set(table, keep(prefixes, len),
				     (uint32_t)prefixes->count))
			need(NULL);
	}
}

/* Addresses of 4 to 8 segments, the last a token. */
static void aim(struct texts *addresses, const struct texts *prefixes)
{
	while (addresses->count < ADDRESSES) {
		uint8_t *text = addresses->bytes + addresses->len;
		struct ilp_bytes prefix =
			prefixes->at[random_below(prefixes->count)];
		size_t len = prefix.len;

		memcpy(text, prefix.at, len);
		len = put_names(text, len, 1 + random_below(2));
		len = put_segment(text, len, 22 + random_below(16));
		keep(addresses, len);
	}
}

struct finds {
	const struct route_table *table;
	const struct texts *addresses;
	size_t at; /* the address where the next pass goes on */
};

/* Goes round the addresses, all of them in some passes, so that no cache knows
 * the next one. Every one of them has a route. */
static uint64_t find_each(void *context, size_t count)
{
	struct finds *f = context;
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t value;

		if (!route_table_find(f->table, f->addresses->at[f->at],
				      &value))
			need(NULL);
		sum += value;
		f->at = (f->at + 1) % ADDRESSES;
	}
	return sum;
}

static uint64_t find_rounds(void *context, size_t count)
{
	struct finds *f = context;
	struct route_found found[ROUTE_FIND_MAX];
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i += ROUTE_FIND_MAX) {
		route_table_find_all(f->table, f->addresses->at + f->at,
				     ROUTE_FIND_MAX, found);
		for (size_t j = 0; j < ROUTE_FIND_MAX; j++) {
			if (!found[j].found)
				need(NULL);
			sum += found[j].value;
		}
		f->at = (f->at + ROUTE_FIND_MAX) % ADDRESSES;
	}
	return sum;
}

/* Reads of memory that no cache foresees. Chained, each tells where the next
 * one goes and so waits for the one before; else many are under way at once.
 * A find in a large table cannot do with less than one. */
struct reads {
	uint64_t *at;
	size_t mask;
	bool chained;
	uint64_t place; /* where the next pass goes on */
};

static uint64_t read_memory(void *context, size_t count)
{
	struct reads *r = context;
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		r->place = r->place * UINT64_C(6364136223846793005) + 1;
		sum += r->at[((r->place >> 20) + (r->chained ? sum : 0)) &
			     r->mask];
	}
	return sum;
}

/* The same in as much memory as the table has, to the next power of two. */
static double read_ns(size_t bytes, bool chained)
{
	struct reads r = { .mask = 1, .chained = chained };
	double ns;

	while ((r.mask + 1) * sizeof(uint64_t) < bytes)
		r.mask = r.mask * 2 + 1;
	r.at = need(calloc(r.mask + 1, sizeof(uint64_t)));
	for (size_t i = 0; i <= r.mask; i++)
		r.at[i] = random_below(r.mask);
	ns = measure_ns(read_memory, &r);
	free(r.at);
	return ns;
}

struct bench_lpm bench_lpm(size_t routes)
{
	struct route_table *table = need(route_table_create(1));
	struct texts prefixes = make_texts(routes, PREFIX_MAX);
	struct texts addresses = make_texts(ADDRESSES, ADDRESS_MAX);
	struct finds finds = { table, &addresses, 0 };
	struct bench_lpm result;

	state = SEED;
	fill(table, &prefixes, routes);
	aim(&addresses, &prefixes);
	result.single_ns = measure_ns(find_each, &finds);
	result.round_ns = measure_ns(find_rounds, &finds);
	result.read_ns = read_ns(route_table_memory(table), false);
	result.chained_ns = read_ns(route_table_memory(table), true);
	free_texts(&addresses);
	free_texts(&prefixes);
	route_table_destroy(table);
	return result;
}
