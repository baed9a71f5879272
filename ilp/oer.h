/* SPDX-License-Identifier: Apache-2.0 */
/* oer.h - reading and writing OER, the encoding under every packet (RFC 30).
 *
 * A reader remembers its first failure, gives zeros from then on, and is
 * asked once at the end; so a decoder reads like the table in the RFC. A
 * writer does the same when its buffer is full. Neither allocates, and what
 * a reader gives is borrowed from its input.
 */
#ifndef ILP_OER_H
#define ILP_OER_H

#include "base/bytes.h"
#include "ilp/api.h"
#include "ilp/error.h"

ILP_BEGIN_DECLS

struct ilp_reader {
	const uint8_t *at;
	const uint8_t *end;
	enum ilp_error error; /* the first failure; then at == end */
};

static inline struct ilp_reader ilp_reader(struct ilp_bytes in)
{
	/* Nothing may be added to NULL, so it does not get in here. */
	const uint8_t *at = in.len ? in.at : (const uint8_t *)"";

	return (struct ilp_reader){ at, at + in.len, ILP_OK };
}

static inline size_t ilp_reader_left(const struct ilp_reader *r)
{
	return (size_t)(r->end - r->at);
}

/* Makes the reader fail for a reason of the caller's, unless it has failed. */
ILP_API void ilp_reader_fail(struct ilp_reader *r, enum ilp_error error);

/* The next `len` bytes. */
static inline struct ilp_bytes ilp_read_fixed(struct ilp_reader *r, size_t len)
{
	struct ilp_bytes out = { r->at, len };

	if (ilp_reader_left(r) < len) {
		ilp_reader_fail(r, ILP_ERR_SHORT);
		return (struct ilp_bytes){ NULL, 0 };
	}
	if (len) /* as above */
		r->at += len;
	return out;
}

static inline uint8_t ilp_read_u8(struct ilp_reader *r)
{
	struct ilp_bytes b = ilp_read_fixed(r, 1);

	return b.len ? b.at[0] : 0;
}

static inline uint16_t ilp_read_u16(struct ilp_reader *r)
{
	struct ilp_bytes b = ilp_read_fixed(r, 2);

	return b.len ? ilp_load_u16(b.at) : 0;
}

static inline uint32_t ilp_read_u32(struct ilp_reader *r)
{
	struct ilp_bytes b = ilp_read_fixed(r, 4);

	return b.len ? ilp_load_u32(b.at) : 0;
}

static inline uint64_t ilp_read_u64(struct ilp_reader *r)
{
	struct ilp_bytes b = ilp_read_fixed(r, 8);

	return b.len ? ilp_load_u64(b.at) : 0;
}

/* Signed integers of fixed width are two's complement. */
static inline int8_t ilp_read_i8(struct ilp_reader *r)
{
	return (int8_t)ilp_read_u8(r);
}

static inline int16_t ilp_read_i16(struct ilp_reader *r)
{
	return (int16_t)ilp_read_u16(r);
}

static inline int32_t ilp_read_i32(struct ilp_reader *r)
{
	return (int32_t)ilp_read_u32(r);
}

static inline int64_t ilp_read_i64(struct ilp_reader *r)
{
	return (int64_t)ilp_read_u64(r);
}

/* A length determinant. Only the shortest form is accepted, since two
 * spellings of one packet would give it two hashes. */
ILP_API uint64_t ilp_read_length(struct ilp_reader *r);

/* A variable-length octet string. */
ILP_API struct ilp_bytes ilp_read_var(struct ilp_reader *r);

/* A variable-length octet string of at most `max` bytes, else TOO_LONG. */
ILP_API struct ilp_bytes ilp_read_var_max(struct ilp_reader *r, size_t max);

/* A variable-length unsigned integer. Leading zeros are tolerated, as all
 * deployed readers do; more than 8 bytes, with them, are not. */
ILP_API uint64_t ilp_read_varuint(struct ilp_reader *r);

/* The same, but what is wider than 8 bytes reads as 2^64-1. */
ILP_API uint64_t ilp_read_varuint_saturated(struct ilp_reader *r);

