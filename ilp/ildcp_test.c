/* SPDX-License-Identifier: Apache-2.0 */
/* What a parent tells a child: an address, a scale and an asset (RFC 31). */
#include "ilp/ildcp.h"

#include "test/check.h"
#include "test/random.h"

#define ANSWER                                                                 \
	"0e6578616d706c652e636c69656e74"                                       \
	"0d"                                                                   \
	"0358414d"

static struct ilp_ildcp ildcp;

static unsigned reads(struct ilp_bytes in)
{
	return ilp_ildcp_decode(&ildcp, in);
}

static unsigned writes(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_ildcp_encode(&w, &ildcp);

	CHECK_INT(error, w.error);
	return error;
}

static void reads_and_writes_an_answer(void)
{
	struct ilp_bytes in = hex(ANSWER);

	CHECK_INT(reads(in), ILP_OK);
	CHECK_TEXT(ildcp.address, "example.client");
	CHECK(ildcp.address.at == in.at + 1);
	CHECK_INT(ildcp.asset_scale, 13);
	CHECK_TEXT(ildcp.asset_code, "XAM");
	check_rooms(writes, in, ILP_ERR_ROOM);
}

static void refuses_every_cut(void)
{
	check_cuts(reads, hex(ANSWER), ILP_ERR_SHORT);
	CHECK_INT(reads((struct ilp_bytes){ NULL, 0 }), ILP_ERR_SHORT);
}

static void ignores_bytes_behind_the_known_fields(void)
{
	CHECK_INT(check_read(reads, hex(ANSWER "ff80")), ILP_OK);
	CHECK_INT(reads(hex(ANSWER "ff80")), ILP_OK);
	CHECK_TEXT(ildcp.asset_code, "XAM");
}

static void takes_every_scale(void)
{
	for (unsigned scale = 0; scale < 256; scale++) {
		uint8_t b[20];

		memcpy(b, hex(ANSWER).at, sizeof(b));
		b[15] = (uint8_t)scale;
		CHECK_INT(reads(ILP_BYTES(b)), ILP_OK);
		CHECK_INT(ildcp.asset_scale, scale);
		check_rooms(writes, ILP_BYTES(b), ILP_ERR_ROOM);
	}
}

static void needs_an_address(void)
{
	uint8_t b[64];

	CHECK_INT(reads(hex("00"
			    "0d"
			    "0358414d")),
		  ILP_ERR_ADDRESS);
	CHECK_INT(reads(hex("0167"
			    "0d"
			    "0358414d")),
		  ILP_ERR_ADDRESS);
	CHECK_INT(reads(hex("03672e2f"
			    "0d"
			    "0358414d")),
		  ILP_ERR_ADDRESS);
	CHECK_INT(reads(hex(ANSWER)), ILP_OK);
	ildcp.address = ilp_text("g");
	CHECK_INT(writes(b, sizeof(b)), ILP_ERR_ADDRESS);
	ildcp.address = (struct ilp_bytes){ NULL, 0 };
	CHECK_INT(writes(b, sizeof(b)), ILP_ERR_ADDRESS);
}

static void an_asset_code_is_utf_8(void)
{
	uint8_t b[64];

	CHECK_INT(reads(hex("03672e61"
			    "02"
			    "03e282ac")),
		  ILP_OK);
	CHECK_TEXT(ildcp.asset_code, "\xe2\x82\xac");
	check_rooms(writes,
		    hex("03672e61"
			"02"
			"03e282ac"),
		    ILP_ERR_ROOM);
	CHECK_INT(reads(hex("03672e61"
			    "02"
			    "02e282")),
		  ILP_ERR_TEXT);
	CHECK_INT(reads(hex("03672e61"
			    "02"
			    "0180")),
		  ILP_ERR_TEXT);
	CHECK_INT(reads(hex("03672e61"
			    "02"
			    "03eda080")),
		  ILP_ERR_TEXT);
	CHECK_INT(reads(hex(ANSWER)), ILP_OK);
	ildcp.asset_code = hex("ff");
	CHECK_INT(writes(b, sizeof(b)), ILP_ERR_TEXT);
}

static void lengths_are_the_shortest(void)
{
	CHECK_INT(reads(hex("8103672e61"
			    "02"
			    "0358414d")),
		  ILP_ERR_LENGTH);
	CHECK_INT(reads(hex("03672e61"
			    "02"
			    "810358414d")),
		  ILP_ERR_LENGTH);
	CHECK(check_read(reads, hex("03672e61"
				    "02"
				    "88ffffffffffffffff")) != ILP_OK);
}

static void random_answers_read_back(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 2000; i++) {
		uint8_t address[400] = "test.", code[300], b[800];
		size_t len = 1 + (size_t)random_below(&random, 390);
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_bytes copy;
		struct ilp_ildcp in;

		random_text(&random, address + 5, len, "abcXYZ019_~-");
		in.address = (struct ilp_bytes){ address, 5 + len };
		in.asset_scale = (uint8_t)random_u64(&random);
		in.asset_code = random_text(
			&random, code, 1 + (size_t)random_below(&random, 299),
			"ABCDEFGH ~\x01");
		CHECK_INT(ilp_ildcp_encode(&w, &in), ILP_OK);
		copy = exact_copy(ilp_written(&w));
		CHECK_INT(reads(copy), ILP_OK);
		CHECK_BYTES(ildcp.address, in.address);
		CHECK_INT(ildcp.asset_scale, in.asset_scale);
		CHECK_BYTES(ildcp.asset_code, in.asset_code);
		exact_free(copy);
	}
}

TESTS(TEST(reads_and_writes_an_answer), TEST(refuses_every_cut),
      TEST(ignores_bytes_behind_the_known_fields), TEST(takes_every_scale),
      TEST(needs_an_address), TEST(an_asset_code_is_utf_8),
      TEST(lengths_are_the_shortest), TEST(random_answers_read_back))
