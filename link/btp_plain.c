/* SPDX-License-Identifier: Apache-2.0 */
#include "link/btp_plain.h"

#include <assert.h>

/* The type and the request id. */
#define HEAD_LEN 5

/* The number of entries, the name, and the kind of content. */
static const uint8_t entry[] = { 1, 1, 3, 'i', 'l', 'p', ILP_BTP_OCTETS };

static size_t length_size(size_t len)
{
	return 1u + (len > 0x7f) + (len > 0xff);
}

/* Takes a length off the front. It must be that of all that follows, and in
 * its shortest form (RFC 30). */
static bool take_length(struct ilp_bytes *in)
{
	const uint8_t *at = in->at;
	size_t size;
	size_t len;

	if (in->len < 3)
		return false;
	if (at[0] < 0x80) {
		size = 1;
		len = at[0];
	} else if (at[0] == 0x81) {
		size = 2;
		len = at[1];
	} else if (at[0] == 0x82) {
		size = 3;
		len = ilp_load_u16(at + 1);
	} else {
		return false;
	}
	*in = ilp_bytes_skip(*in, size);
	return len == in->len && size == length_size(len);
}

bool btp_plain_read(struct btp_plain *out, struct ilp_bytes in)
{
	if (in.len < HEAD_LEN)
		return false;
	out->type = in.at[0];
	out->request = ilp_load_u32(in.at + 1);
	if (out->type != ILP_BTP_MESSAGE && out->type != ILP_BTP_RESPONSE)
		return false;
	in = ilp_bytes_skip(in, HEAD_LEN);
	if (!take_length(&in) || in.len < sizeof(entry) ||
	    memcmp(in.at, entry, sizeof(entry)) != 0)
		return false;
	in = ilp_bytes_skip(in, sizeof(entry));
	if (!take_length(&in))
		return false;
	out->data = in;
	return true;
}

static size_t contents_len(size_t data_len)
{
	return sizeof(entry) + length_size(data_len) + data_len;
}

size_t btp_plain_len(size_t data_len)
{
	size_t len = contents_len(data_len);

	return HEAD_LEN + length_size(len) + len;
}

static uint8_t *put_length(uint8_t *at, size_t len)
{
	if (len > 0xff) {
		*at++ = 0x82;
		*at++ = (uint8_t)(len >> 8);
	} else if (len > 0x7f) {
		*at++ = 0x81;
	}
	*at++ = (uint8_t)len;
	return at;
}

uint8_t *btp_plain_write(uint8_t *at, const struct btp_plain *plain)
{
	assert(plain->data.len <= BTP_PLAIN_MAX - 16);
	at[0] = plain->type;
	ilp_store_u32(at + 1, plain->request);
	at = put_length(at + HEAD_LEN, contents_len(plain->data.len));
	memcpy(at, entry, sizeof(entry));
	at = put_length(at + sizeof(entry), plain->data.len);
	if (plain->data.len)
		memcpy(at, plain->data.at, plain->data.len);
	return at;
}