/* A variable-length signed integer of at most 8 bytes. */
ILP_API int64_t ilp_read_varint(struct ilp_reader *r);

/* Items of variable length that follow one another, with their number: as a
 * SEQUENCE OF octet strings has them on the wire. Whoever builds one writes
 * the items with ilp_write_var and counts them. */
struct ilp_list {
	uint64_t count;
	struct ilp_bytes items;
};

/* A SEQUENCE OF octet strings: the count, then the items, all of which are
 * walked here and none of which is longer than `max`. */
ILP_API struct ilp_list ilp_read_list(struct ilp_reader *r, size_t max);

/* Takes the first item off the list; false when none is left. */
ILP_API bool ilp_list_next(struct ilp_list *list, struct ilp_bytes *item);

struct ilp_writer {
	uint8_t *start;
	uint8_t *at;
	uint8_t *end;
	enum ilp_error error; /* the first failure; then nothing is written */
};

/* A writer into the caller's buffer, which must be one even if it is empty. */
static inline struct ilp_writer ilp_writer(uint8_t *buffer, size_t capacity)
{
	return (struct ilp_writer){ buffer, buffer, buffer + capacity, ILP_OK };
}

/* What has been written so far; nothing once something has failed, so that
 * half a packet goes nowhere. */
static inline struct ilp_bytes ilp_written(const struct ilp_writer *w)
{
	return (struct ilp_bytes){ w->start,
				   w->error ? 0 : (size_t)(w->at - w->start) };
}

/* Makes the writer fail for a reason of the caller's, unless it has failed. */
ILP_API void ilp_writer_fail(struct ilp_writer *w, enum ilp_error error);

/* Room for `len` bytes, to be filled by the caller; NULL when there is not. */
static inline uint8_t *ilp_write_room(struct ilp_writer *w, size_t len)
{
	uint8_t *room = w->at;

	if (w->error || (size_t)(w->end - w->at) < len) {
		ilp_writer_fail(w, ILP_ERR_ROOM);
		return NULL;
	}
	w->at += len;
	return room;
}

static inline void ilp_write_u8(struct ilp_writer *w, uint8_t value)
{
	uint8_t *room = ilp_write_room(w, 1);

	if (room)
		room[0] = value;
}

static inline void ilp_write_u16(struct ilp_writer *w, uint16_t value)
{
	uint8_t *room = ilp_write_room(w, 2);

	if (room)
		ilp_store_u16(room, value);
}

static inline void ilp_write_u32(struct ilp_writer *w, uint32_t value)
{
	uint8_t *room = ilp_write_room(w, 4);

	if (room)
		ilp_store_u32(room, value);
}

static inline void ilp_write_u64(struct ilp_writer *w, uint64_t value)
{
	uint8_t *room = ilp_write_room(w, 8);

	if (room)
		ilp_store_u64(room, value);
}

/* The bytes as they are, without a length. */
static inline void ilp_write_fixed(struct ilp_writer *w, struct ilp_bytes in)
{
	uint8_t *room = ilp_write_room(w, in.len);

	if (room && in.len)
		memcpy(room, in.at, in.len);
}

/* How many bytes the length determinant of `len` takes. */
static inline size_t ilp_length_size(uint64_t len)
{
	size_t size = 1;

	if (len > 127)
		for (; len; len >>= 8)
			size++;
	return size;
}

ILP_API void ilp_write_length(struct ilp_writer *w, uint64_t len);
ILP_API void ilp_write_var(struct ilp_writer *w, struct ilp_bytes in);
ILP_API void ilp_write_varuint(struct ilp_writer *w, uint64_t value);
ILP_API void ilp_write_varint(struct ilp_writer *w, int64_t value);
ILP_API void ilp_write_list(struct ilp_writer *w, struct ilp_list list);

/* An octet string whose length is known only afterwards: open it, write what
 * belongs inside, and close it with the value that open gave. */
ILP_API size_t ilp_write_open(struct ilp_writer *w);
ILP_API void ilp_write_close(struct ilp_writer *w, size_t opened);

ILP_END_DECLS

#endif
