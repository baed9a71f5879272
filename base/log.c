/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/json_writer.h"
#include "base/utf8.h"

const char *const log_level_names[LOG_LEVELS + 1] = {
	[LOG_ERROR] = "error",
	[LOG_WARN] = "warn",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
	NULL,
};

/* ---- a record ---- */

/* Its room is left as it is: there is much of it, and only `used` counts. */
void log_begin(struct log_record *r, enum log_level level, const char *event,
	       int64_t wall_ms)
{
	r->level = level;
	r->event = event;
	r->wall_ms = wall_ms;
	r->text_len = 0;
	r->used = 0;
	r->field_count = 0;
	r->cut = false;
}

void log_text(struct log_record *r, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(r->room, sizeof(r->room), format, args);
	va_end(args);
	if (len < 0)
		len = 0;
	r->cut = (size_t)len >= sizeof(r->room);
	r->text_len = r->cut ? sizeof(r->room) - 1 : (uint16_t)len;
	r->used = r->text_len;
}

static void add(struct log_record *r, const char *name, struct ilp_bytes value,
		bool number)
{
	size_t left = sizeof(r->room) - r->used;

	if (r->field_count == LOG_FIELDS_MAX || (number && value.len > left)) {
		r->cut = true;
		return;
	}
	if (value.len > left) {
		value.len = left;
		r->cut = true;
	}
	if (value.len)
		memcpy(r->room + r->used, value.at, value.len);
	r->fields[r->field_count++] = (struct log_field){
		name, r->used, (uint16_t)value.len, number
	};
	r->used = (uint16_t)(r->used + value.len);
}

void log_add(struct log_record *r, const char *name, struct ilp_bytes value)
{
	add(r, name, value, false);
}

void log_add_number(struct log_record *r, const char *name, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	add(r, name, ilp_text(digits), true);
}

/* ---- harmless text ---- */

/* Each byte that is not shown takes four. */
#define HARMLESS_MAX (4 * LOG_ROOM)

/* What a terminal may act upon, or what makes text look like another: control
 * characters of both kinds, ends of lines, what turns the direction round. */
static bool is_plain(const uint8_t *at, size_t len)
{
	if (len == 1)
		return at[0] >= 0x20 && at[0] != 0x7f;
	if (len == 2)
		return at[0] != 0xc2 || at[1] >= 0xa0;
	if (len == 3 && at[0] == 0xe2 && at[1] == 0x80)
		return at[2] < 0x8b || (at[2] > 0x8f && at[2] < 0xa8) ||
		       at[2] > 0xae;
	if (len == 3 && at[0] == 0xe2 && at[1] == 0x81)
		return at[2] < 0xa0 || at[2] > 0xaf;
	return len != 3 || at[0] != 0xef || at[1] != 0xbb || at[2] != 0xbf;
}

static struct ilp_bytes harmless(uint8_t room[HARMLESS_MAX],
				 struct ilp_bytes in)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t *out = room;

	while (in.len) {
		size_t len = ilp_utf8_len(in);
		bool plain = len && is_plain(in.at, len);

		len = len ? len : 1;
		for (size_t i = 0; i < len; i++) {
			if (plain) {
				*out++ = in.at[i];
				continue;
			}
			*out++ = '\\';
			*out++ = 'x';
			*out++ = (uint8_t)digits[in.at[i] >> 4];
			*out++ = (uint8_t)digits[in.at[i] & 15];
		}
		in = ilp_bytes_skip(in, len);
	}
	return (struct ilp_bytes){ room, (size_t)(out - room) };
}

static struct ilp_bytes text_of(const struct log_record *r)
{
	return (struct ilp_bytes){ (const uint8_t *)r->room, r->text_len };
}

static struct ilp_bytes value_of(const struct log_record *r,
				 const struct log_field *f)
{
	return (struct ilp_bytes){ (const uint8_t *)r->room + f->at, f->len };
}

/* ---- as a line ---- */

#define TIME_SIZE 40

static void write_time(char out[TIME_SIZE], int64_t wall_ms)
{
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm tm = { 0 };
	char date[24];

	gmtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out, TIME_SIZE, "%s.%03dZ", date, (int)(wall_ms % 1000));
}

size_t log_line_text(const struct log_record *r, uint8_t out[LOG_LINE_MAX])
{
	uint8_t room[HARMLESS_MAX];
	struct ilp_bytes text = harmless(room, text_of(r));
	char moment[TIME_SIZE];

	write_time(moment, r->wall_ms);
	return (size_t)snprintf((char *)out, LOG_LINE_MAX, "%s %s %s: %.*s\n",
				moment, log_level_names[r->level], r->event,
				(int)text.len, (const char *)text.at);
}

static void put(struct ilp_json_writer *w, const char *name,
		struct ilp_bytes value)
{
	uint8_t room[HARMLESS_MAX];

