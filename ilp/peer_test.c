/* SPDX-License-Identifier: Apache-2.0 */
/* Requests between neighbours are Prepares of nothing that anybody can fulfill
 * with zeros, and are taken as nothing else. */
#include "ilp/peer.h"

#include "ilp/condition.h"
#include "test/check.h"

#define NOW INT64_C(1434412800000) /* 2015-06-16T00:00:00Z */
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define CONDITION                                                              \
	"66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"

static struct ilp_bytes request_data;

static unsigned writes_request(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	return ilp_peer_request_encode(&w, ILP_PEER_CONFIG, NOW + 60000,
				       request_data);
}

static unsigned writes_response(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	return ilp_peer_response_encode(&w, request_data);
}

static unsigned reads_response(struct ilp_bytes in)
{
	struct ilp_bytes data;

	return ilp_peer_response_decode(&data, in);
}

static struct ilp_prepare request(const char *destination)
{
	struct ilp_prepare p = { .expires_at_ms = NOW,
				 .destination = ilp_text(destination) };

	memcpy(p.condition, hex(CONDITION).at, 32);
	return p;
}

static void zeros_fulfill_the_condition(void)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	uint8_t zeros[32] = { 0 };

	CHECK(crypto != NULL);
	CHECK_BYTES(ILP_BYTES(ilp_peer_condition), hex(CONDITION));
	CHECK_INT(ilp_condition_check(crypto, ilp_peer_condition, zeros),
		  ILP_OK);
	ilp_crypto_destroy(crypto);
}

static void the_addresses_are_those_of_the_protocols(void)
{
	assert_string_equal(ILP_PEER_CONFIG, "peer.config");
	assert_string_equal(ILP_PEER_ROUTE_CONTROL, "peer.route.control");
	assert_string_equal(ILP_PEER_ROUTE_UPDATE, "peer.route.update");
	assert_string_equal(ILP_PEER_SETTLE, "peer.settle");
}

static void writes_a_request(void)
{
	request_data = (struct ilp_bytes){ NULL, 0 };
	check_rooms(writes_request,
		    hex("0c46"
			"0000000000000000"
			"3230313530363136303030313030303030" CONDITION
			"0b706565722e636f6e666967"
			"00"),
		    ILP_ERR_ROOM);
	request_data = hex("beef");
	check_rooms(writes_request,
		    hex("0c48"
			"0000000000000000"
			"3230313530363136303030313030303030" CONDITION
			"0b706565722e636f6e666967"
			"02beef"),
		    ILP_ERR_ROOM);
}

static void writes_a_response(void)
{
	request_data = (struct ilp_bytes){ NULL, 0 };
	check_rooms(writes_response, hex("0d21" ZEROS "00"), ILP_ERR_ROOM);
	request_data = hex("beef");
	check_rooms(writes_response, hex("0d23" ZEROS "02beef"), ILP_ERR_ROOM);
}

static void data_has_up_to_32767_bytes(void)
{
	static uint8_t data[32768], b[40000];

	request_data = (struct ilp_bytes){ data, 32767 };
	CHECK_INT(writes_request(b, sizeof(b)), ILP_OK);
	CHECK_INT(writes_response(b, sizeof(b)), ILP_OK);
	request_data.len++;
	CHECK_INT(writes_request(b, sizeof(b)), ILP_ERR_TOO_LONG);
	CHECK_INT(writes_response(b, sizeof(b)), ILP_ERR_TOO_LONG);
}

static void what_it_writes_it_takes(void)
{
	static const char *const addresses[] = { ILP_PEER_CONFIG,
						 ILP_PEER_ROUTE_CONTROL,
						 ILP_PEER_ROUTE_UPDATE,
						 ILP_PEER_SETTLE };

	for (size_t i = 0; i < 4; i++) {
		uint8_t b[200];
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_prepare p;

		CHECK_INT(ilp_peer_request_encode(&w, addresses[i], NOW + 1,
						  hex("01")),
			  ILP_OK);
		CHECK_INT(ilp_prepare_decode(&p, ilp_written(&w)), ILP_OK);
		CHECK(ilp_amount_is_zero(p.amount));
		CHECK_BYTES(p.data, hex("01"));
		for (size_t j = 0; j < 4; j++)
			CHECK_INT(ilp_peer_request_check(&p, addresses[j], NOW),
				  i == j ? ILP_OK : ILP_ERR_ADDRESS);
	}
}

static void a_request_goes_to_exactly_its_address(void)
{
	static const char *const others[] = { "peer.bonfig",  "peer.confi",
					      "peer.configs", "peer.config.a",
					      "Peer.config",  "g.config",
					      "peer.route",   "peer.settle" };

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct ilp_prepare p = request(others[i]);

		CHECK_INT(ilp_peer_request_check(&p, ILP_PEER_CONFIG, NOW - 1),
			  ILP_ERR_ADDRESS);
	}
}

