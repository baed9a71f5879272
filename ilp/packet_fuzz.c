/* SPDX-License-Identifier: Apache-2.0 */
/* A decoder leaves its result alone when it fails, and borrows from the input
 * when it does not; what it read is written as a packet that reads the same.
 * Each packet has one spelling: unless bytes were ignored, it is written just
 * as it came. An edit changes amount and expiry and not a bit more. */
#include "ilp/packet.h"

#include "ilp/timestamp.h"
#include "test/fuzz.h"

#define INPUT_MAX (2 * ILP_PACKET_MAX)
#define EDITED (8 + ILP_TIMESTAMP_LEN)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t encoded[ILP_PACKET_MAX + 16];

/* Nothing is written behind the end of a buffer that is too small. */
static struct ilp_writer room(size_t capacity)
{
	encoded[capacity] = FUZZ_FILL;
	return ilp_writer(encoded, capacity);
}

static struct ilp_bytes is_canonical(const struct ilp_writer *w,
				     struct ilp_bytes in)
{
	struct ilp_bytes out = ilp_written(w);

	require(!w->error && out.len <= in.len);
	require(out.len < in.len || ilp_bytes_equal(out, in));
	return out;
}

static void does_not_fit(const struct ilp_writer *w)
{
	require(w->error == ILP_ERR_ROOM && *w->end == FUZZ_FILL);
}

static bool same_prepare(const struct ilp_prepare *a,
			 const struct ilp_prepare *b)
{
	return a->amount.units == b->amount.units &&
	       a->expires_at_ms == b->expires_at_ms &&
	       memcmp(a->condition, b->condition, sizeof(a->condition)) == 0 &&
	       ilp_bytes_equal(a->destination, b->destination) &&
	       ilp_bytes_equal(a->data, b->data);
}

/* All but amount and expiry is as it was, and these are what they should. */
static void only_that_was_edited(struct ilp_bytes before,
				 struct ilp_bytes after)
{
	size_t first = 0;
	size_t last = before.len;

	while (first < last && before.at[first] == after.at[first])
		first++;
	while (last > first && before.at[last - 1] == after.at[last - 1])
		last--;
	require(last - first <= EDITED);
}

static void edit(struct ilp_bytes in, struct ilp_amount amount,
		 int64_t expires_at_ms)
{
	static uint8_t copy[INPUT_MAX];
	struct ilp_bytes after = { copy, in.len };
	struct ilp_prepare found, expected;

	if (in.len)
		memcpy(copy, in.at, in.len);
	if (ilp_prepare_edit(copy, in.len, amount, expires_at_ms)) {
		require(ilp_bytes_equal(in, after));
		return;
	}
	only_that_was_edited(in, after);
	if (ilp_prepare_decode(&expected, in))
		return;
	require(!ilp_prepare_decode(&found, after));
	expected.amount = amount;
	expected.expires_at_ms = expires_at_ms;
	require(same_prepare(&found, &expected));
}

/* Takes the new values off the end of the packet. */
static void edits(struct ilp_bytes in)
{
	struct ilp_bytes tail =
		ilp_bytes_skip(in, in.len < 16 ? 0 : in.len - 16);
	struct ilp_reader r = ilp_reader(tail);
	struct ilp_amount amount = ilp_amount(take_u64(&r));
	int64_t moment_ms = (int64_t)take_u64(&r);

	edit(in, amount, moment_ms);
	edit(in, amount, moment_ms % ILP_TIMESTAMP_MAX_MS);
}

static enum ilp_error try_prepare(struct ilp_bytes in)
{
	struct ilp_prepare found, again;
	struct ilp_writer w = room(ILP_PACKET_MAX);

