/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/track.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_MIN ((size_t)8192)
/* No simulation writes as much; an offset beyond it is a mistake. */
#define SIZE_MAX_SANE ((size_t)1 << 30)

/* ---- room ---- */

static void *grow(void *items, size_t *room, size_t size)
{
	*room = *room ? 2 * *room : 16;
	items = realloc(items, *room * size);
	assert(items);
	return items;
}

static void add_size(struct track *t, size_t size)
{
	t->size = size;
	if (t->size_count == t->size_room)
		t->sizes = grow(t->sizes, &t->size_room, sizeof(*t->sizes));
	t->sizes[t->size_count++] = size;
}

void track_init(struct track *t, size_t sector_size)
{
	assert(sector_size && ROOM_MIN % sector_size == 0);
	*t = (struct track){ .sector_size = sector_size };
	add_size(t, 0);
}

void track_finish(struct track *t)
{
	free(t->bytes);
	free(t->sizes);
	free(t->pasts);
	free(t->past_bytes);
}

static void reserve(struct track *t, size_t size)
{
	size_t room = t->room ? t->room : ROOM_MIN;

	assert(size < SIZE_MAX_SANE);
	while (room < size)
		room *= 2;
	if (room == t->room)
		return;
	t->bytes = realloc(t->bytes, room);
	assert(t->bytes);
	memset(t->bytes + t->room, 0, room - t->room);
	t->room = room;
}

static size_t sector_count(const struct track *t)
{
	return t->room / t->sector_size;
}

static uint8_t *sector_at(const struct track *t, size_t sector)
{
	return t->bytes + sector * t->sector_size;
}

static uint8_t *past_at(const struct track *t, size_t number)
{
	return t->past_bytes + number * t->sector_size;
}

static void lay_sector_aside(struct track *t, const struct past *past)
{
	size_t room = t->past_room;

	if (t->past_count == room) {
		t->pasts = grow(t->pasts, &t->past_room, sizeof(*t->pasts));
		t->past_bytes = grow(t->past_bytes, &room, t->sector_size);
	}
	memcpy(past_at(t, t->past_count), sector_at(t, past->sector),
	       t->sector_size);
	t->pasts[t->past_count++] = *past;
}

/* The bytes from `from` to `to` are about to change. */
static void lay_aside(struct track *t, size_t from, size_t to, size_t cut)
{
	while (from < to) {
		size_t sector = from / t->sector_size;
		size_t start = sector * t->sector_size;
		size_t end = start + t->sector_size;

		if (end > to)
			end = to;
		lay_sector_aside(t, &(struct past){ sector, from - start,
						    end - start, cut });
		from = end;
	}
}

/* ---- bytes ---- */

size_t track_read(const struct track *t, size_t at, uint8_t *out, size_t len)
{
	size_t there = at < t->size ? t->size - at : 0;

	if (there > len)
		there = len;
	if (there)
		memcpy(out, t->bytes + at, there);
	memset(out + there, 0, len - there);
	return there;
}

void track_write(struct track *t, size_t at, struct ilp_bytes in)
{
	size_t end = at + in.len;

	if (in.len == 0)
		return;
	reserve(t, end);
	lay_aside(t, at, end, 0);
	memcpy(t->bytes + at, in.at, in.len);
	if (end > t->size)
		add_size(t, end);
}

void track_resize(struct track *t, size_t size)
{
	if (size == t->size)
		return;
	reserve(t, size);
	if (size < t->size) {
		lay_aside(t, size, t->size, t->size_count);
		memset(t->bytes + size, 0, t->size - size);
	}
	add_size(t, size);
}

/* ---- syncs ---- */

bool track_is_synced(const struct track *t)
{
	return t->past_count == 0 && t->size_count == 1;
}

static void settle_size(struct track *t)
{
	t->size_count = 0;
	add_size(t, t->size);
}

/* What was forsaken is no longer in doubt once its sector was written anew, or
 * cut off. */
static bool is_settled(const struct track *t, size_t number)
{
	size_t i = number;

	while (i < t->past_count &&
	       (t->pasts[i].sector != t->pasts[number].sector ||
		(i < t->forsaken && !t->pasts[i].cut)))
		i++;
	return i < t->past_count;
}

