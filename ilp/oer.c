/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/oer.h"

/* RFC 30: the first byte of a long length determinant. */
#define LONG_FORM 0x80
#define SHORT_FORM_MAX 127

void ilp_reader_fail(struct ilp_reader *r, enum ilp_error error)
{
	if (!r->error)
		r->error = error;
	r->at = r->end;
}

void ilp_writer_fail(struct ilp_writer *w, enum ilp_error error)
{
	if (!w->error)
		w->error = error;
}

static uint64_t big_endian(struct ilp_bytes in)
{
	uint64_t value = 0;

	for (size_t i = 0; i < in.len; i++)
		value = value << 8 | in.at[i];
	return value;
}

static size_t bytes_of(uint64_t value)
{
	size_t size = 1;

	while (value >>= 8)
		size++;
	return size;
}

uint64_t ilp_read_length(struct ilp_reader *r)
{
	uint8_t first = ilp_read_u8(r);

	if (first <= SHORT_FORM_MAX)
		return first;

	size_t size = first & ~LONG_FORM & 0xff;
	if (size == 0 || size > 8) {
		ilp_reader_fail(r, ILP_ERR_LENGTH);
		return 0;
	}
	struct ilp_bytes digits = ilp_read_fixed(r, size);
	if (r->error)
		return 0;
	if (digits.at[0] == 0 || (size == 1 && digits.at[0] <= SHORT_FORM_MAX))
		ilp_reader_fail(r, ILP_ERR_LENGTH);
	return r->error ? 0 : big_endian(digits);
}

/* Of whatever length, or with whatever is wrong. */
static struct ilp_bytes read_any_var(struct ilp_reader *r, size_t max)
{
	uint64_t len = ilp_read_length(r);

	if (len > max)
		ilp_reader_fail(r, ILP_ERR_TOO_LONG);
	if (len > ilp_reader_left(r))
		ilp_reader_fail(r, ILP_ERR_SHORT);
	return ilp_read_fixed(r, r->error ? 0 : (size_t)len);
}

/* Where the contents begin of a string of up to 65535 bytes, whose length is
 * put down; 0 when it is longer, or is not there as it must be. Nearly all are
 * so short, and a packet has several. */
static size_t short_head(const struct ilp_reader *r, size_t *len)
{
	const uint8_t *at = r->at;
	size_t left = ilp_reader_left(r);

	if (left >= 1 && at[0] <= SHORT_FORM_MAX) {
		*len = at[0];
		return 1;
	}
	if (left >= 3 && at[0] == (LONG_FORM | 2) && at[1]) {
		*len = ilp_load_u16(at + 1);
		return 3;
	}
	return 0;
}

struct ilp_bytes ilp_read_var(struct ilp_reader *r)
{
	return ilp_read_var_max(r, SIZE_MAX);
}

struct ilp_bytes ilp_read_var_max(struct ilp_reader *r, size_t max)
{
	size_t len;
	size_t head = short_head(r, &len);

	if (!head || len > max || len > ilp_reader_left(r) - head)
		return read_any_var(r, max);
	struct ilp_bytes out = { r->at + head, len };
	r->at += head + len;
	return out;
}

uint64_t ilp_read_varuint(struct ilp_reader *r)
{
	struct ilp_bytes in = ilp_read_var(r);

	if (in.len == 0 || in.len > 8) {
		ilp_reader_fail(r, ILP_ERR_INTEGER);
		return 0;
	}
	return big_endian(in);
}

uint64_t ilp_read_varuint_saturated(struct ilp_reader *r)
{
	struct ilp_bytes in = ilp_read_var(r);

	if (in.len == 0)
		ilp_reader_fail(r, ILP_ERR_INTEGER);
	return in.len > 8 ? UINT64_MAX : big_endian(in);
}

int64_t ilp_read_varint(struct ilp_reader *r)
{
	struct ilp_bytes in = ilp_read_var(r);

	if (in.len == 0 || in.len > 8) {
		ilp_reader_fail(r, ILP_ERR_INTEGER);
		return 0;
	}
	uint64_t sign =
		in.at[0] & 0x80 && in.len < 8 ? UINT64_MAX << (8 * in.len) : 0;
	return (int64_t)(sign | big_endian(in));
}

struct ilp_list ilp_read_list(struct ilp_reader *r, size_t max)
{
	struct ilp_list list = { .count = ilp_read_varuint(r) };
	const uint8_t *first = r->at;

	/* An item takes at least a byte, so a count that lies ends here after
	 * as many steps as there are bytes. */
	for (uint64_t i = 0; i < list.count && !r->error; i++)
		ilp_read_var_max(r, max);
	if (r->error)
		return (struct ilp_list){ 0 };
	list.items = (struct ilp_bytes){ first, (size_t)(r->at - first) };
	return list;
}

bool ilp_list_next(struct ilp_list *list, struct ilp_bytes *item)
{
	struct ilp_reader r = ilp_reader(list->items);

	if (list->count == 0)
		return false;
	*item = ilp_read_var(&r);
	list->items = (struct ilp_bytes){ r.at, ilp_reader_left(&r) };
	list->count--;
	return !r.error;
}

void ilp_write_length(struct ilp_writer *w, uint64_t len)
{
	size_t size = ilp_length_size(len);
	uint8_t *room = ilp_write_room(w, size);

	if (!room)
		return;
	for (size_t i = size; i > 1; len >>= 8)
		room[--i] = (uint8_t)len;
	room[0] = size == 1 ? (uint8_t)len : (uint8_t)(LONG_FORM | (size - 1));
}

void ilp_write_var(struct ilp_writer *w, struct ilp_bytes in)
{
	ilp_write_length(w, in.len);
	ilp_write_fixed(w, in);
}

/* A length byte and the last `size` bytes of `value`. */
static void write_integer(struct ilp_writer *w, uint64_t value, size_t size)
{
	uint8_t *room = ilp_write_room(w, 1 + size);

	if (!room)
		return;
	room[0] = (uint8_t)size;
	for (size_t i = size; i > 0; value >>= 8)
		room[i--] = (uint8_t)value;
}

void ilp_write_varuint(struct ilp_writer *w, uint64_t value)
{
	write_integer(w, value, bytes_of(value));
}

void ilp_write_varint(struct ilp_writer *w, int64_t value)
{
	/* One bit more than the magnitude needs, so that the sign shows. */
	uint64_t magnitude = (uint64_t)(value < 0 ? ~value : value);
	size_t size = magnitude >> 62 ? 8 : bytes_of(magnitude << 1);

	write_integer(w, (uint64_t)value, size);
}

void ilp_write_list(struct ilp_writer *w, struct ilp_list list)
{
	ilp_write_varuint(w, list.count);
	ilp_write_fixed(w, list.items);
}

size_t ilp_write_open(struct ilp_writer *w)
{
	size_t opened = (size_t)(w->at - w->start);

	ilp_write_u8(w, 0);
	return opened;
}

void ilp_write_close(struct ilp_writer *w, size_t opened)
{
	if (w->error)
		return;

	uint8_t *contents = w->start + opened + 1;
	size_t len = (size_t)(w->at - contents);
	size_t wider = ilp_length_size(len) - 1;
	if (!ilp_write_room(w, wider))
		return;
	memmove(contents + wider, contents, len);

	struct ilp_writer head = ilp_writer(w->start + opened, 1 + wider);
	ilp_write_length(&head, len);
}