static void a_request_has_the_condition_in_every_bit(void)
{
	struct ilp_prepare p = request(ILP_PEER_CONFIG);

	for (size_t bit = 0; bit < 256; bit++) {
		p.condition[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK_INT(ilp_peer_request_check(&p, ILP_PEER_CONFIG, NOW - 1),
			  ILP_ERR_CONDITION);
		p.condition[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CHECK_INT(ilp_peer_request_check(&p, ILP_PEER_CONFIG, NOW - 1), ILP_OK);
}

static void a_request_is_late_from_its_expiry_on(void)
{
	struct ilp_prepare p = request(ILP_PEER_CONFIG);

	CHECK_INT(ilp_peer_request_check(&p, ILP_PEER_CONFIG, NOW - 1), ILP_OK);
	CHECK_INT(ilp_peer_request_check(&p, ILP_PEER_CONFIG, INT64_MIN),
		  ILP_OK);
	CHECK_INT(ilp_peer_request_check(&p, ILP_PEER_CONFIG, NOW),
		  ILP_ERR_EXPIRED);
	CHECK_INT(ilp_peer_request_check(&p, ILP_PEER_CONFIG, NOW + 1),
		  ILP_ERR_EXPIRED);
	CHECK_INT(ilp_peer_request_check(&p, ILP_PEER_CONFIG, INT64_MAX),
		  ILP_ERR_EXPIRED);
}

/* RFC 38 prescribes the hash of nothing by mistake. */
static void settlement_messages_may_have_the_hash_of_nothing(void)
{
	static const char *const others[] = { ILP_PEER_CONFIG,
					      ILP_PEER_ROUTE_CONTROL,
					      ILP_PEER_ROUTE_UPDATE };
	struct ilp_bytes nothing = hex("e3b0c44298fc1c149afbf4c8996fb924"
				       "27ae41e4649b934ca495991b7852b855");
	struct ilp_prepare p = request(ILP_PEER_SETTLE);

	CHECK_INT(ilp_peer_request_check(&p, ILP_PEER_SETTLE, NOW - 1), ILP_OK);
	memcpy(p.condition, nothing.at, 32);
	CHECK_INT(ilp_peer_request_check(&p, ILP_PEER_SETTLE, NOW - 1), ILP_OK);
	CHECK_INT(ilp_peer_request_check(&p, ILP_PEER_SETTLE, NOW),
		  ILP_ERR_EXPIRED);
	p.condition[31] ^= 1;
	CHECK_INT(ilp_peer_request_check(&p, ILP_PEER_SETTLE, NOW - 1),
		  ILP_ERR_CONDITION);
	for (size_t i = 0; i < 3; i++) {
		p = request(others[i]);
		memcpy(p.condition, nothing.at, 32);
		CHECK_INT(ilp_peer_request_check(&p, others[i], NOW - 1),
			  ILP_ERR_CONDITION);
	}
}

static void reads_a_response(void)
{
	struct ilp_bytes data, in = hex("0d23" ZEROS "02beef");

	CHECK_INT(ilp_peer_response_decode(&data, in), ILP_OK);
	CHECK_BYTES(data, hex("beef"));
	CHECK(data.at == in.at + in.len - 2);
	CHECK_INT(ilp_peer_response_decode(&data, hex("0d21" ZEROS "00")),
		  ILP_OK);
	CHECK_INT(data.len, 0);
	check_cuts(reads_response, in, ILP_ERR_SHORT);
	CHECK_INT(reads_response(hex("0e0746303000017f00")), ILP_ERR_TYPE);
}

static void a_response_is_fulfilled_by_zeros_only(void)
{
	for (size_t bit = 0; bit < 256; bit++) {
		uint8_t b[35];

		memcpy(b, hex("0d21" ZEROS "00").at, sizeof(b));
		b[2 + bit / 8] = (uint8_t)(1 << bit % 8);
		CHECK_INT(reads_response(ILP_BYTES(b)), ILP_ERR_CONDITION);
	}
}

TESTS(TEST(zeros_fulfill_the_condition),
      TEST(the_addresses_are_those_of_the_protocols), TEST(writes_a_request),
      TEST(writes_a_response), TEST(data_has_up_to_32767_bytes),
      TEST(what_it_writes_it_takes),
      TEST(a_request_goes_to_exactly_its_address),
      TEST(a_request_has_the_condition_in_every_bit),
      TEST(a_request_is_late_from_its_expiry_on),
      TEST(settlement_messages_may_have_the_hash_of_nothing),
      TEST(reads_a_response), TEST(a_response_is_fulfilled_by_zeros_only))
