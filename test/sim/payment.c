/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/payment.h"

#include "base/dice.h"

static uint64_t load_u64(const uint8_t *at)
{
	return (uint64_t)ilp_load_u32(at) << 32 | ilp_load_u32(at + 4);
}

static void store_u64(uint8_t *at, uint64_t value)
{
	ilp_store_u32(at, (uint32_t)(value >> 32));
	ilp_store_u32(at + 4, (uint32_t)value);
}

bool payment_read(struct payment *out, const struct ilp_prepare *prepare)
{
	if (prepare->data.len < PAYMENT_DATA_MIN)
		return false;
	out->number = load_u64(prepare->data.at);
	out->secret = load_u64(prepare->data.at + 8);
	return true;
}

void payment_write(uint8_t out[PAYMENT_DATA_MIN], const struct payment *payment)
{
	store_u64(out, payment->number);
	store_u64(out + 8, payment->secret);
}

void payment_preimage(uint8_t out[32], uint64_t secret)
{
	struct dice dice = { secret };

	for (size_t i = 0; i < 32; i += 8)
		store_u64(out + i, dice_roll(&dice));
}