	ilp_json_put_key(w, name);
	ilp_json_put_string(w, harmless(room, value));
}

static void put_field(struct ilp_json_writer *w, const struct log_record *r,
		      const struct log_field *f)
{
	if (!f->number) {
		put(w, f->name, value_of(r, f));
		return;
	}
	ilp_json_put_key(w, f->name);
	ilp_json_put_number(w, value_of(r, f));
}

/* What is longest there is takes five bytes for each of the room. */
size_t log_line_json(const struct log_record *r, uint8_t out[LOG_LINE_MAX])
{
	struct ilp_json_writer w = ilp_json_writer(out, LOG_LINE_MAX - 1, 0);
	char moment[TIME_SIZE];
	size_t len;

	write_time(moment, r->wall_ms);
	ilp_json_begin_object(&w);
	put(&w, "time", ilp_text(moment));
	put(&w, "level", ilp_text(log_level_names[r->level]));
	put(&w, "event", ilp_text(r->event));
	put(&w, "text", text_of(r));
	for (size_t i = 0; i < r->field_count; i++)
		put_field(&w, r, &r->fields[i]);
	if (r->cut) {
		ilp_json_put_key(&w, "cut");
		ilp_json_put_bool(&w, true);
	}
	ilp_json_end_object(&w);
	len = ilp_json_written(&w).len;
	assert(len);
	out[len] = '\n';
	return len + 1;
}

/* ---- the ring ---- */

/* A place says whose turn it is: that of who puts the record of the number that
 * it has, or, one more than that, of who takes it. After that it waits for the
 * record that is put there in the next turn of the ring. (The bounded queue of
 * Dmitry Vyukov.) */
struct place {
	_Atomic size_t turn;
	struct log_record record;
};

struct log {
	atomic_int level;
	_Atomic uint64_t dropped;
	_Atomic size_t put;   /* the number of the next record to be put, */
	_Atomic size_t taken; /* and of the next to be taken */
	size_t mask;
	struct place places[];
};

struct log *log_create(size_t count)
{
	struct log *log;

	assert(count > 1 && (count & (count - 1)) == 0);
	log = calloc(1, sizeof(*log) + count * sizeof(log->places[0]));
	if (!log)
		return NULL;
	log->mask = count - 1;
	for (size_t i = 0; i < count; i++)
		atomic_init(&log->places[i].turn, i);
	atomic_init(&log->level, LOG_INFO);
	return log;
}

void log_destroy(struct log *log)
{
	free(log);
}

void log_set_level(struct log *log, enum log_level level)
{
	atomic_store_explicit(&log->level, (int)level, memory_order_relaxed);
}

enum log_level log_level(const struct log *log)
{
	return (enum log_level)atomic_load_explicit(&log->level,
						    memory_order_relaxed);
}

bool log_wants(const struct log *log, enum log_level level)
{
	return log && level <= log_level(log);
}

static void copy(struct log_record *to, const struct log_record *from)
{
	memcpy(to, from, offsetof(struct log_record, room));
	memcpy(to->room, from->room, from->used);
}

void log_put(struct log *log, const struct log_record *r)
{
	size_t number;

	if (!log_wants(log, r->level))
		return;
	number = atomic_load_explicit(&log->put, memory_order_relaxed);
	for (;;) {
		struct place *place = &log->places[number & log->mask];
		size_t turn = atomic_load_explicit(&place->turn,
						   memory_order_acquire);

		if (turn == number) {
			if (!atomic_compare_exchange_weak(&log->put, &number,
							  number + 1))
				continue;
			copy(&place->record, r);
			atomic_store_explicit(&place->turn, number + 1,
					      memory_order_release);
			return;
		}
		/* What was put there a turn ago was not taken yet. */
		if ((intptr_t)(turn - number) < 0)
			break;
		number = atomic_load_explicit(&log->put, memory_order_relaxed);
	}
	atomic_fetch_add_explicit(&log->dropped, 1, memory_order_relaxed);
}

bool log_take(struct log *log, struct log_record *out)
{
	size_t number =
		atomic_load_explicit(&log->taken, memory_order_relaxed);
	struct place *place = &log->places[number & log->mask];

	if (atomic_load_explicit(&place->turn, memory_order_acquire) !=
	    number + 1)
		return false;
	copy(out, &place->record);
	atomic_store_explicit(&place->turn, number + log->mask + 1,
			      memory_order_release);
	atomic_store_explicit(&log->taken, number + 1, memory_order_relaxed);
	return true;
}

/* One that is just being put counts as well. */
bool log_is_empty(const struct log *log)
{
	return atomic_load_explicit(&log->taken, memory_order_relaxed) ==
	       atomic_load_explicit(&log->put, memory_order_relaxed);
}

uint64_t log_dropped(const struct log *log)
{
	return atomic_load_explicit(&log->dropped, memory_order_relaxed);
}
