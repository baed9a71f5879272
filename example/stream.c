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
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include <ilp/condition.h>
#include <ilp/packet.h>
#include <ilp/stream/keys.h>
#include <ilp/stream/packet.h>

static int64_t now_ms(void)
{
	return (int64_t)time(NULL) * 1000;
}

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
	struct ilp_writer plain =
		ilp_writer(plain_buffer, sizeof(plain_buffer));
	struct ilp_writer data = ilp_writer(data_buffer, sizeof(data_buffer));
	struct ilp_prepare prepare = {
		.amount = ilp_amount(amount),
		.expires_at_ms = now_ms() + 30000,
		.destination = ilp_text("example.receiver.token"),
	};
	enum ilp_error error;

	if (getrandom(iv, sizeof(iv), 0) != sizeof(iv))
		abort();
	error = ilp_stream_packet_encode(&plain, &packet, frames, 1);
	if (!error)
		error = ilp_stream_seal(keys, &data, iv, ilp_written(&plain));
	if (error)
		return error;
	prepare.data = ilp_written(&data);
	ilp_stream_fulfillment(keys, fulfillment, prepare.data);
	ilp_condition(crypto, prepare.condition, fulfillment);
	return ilp_prepare_encode(out, &prepare);
}

/* May this Prepare be fulfilled? If not, why. */
static bool is_payment(struct ilp_crypto *crypto, struct ilp_stream_keys *keys,
		       const struct ilp_prepare *prepare,
		       uint8_t fulfillment[ILP_HASH_LEN], enum ilp_code *why)
{
	uint8_t buffer[ILP_DATA_MAX];
	struct ilp_writer plain = ilp_writer(buffer, sizeof(buffer));
	struct ilp_stream_packet stream;

	*why = ILP_F06_UNEXPECTED_PAYMENT;
	if (ilp_stream_open(keys, &plain, prepare->data) ||
	    ilp_stream_packet_decode(&stream, ilp_written(&plain)) ||
	    stream.ilp_type != ILP_PREPARE)
		return false;
	*why = ILP_R00_TRANSFER_TIMED_OUT;
	if (now_ms() >= prepare->expires_at_ms)
		return false;
	*why = ILP_F99_APPLICATION_ERROR; /* too little, or only a question */
	ilp_stream_fulfillment(keys, fulfillment, prepare->data);
	return ilp_amount_compare(prepare->amount, stream.amount) >= 0 &&
	       ilp_condition_check(crypto, prepare->condition, fulfillment) ==
		       ILP_OK;
}

/* The answer to a Prepare: a Fulfill, or a Reject. */
static enum ilp_error receive_money(struct ilp_writer *out,
				    struct ilp_crypto *crypto,
				    struct ilp_stream_keys *keys,
				    struct ilp_bytes packet)
{
	struct ilp_prepare prepare;
	struct ilp_fulfill fulfill = { 0 };
	struct ilp_reject reject;
	enum ilp_code why;
	enum ilp_error error = ilp_prepare_decode(&prepare, packet);

	if (error)
		return error;
	if (is_payment(crypto, keys, &prepare, fulfill.fulfillment, &why))
		return ilp_fulfill_encode(out, &fulfill);
	reject = ilp_reject_make(why, ilp_text("example.receiver"), "");
	return ilp_reject_encode(out, &reject);
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
	struct ilp_stream_keys *keys;
	enum ilp_error error;

	if (!crypto || getrandom(secret, sizeof(secret), 0) != sizeof(secret))
		return 1;
	keys = ilp_stream_keys_create(crypto, ILP_BYTES(secret));
	if (!keys)
		return 1;
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
