/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of codec_peer for the primitives of OER. A decoder shows the
 * value, and how many bytes came behind it. */
#include <inttypes.h>

#include "ilp/timestamp.h"
#include "test/interop/peer.h"

static enum ilp_error put_u64(struct ilp_writer *out,
			      const struct ilp_reader *r, uint64_t value)
{
	put(out, "%" PRIu64 " %zu", value, ilp_reader_left(r));
	return r->error;
}

static enum ilp_error put_i64(struct ilp_writer *out,
			      const struct ilp_reader *r, int64_t value)
{
	put(out, "%" PRId64 " %zu", value, ilp_reader_left(r));
	return r->error;
}

/* WIDTH in bytes, then the bytes */
enum ilp_error decode_uint(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[1]));

	switch (u64_arg(arg[0])) {
	case 1:
		return put_u64(out, &r, ilp_read_u8(&r));
	case 2:
		return put_u64(out, &r, ilp_read_u16(&r));
	case 4:
		return put_u64(out, &r, ilp_read_u32(&r));
	case 8:
		return put_u64(out, &r, ilp_read_u64(&r));
	}
	give_up("no such width", arg[0]);
}

enum ilp_error decode_int(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[1]));

	switch (u64_arg(arg[0])) {
	case 1:
		return put_i64(out, &r, ilp_read_i8(&r));
	case 2:
		return put_i64(out, &r, ilp_read_i16(&r));
	case 4:
		return put_i64(out, &r, ilp_read_i32(&r));
	case 8:
		return put_i64(out, &r, ilp_read_i64(&r));
	}
	give_up("no such width", arg[0]);
}

enum ilp_error decode_length(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	return put_u64(out, &r, ilp_read_length(&r));
}

enum ilp_error decode_varuint(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	return put_u64(out, &r, ilp_read_varuint(&r));
}

enum ilp_error decode_saturated(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	return put_u64(out, &r, ilp_read_varuint_saturated(&r));
}

enum ilp_error decode_varint(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	return put_i64(out, &r, ilp_read_varint(&r));
}

enum ilp_error decode_octets(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	put_hex(out, ilp_read_var(&r));
	put(out, " %zu", ilp_reader_left(&r));
	return r.error;
}

enum ilp_error decode_timestamp(struct ilp_bytes *arg, struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	return put_i64(out, &r, ilp_read_timestamp(&r));
}

enum ilp_error decode_generalized_time(struct ilp_bytes *arg,
				       struct ilp_writer *out)
{
	struct ilp_reader r = ilp_reader(from_hex(arg[0]));

	return put_i64(out, &r, ilp_read_generalized_time(&r));
}

enum ilp_error encode_length(struct ilp_bytes *arg, struct ilp_writer *out)
{
	ilp_write_length(out, u64_arg(arg[0]));
	return out->error;
}

enum ilp_error encode_varuint(struct ilp_bytes *arg, struct ilp_writer *out)
{
	ilp_write_varuint(out, u64_arg(arg[0]));
	return out->error;
}

enum ilp_error encode_varint(struct ilp_bytes *arg, struct ilp_writer *out)
{
	ilp_write_varint(out, i64_arg(arg[0]));
	return out->error;
}

enum ilp_error encode_octets(struct ilp_bytes *arg, struct ilp_writer *out)
{
	ilp_write_var(out, from_hex(arg[0]));
	return out->error;
}

enum ilp_error encode_timestamp(struct ilp_bytes *arg, struct ilp_writer *out)
{
	ilp_write_timestamp(out, i64_arg(arg[0]));
	return out->error;
}

enum ilp_error encode_generalized_time(struct ilp_bytes *arg,
				       struct ilp_writer *out)
{
	ilp_write_generalized_time(out, i64_arg(arg[0]));
	return out->error;
}
