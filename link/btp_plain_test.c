/* SPDX-License-Identifier: Apache-2.0 */
/* The short way of reading and writing is the long one of ilp/btp.h, only
 * faster. */
#include "link/btp_plain.h"

#include "ilp/packet.h"
#include "test/check.h"
#include "test/random.h"

static uint8_t data[ILP_PACKET_MAX];

/* What the long way writes; good until the next call. */
static struct ilp_bytes encode(uint8_t type, uint32_t request, size_t len)
{
	static uint8_t out[BTP_PLAIN_MAX];
	struct ilp_writer w = ilp_writer(out, sizeof(out));
	const struct ilp_btp packet = {
		.type = type,
		.request_id = request,
		.entries = { 1, { { ilp_text("ilp"), 0, { data, len } } } },
	};

	CHECK_INT(ilp_btp_encode(&w, &packet), ILP_OK);
	return ilp_written(&w);
}

static void fill_data(void)
{
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * i + i / 256);
}

static void writes_what_the_codec_writes(void)
{
	static uint8_t out[BTP_PLAIN_MAX];

	fill_data();
	for (size_t len = 0; len <= ILP_PACKET_MAX; len++) {
		uint8_t type = len % 2 ? ILP_BTP_MESSAGE : ILP_BTP_RESPONSE;
		uint32_t request = (uint32_t)(len * 0x01234567);
		struct ilp_bytes all = encode(type, request, len);
		struct btp_plain plain = { type, request, { data, len } };

		CHECK_INT(btp_plain_len(len), all.len);
		out[all.len] = 0xee;
		CHECK(btp_plain_write(out, &plain) == out + all.len - len);
		CHECK_INT(out[all.len], 0xee);
		CHECK_BYTES(((struct ilp_bytes){ out, all.len }), all);
	}
}

/* Not too short ones, which no ILP packet is. */
static void reads_what_the_codec_wrote(void)
{
	fill_data();
	for (size_t len = 3; len <= ILP_PACKET_MAX; len++) {
		uint8_t type = len % 2 ? ILP_BTP_MESSAGE : ILP_BTP_RESPONSE;
		uint32_t request = (uint32_t)(len * 0x01234567);
		struct ilp_bytes all = encode(type, request, len);
		struct btp_plain plain = { 0 };

		CHECK(btp_plain_read(&plain, all));
		CHECK_INT(plain.type, type);
		CHECK_INT(plain.request, request);
		CHECK(plain.data.at == all.at + all.len - len);
		CHECK_INT(plain.data.len, len);
	}
}

/* Whatever it reads, the long way reads, and the same. */
static bool check_agrees(struct ilp_bytes in)
{
	struct ilp_bytes copy = exact_copy(in);
	struct btp_plain plain;
	struct ilp_btp packet;
	bool read = btp_plain_read(&plain, copy);

	if (read) {
		CHECK_INT(ilp_btp_decode(&packet, copy), ILP_OK);
		CHECK_INT(packet.type, plain.type);
		CHECK_INT(packet.request_id, plain.request);
		CHECK_INT(packet.entries.count, 1);
		CHECK_TEXT(packet.entries.at[0].name, "ilp");
		CHECK_INT(packet.entries.at[0].content, ILP_BTP_OCTETS);
		CHECK(packet.entries.at[0].data.at == plain.data.at);
		CHECK_INT(packet.entries.at[0].data.len, plain.data.len);
	}
	exact_free(copy);
	return read;
}

static void agrees_about_every_byte_of_the_head(void)
{
	static const size_t lens[] = { 3, 50, 127, 128, 200, 255, 256, 1000 };
	uint8_t changed[1100];
	int read = 0;

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct ilp_bytes all = encode(ILP_BTP_MESSAGE, 7, lens[i]);

		for (size_t at = 0; at < all.len - lens[i]; at++)
			for (unsigned byte = 0; byte <= 0xff; byte++) {
				memcpy(changed, all.at, all.len);
				changed[at] = (uint8_t)byte;
				read += check_agrees(
					(struct ilp_bytes){ changed, all.len });
			}
	}
	CHECK(read > 8 * 4 * 256); /* the request id may be anything */
}

static void agrees_about_whatever_is_cut_or_has_more(void)
{
	static const size_t lens[] = { 3, 127, 128, 255, 256, 1000 };
	uint8_t longer[1100] = { 0 };

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct ilp_bytes all = encode(ILP_BTP_RESPONSE, 7, lens[i]);

		memcpy(longer, all.at, all.len);
		for (size_t len = 0; len < all.len + 50; len++)
			CHECK_INT(
				check_agrees((struct ilp_bytes){ longer, len }),
				len == all.len);
	}
}

static void agrees_about_damaged_packets(void)
{
	struct random_source random = random_start();
	uint8_t changed[400];

	for (uint32_t i = 0; i < 200000; i++) {
		struct ilp_bytes all = encode(ILP_BTP_MESSAGE, i, 3 + i % 300);
		uint32_t changes = 1 + i % 4;

		memcpy(changed, all.at, all.len);
		while (changes--) {
			size_t at = random_below(&random, 20);

			changed[at] = (uint8_t)random_u64(&random);
		}
		check_agrees((struct ilp_bytes){ changed, all.len });
	}
}

/* The same packet in other spellings is left to the long way, be it that this
 * takes them or not. */
static void takes_the_shortest_spelling_only(void)
{
	static const char shortest[] = "06000000070b010103696c7000030c0100";
	static const char *const others[] = {
		"06000000070c02000103696c7000030c0100",   /* 1 entry: 0001 */
		"0600000007810b010103696c7000030c0100",   /* 0b is 810b */
		"06000000070c010103696c700081030c0100",   /* 03 is 8103 */
		"06000000070d010103696c70008200030c0100", /* or 820003 */
		"0600000007820000",
	};
	struct ilp_btp packet;

	CHECK(check_agrees(hex(shortest)));
	CHECK_INT(ilp_btp_decode(&packet, hex(others[0])), ILP_OK);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CHECK(!check_agrees(hex(others[i])));
}

TESTS(TEST(writes_what_the_codec_writes), TEST(reads_what_the_codec_wrote),
      TEST(agrees_about_every_byte_of_the_head),
      TEST(agrees_about_whatever_is_cut_or_has_more),
      TEST(agrees_about_damaged_packets),
      TEST(takes_the_shortest_spelling_only))