void track_sync(struct track *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->forsaken; i++) {
		if (is_settled(t, i))
			continue;
		memmove(past_at(t, kept), past_at(t, i), t->sector_size);
		t->pasts[kept++] = t->pasts[i];
	}
	t->past_count = kept;
	t->forsaken = kept;
	settle_size(t);
}

void track_fail_sync(struct track *t)
{
	t->forsaken = t->past_count;
}

/* ---- the power fails ---- */

static void fill_with_garbage(uint8_t *at, size_t len, struct dice *dice)
{
	for (size_t i = 0; i < len; i++)
		at[i] = (uint8_t)dice_roll(dice);
}

/* A write did not reach the sector. What it would have added to the file may
 * be anything, if the file is found to be that long. */
static void bring_back(struct track *t, size_t number, const struct outage *o)
{
	size_t start = t->pasts[number].sector * t->sector_size;
	size_t end = start + t->sector_size;

	memcpy(t->bytes + start, past_at(t, number), t->sector_size);
	if (start < t->sizes[0])
		start = t->sizes[0];
	if (start < end && dice_below(o->dice, 4) == 0)
		fill_with_garbage(t->bytes + start, end - start, o->dice);
}

/* A write reached the sector in part. */
static void tear(struct track *t, size_t number, const struct outage *o)
{
	const struct past *past = &t->pasts[number];
	uint8_t *now = sector_at(t, past->sector);
	const uint8_t *was = past_at(t, number);
	size_t len = past->to - past->from;
	size_t cut = past->from + dice_below(o->dice, len + 1);

	switch (dice_below(o->dice, o->powersafe ? 3 : 4)) {
	case 0:
		memcpy(now + cut, was + cut, past->to - cut);
		break;
	case 1:
		memcpy(now + past->from, was + past->from, cut - past->from);
		break;
	case 2:
		fill_with_garbage(now + past->from, len, o->dice);
		break;
	case 3:
		fill_with_garbage(now, t->sector_size, o->dice);
		break;
	}
}

static bool has_reached(const struct past *past, size_t size_number,
			const struct outage *o)
{
	if (past->cut)
		return past->cut <= size_number;
	return dice_below(o->dice, 8) < o->kept_of_8;
}

/* From the newest write to the oldest: once one has reached its sector, those
 * before it do not matter any more. */
static void fail_writes(struct track *t, size_t size_number,
			const struct outage *o)
{
	bool *settled = calloc(sector_count(t) + 1, sizeof(*settled));

	assert(settled);
	for (size_t i = t->past_count; i-- > 0;) {
		const struct past *past = &t->pasts[i];

		if (settled[past->sector])
			continue;
		settled[past->sector] = has_reached(past, size_number, o);
		if (!settled[past->sector])
			bring_back(t, i, o);
		else if (!past->cut && dice_below(o->dice, 8) == 0)
			tear(t, i, o);
	}
	free(settled);
}

/* Which of the sizes had reached the disk. */
static size_t draw_size(const struct track *t, const struct outage *o)
{
	size_t last = t->size_count - 1;

	switch (dice_below(o->dice, 4)) {
	case 0:
		return 0;
	case 1:
		return dice_below(o->dice, t->size_count);
	default:
		return last;
	}
}

/* If the next one is larger, some of it may be there. */
static size_t size_about(const struct track *t, size_t number,
			 const struct outage *o)
{
	size_t size = t->sizes[number];

	if (number + 1 == t->size_count || t->sizes[number + 1] < size)
		return size;
	return size + dice_below(o->dice, t->sizes[number + 1] - size);
}

void track_fail_power(struct track *t, const struct outage *o)
{
	size_t number;

	if (track_is_synced(t))
		return;
	number = draw_size(t, o);
	fail_writes(t, number, o);
	t->size = size_about(t, number, o);
	memset(t->bytes + t->size, 0, t->room - t->size);
	t->past_count = 0;
	t->forsaken = 0;
	settle_size(t);
}
