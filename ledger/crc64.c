/* SPDX-License-Identifier: Apache-2.0 */
/* Eight bytes at a time: the table k says what a byte does that has k more
 * bytes behind it. */
#include "ledger/crc64.h"

/* x^64 + x^62 + … of ECMA-182, its bits in reverse. */
#define POLYNOMIAL UINT64_C(0xc96c5795d7870f42)

static uint64_t of_byte(uint64_t value)
{
	for (int bit = 0; bit < 8; bit++)
		value = value >> 1 ^ (value & 1 ? POLYNOMIAL : 0);
	return value;
}

void crc64_init(struct crc64 *crc)
{
	for (unsigned i = 0; i < 256; i++) {
		uint64_t value = of_byte(i);

		crc->table[0][i] = value;
		for (int k = 1; k < 8; k++) {
			value = value >> 8 ^ of_byte(value & 0xff);
			crc->table[k][i] = value;
		}
	}
}

static uint64_t load_little(const uint8_t *at)
{
	return __builtin_bswap64(ilp_load_u64(at));
}

uint64_t crc64_more(const struct crc64 *crc, uint64_t value,
		    struct ilp_bytes in)
{
	size_t i = 0;

	value = ~value;
	for (; i + 8 <= in.len; i += 8) {
		uint64_t word = value ^ load_little(in.at + i);

		value = 0;
		for (int k = 0; k < 8; k++)
			value ^= crc->table[7 - k][word >> 8 * k & 0xff];
	}
	for (; i < in.len; i++)
		value = value >> 8 ^ crc->table[0][(value ^ in.at[i]) & 0xff];
	return ~value;
}
