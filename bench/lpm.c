/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/lpm.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

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

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static size_t find_each(const struct route_table *table,
			const struct texts *addresses)
{
	size_t found = 0;

	for (size_t i = 0; i < addresses->count; i++) {
		uint32_t value;

		found += route_table_find(table, addresses->at[i], &value);
	}
	return found;
}

static size_t find_batches(const struct route_table *table,
			   const struct texts *addresses)
{
	struct route_found found[ROUTE_FIND_MAX];
	size_t count = 0;

	for (size_t i = 0; i < addresses->count; i += ROUTE_FIND_MAX) {
		route_table_find_all(table, addresses->at + i, ROUTE_FIND_MAX,
				     found);
		for (size_t j = 0; j < ROUTE_FIND_MAX; j++)
			count += found[j].found;
	}
	return count;
}

typedef size_t find_function(const struct route_table *table,
			     const struct texts *addresses);

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Nanoseconds per find: sorted, one number a pass over all addresses. */
static void measure(double passes[PASSES], find_function *find,
		    const struct route_table *table,
		    const struct texts *addresses)
{
	for (size_t i = 0; i < PASSES; i++) {
		double start = now_ns();

		if (find(table, addresses) != addresses->count) {
			fprintf(stderr, "bench/lpm: a route is missing\n");
			exit(1);
		}
		passes[i] = (now_ns() - start) / (double)addresses->count;
	}
	qsort(passes, PASSES, sizeof(passes[0]), compare);
}

/* What one read of memory costs that no cache foresees: each tells where the
 * next one goes. A find in a large table cannot do with less than one. */
static double read_ns(size_t bytes)
{
	size_t count = bytes / sizeof(uint64_t);
	uint64_t *next = need(malloc(count * sizeof(uint64_t)));
	uint64_t at = 0;
	double start;

	for (size_t i = 0; i < count; i++)
		next[i] = random_below(count);
	start = now_ns();
	for (size_t i = 0; i < ADDRESSES; i++)
		at = next[(at + i) % count];
	start = (now_ns() - start) / ADDRESSES;
	if (at == count)
		need(NULL); /* so that the reads are not left out */
	free(next);
	return start;
}

struct bench_lpm bench_lpm(size_t routes)
{
	struct route_table *table = need(route_table_create(1));
	struct texts prefixes = make_texts(routes, PREFIX_MAX);
	struct texts addresses = make_texts(ADDRESSES, ADDRESS_MAX);
	struct bench_lpm result = { 0 };
	double passes[PASSES];
	double start = now_ns();

	state = SEED;
	fill(table, &prefixes, routes);
	result.set_ns = (now_ns() - start) / (double)routes;
	aim(&addresses, &prefixes);
	measure(passes, find_each, table, &addresses);
	result.find_ns = passes[PASSES / 2];
	result.best_ns = passes[0];
	measure(passes, find_batches, table, &addresses);
	result.batch_ns = passes[PASSES / 2];
	result.read_ns = read_ns(route_table_memory(table));
	result.route_bytes = (double)route_table_memory(table) / (double)routes;
	free_texts(&addresses);
	free_texts(&prefixes);
	route_table_destroy(table);
	return result;
}
