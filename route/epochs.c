/* SPDX-License-Identifier: Apache-2.0 */
#include "route/epochs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_EPOCHS 256
#define ROOM_MIN 16

struct epochs_chunk {
	size_t count; /* never 0 but of the spare one */
	struct epoch epochs[CHUNK_EPOCHS];
};

void epochs_finish(struct epochs *e)
{
	for (size_t i = 0; i < e->chunk_count; i++)
		free(e->chunks[i]);
	free(e->chunks);
	free(e->spare);
	*e = (struct epochs){ 0 };
}

static struct epochs_chunk *last(const struct epochs *e)
{
	return e->chunk_count ? e->chunks[e->chunk_count - 1] : NULL;
}

static bool is_full(const struct epochs *e)
{
	return !e->chunk_count || last(e)->count == CHUNK_EPOCHS;
}

static bool grow(struct epochs *e)
{
	size_t room = e->chunk_room ? e->chunk_room * 2 : ROOM_MIN;
	struct epochs_chunk **chunks;

	if (e->chunk_count < e->chunk_room)
		return true;
	chunks = realloc(e->chunks, room * sizeof(*chunks));
	if (!chunks)
		return false;
	e->chunks = chunks;
	e->chunk_room = room;
	return true;
}

bool epochs_make_room(struct epochs *e)
{
	if (!is_full(e))
		return true;
	if (!e->spare)
		e->spare = malloc(sizeof(*e->spare));
	return e->spare && grow(e);
}

void epochs_add(struct epochs *e, struct epoch epoch)
{
	struct epochs_chunk *chunk;

	if (is_full(e)) {
		assert(e->spare && e->chunk_count < e->chunk_room);
		e->spare->count = 0;
		e->chunks[e->chunk_count++] = e->spare;
		e->spare = NULL;
	}
	chunk = last(e);
	assert(chunk->count == 0 ||
	       chunk->epochs[chunk->count - 1].number < epoch.number);
	chunk->epochs[chunk->count++] = epoch;
	e->count++;
}

static uint32_t last_number(const struct epochs_chunk *chunk)
{
	return chunk->epochs[chunk->count - 1].number;
}

/* The first chunk that ends with this number or a greater one. */
static size_t find_chunk(const struct epochs *e, uint32_t number)
{
	size_t low = 0;
	size_t high = e->chunk_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (last_number(e->chunks[middle]) < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Where the first lies in the chunk that is not below the number. */
static size_t find_place(const struct epochs_chunk *chunk, uint32_t number)
{
	size_t low = 0;
	size_t high = chunk->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (chunk->epochs[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct epoch *epochs_from(const struct epochs *e, uint32_t number)
{
	size_t at = find_chunk(e, number);

	if (at == e->chunk_count)
		return NULL;
	return &e->chunks[at]->epochs[find_place(e->chunks[at], number)];
}

static void drop_chunk(struct epochs *e, size_t at)
{
	free(e->spare);
	e->spare = e->chunks[at];
	e->chunk_count--;
	memmove(e->chunks + at, e->chunks + at + 1,
		(e->chunk_count - at) * sizeof(*e->chunks));
}

/* Takes what is in the next chunk into this one, when both have little. */
static void join(struct epochs *e, size_t at)
{
	struct epochs_chunk *to;
	const struct epochs_chunk *from;

	if (at + 1 >= e->chunk_count)
		return;
	to = e->chunks[at];
	from = e->chunks[at + 1];
	if (to->count + from->count > CHUNK_EPOCHS / 2)
		return;
	memcpy(to->epochs + to->count, from->epochs,
	       from->count * sizeof(*from->epochs));
	to->count += from->count;
	drop_chunk(e, at + 1);
}

void epochs_remove(struct epochs *e, uint32_t number)
{
	size_t at = find_chunk(e, number);
	struct epochs_chunk *chunk;
	size_t place;

	assert(at < e->chunk_count);
	chunk = e->chunks[at];
	place = find_place(chunk, number);
	assert(chunk->epochs[place].number == number);
	e->count--;
	chunk->count--;
	memmove(chunk->epochs + place, chunk->epochs + place + 1,
		(chunk->count - place) * sizeof(*chunk->epochs));
	if (chunk->count == 0)
		drop_chunk(e, at);
	else
		join(e, at);
	if (at > 0)
		join(e, at - 1);
}

void epochs_renumber(struct epochs *e)
{
	uint32_t number = 0;

	for (size_t i = 0; i < e->chunk_count; i++)
		for (size_t j = 0; j < e->chunks[i]->count; j++)
			e->chunks[i]->epochs[j].number = number++;
}
