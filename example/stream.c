/* SPDX-License-Identifier: Apache-2.0 */
/* stream.c - one STREAM payment with libilp, both ends in one page.
 *
 * The sender seals a packet for the receiver and puts it into a Prepare whose
 * condition only the two of them can fulfill. The receiver opens it and
 * answers with the Fulfill. Between them there would be a network.
 *
 *	cc stream.c $(pkg-config --cflags --libs libilp) && ./a.out
 */
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#include <ilp/condition.h>
#include <ilp/packet.h>
#include <ilp/stream/keys.h>
#include <ilp/stream/packet.h>

/* A Prepare over `amount` units for stream 1 of the receiver. */
static enum ilp_error send_money(struct ilp_writer *out,
				 struct ilp_crypto *crypto,
				 struct ilp_stream_keys *keys, uint64_t amount)
{
	struct ilp_stream_packet packet = {
		.ilp_type = ILP_PREPARE,
		.sequence = 1,
		.amount = ilp_amount(amount), /* the least that must arrive */
	};
	struct ilp_frame frames[] = {
		{ .type = ILP_FRAME_STREAM_MONEY, .stream_id = 1, .shares = 1 },
	};
	uint8_t plain_buffer[256];
	uint8_t data_buffer[256 + ILP_SEAL_OVERHEAD];
	uint8_t iv[ILP_SEAL_IV_LEN];
	uint8_t fulfillment[ILP_HASH_LEN];
	struct ilp_writer plain = ilp_writer(plain_buffer, sizeof(plain_buffer));
	struct ilp_writer data = ilp_writer(data_buffer, sizeof(data_buffer));
	struct ilp_prepare prepare = {
		.amount = ilp_amount(amount),
		.expires_at_ms = ((int64_t)time(NULL) + 30) * 1000,
		.destination = ilp_text("example.receiver.token"),
	};

	if (getrandom(iv, sizeof(iv), 0) != sizeof(iv))
		return ILP_ERR_SHORT;
	ilp_stream_packet_encode(&plain, &packet, frames, 1);
	ilp_stream_seal(keys, &data, iv, ilp_written(&plain));
	prepare.data = ilp_written(&data);
	ilp_stream_fulfillment(keys, fulfillment, prepare.data);
	ilp_condition(crypto, prepare.condition, fulfillment);
	return ilp_prepare_encode(out, &prepare);
}

/* The Fulfill for a Prepare that is ours to fulfill. */
static enum ilp_error receive_money(struct ilp_writer *out,
				    struct ilp_crypto *crypto,
				    struct ilp_stream_keys *keys,
				    struct ilp_bytes packet)
{
	struct ilp_prepare prepare;
	struct ilp_stream_packet stream;
	struct ilp_fulfill fulfill = { 0 };
	uint8_t buffer[ILP_DATA_MAX];
	struct ilp_writer plain = ilp_writer(buffer, sizeof(buffer));
	enum ilp_error error = ilp_prepare_decode(&prepare, packet);

	if (!error)
		error = ilp_stream_open(keys, &plain, prepare.data);
	if (!error)
		error = ilp_stream_packet_decode(&stream, ilp_written(&plain));
	if (!error && ilp_amount_compare(prepare.amount, stream.amount) < 0)
		error = ILP_ERR_CONDITION; /* less came than the sender wants */
	if (error)
		return error;
	ilp_stream_fulfillment(keys, fulfill.fulfillment, prepare.data);
	error = ilp_condition_check(crypto, prepare.condition,
				    fulfill.fulfillment);
	return error ? error : ilp_fulfill_encode(out, &fulfill);
}

static void show(const char *what, struct ilp_bytes packet)
{
	printf("%s, %zu bytes:\n  ", what, packet.len);
	for (size_t i = 0; i < packet.len; i++)
		printf("%02x", packet.at[i]);
	printf("\n");
}

int main(void)
{
	uint8_t secret[32]; /* an SPSP query would have told it to the sender */
	uint8_t there[512];
	uint8_t back[128];
	struct ilp_writer prepare = ilp_writer(there, sizeof(there));
	struct ilp_writer fulfill = ilp_writer(back, sizeof(back));
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct ilp_stream_keys *keys = crypto ? ilp_stream_keys_create(crypto) :
						NULL;
	enum ilp_error error;

	if (!keys || getrandom(secret, sizeof(secret), 0) != sizeof(secret))
		return 1;
	ilp_stream_keys_load(keys, ILP_BYTES(secret));
	error = send_money(&prepare, crypto, keys, 1000);
	if (!error)
		error = receive_money(&fulfill, crypto, keys,
				      ilp_written(&prepare));
	if (error) {
		fprintf(stderr, "failed: %s\n", ilp_error_text(error));
	} else {
		show("Prepare", ilp_written(&prepare));
		show("Fulfill", ilp_written(&fulfill));
	}
	ilp_stream_keys_destroy(keys);
	ilp_crypto_destroy(crypto);
	return error != ILP_OK;
}
