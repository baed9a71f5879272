/* SPDX-License-Identifier: Apache-2.0 */
/* Pings: the fulfillment that everyone knows, and echo requests that name an
 * address to answer to. */
#include "ilp/ping.h"

#include "ilp/condition.h"
#include "test/check.h"
#include "test/random.h"

#define MAGIC "4543484f4543484f4543484f4543484f"
#define REQUEST                                                                \
	MAGIC "00"                                                             \
	      "0d6578616d706c652e616c696365"
#define RESPONSE MAGIC "01"

static struct ilp_echo echo;

static unsigned reads(struct ilp_bytes in)
{
	return ilp_echo_decode(&echo, in);
}

static unsigned writes(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_echo_encode(&w, &echo);

	CHECK_INT(error, w.error);
	return error;
}

static void everyone_knows_the_fulfillment_of_a_ping(void)
{
	struct ilp_crypto *crypto = ilp_crypto_create();

	CHECK(crypto != NULL);
	CHECK_BYTES(ILP_BYTES(ilp_ping_fulfillment),
		    ilp_text("pingpingpingpingpingpingpingping"));
	CHECK_BYTES(ILP_BYTES(ilp_ping_condition),
		    hex("8c00bc0c614f64f7e1e00b59a57baf5c"
			"57b6a119a90d54af489836a13f9bc77e"));
	CHECK_INT(ilp_condition_check(crypto, ilp_ping_condition,
				      ilp_ping_fulfillment),
		  ILP_OK);
	ilp_crypto_destroy(crypto);
}

static void reads_and_writes_a_request(void)
{
	struct ilp_bytes in = hex(REQUEST);

	CHECK_BYTES(((struct ilp_bytes){ in.at, 16 }),
		    ilp_text("ECHOECHOECHOECHO"));
	CHECK_INT(reads(in), ILP_OK);
	CHECK_INT(echo.type, ILP_ECHO_REQUEST);
	CHECK_TEXT(echo.return_address, "example.alice");
	CHECK(echo.return_address.at == in.at + 18);
	check_rooms(writes, in, ILP_ERR_ROOM);
}

static void reads_and_writes_a_response(void)
{
	CHECK_INT(reads(hex(RESPONSE)), ILP_OK);
	CHECK_INT(echo.type, ILP_ECHO_RESPONSE);
	check_rooms(writes, hex(RESPONSE), ILP_ERR_ROOM);
}

static void refuses_every_cut(void)
{
	check_cuts(reads, hex(REQUEST), 0);
	check_cuts(reads, hex(RESPONSE), 0);
	CHECK_INT(reads((struct ilp_bytes){ NULL, 0 }), ILP_ERR_FORMAT);
}

static void what_does_not_begin_with_echo_is_none(void)
{
	for (size_t bit = 0; bit < 128; bit++) {
		uint8_t b[31];

		memcpy(b, hex(REQUEST).at, sizeof(b));
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK_INT(reads(ILP_BYTES(b)), ILP_ERR_FORMAT);
	}
	CHECK_INT(check_read(reads, hex("4543484f")), ILP_ERR_FORMAT);
	CHECK_INT(check_read(reads, ilp_text("hello there, who is it?")),
		  ILP_ERR_FORMAT);
}

static void there_are_two_types(void)
{
	for (unsigned type = 2; type < 256; type++) {
		uint8_t b[31];

		memcpy(b, hex(REQUEST).at, sizeof(b));
		b[16] = (uint8_t)type;
		CHECK(reads(ILP_BYTES(b)) != ILP_OK);
	}
}

static void a_request_needs_an_address_to_return_to(void)
{
	uint8_t b[64];

	CHECK_INT(reads(hex(MAGIC "00"
				  "00")),
		  ILP_ERR_ADDRESS);
	CHECK_INT(reads(hex(MAGIC "00"
				  "0167")),
		  ILP_ERR_ADDRESS);
	CHECK_INT(reads(hex(MAGIC "00"
				  "03672e20")),
		  ILP_ERR_ADDRESS);
	CHECK_INT(reads(hex(MAGIC "00"
				  "8103672e61")),
		  ILP_ERR_LENGTH);
	echo = (struct ilp_echo){ ILP_ECHO_REQUEST, ilp_text("g") };
	CHECK_INT(writes(b, sizeof(b)), ILP_ERR_ADDRESS);
}

static void ignores_bytes_behind_the_known_fields(void)
{
	CHECK_INT(check_read(reads, hex(REQUEST "ff80")), ILP_OK);
	CHECK_INT(check_read(reads, hex(RESPONSE "ff80")), ILP_OK);
}

static void random_addresses_read_back(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 2000; i++) {
		uint8_t address[1023] = "g.", b[1100];
		size_t len = 1 + (size_t)random_below(&random, 1021);
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_echo in = { ILP_ECHO_REQUEST, { address, 2 + len } };

		random_text(&random, address + 2, len, "abcXYZ019_~-");
		CHECK_INT(ilp_echo_encode(&w, &in), ILP_OK);
		CHECK_INT(reads(ilp_written(&w)), ILP_OK);
		CHECK_INT(echo.type, ILP_ECHO_REQUEST);
		CHECK_BYTES(echo.return_address, in.return_address);
	}
}

TESTS(TEST(everyone_knows_the_fulfillment_of_a_ping),
      TEST(reads_and_writes_a_request), TEST(reads_and_writes_a_response),
      TEST(refuses_every_cut), TEST(what_does_not_begin_with_echo_is_none),
      TEST(there_are_two_types), TEST(a_request_needs_an_address_to_return_to),
      TEST(ignores_bytes_behind_the_known_fields),
      TEST(random_addresses_read_back))