	memset(&found, FUZZ_FILL, sizeof(found));
	enum ilp_error error = ilp_prepare_decode(&found, in);
	if (error) {
		require(is_filled(&found, sizeof(found)));
		return error;
	}
	require(lies_in(found.destination, in) && lies_in(found.data, in));
	require(ilp_address_valid(found.destination));
	ilp_prepare_encode(&w, &found);
	struct ilp_bytes out = is_canonical(&w, in);
	require(!ilp_prepare_decode(&again, out));
	require(same_prepare(&found, &again));
	w = room(out.len - 1);
	ilp_prepare_encode(&w, &found);
	does_not_fit(&w);
	return ILP_OK;
}

static enum ilp_error try_fulfill(struct ilp_bytes in)
{
	struct ilp_fulfill found, again;
	struct ilp_writer w = room(ILP_PACKET_MAX);

	memset(&found, FUZZ_FILL, sizeof(found));
	enum ilp_error error = ilp_fulfill_decode(&found, in);
	if (error) {
		require(is_filled(&found, sizeof(found)));
		return error;
	}
	require(lies_in(found.data, in));
	ilp_fulfill_encode(&w, &found);
	struct ilp_bytes out = is_canonical(&w, in);
	require(!ilp_fulfill_decode(&again, out));
	require(memcmp(found.fulfillment, again.fulfillment, 32) == 0);
	require(ilp_bytes_equal(found.data, again.data));
	w = room(out.len - 1);
	ilp_fulfill_encode(&w, &found);
	does_not_fit(&w);
	return ILP_OK;
}

static bool same_reject(const struct ilp_reject *a, const struct ilp_reject *b)
{
	return memcmp(a->code, b->code, sizeof(a->code)) == 0 &&
	       ilp_bytes_equal(a->triggered_by, b->triggered_by) &&
	       ilp_bytes_equal(a->message, b->message) &&
	       ilp_bytes_equal(a->data, b->data);
}

static enum ilp_error try_reject(struct ilp_bytes in)
{
	struct ilp_reject found, again;
	struct ilp_writer w = room(ILP_PACKET_MAX);

	memset(&found, FUZZ_FILL, sizeof(found));
	enum ilp_error error = ilp_reject_decode(&found, in);
	if (error) {
		require(is_filled(&found, sizeof(found)));
		return error;
	}
	require(lies_in(found.triggered_by, in) && lies_in(found.message, in) &&
		lies_in(found.data, in));
	require(strlen(found.code) <= ILP_CODE_LEN);
	for (size_t i = 0; i < ILP_CODE_LEN; i++)
		require((uint8_t)found.code[i] < 0x80);
	ilp_reject_encode(&w, &found);
	struct ilp_bytes out = is_canonical(&w, in);
	require(!ilp_reject_decode(&again, out));
	require(same_reject(&found, &again));
	w = room(out.len - 1);
	ilp_reject_encode(&w, &found);
	does_not_fit(&w);
	return ILP_OK;
}

/* No packet is two things at once, and none is what its type says not. */
static void is_of_its_type(struct ilp_bytes in)
{
	enum ilp_error as_prepare = try_prepare(in);
	enum ilp_error as_fulfill = try_fulfill(in);
	enum ilp_error as_reject = try_reject(in);
	enum ilp_packet_type type;

	if (ilp_packet_type(&type, in)) {
		require(as_prepare && as_fulfill && as_reject);
		return;
	}
	require((as_prepare == ILP_ERR_TYPE) == (type != ILP_PREPARE));
	require((as_fulfill == ILP_ERR_TYPE) == (type != ILP_FULFILL));
	require((as_reject == ILP_ERR_TYPE) == (type != ILP_REJECT));
}

static void try_too_large(struct ilp_bytes in)
{
	struct ilp_amount_too_large found;
	uint8_t buffer[16];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	if (ilp_amount_too_large_decode(&found, in)) {
		require(in.len < sizeof(buffer));
		return;
	}
	ilp_amount_too_large_encode(&w, &found);
	is_canonical(&w, in);
	require(memcmp(buffer, in.at, sizeof(buffer)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes in = { data, size };

	if (size > INPUT_MAX)
		return 0;
	is_of_its_type(in);
	edits(in);
	try_too_large(in);
	return 0;
}
