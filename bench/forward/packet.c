/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/forward/packet.h"

#include <assert.h>
#include <stdlib.h>

#include "ilp/btp.h"
#include "ilp/packet.h"

#define DATA_LEN 200
#define NUMBER_LEN 8
/* test.bench.rRR.FFFFFF: a receiver's account, and the flow. */
#define PREFIX "test.bench.r"
#define RECEIVER_DIGITS 2
#define FLOW_DIGITS 6
#define ADDRESS_LEN (sizeof(PREFIX) - 1 + RECEIVER_DIGITS + 1 + FLOW_DIGITS)

void packet_secrets_make(struct packet_secrets *secrets)
{
	struct ilp_crypto *crypto = ilp_crypto_create();

	assert(crypto);
	for (size_t i = 0; i < PACKET_PREIMAGES; i++) {
		uint8_t seed[NUMBER_LEN];

		ilp_store_u64(seed, i);
		ilp_sha256(crypto, secrets->fulfillment[i], ILP_BYTES(seed));
		ilp_condition(crypto, secrets->condition[i],
			      secrets->fulfillment[i]);
	}
	ilp_crypto_destroy(crypto);
}

/* The BTP packet of this type around an ILP packet. */
static size_t wrap(uint8_t at[PACKET_MAX], enum ilp_btp_type type,
		   const struct ilp_writer *ilp)
{
	struct ilp_writer w = ilp_writer(at, PACKET_MAX);
	struct ilp_btp btp = { .type = type };

	btp.entries.count = 1;
	btp.entries.at[0] = (struct ilp_btp_entry){
		.name = ilp_text(ILP_BTP_ILP),
		.content = ILP_BTP_OCTETS,
		.data = ilp_written(ilp),
	};
	ilp_btp_encode(&w, &btp);
	assert(!ilp->error && !w.error);
	return ilp_written(&w).len;
}

void packet_prepare_init(struct packet_prepare *prepare,
			 const struct packet_secrets *secrets,
			 unsigned receivers)
{
	uint8_t packet[PACKET_MAX];
	struct ilp_writer w = ilp_writer(packet, sizeof(packet));
	uint8_t data[DATA_LEN];
	struct ilp_prepare content = {
		.destination = ilp_text(PREFIX "00.000000"),
		.data = ILP_BYTES(data),
	};
	uint8_t *end;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	ilp_prepare_encode(&w, &content);
	prepare->secrets = secrets;
	prepare->receivers = receivers;
	prepare->len = wrap(prepare->at, ILP_BTP_MESSAGE, &w);
	prepare->head_len = prepare->len - ilp_written(&w).len;

	/* The fields from the last one to the first: each that varies in
	 * length has that in front. */
	end = prepare->at + prepare->len;
	prepare->data = end - DATA_LEN;
	end = prepare->data - ilp_length_size(DATA_LEN);
	prepare->address = end - ADDRESS_LEN + sizeof(PREFIX) - 1;
	end = end - ADDRESS_LEN - ilp_length_size(ADDRESS_LEN);
	prepare->condition = end - ILP_HASH_LEN;
	prepare->expiry = prepare->condition - ILP_TIMESTAMP_LEN;
	prepare->amount = prepare->expiry - sizeof(uint64_t);
	prepare->request = prepare->at + 1;
}

void packet_fulfill_init(struct packet_fulfill *fulfill,
			 const struct packet_secrets *secrets)
{
	uint8_t packet[PACKET_MAX];
	struct ilp_writer w = ilp_writer(packet, sizeof(packet));
	uint8_t data[NUMBER_LEN] = { 0 };
	struct ilp_fulfill content = { .data = ILP_BYTES(data) };

	ilp_fulfill_encode(&w, &content);
	fulfill->secrets = secrets;
	fulfill->len = wrap(fulfill->at, ILP_BTP_RESPONSE, &w);
	fulfill->head_len = fulfill->len - ilp_written(&w).len;
	fulfill->data = fulfill->at + fulfill->len - NUMBER_LEN;
	fulfill->fulfillment =
		fulfill->data - ilp_length_size(NUMBER_LEN) - ILP_HASH_LEN;
	fulfill->request = fulfill->at + 1;
}

/* Many flows at once, as senders of STREAM make them: each has a destination,
 * and each of its packets a condition of its own. Both together come again only
 * after PACKET_FLOWS times all conditions, since nodes hold a second Prepare
 * with the same two for a repetition. */
static uint64_t flow_of(uint64_t number, unsigned receivers)
{
	return (number / receivers + number / PACKET_PREIMAGES) % PACKET_FLOWS;
}

static void fill_address(uint8_t *at, unsigned receiver, uint64_t flow)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
				     "mnopqrstuvwxyz0123456789_-";

	at[0] = (uint8_t)('0' + receiver / 10);
	at[1] = (uint8_t)('0' + receiver % 10);
	at += RECEIVER_DIGITS + 1;
	for (size_t i = 0; i < FLOW_DIGITS; i++, flow /= 64)
		at[i] = (uint8_t)digits[flow % 64];
}

void packet_prepare_fill(struct packet_prepare *prepare, uint32_t request,
			 uint64_t number,
			 const uint8_t expiry[ILP_TIMESTAMP_LEN])
{
	ilp_store_u32(prepare->request, request);
	ilp_store_u64(prepare->amount, packet_amount(number));
	memcpy(prepare->expiry, expiry, ILP_TIMESTAMP_LEN);
	memcpy(prepare->condition,
	       prepare->secrets->condition[number % PACKET_PREIMAGES],
	       ILP_HASH_LEN);
	fill_address(prepare->address,
		     packet_receiver(number, prepare->receivers),
		     flow_of(number, prepare->receivers));
	ilp_store_u64(prepare->data, number);
	memcpy(prepare->data + NUMBER_LEN, expiry, ILP_TIMESTAMP_LEN);
}

void packet_fulfill_fill(struct packet_fulfill *fulfill, uint32_t request,
			 uint64_t number)
{
	ilp_store_u32(fulfill->request, request);
	memcpy(fulfill->fulfillment,
	       fulfill->secrets->fulfillment[number % PACKET_PREIMAGES],
	       ILP_HASH_LEN);
	ilp_store_u64(fulfill->data, number);
}

bool packet_prepare_is(struct packet_prepare *prepare, struct ilp_bytes in,
		       bool relayed, uint32_t *request, uint64_t *number)
{
	const uint8_t *data = in.at + (prepare->data - prepare->at);
	const uint8_t *expiry = in.at + (prepare->expiry - prepare->at);
	int change;

	if (in.len != prepare->len)
		return false;
	*request = ilp_load_u32(in.at + (prepare->request - prepare->at));
	*number = ilp_load_u64(data);
	/* Moments in this form sort as text does. */
	change = memcmp(expiry, data + NUMBER_LEN, ILP_TIMESTAMP_LEN);
	packet_prepare_fill(prepare, *request, *number, data + NUMBER_LEN);
	memcpy(prepare->expiry, expiry, ILP_TIMESTAMP_LEN);
	return (relayed ? change == 0 : change < 0) &&
	       memcmp(prepare->at, in.at, in.len) == 0;
}

bool packet_fulfill_is(struct packet_fulfill *fulfill, struct ilp_bytes in,
		       uint32_t request, uint64_t number)
{
	packet_fulfill_fill(fulfill, request, number);
	return in.len == fulfill->len &&
	       memcmp(fulfill->at, in.at, in.len) == 0;
}
