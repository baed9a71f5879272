/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing opens but what was sealed under the same secret, and that to the
 * last bit; what does not open leaves no text behind. The fulfillment goes
 * with the data as it was sealed. */
#include "ilp/stream/keys.h"

#include "test/fuzz.h"

#define INPUT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ilp_stream_keys *ours, *theirs;
static uint8_t sealed[INPUT_MAX + ILP_SEAL_OVERHEAD];
static uint8_t opened[INPUT_MAX + ILP_SEAL_OVERHEAD];

static void create(void)
{
	struct ilp_crypto *crypto = ilp_crypto_create();

	require(crypto != NULL);
	ours = ilp_stream_keys_create(crypto, ilp_text("any"));
	theirs = ilp_stream_keys_create(crypto, ilp_text("any"));
	require(ours && theirs);
}

static void does_not_open(struct ilp_stream_keys *keys, struct ilp_bytes data)
{
	struct ilp_writer w = ilp_writer(opened, sizeof(opened));

	require(ilp_stream_open(keys, &w, data) == ILP_ERR_DECRYPT);
	require(ilp_written(&w).len == 0 && w.error == ILP_ERR_DECRYPT);
}

static void opens(struct ilp_stream_keys *keys, struct ilp_bytes data,
		  struct ilp_bytes plain)
{
	struct ilp_writer w = ilp_writer(opened, plain.len);

	require(ilp_stream_open(keys, &w, data) == ILP_OK);
	require(ilp_bytes_equal(ilp_written(&w), plain));
	if (plain.len == 0)
		return;
	w = ilp_writer(opened, plain.len - 1);
	require(ilp_stream_open(keys, &w, data) == ILP_ERR_ROOM);
}

static struct ilp_bytes seal(const uint8_t iv[ILP_SEAL_IV_LEN],
			     struct ilp_bytes plain)
{
	struct ilp_writer w = ilp_writer(sealed, sizeof(sealed));

	require(ilp_stream_seal(ours, &w, iv, plain) == ILP_OK);
	require(ilp_written(&w).len == plain.len + ILP_SEAL_OVERHEAD);
	return ilp_written(&w);
}

static bool same_fulfillment(struct ilp_stream_keys *a,
			     struct ilp_stream_keys *b, struct ilp_bytes data)
{
	uint8_t first[ILP_HASH_LEN], second[ILP_HASH_LEN];

	ilp_stream_fulfillment(a, first, data);
	ilp_stream_fulfillment(b, second, data);
	return memcmp(first, second, sizeof(first)) == 0;
}

static void survives(struct ilp_bytes secret, struct ilp_reader *r)
{
	uint8_t iv[ILP_SEAL_IV_LEN];
	size_t place = (size_t)take_u64(r);

	take_into(r, iv, sizeof(iv));
	struct ilp_bytes plain = take_rest(r);
	struct ilp_bytes data = seal(iv, plain);

	ilp_stream_keys_load(theirs, secret);
	opens(ours, data, plain);
	opens(theirs, data, plain);
	require(same_fulfillment(ours, theirs, data));

	sealed[place % data.len] ^= (uint8_t)(1 << place / data.len % 8);
	does_not_open(ours, data);
	ilp_stream_keys_load(theirs, ilp_text("something else entirely, "
					      "and longer than any input"));
	sealed[place % data.len] ^= (uint8_t)(1 << place / data.len % 8);
	does_not_open(theirs, data);
	require(!same_fulfillment(ours, theirs, data));
	data.len--;
	does_not_open(ours, data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });

	if (!ours)
		create();
	if (size > INPUT_MAX)
		return 0;
	struct ilp_bytes secret = take(&r, take_u8(&r) % 48);
	ilp_stream_keys_load(ours, secret);
	does_not_open(ours, (struct ilp_bytes){ data, size });
	survives(secret, &r);
	return 0;
}
