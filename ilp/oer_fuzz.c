/* SPDX-License-Identifier: Apache-2.0 */
/* A program of a few bytes reads the rest of the input. Each read takes only
 * bytes of the input; what it took comes out of the writer again, in no more
 * bytes, and in the same ones where there is only one spelling. After its
 * first failure a reader gives zeros and keeps its reason.
 *
 * The same program then writes. A buffer that is just large enough gives the
 * same bytes as a large one; a byte less gives ROOM, and nothing is written
 * behind it. */
#include "ilp/oer.h"

#include "test/fuzz.h"

#define INPUT_MAX 4096
#define OUTPUT_MAX (32 * INPUT_MAX)
#define OPENED_MAX 4
#define ITEM_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum op {
	U8,
	U16,
	U32,
	U64,
	LENGTH,
	VAR,
	VAR_MAX,
	VARUINT,
	SATURATED,
	VARINT,
	LIST,
	FIXED,
	OPEN,
	CLOSE,
	OPS
};

/* What was read: a number, a slice or a list. */
struct value {
	uint64_t number;
	struct ilp_bytes bytes;
	struct ilp_list list;
};

static struct value read_one(struct ilp_reader *r, enum op op, size_t arg)
{
	switch (op) {
	case U8:
		return (struct value){ .number = ilp_read_u8(r) };
	case U16:
		return (struct value){ .number = ilp_read_u16(r) };
	case U32:
		return (struct value){ .number = ilp_read_u32(r) };
	case U64:
		return (struct value){ .number = ilp_read_u64(r) };
	case LENGTH:
		return (struct value){ .number = ilp_read_length(r) };
	case VAR:
		return (struct value){ .bytes = ilp_read_var(r) };
	case VAR_MAX:
		return (struct value){ .bytes = ilp_read_var_max(r, arg) };
	case VARUINT:
		return (struct value){ .number = ilp_read_varuint(r) };
	case SATURATED:
		return (struct value){ .number =
					       ilp_read_varuint_saturated(r) };
	case VARINT:
		return (struct value){ .number = (uint64_t)ilp_read_varint(r) };
	case LIST:
		return (struct value){ .list = ilp_read_list(r, arg) };
	case FIXED:
		return (struct value){ .bytes = ilp_read_fixed(r, arg) };
	case OPEN:
	case CLOSE:
	case OPS:
		break;
	}
	return (struct value){ 0 };
}

static void write_one(struct ilp_writer *w, enum op op, struct value v)
{
	switch (op) {
	case U8:
		ilp_write_u8(w, (uint8_t)v.number);
		break;
	case U16:
		ilp_write_u16(w, (uint16_t)v.number);
		break;
	case U32:
		ilp_write_u32(w, (uint32_t)v.number);
		break;
	case U64:
		ilp_write_u64(w, v.number);
		break;
	case LENGTH:
		ilp_write_length(w, v.number);
		break;
	case VAR:
	case VAR_MAX:
		ilp_write_var(w, v.bytes);
		break;
	case VARUINT:
	case SATURATED:
		ilp_write_varuint(w, v.number);
		break;
	case VARINT:
		ilp_write_varint(w, (int64_t)v.number);
		break;
	case LIST:
		ilp_write_list(w, v.list);
		break;
	case FIXED:
		ilp_write_fixed(w, v.bytes);
		break;
	case OPEN:
	case CLOSE:
	case OPS:
		break;
	}
}

static bool same(struct value a, struct value b)
{
	return a.number == b.number && ilp_bytes_equal(a.bytes, b.bytes) &&
	       a.list.count == b.list.count &&
	       ilp_bytes_equal(a.list.items, b.list.items);
}

static bool one_spelling(enum op op)
{
	return op <= VAR_MAX || op == FIXED;
}

static void list_is_whole(struct ilp_list list, size_t max)
{
	struct ilp_bytes items = list.items;
	uint64_t count = list.count;
	struct ilp_bytes item;

	while (ilp_list_next(&list, &item)) {
		require(item.len <= max && lies_in(item, items));
		count--;
	}
	require(count == 0 && list.items.len == 0);
}

