/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/delta.h"

#include <assert.h>

#define FALLEN 0x10u
#define CEILING 0x40u
#define UNUSED 0x80u

/* The flag that a total has fallen; 0 for those that cannot. */
static unsigned fallen(unsigned total)
{
	return total < LEDGER_DEBITS_PENDING ?
		       0u :
		       FALLEN << (total - LEDGER_DEBITS_PENDING);
}

static void compare(struct delta_entry *out, enum ledger_total total,
		    ilp_u128 before, ilp_u128 after)
{
	out->take[total] = after < before;
	out->units[total] = after < before ? before - after : after - before;
}

bool delta_compare(struct delta_entry *out, const struct ledger_totals *before,
		   const struct ledger_totals *after)
{
	compare(out, LEDGER_DEBITS_POSTED, before->debits_posted,
		after->debits_posted);
	compare(out, LEDGER_CREDITS_POSTED, before->credits_posted,
		after->credits_posted);
	compare(out, LEDGER_DEBITS_PENDING, before->debits_pending,
		after->debits_pending);
	compare(out, LEDGER_CREDITS_PENDING, before->credits_pending,
		after->credits_pending);
	return out->units[0] || out->units[1] || out->units[2] || out->units[3];
}

static uint8_t *write_number(uint8_t *at, ilp_u128 value)
{
	for (; value > 127; value >>= 7)
		*at++ = (uint8_t)(value | 0x80);
	*at++ = (uint8_t)value;
	return at;
}

uint8_t *delta_write(uint8_t *at, const struct delta_entry *entry)
{
	unsigned flags = entry->has_ceiling ? CEILING : 0;

	for (unsigned i = 0; i < 4; i++) {
		assert(!entry->take[i] || (fallen(i) && entry->units[i]));
		flags |= entry->units[i] ? 1u << i : 0;
		flags |= entry->take[i] ? fallen(i) : 0;
	}
	at = write_number(at, entry->account);
	*at++ = (uint8_t)flags;
	for (unsigned i = 0; i < 4; i++)
		if (entry->units[i])
			at = write_number(at, entry->units[i]);
	if (entry->has_ceiling)
		at = write_number(at, entry->ceiling);
	return at;
}

/* A number of at most so many bits. */
static bool read_number(struct ilp_bytes *in, unsigned bits, ilp_u128 *out)
{
	ilp_u128 value = 0;

	for (unsigned shift = 0; shift < bits && in->len; shift += 7) {
		uint8_t byte = in->at[0];
		ilp_u128 part = byte & 0x7f;

		*in = ilp_bytes_skip(*in, 1);
		if (bits - shift < 7 && part >> (bits - shift))
			return false;
		value |= part << shift;
		if (byte & 0x80)
			continue;
		*out = value;
		return byte || shift == 0;
	}
	return false;
}

static bool read_units(struct ilp_bytes *in, unsigned flags, unsigned i,
		       struct delta_entry *out)
{
	out->units[i] = 0;
	out->take[i] = (flags & fallen(i)) != 0;
	if (flags & 1u << i)
		return read_number(in, 128, &out->units[i]) && out->units[i];
	return !out->take[i];
}

bool delta_read(struct ilp_bytes *delta, struct delta_entry *out)
{
	struct ilp_bytes in = *delta;
	ilp_u128 account;
	unsigned flags;

	if (!read_number(&in, 64, &account) || account == 0 || in.len == 0)
		return false;
	flags = in.at[0];
	in = ilp_bytes_skip(in, 1);
	if (flags & UNUSED || !(flags & (CEILING | 0xf)))
		return false;
	out->account = (uint64_t)account;
	for (unsigned i = 0; i < 4; i++)
		if (!read_units(&in, flags, i, out))
			return false;
	out->has_ceiling = (flags & CEILING) != 0;
	out->ceiling = 0;
	if (out->has_ceiling && !read_number(&in, 128, &out->ceiling))
		return false;
	*delta = in;
	return true;
}
