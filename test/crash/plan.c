/* SPDX-License-Identifier: Apache-2.0 */
#include "test/crash/plan.h"

/* A EUR is worth 1.0837 USD, and both have the same scale; kill.js says so to
 * the node. */
#define EUR UINT64_C(10837)
#define USD UINT64_C(10000)

#define SMALLEST 2
#define AMOUNTS 2000
#define DELAYS_MS 300

/* splitmix64 */
static uint64_t mix(uint64_t number)
{
	uint64_t z = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint64_t price(unsigned peer)
{
	return peer < PLAN_PEERS / 2 ? USD : EUR;
}

/* Of 256 packets. */
static enum plan_conduct conduct_of(unsigned lot)
{
	if (lot < 1)
		return PLAN_NEVER;
	if (lot < 2)
		return PLAN_TOO_LATE;
	if (lot < 10)
		return PLAN_LATE;
	return lot < 26 ? PLAN_REJECT : PLAN_FULFILL;
}

struct plan plan_of(struct ilp_crypto *crypto, uint64_t number)
{
	uint64_t lots = mix(number);
	uint8_t seed[8];
	struct plan plan = {
		.sender = (unsigned)(number % PLAN_PEERS),
		.receiver = (unsigned)(lots % PLAN_PEERS),
		.in = SMALLEST + (lots >> 8) % AMOUNTS,
		.conduct = conduct_of((unsigned)(lots >> 32 & 0xff)),
		.delay_ms = (int64_t)(lots >> 40) % DELAYS_MS,
	};

	plan.out = plan.in * price(plan.sender) / price(plan.receiver);
	ilp_store_u64(seed, number);
	ilp_sha256(crypto, plan.fulfillment, ILP_BYTES(seed));
	ilp_condition(crypto, plan.condition, plan.fulfillment);
	return plan;
}
