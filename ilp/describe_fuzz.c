/* SPDX-License-Identifier: Apache-2.0 */
/* Every description, in both forms: it fits into the room that describe.h
 * names, or is refused for the same reason in both, and then nothing is
 * appended. JSON is one line of JSON in which no object names a key twice;
 * text is UTF-8 with no control characters but line breaks, and ends in one.
 * The first byte says what the rest of the input is described as. */
#include "ilp/describe.h"

#include "base/json.h"
#include "base/utf8.h"
#include "ilp/btp.h"
#include "ilp/packet.h"
#include "test/fuzz.h"

#define INPUT_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ilp_stream_keys *keys;

enum what { PACKET, BTP, STREAM, ILDCP, SEALED, SEALED_IN_BTP, WHATS };

static enum ilp_error describe(struct ilp_writer *w, enum what what,
			       enum ilp_describe_form form, struct ilp_bytes in)
{
	switch (what) {
	case PACKET:
	case SEALED:
		return ilp_describe_packet(w, form, keys, in);
	case BTP:
	case SEALED_IN_BTP:
		return ilp_describe_btp(w, form, keys, in);
	case STREAM:
		return ilp_describe_stream(w, form, in);
	case ILDCP:
		return ilp_describe_ildcp(w, form, in);
	case WHATS:
		break;
	}
	abort();
}

static void check_text(struct ilp_bytes text)
{
	require(text.len && text.at[text.len - 1] == '\n');
	while (text.len) {
		size_t len = ilp_utf8_len(text);
		uint8_t first = text.at[0];

		require(len > 0);
		require(first == '\n' || (first >= 0x20 && first != 0x7f));
		require(first != 0xc2 || text.at[1] >= 0xa0);
		text = ilp_bytes_skip(text, len);
	}
}

static void names_no_key_twice(const struct ilp_json_node *object)
{
	struct ilp_json_walk walk = ilp_json_walk(object);

	while (ilp_json_next(&walk)) {
		struct ilp_json_walk other = ilp_json_walk(object);

		while (ilp_json_next(&other))
			require(other.key == walk.key ||
				!ilp_bytes_equal(other.key->text,
						 walk.key->text));
	}
}

static void check_json(struct ilp_bytes text)
{
	static struct ilp_json_node nodes[ILP_DESCRIBE_ROOM];
	struct ilp_json_error error =
		ilp_json_read(nodes, ILP_DESCRIBE_ROOM, text);

	require(!error.problem);
	require(nodes[0].type == ILP_JSON_OBJECT);
	require(memchr(text.at, '\n', text.len) == NULL);
	for (size_t i = 0; i < nodes[0].span; i++)
		if (nodes[i].type == ILP_JSON_OBJECT)
			names_no_key_twice(&nodes[i]);
}

static uint8_t buffer[ILP_DESCRIBE_ROOM + 1];

static enum ilp_error try_form(enum what what, enum ilp_describe_form form,
			       struct ilp_bytes in)
{
	struct ilp_writer w = ilp_writer(buffer, ILP_DESCRIBE_ROOM);
	enum ilp_error error = describe(&w, what, form, in);
	struct ilp_bytes text = ilp_written(&w);

	require(error != ILP_ERR_ROOM);
	if (error) {
		require(text.len == 0);
		return error;
	}
	if (form == ILP_DESCRIBE_JSON)
		check_json(text);
	else
		check_text(text);
	w = ilp_writer(buffer, text.len);
	require(describe(&w, what, form, in) == ILP_OK);
	buffer[text.len - 1] = FUZZ_FILL;
	w = ilp_writer(buffer, text.len - 1);
	require(describe(&w, what, form, in) == ILP_ERR_ROOM);
	require(ilp_written(&w).len == 0);
	require(buffer[text.len - 1] == FUZZ_FILL);
	return ILP_OK;
}

/* The input sealed, as the data of a Prepare. */
static struct ilp_bytes sealed(struct ilp_bytes plain)
{
	static const uint8_t iv[ILP_SEAL_IV_LEN] = { 1 };
	static uint8_t data[ILP_DATA_MAX], packet[ILP_PACKET_MAX];
	struct ilp_writer d = ilp_writer(data, sizeof(data));
	struct ilp_writer p = ilp_writer(packet, sizeof(packet));
	struct ilp_prepare prepare = {
		.destination = ilp_text("test.carol"),
	};

	require(ilp_stream_seal(keys, &d, iv, plain) == ILP_OK);
	prepare.data = ilp_written(&d);
	require(ilp_prepare_encode(&p, &prepare) == ILP_OK);
	return ilp_written(&p);
}

static struct ilp_bytes in_btp(struct ilp_bytes packet)
{
	static uint8_t message[INPUT_MAX];
	struct ilp_writer w = ilp_writer(message, sizeof(message));
	struct ilp_btp btp = {
		.type = ILP_BTP_MESSAGE,
		.entries = { .count = 1,
			     .at = { { ilp_text("ilp"), 0, packet } } },
	};

	require(ilp_btp_encode(&w, &btp) == ILP_OK);
	return ilp_written(&w);
}

static void load_keys(void)
{
	struct ilp_crypto *crypto = ilp_crypto_create();

	require(crypto != NULL);
	keys = ilp_stream_keys_create(crypto, ilp_text("any"));
	require(keys != NULL);
	ilp_stream_keys_load(keys, ilp_text("what carol and alice know"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });
	enum what what = take_u8(&r) % WHATS;
	struct ilp_bytes in = take_rest(&r);

	if (!keys)
		load_keys();
	if (what >= SEALED) {
		if (in.len > ILP_DATA_MAX - ILP_SEAL_OVERHEAD)
			return 0;
		in = sealed(in);
	}
	if (what == SEALED_IN_BTP)
		in = in_btp(in);
	if (in.len > INPUT_MAX)
		return 0;
	require(try_form(what, ILP_DESCRIBE_TEXT, in) ==
		try_form(what, ILP_DESCRIBE_JSON, in));
	return 0;
}