/* What was read comes out again, and is then read as the same. */
static void survives(enum op op, size_t arg, struct value v,
		     struct ilp_bytes taken)
{
	static uint8_t buffer[INPUT_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	write_one(&w, op, v);
	require(!w.error);
	struct ilp_bytes written = ilp_written(&w);
	require(written.len <= taken.len);
	if (one_spelling(op))
		require(ilp_bytes_equal(written, taken));

	struct ilp_reader again = ilp_reader(written);
	require(same(read_one(&again, op, arg), v));
	require(!again.error && ilp_reader_left(&again) == 0);
}

static void check_read(struct ilp_reader *r, enum op op, size_t arg,
		       struct ilp_bytes in)
{
	struct ilp_reader before = *r;
	struct value v = read_one(r, op, arg);
	struct ilp_bytes taken = { before.at, (size_t)(r->at - before.at) };

	require(r->end == before.end && r->at >= before.at && r->at <= r->end);
	require(!before.error || r->error == before.error);
	if (r->error) {
		require(r->at == r->end);
		require(same(v, (struct value){ 0 }));
		return;
	}
	require(lies_in(v.bytes, in) && lies_in(v.list.items, in));
	if (op == LIST)
		list_is_whole(v.list, arg);
	survives(op, arg, v, taken);
}

static void run_reader(struct ilp_bytes program, struct ilp_bytes in)
{
	struct ilp_reader r = ilp_reader(in);

	for (size_t i = 0; i < program.len; i++)
		check_read(&r, program.at[i] % OPEN, program.at[i] / OPEN, in);
}

/* What is to be written, from the input: a list of one item, say. */
static struct value next_value(struct ilp_reader *r, enum op op, size_t arg)
{
	struct value v = { 0 };

	if (op == VAR || op == VAR_MAX || op == FIXED)
		v.bytes = take(r, arg * 8);
	else if (op != LIST)
		v.number = take_u64(r) >> (8 * (arg % 8));
	return v;
}

/* The octet strings that are open, and where each began. */
struct opened {
	size_t at[OPENED_MAX];
	size_t count;
};

static void close_one(struct ilp_writer *w, struct opened *o)
{
	size_t at = o->at[--o->count];
	size_t inside = ilp_written(w).len - at - 1;

	ilp_write_close(w, at);
	if (w->error)
		return;
	struct ilp_reader r = ilp_reader(ilp_bytes_skip(ilp_written(w), at));
	require(ilp_read_var(&r).len == inside);
	require(!r.error && ilp_reader_left(&r) == 0);
}

static struct ilp_writer run_writer(struct ilp_bytes program,
				    struct ilp_bytes in, uint8_t *buffer,
				    size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	struct ilp_reader r = ilp_reader(in);
	struct opened o = { .count = 0 };

	for (size_t i = 0; i < program.len; i++) {
		enum op op = program.at[i] % OPS;

		if (op == OPEN && o.count < OPENED_MAX)
			o.at[o.count++] = ilp_write_open(&w);
		else if (op == CLOSE && o.count)
			close_one(&w, &o);
		else if (op < OPEN)
			write_one(&w, op,
				  next_value(&r, op, program.at[i] / OPS));
	}
	while (o.count)
		close_one(&w, &o);
	return w;
}

static void check_writer(struct ilp_bytes program, struct ilp_bytes in)
{
	static uint8_t large[OUTPUT_MAX], small[OUTPUT_MAX];
	struct ilp_writer w = run_writer(program, in, large, OUTPUT_MAX);
	struct ilp_bytes whole = ilp_written(&w);

	require(!w.error);
	w = run_writer(program, in, small, whole.len);
	require(!w.error && ilp_bytes_equal(ilp_written(&w), whole));
	if (whole.len == 0)
		return;
	small[whole.len - 1] = FUZZ_FILL;
	w = run_writer(program, in, small, whole.len - 1);
	require(w.error == ILP_ERR_ROOM && small[whole.len - 1] == FUZZ_FILL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });

	if (size > INPUT_MAX)
		return 0;
	struct ilp_bytes program = take(&r, take_u8(&r));
	struct ilp_bytes in = take_rest(&r);
	run_reader(program, in);
	check_writer(program, in);
	return 0;
}
