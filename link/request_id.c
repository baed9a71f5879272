/* SPDX-License-Identifier: Apache-2.0 */
/* The 122 bits that are free in a UUID of version 4: 32 of the number, 28 that
 * differ, and 62 of the tag.
 *
 *     nnnnnnnn-dddd-4ddd-tttt-tttttttttttt
 */
#include "link/request_id.h"

#include <assert.h>

#include "base/digits.h"
#include "ilp/oer.h"

#define BYTES 16
#define LABEL "Request-Id"
#define CONDITION_LEN 32

void request_ids_init(struct request_ids *ids, struct ilp_crypto *crypto,
		      const uint8_t seed[32])
{
	const struct ilp_bytes secret = { seed, 32 };

	*ids = (struct request_ids){ .crypto = crypto };
	ilp_hmac_sha256(crypto, ids->key, secret, ilp_text(LABEL));
	ids->dice.state = ilp_load_u64(ids->key);
}

/* In place of the last eight bytes, over those before. */
static void write_tag(const struct request_ids *ids, uint8_t id[BYTES],
		      const uint8_t condition[32])
{
	uint8_t text[8 + CONDITION_LEN], tag[ILP_HASH_LEN];

	memcpy(text, id, 8);
	memcpy(text + 8, condition, CONDITION_LEN);
	ilp_hmac_sha256(ids->crypto, tag,
			(struct ilp_bytes){ ids->key, sizeof(ids->key) },
			(struct ilp_bytes){ text, sizeof(text) });
	memcpy(id + 8, tag, 8);
	id[8] = (id[8] & 0x3f) | 0x80; /* the variant of RFC 9562 */
}

static bool has_hyphen(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

static void write_text(uint8_t out[REQUEST_ID_LEN], const uint8_t id[BYTES])
{
	size_t at = 0;

	for (size_t i = 0; i < BYTES; i++) {
		if (has_hyphen(at))
			out[at++] = '-';
		ilp_hex(out + at, id[i]);
		at += 2;
	}
}

void request_id_make(struct request_ids *ids, uint8_t out[REQUEST_ID_LEN],
		     uint32_t request, const uint8_t condition[32])
{
	uint8_t id[BYTES];

	ilp_store_u32(id, request);
	ilp_store_u32(id + 4, (uint32_t)dice_roll(&ids->dice));
	id[6] = (id[6] & 0x0f) | 0x40; /* the version */
	write_tag(ids, id, condition);
	write_text(out, id);
}

bool request_id_valid(struct ilp_bytes id)
{
	if (id.len != REQUEST_ID_LEN)
		return false;
	for (size_t i = 0; i < REQUEST_ID_LEN; i++)
		if (has_hyphen(i) ? id.at[i] != '-' :
				    ilp_hex_value(id.at[i]) < 0)
			return false;
	return true;
}

static void read_text(uint8_t out[BYTES], struct ilp_bytes id)
{
	size_t at = 0;

	assert(request_id_valid(id));
	for (size_t i = 0; i < BYTES; i++) {
		if (has_hyphen(at))
			at++;
		out[i] = (uint8_t)(ilp_hex_value(id.at[at]) << 4 |
				   ilp_hex_value(id.at[at + 1]));
		at += 2;
	}
}

uint32_t request_id_number(struct ilp_bytes id)
{
	uint8_t bytes[BYTES];

	read_text(bytes, id);
	return ilp_load_u32(bytes);
}

bool request_id_is_for(const struct request_ids *ids, struct ilp_bytes id,
		       const uint8_t condition[32])
{
	uint8_t bytes[BYTES], ours[BYTES];

	read_text(bytes, id);
	memcpy(ours, bytes, BYTES);
	write_tag(ids, ours, condition);
	return ilp_secret_equal((struct ilp_bytes){ bytes, BYTES },
				(struct ilp_bytes){ ours, BYTES });
}
