/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of packet is shown whole and in both forms, with what is nested
 * in it where that can be read. Whatever bytes come: the text is printable
 * UTF-8 and the JSON is JSON, or nothing is written at all. */
#include "ilp/describe.h"

#include "base/json.h"
#include "base/utf8.h"
#include "ilp/btp.h"
#include "ilp/ccp.h"
#include "ilp/packet.h"
#include "ilp/stream/packet.h"
#include "test/random.h"

enum kind { PACKET, BTP, STREAM, ILDCP };

static uint8_t out[ILP_DESCRIBE_ROOM];

static enum ilp_error describe(struct ilp_writer *w, enum kind kind,
			       enum ilp_describe_form form,
			       struct ilp_stream_keys *keys,
			       struct ilp_bytes in)
{
	struct ilp_bytes copy = exact_copy(in);
	enum ilp_error error = ILP_OK;

	switch (kind) {
	case PACKET:
		error = ilp_describe_packet(w, form, keys, copy);
		break;
	case BTP:
		error = ilp_describe_btp(w, form, keys, copy);
		break;
	case STREAM:
		error = ilp_describe_stream(w, form, copy);
		break;
	case ILDCP:
		error = ilp_describe_ildcp(w, form, copy);
		break;
	}
	exact_free(copy);
	return error;
}

/* Shown like this, and not at all where there is less room. */
static void form_is(enum kind kind, enum ilp_describe_form form,
		    struct ilp_stream_keys *keys, struct ilp_bytes in,
		    struct ilp_bytes expected)
{
	struct ilp_writer w = ilp_writer(out, sizeof(out));

	CHECK_INT(describe(&w, kind, form, keys, in), ILP_OK);
	if (!ilp_bytes_equal(ilp_written(&w), expected))
		print_error("%.*s\n", (int)ilp_written(&w).len,
			    (const char *)ilp_written(&w).at);
	CHECK_BYTES(ilp_written(&w), expected);
	for (size_t room = 0; room <= expected.len; room++) {
		uint8_t *buffer = malloc(room + 2);
		bool fits = room == expected.len;

		assert_non_null(buffer);
		memset(buffer, 0xee, room + 2);
		w = ilp_writer(buffer, room + 1);
		ilp_write_u8(&w, '<');
		CHECK_INT(describe(&w, kind, form, keys, in),
			  fits ? ILP_OK : ILP_ERR_ROOM);
		CHECK_INT(ilp_written(&w).len, fits ? 1 + room : 0);
		CHECK_INT(buffer[0], '<');
		CHECK_INT(buffer[room + 1], 0xee);
		free(buffer);
	}
}

static void shows(enum kind kind, struct ilp_stream_keys *keys,
		  struct ilp_bytes in, const char *text, const char *json)
{
	struct ilp_bytes copy = exact_copy(in);

	form_is(kind, ILP_DESCRIBE_TEXT, keys, copy, ilp_text(text));
	form_is(kind, ILP_DESCRIBE_JSON, keys, copy, ilp_text(json));
	exact_free(copy);
}

static void refuses(enum kind kind, struct ilp_bytes in,
		    enum ilp_error expected)
{
	for (int form = ILP_DESCRIBE_TEXT; form <= ILP_DESCRIBE_JSON; form++) {
		struct ilp_writer w = ilp_writer(out, sizeof(out));
		enum ilp_error error;

		ilp_write_u8(&w, '<');
		error = describe(&w, kind, (enum ilp_describe_form)form, NULL,
				 in);
		if (error == ILP_OK || (expected && error != expected))
			fail_msg("error %d", (int)error);
		CHECK_TEXT(ilp_written(&w), "<");
	}
}

#define PREPARE                                                                \
	"0c68000000000000006b323031373132323330313231343035343974e1136dc71c"   \
	"9e5f283bec83461cbf1261c4014f72d48f8dd65453a0b84e7de10d6578616d706c"   \
	"652e616c696365205db343fdc41898f6df4202329139dc242dd0f558a811b46b28"   \
	"918fdab37c6cb0"
#define FULFILL                                                                \
	"0d41c3866b48749ccf113b2e15c25d2407fbfc14476fe7296bb1bf1bcd9e6e4166"   \
	"5020673febd78a33b28e1c0db14c9a06251a05fa831ed4ed91ebcd150e7249c2e6"   \
	"00"
#define REJECT                                                                 \
	"0e414630310e6578616d706c652e75732e626f62276d697373696e672064657374"   \
	"696e6174696f6e2e206c65646765723d6578616d706c652e75732e060000000410"   \
	"41"

static void a_prepare_is_shown(void)
{
	shows(PACKET, NULL, hex(PREPARE),
	      "type: prepare\n"
	      "amount: 107\n"
	      "expiresAt: 2017-12-23T01:21:40.549Z\n"
	      "condition: 74e1136dc71c9e5f283bec83461cbf12"
	      "61c4014f72d48f8dd65453a0b84e7de1 (32 bytes)\n"
	      "destination: example.alice\n"
	      "data: 5db343fdc41898f6df4202329139dc24"
	      "2dd0f558a811b46b28918fdab37c6cb0 (32 bytes)\n",
	      "{\"type\":\"prepare\",\"amount\":\"107\","
	      "\"expiresAt\":\"2017-12-23T01:21:40.549Z\","
	      "\"condition\":\"74e1136dc71c9e5f283bec83461cbf12"
	      "61c4014f72d48f8dd65453a0b84e7de1\","
	      "\"destination\":\"example.alice\","
	      "\"data\":\"5db343fdc41898f6df4202329139dc24"
	      "2dd0f558a811b46b28918fdab37c6cb0\"}");
}

static void a_fulfill_is_shown(void)
{
	shows(PACKET, NULL, hex(FULFILL),
	      "type: fulfill\n"
	      "fulfillment: c3866b48749ccf113b2e15c25d2407fb"
	      "fc14476fe7296bb1bf1bcd9e6e416650 (32 bytes)\n"
	      "data: 673febd78a33b28e1c0db14c9a06251a"
	      "05fa831ed4ed91ebcd150e7249c2e600 (32 bytes)\n",
	      "{\"type\":\"fulfill\","
	      "\"fulfillment\":\"c3866b48749ccf113b2e15c25d2407fb"
	      "fc14476fe7296bb1bf1bcd9e6e416650\","
	      "\"data\":\"673febd78a33b28e1c0db14c9a06251a"
	      "05fa831ed4ed91ebcd150e7249c2e600\"}");
}

static void a_reject_is_shown(void)
{
	shows(PACKET, NULL, hex(REJECT),
	      "type: reject\n"
	      "code: F01\n"
	      "name: Invalid Packet\n"
	      "triggeredBy: example.us.bob\n"
	      "message: missing destination. ledger=example.us.\n"
	      "data: 000000041041 (6 bytes)\n",
	      "{\"type\":\"reject\",\"code\":\"F01\","
	      "\"name\":\"Invalid Packet\","
	      "\"triggeredBy\":\"example.us.bob\","
	      "\"message\":\"missing destination. ledger=example.us.\","
	      "\"data\":\"000000041041\"}");
}

static void the_amounts_of_an_f08_are_shown(void)
{
	static const char f08[] = "0e16"
				  "463038"
				  "0000"
				  "10"
				  "00000000000000ff000000000000ffff";

	shows(PACKET, NULL, hex(f08),
	      "type: reject\n"
	      "code: F08\n"
	      "name: Amount Too Large\n"
	      "triggeredBy: \n"
	      "message: \n"
	      "data: 00000000000000ff000000000000ffff (16 bytes)\n"
	      "amountTooLarge:\n"
	      "  received: 255\n"
	      "  maximum: 65535\n",
	      "{\"type\":\"reject\",\"code\":\"F08\","
	      "\"name\":\"Amount Too Large\",\"triggeredBy\":\"\","
	      "\"message\":\"\","
	      "\"data\":\"00000000000000ff000000000000ffff\","
	      "\"amountTooLarge\":{\"received\":\"255\","
	      "\"maximum\":\"65535\"}}");
	/* too short, and under another code */
	shows(PACKET, NULL, hex("0e0a46303800000400000000"),
	      "type: reject\ncode: F08\nname: Amount Too Large\n"
	      "triggeredBy: \nmessage: \ndata: 00000000 (4 bytes)\n",
	      "{\"type\":\"reject\",\"code\":\"F08\","
	      "\"name\":\"Amount Too Large\",\"triggeredBy\":\"\","
	      "\"message\":\"\",\"data\":\"00000000\"}");
	shows(PACKET, NULL,
	      hex("0e16"
		  "5a3939"
		  "0000"
		  "10"
		  "00000000000000ff000000000000ffff"),
	      "type: reject\ncode: Z99\ntriggeredBy: \nmessage: \n"
	      "data: 00000000000000ff000000000000ffff (16 bytes)\n",
	      "{\"type\":\"reject\",\"code\":\"Z99\",\"triggeredBy\":\"\","
	      "\"message\":\"\","
	      "\"data\":\"00000000000000ff000000000000ffff\"}");
}

#define PEER                                                                   \
	"0000000000000000323031353036313630303031303030303066687aadf862bd"     \
	"776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
#define PEER_TEXT                                                              \
	"type: prepare\n"                                                      \
	"amount: 0\n"                                                          \
	"expiresAt: 2015-06-16T00:01:00.000Z\n"                                \
	"condition: 66687aadf862bd776c8fc18b8e"                                \
	"9f8e20089714856ee233b3902a591d0d5f2925 (32 bytes)\n"
#define PEER_JSON                                                              \
	"{\"type\":\"prepare\",\"amount\":\"0\","                              \
	"\"expiresAt\":\"2015-06-16T00:01:00.000Z\","                          \
	"\"condition\":\"66687aadf862bd776c8fc18b8e9f8e2008"                   \
	"9714856ee233b3902a591d0d5f2925\","
#define CONTROL                                                                \
	"0c6c" PEER "12706565722e726f7574652e636f6e74726f6c"                   \
	"1f" CONTROL_DATA
#define CONTROL_DATA                                                           \
	"0170d1a134a0df4f47964f6e19e2ab379000000020010203666f6f"               \
	"03626172"

static void a_route_control_is_shown(void)
{
	shows(PACKET, NULL, hex(CONTROL),
	      PEER_TEXT "destination: peer.route.control\n"
			"data: " CONTROL_DATA " (31 bytes)\n"
			"routeControl:\n"
			"  mode: sync\n"
			"  tableId: 70d1a134-a0df-4f47-964f-6e19e2ab3790\n"
			"  epoch: 32\n"
			"  features:\n"
			"    - foo\n"
			"    - bar\n",
	      PEER_JSON "\"destination\":\"peer.route.control\","
			"\"data\":\"" CONTROL_DATA "\","
			"\"routeControl\":{\"mode\":\"sync\","
			"\"tableId\":\"70d1a134-a0df-4f47-964f-6e19e2ab3790\","
			"\"epoch\":32,\"features\":[\"foo\",\"bar\"]}}");
	/* not one, or not to that address: only data */
	shows(PACKET, NULL,
	      hex("0c50" PEER "12706565722e726f7574652e636f6e74726f6c"
		  "03626164"),
	      PEER_TEXT "destination: peer.route.control\n"
			"data: 626164 (3 bytes)\n",
	      PEER_JSON "\"destination\":\"peer.route.control\","
			"\"data\":\"626164\"}");
	shows(PACKET, NULL,
	      hex("0c60" PEER "06746573742e61"
		  "1f" CONTROL_DATA),
	      PEER_TEXT "destination: test.a\ndata: " CONTROL_DATA
			" (31 bytes)\n",
	      PEER_JSON "\"destination\":\"test.a\",\"data\":\"" CONTROL_DATA
			"\"}");
}

#define UPDATE_DATA                                                            \
	"bffbf6ad0ddc4d3ba1e5b4f0537365bd000000340000002e0000003200007530"     \
	"0d6578616d706c652e616c69636501020f6578616d706c652e70726566697831"     \
	"01010f6578616d706c652e707265666978317a6c7d85867c46a2fabfad1afa7a"     \
	"4a5e229ce574fcce63f5edeedfc03f8468ea01000f6578616d706c652e707265"     \
	"666978320102126578616d706c652e636f6e6e6563746f72310f6578616d706c"     \
	"652e707265666978322b08e53fbcc17c5f1bd54ae0d9ad7ba39a5f9a7b126ca9"     \
	"b5c0945609a35324cc01025000000b68656c6c6f20776f726c64e0000104a0a0"     \
	"a0a001020f6578616d706c652e707265666978330f6578616d706c652e707265"     \
	"66697834"
#define AUTH1                                                                  \
	"7a6c7d85867c46a2fabfad1afa7a4a5e"                                     \
	"229ce574fcce63f5edeedfc03f8468ea"
#define AUTH2                                                                  \
	"2b08e53fbcc17c5f1bd54ae0d9ad7ba3"                                     \
	"9a5f9a7b126ca9b5c0945609a35324cc"

static void a_route_update_is_shown(void)
{
	shows(PACKET, NULL,
	      hex("0c820152" PEER
		  "11706565722e726f7574652e757064617465820104" UPDATE_DATA),
	      PEER_TEXT "destination: peer.route.update\n"
			"data: " UPDATE_DATA " (260 bytes)\n"
			"routeUpdate:\n"
			"  tableId: bffbf6ad-0ddc-4d3b-a1e5-b4f0537365bd\n"
			"  currentEpoch: 52\n"
			"  fromEpoch: 46\n"
			"  toEpoch: 50\n"
			"  holdDownMs: 30000\n"
			"  speaker: example.alice\n"
			"  routes:\n"
			"    -\n"
			"      prefix: example.prefix1\n"
			"      path:\n"
			"        - example.prefix1\n"
			"      auth: " AUTH1 " (32 bytes)\n"
			"      props:\n"
			"    -\n"
			"      prefix: example.prefix2\n"
			"      path:\n"
			"        - example.connector1\n"
			"        - example.prefix2\n"
			"      auth: " AUTH2 " (32 bytes)\n"
			"      props:\n"
			"        -\n"
			"          meta: 80\n"
			"          id: 0\n"
			"          text: hello world\n"
			"        -\n"
			"          meta: 224\n"
			"          id: 1\n"
			"          value: a0a0a0a0 (4 bytes)\n"
			"  withdrawn:\n"
			"    - example.prefix3\n"
			"    - example.prefix4\n",
	      PEER_JSON
	      "\"destination\":\"peer.route.update\","
	      "\"data\":\"" UPDATE_DATA "\",\"routeUpdate\":{"
	      "\"tableId\":\"bffbf6ad-0ddc-4d3b-a1e5-b4f0537365bd\","
	      "\"currentEpoch\":52,\"fromEpoch\":46,\"toEpoch\":50,"
	      "\"holdDownMs\":30000,\"speaker\":\"example.alice\","
	      "\"routes\":[{\"prefix\":\"example.prefix1\","
	      "\"path\":[\"example.prefix1\"],\"auth\":\"" AUTH1 "\","
	      "\"props\":[]},{\"prefix\":\"example.prefix2\","
	      "\"path\":[\"example.connector1\",\"example.prefix2\"],"
	      "\"auth\":\"" AUTH2 "\",\"props\":["
	      "{\"meta\":80,\"id\":0,\"text\":\"hello world\"},"
	      "{\"meta\":224,\"id\":1,\"value\":\"a0a0a0a0\"}]}],"
	      "\"withdrawn\":[\"example.prefix3\",\"example.prefix4\"]}}");
}

#define MAGIC "4543484f4543484f4543484f4543484f"

static void an_echo_is_shown(void)
{
	shows(PACKET, NULL,
	      hex("0c59" PEER "06746573742e61"
		  "18" MAGIC "0006746573742e62"),
	      PEER_TEXT "destination: test.a\n"
			"data: " MAGIC "0006746573742e62 (24 bytes)\n"
			"echo:\n"
			"  returnAddress: test.b\n",
	      PEER_JSON "\"destination\":\"test.a\","
			"\"data\":\"" MAGIC "0006746573742e62\","
			"\"echo\":{\"returnAddress\":\"test.b\"}}");
	shows(PACKET, NULL,
	      hex("0c52" PEER "06746573742e61"
		  "11" MAGIC "01"),
	      PEER_TEXT "destination: test.a\n"
			"data: " MAGIC "01 (17 bytes)\n"
			"echo:\n"
			"  type: response\n",
	      PEER_JSON "\"destination\":\"test.a\","
			"\"data\":\"" MAGIC "01\","
			"\"echo\":{\"type\":\"response\"}}");
	shows(PACKET, NULL,
	      hex("0c52" PEER "06746573742e61"
		  "11" MAGIC "02"),
	      PEER_TEXT "destination: test.a\n"
			"data: " MAGIC "02 (17 bytes)\n",
	      PEER_JSON "\"destination\":\"test.a\","
			"\"data\":\"" MAGIC "02\"}");
}

static struct ilp_crypto *crypto;

static struct ilp_stream_keys *keys_of(const char *secret)
{
	struct ilp_stream_keys *keys;

	crypto = ilp_crypto_create();
	assert_non_null(crypto);
	keys = ilp_stream_keys_create(crypto, hex(secret));
	assert_non_null(keys);
	ilp_stream_keys_load(keys, hex(secret));
	return keys;
}

static void end(struct ilp_stream_keys *keys)
{
	ilp_stream_keys_destroy(keys);
	ilp_crypto_destroy(crypto);
}

#define SEALED                                                                 \
	"6cc484c0d4e9282275d4b37c6ae18f35b497ddbfcbce6d9305b9451b43"           \
	"95c3158aa75e05bf27582a237109ec6ca0129d840da7abd96826c8147d0d"
#define STREAM_PREPARE                                                         \
	"0c819900000000000001f43230313931303238323134313533383338f31a9634"     \
	"6c613011947f39a0f1f4e573c2fc3e7e53797672b01d2898e90c9a0723746573"     \
	"742e70656572422e4e6a584430754a504275477a353653426d4933755836682d"     \
	"3b" SEALED
#define SHARED_SECRET                                                          \
	"b7d09d2e16e6f83c55b60e42fcd7c2b8"                                     \
	"ed49624a1df73c59b383dbe2e8690309"
#define SEALED_TEXT                                                            \
	"type: prepare\n"                                                      \
	"amount: 500\n"                                                        \
	"expiresAt: 2019-10-28T21:41:53.838Z\n"                                \
	"condition: f31a96346c613011947f39a0f1f4e573"                          \
	"c2fc3e7e53797672b01d2898e90c9a07 (32 bytes)\n"                        \
	"destination: test.peerB.NjXD0uJPBuGz56SBmI3uX6h-\n"                   \
	"data: " SEALED " (59 bytes)\n"
#define SEALED_JSON                                                            \
	"{\"type\":\"prepare\",\"amount\":\"500\","                            \
	"\"expiresAt\":\"2019-10-28T21:41:53.838Z\","                          \
	"\"condition\":\"f31a96346c613011947f39a0f1f4e573"                     \
	"c2fc3e7e53797672b01d2898e90c9a07\","                                  \
	"\"destination\":\"test.peerB.NjXD0uJPBuGz56SBmI3uX6h-\","             \
	"\"data\":\"" SEALED "\""

/* Made by the JavaScript implementation. */
static void stream_data_is_shown_to_who_has_the_secret(void)
{
	struct ilp_stream_keys *keys = keys_of(SHARED_SECRET);

	shows(PACKET, keys, hex(STREAM_PREPARE),
	      SEALED_TEXT "stream:\n"
			  "  type: prepare\n"
			  "  sequence: 7\n"
			  "  amount: 495\n"
			  "  frames:\n"
			  "    -\n"
			  "      type: StreamMaxMoney\n"
			  "      streamId: 1\n"
			  "      receiveMax: 0\n"
			  "      totalReceived: 0\n"
			  "    -\n"
			  "      type: StreamMaxData\n"
			  "      streamId: 1\n"
			  "      maxOffset: 16384\n"
			  "    -\n"
			  "      type: StreamMoney\n"
			  "      streamId: 1\n"
			  "      shares: 1000\n",
	      SEALED_JSON ",\"stream\":{\"type\":\"prepare\","
			  "\"sequence\":\"7\",\"amount\":\"495\",\"frames\":["
			  "{\"type\":\"StreamMaxMoney\",\"streamId\":\"1\","
			  "\"receiveMax\":\"0\",\"totalReceived\":\"0\"},"
			  "{\"type\":\"StreamMaxData\",\"streamId\":\"1\","
			  "\"maxOffset\":\"16384\"},"
			  "{\"type\":\"StreamMoney\",\"streamId\":\"1\","
			  "\"shares\":\"1000\"}]}}");
	end(keys);
}

static void without_the_secret_it_stays_unread(void)
{
	struct ilp_stream_keys *keys =
		keys_of("00000000000000000000000000000000"
			"00000000000000000000000000000000");

	shows(PACKET, keys, hex(STREAM_PREPARE), SEALED_TEXT, SEALED_JSON "}");
	shows(PACKET, NULL, hex(STREAM_PREPARE), SEALED_TEXT, SEALED_JSON "}");
	end(keys);
}

/* In a Fulfill and in a Reject too; what is sealed there but is no STREAM
 * packet is only data. */
static void answers_carry_stream_packets_too(void)
{
	static const uint8_t iv[ILP_SEAL_IV_LEN] = { 1 };
	struct ilp_stream_keys *keys = keys_of(SHARED_SECRET);
	uint8_t sealed[100], packet[200];

	for (int i = 0; i < 3; i++) {
		struct ilp_writer s = ilp_writer(sealed, sizeof(sealed));
		struct ilp_writer p = ilp_writer(packet, sizeof(packet));
		struct ilp_writer w = ilp_writer(out, sizeof(out));
		struct ilp_fulfill fulfill = { 0 };
		struct ilp_reject reject = { .code = "F99" };
		static const char *const plain[] = {
			"010d0105010301010a02007b",
			"010e0105010301010a02007b",
			"020d01050103010a",
		};

		CHECK_INT(ilp_stream_seal(keys, &s, iv, hex(plain[i])), ILP_OK);
		fulfill.data = reject.data = ilp_written(&s);
		if (i == 1)
			CHECK_INT(ilp_reject_encode(&p, &reject), ILP_OK);
		else
			CHECK_INT(ilp_fulfill_encode(&p, &fulfill), ILP_OK);
		CHECK_INT(describe(&w, PACKET, ILP_DESCRIBE_JSON, keys,
				   ilp_written(&p)),
			  ILP_OK);
		ilp_write_u8(&w, '\0');
		CHECK((strstr((const char *)out,
			      i ? "\"stream\":{\"type\":\"reject\","
				  "\"sequence\":\"5\",\"amount\":\"3\"," :
				  "\"stream\":{\"type\":\"fulfill\","
				  "\"sequence\":\"5\",\"amount\":\"3\",") !=
		       NULL) == (i < 2));
		CHECK((strstr((const char *)out, "stream") != NULL) == (i < 2));
	}
	end(keys);
}

static void every_frame_is_shown(void)
{
	shows(STREAM, NULL,
	      hex("010c"
		  "0109"
		  "01ff"
		  "0110"
		  "0105"
		  "0103627965"
		  "0207"
		  "06746573742e78"
		  "0302"
		  "0105"
		  "0402"
		  "0106"
		  "0502"
		  "0107"
		  "0602"
		  "0108"
		  "0705"
		  "0345555202"
		  "1004"
		  "01010900"
		  "1104"
		  "01010102"
		  "1206"
		  "010101030104"
		  "1306"
		  "010101010102"
		  "1407"
		  "01010103026869"
		  "1504"
		  "01010109"
		  "1604"
		  "0101010a"
		  "1705"
		  "0101027272"
		  "7702"
		  "abcd"),
	      "type: prepare\n"
	      "sequence: 9\n"
	      "amount: 255\n"
	      "frames:\n"
	      "  -\n"
	      "    type: ConnectionClose\n"
	      "    code: 1\n"
	      "    message: bye\n"
	      "    codeName: NoError\n"
	      "  -\n"
	      "    type: ConnectionNewAddress\n"
	      "    address: test.x\n"
	      "  -\n"
	      "    type: ConnectionMaxData\n"
	      "    maxOffset: 5\n"
	      "  -\n"
	      "    type: ConnectionDataBlocked\n"
	      "    maxOffset: 6\n"
	      "  -\n"
	      "    type: ConnectionMaxStreamId\n"
	      "    maxStreamId: 7\n"
	      "  -\n"
	      "    type: ConnectionStreamIdBlocked\n"
	      "    maxStreamId: 8\n"
	      "  -\n"
	      "    type: ConnectionAssetDetails\n"
	      "    assetCode: EUR\n"
	      "    assetScale: 2\n"
	      "  -\n"
	      "    type: StreamClose\n"
	      "    streamId: 1\n"
	      "    code: 9\n"
	      "    message: \n"
	      "    codeName: ApplicationError\n"
	      "  -\n"
	      "    type: StreamMoney\n"
	      "    streamId: 1\n"
	      "    shares: 2\n"
	      "  -\n"
	      "    type: StreamMaxMoney\n"
	      "    streamId: 1\n"
	      "    receiveMax: 3\n"
	      "    totalReceived: 4\n"
	      "  -\n"
	      "    type: StreamMoneyBlocked\n"
	      "    streamId: 1\n"
	      "    sendMax: 1\n"
	      "    totalSent: 2\n"
	      "  -\n"
	      "    type: StreamData\n"
	      "    streamId: 1\n"
	      "    offset: 3\n"
	      "    data: 6869 (2 bytes)\n"
	      "  -\n"
	      "    type: StreamMaxData\n"
	      "    streamId: 1\n"
	      "    maxOffset: 9\n"
	      "  -\n"
	      "    type: StreamDataBlocked\n"
	      "    streamId: 1\n"
	      "    maxOffset: 10\n"
	      "  -\n"
	      "    type: StreamReceipt\n"
	      "    streamId: 1\n"
	      "    receipt: 7272 (2 bytes)\n"
	      "  -\n"
	      "    unknownType: 119\n"
	      "    contents: abcd (2 bytes)\n",
	      "{\"type\":\"prepare\",\"sequence\":\"9\",\"amount\":\"255\","
	      "\"frames\":["
	      "{\"type\":\"ConnectionClose\",\"code\":1,\"message\":\"bye\","
	      "\"codeName\":\"NoError\"},"
	      "{\"type\":\"ConnectionNewAddress\",\"address\":\"test.x\"},"
	      "{\"type\":\"ConnectionMaxData\",\"maxOffset\":\"5\"},"
	      "{\"type\":\"ConnectionDataBlocked\",\"maxOffset\":\"6\"},"
	      "{\"type\":\"ConnectionMaxStreamId\",\"maxStreamId\":\"7\"},"
	      "{\"type\":\"ConnectionStreamIdBlocked\","
	      "\"maxStreamId\":\"8\"},"
	      "{\"type\":\"ConnectionAssetDetails\",\"assetCode\":\"EUR\","
	      "\"assetScale\":2},"
	      "{\"type\":\"StreamClose\",\"streamId\":\"1\",\"code\":9,"
	      "\"message\":\"\",\"codeName\":\"ApplicationError\"},"
	      "{\"type\":\"StreamMoney\",\"streamId\":\"1\","
	      "\"shares\":\"2\"},"
	      "{\"type\":\"StreamMaxMoney\",\"streamId\":\"1\","
	      "\"receiveMax\":\"3\",\"totalReceived\":\"4\"},"
	      "{\"type\":\"StreamMoneyBlocked\",\"streamId\":\"1\","
	      "\"sendMax\":\"1\",\"totalSent\":\"2\"},"
	      "{\"type\":\"StreamData\",\"streamId\":\"1\","
	      "\"offset\":\"3\",\"data\":\"6869\"},"
	      "{\"type\":\"StreamMaxData\",\"streamId\":\"1\","
	      "\"maxOffset\":\"9\"},"
	      "{\"type\":\"StreamDataBlocked\",\"streamId\":\"1\","
	      "\"maxOffset\":\"10\"},"
	      "{\"type\":\"StreamReceipt\",\"streamId\":\"1\","
	      "\"receipt\":\"7272\"},"
	      "{\"unknownType\":119,\"contents\":\"abcd\"}]}");
}

static void numbers_that_no_double_holds_stay_exact(void)
{
	/* 9 bytes of receive_max, which saturates; an unknown code */
	shows(STREAM, NULL,
	      hex("010e"
		  "08fffffffffffffffe"
		  "080020000000000001"
		  "0102"
		  "120e"
		  "0101"
		  "09010000000000000000"
		  "0101"
		  "0103"
		  "4d0178"),
	      "type: reject\n"
	      "sequence: 18446744073709551614\n"
	      "amount: 9007199254740993\n"
	      "frames:\n"
	      "  -\n"
	      "    type: StreamMaxMoney\n"
	      "    streamId: 1\n"
	      "    receiveMax: 18446744073709551615\n"
	      "    totalReceived: 1\n"
	      "  -\n"
	      "    type: ConnectionClose\n"
	      "    code: 77\n"
	      "    message: x\n",
	      "{\"type\":\"reject\",\"sequence\":\"18446744073709551614\","
	      "\"amount\":\"9007199254740993\",\"frames\":["
	      "{\"type\":\"StreamMaxMoney\",\"streamId\":\"1\","
	      "\"receiveMax\":\"18446744073709551615\","
	      "\"totalReceived\":\"1\"},"
	      "{\"type\":\"ConnectionClose\",\"code\":77,"
	      "\"message\":\"x\"}]}");
}

#define ENTRIES                                                                \
	"010403696c70000003666f6f000362617204626565700104626f6f70"             \
	"046a736f6e02027b7d"
#define ENTRIES_TEXT                                                           \
	"entries:\n"                                                           \
	"  -\n"                                                                \
	"    name: ilp\n"                                                      \
	"    contentType: 0\n"                                                 \
	"    data: (0 bytes)\n"                                                \
	"  -\n"                                                                \
	"    name: foo\n"                                                      \
	"    contentType: 0\n"                                                 \
	"    data: 626172 (3 bytes)\n"                                         \
	"  -\n"                                                                \
	"    name: beep\n"                                                     \
	"    contentType: 1\n"                                                 \
	"    text: boop\n"                                                     \
	"  -\n"                                                                \
	"    name: json\n"                                                     \
	"    contentType: 2\n"                                                 \
	"    text: {}\n"
#define ENTRIES_JSON                                                           \
	"\"entries\":[{\"name\":\"ilp\",\"contentType\":0,\"data\":\"\"},"     \
	"{\"name\":\"foo\",\"contentType\":0,\"data\":\"626172\"},"            \
	"{\"name\":\"beep\",\"contentType\":1,\"text\":\"boop\"},"             \
	"{\"name\":\"json\",\"contentType\":2,\"text\":\"{}\"}]}"

static void btp_packets_are_shown(void)
{
	shows(BTP, NULL, hex("010000000125" ENTRIES),
	      "type: response\nrequestId: 1\n" ENTRIES_TEXT,
	      "{\"type\":\"response\",\"requestId\":1," ENTRIES_JSON);
	shows(BTP, NULL, hex("06ffffffff25" ENTRIES),
	      "type: message\nrequestId: 4294967295\n" ENTRIES_TEXT,
	      "{\"type\":\"message\",\"requestId\":4294967295," ENTRIES_JSON);
	shows(BTP, NULL, hex("07000000012d0000000000000064" ENTRIES),
	      "type: transfer\nrequestId: 1\namount: 100\n" ENTRIES_TEXT,
	      "{\"type\":\"transfer\",\"requestId\":1,\"amount\":"
	      "\"100\"," ENTRIES_JSON);
	shows(BTP, NULL,
	      hex("02000001f52f54303010556e726561636861626c654572726f72133230"
		  "3138303833313032353332342e3839395a046f6f70730100"),
	      "type: error\n"
	      "requestId: 501\n"
	      "code: T00\n"
	      "name: UnreachableError\n"
	      "triggeredAt: 2018-08-31T02:53:24.899Z\n"
	      "text: oops\n"
	      "entries:\n",
	      "{\"type\":\"error\",\"requestId\":501,\"code\":\"T00\","
	      "\"name\":\"UnreachableError\","
	      "\"triggeredAt\":\"2018-08-31T02:53:24.899Z\","
	      "\"text\":\"oops\",\"entries\":[]}");
}

/* What is not said to be text is bytes. */
static void unknown_contents_are_bytes(void)
{
	shows(BTP, NULL, hex("060000010106010100fd0100"),
	      "type: message\nrequestId: 257\nentries:\n  -\n    name: \n"
	      "    contentType: 253\n    data: 00 (1 byte)\n",
	      "{\"type\":\"message\",\"requestId\":257,\"entries\":["
	      "{\"name\":\"\",\"contentType\":253,\"data\":\"00\"}]}");
}

static void the_ilp_packet_in_a_btp_packet_is_shown(void)
{
	shows(BTP, NULL,
	      hex("060000000110"
		  "0101"
		  "03696c70"
		  "00"
		  "08"
		  "0e06463030000000"),
	      "type: message\n"
	      "requestId: 1\n"
	      "entries:\n"
	      "  -\n"
	      "    name: ilp\n"
	      "    contentType: 0\n"
	      "    data: 0e06463030000000 (8 bytes)\n"
	      "    packet:\n"
	      "      type: reject\n"
	      "      code: F00\n"
	      "      name: Bad Request\n"
	      "      triggeredBy: \n"
	      "      message: \n"
	      "      data: (0 bytes)\n",
	      "{\"type\":\"message\",\"requestId\":1,\"entries\":["
	      "{\"name\":\"ilp\",\"contentType\":0,"
	      "\"data\":\"0e06463030000000\",\"packet\":{"
	      "\"type\":\"reject\",\"code\":\"F00\","
	      "\"name\":\"Bad Request\",\"triggeredBy\":\"\","
	      "\"message\":\"\",\"data\":\"\"}}]}");
}

/* Cut anywhere, it is only data; what follows is shown all the same. */
static void an_unreadable_ilp_entry_is_only_data(void)
{
	for (size_t len = 1; len < 8; len++) {
		static const char packet[] = "0e06463030000000";
		char btp[100], text[300], json[300];

		snprintf(btp, sizeof(btp),
			 "0600000001%02zx0102"
			 "03696c7000%02zx%.*s"
			 "017a0100",
			 12 + len, len, (int)(2 * len), packet);
		snprintf(text, sizeof(text),
			 "type: message\nrequestId: 1\nentries:\n  -\n"
			 "    name: ilp\n    contentType: 0\n"
			 "    data: %.*s (%zu byte%s)\n  -\n"
			 "    name: z\n    contentType: 1\n    text: \n",
			 (int)(2 * len), packet, len, len == 1 ? "" : "s");
		snprintf(json, sizeof(json),
			 "{\"type\":\"message\",\"requestId\":1,\"entries\":["
			 "{\"name\":\"ilp\",\"contentType\":0,\"data\":\"%.*s\""
			 "},{\"name\":\"z\",\"contentType\":1,\"text\":\"\"}]}",
			 (int)(2 * len), packet);
		shows(BTP, NULL, hex(btp), text, json);
	}
}

static void an_ildcp_answer_is_shown(void)
{
	shows(ILDCP, NULL, hex("0a746573742e616c6963650903585250"),
	      "address: test.alice\nassetScale: 9\nassetCode: XRP\n",
	      "{\"address\":\"test.alice\",\"assetScale\":9,"
	      "\"assetCode\":\"XRP\"}");
}

static void what_cannot_be_read_is_not_shown(void)
{
	static const struct {
		enum kind kind;
		const char *hex;
	} whole[] = {
		{ PACKET, PREPARE },
		{ PACKET, FULFILL },
		{ PACKET, REJECT },
		{ BTP, "07000000012d0000000000000064" ENTRIES },
		{ STREAM, "010c010901ff01010103"
			  "010178" },
		{ ILDCP, "0a746573742e616c6963650903585250" },
	};

	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++) {
		struct ilp_bytes in = hex(whole[i].hex);

		for (size_t len = 0; len < in.len; len++)
			refuses(whole[i].kind, (struct ilp_bytes){ in.at, len },
				ILP_OK);
	}
	refuses(PACKET, hex("0f00"), ILP_ERR_TYPE);
	refuses(PACKET, hex(""), ILP_ERR_SHORT);
	refuses(STREAM, hex("020c010901ff010100"), ILP_ERR_VERSION);
	refuses(STREAM, hex("010b010901ff010100"), ILP_ERR_TYPE);
	refuses(BTP, hex("0300000001020100"), ILP_OK);
	refuses(ILDCP, hex("04672e2e2e0903585250"), ILP_ERR_ADDRESS);
}

static void hostile_text_comes_out_harmless(void)
{
	static const char message[] = "\x1b[2J\x1b]0;owned\x07\r\n"
				      "type: fulfill\xc2\x9b"
				      "1A\xff\\\x7f\"";
	struct ilp_reject reject = { .code = "\x1b\n\x7f" };
	uint8_t packet[200];
	struct ilp_writer p = ilp_writer(packet, sizeof(packet));

	reject.message = ilp_text(message);
	CHECK_INT(ilp_reject_encode(&p, &reject), ILP_OK);
	form_is(PACKET, ILP_DESCRIBE_TEXT, NULL, ilp_written(&p),
		ilp_text("type: reject\n"
			 "code: \\x1b\\x0a\\x7f\n"
			 "triggeredBy: \n"
			 "message: \\x1b[2J\\x1b]0;owned\\x07\\x0d\\x0a"
			 "type: fulfill\\xc2\\x9b"
			 "1A\\xff\\x5c\\x7f\"\n"
			 "data: (0 bytes)\n"));
	form_is(PACKET, ILP_DESCRIBE_JSON, NULL, ilp_written(&p),
		ilp_text("{\"type\":\"reject\","
			 "\"code\":\"\\u001b\\n\x7f\","
			 "\"triggeredBy\":\"\","
			 "\"message\":\"\\u001b[2J\\u001b]0;owned\\u0007\\r\\n"
			 "type: fulfill\xc2\x9b"
			 "1A\xef\xbf\xbd\\\\\x7f\\\"\","
			 "\"data\":\"\"}"));
}

static struct ilp_json_node nodes[20000];

/* Lines of printable UTF-8. */
static void text_is_harmless(struct ilp_bytes text)
{
	CHECK(ilp_utf8_valid(text));
	CHECK(text.len && text.at[text.len - 1] == '\n');
	for (size_t i = 0; i + 1 < text.len; i++) {
		CHECK(text.at[i] == '\n' ||
		      (text.at[i] >= 0x20 && text.at[i] != 0x7f));
		CHECK(text.at[i] != 0xc2 || text.at[i + 1] >= 0xa0);
		/* no line without a name or a dash */
		CHECK(text.at[i] != '\n' || text.at[i + 1] != '\n');
	}
}

static void json_is_json(struct ilp_bytes json)
{
	CHECK_INT(ilp_json_read(nodes, sizeof(nodes) / sizeof(*nodes), json)
			  .problem,
		  ILP_JSON_OK);
	CHECK_INT(nodes[0].type, ILP_JSON_OBJECT);
	CHECK(memchr(json.at, '\n', json.len) == NULL);
	/* no name twice in one object */
	for (size_t i = 0; i < nodes[0].span; i++) {
		struct ilp_json_walk a = ilp_json_walk(&nodes[i]);

		if (nodes[i].type != ILP_JSON_OBJECT)
			continue;
		while (ilp_json_next(&a)) {
			struct ilp_json_walk b = a;

			while (ilp_json_next(&b))
				CHECK(!ilp_bytes_equal(a.key->text,
						       b.key->text));
		}
	}
}

/* Whether it can be shown; if so, in both forms and harmless. */
static bool survives(enum kind kind, struct ilp_stream_keys *keys,
		     struct ilp_bytes in)
{
	struct ilp_writer w = ilp_writer(out, sizeof(out));
	enum ilp_error error = describe(&w, kind, ILP_DESCRIBE_TEXT, keys, in);

	if (error)
		CHECK_INT(ilp_written(&w).len, 0);
	else
		text_is_harmless(ilp_written(&w));
	w = ilp_writer(out, sizeof(out));
	CHECK_INT(describe(&w, kind, ILP_DESCRIBE_JSON, keys, in), error);
	if (error)
		CHECK_INT(ilp_written(&w).len, 0);
	else
		json_is_json(ilp_written(&w));
	return error == ILP_OK;
}

static void mutate(struct random_source *r, uint8_t *bytes, size_t len)
{
	for (size_t n = 1 + random_below(r, 4); n > 0; n--) {
		size_t at = random_below(r, len);

		switch (random_below(r, 4)) {
		case 0:
			bytes[at] ^= (uint8_t)(1 << random_below(r, 8));
			break;
		case 1:
			bytes[at] = (uint8_t)random_u64(r);
			break;
		case 2:
			bytes[at]++;
			break;
		default:
			bytes[at] = (uint8_t) "\x1b\n\x9b\xc2\xff\\\"\x7f"
				[random_below(r, 8)];
		}
	}
}

static void every_changed_packet_comes_out_harmless(void)
{
	static const struct {
		enum kind kind;
		const char *hex;
	} seeds[] = {
		{ PACKET, PREPARE },
		{ PACKET, REJECT },
		{ PACKET, STREAM_PREPARE },
		{ PACKET, CONTROL },
		{ PACKET,
		  "0c820152" PEER
		  "11706565722e726f7574652e757064617465820104" UPDATE_DATA },
		{ PACKET, "0c59" PEER "06746573742e61"
			  "18" MAGIC "0006746573742e62" },
		{ BTP, "07000000012d0000000000000064" ENTRIES },
		{ BTP, "060000000110"
		       "0101"
		       "03696c70"
		       "00"
		       "08"
		       "0e06463030000000" },
		{ BTP, "02000001f52f54303010556e726561636861626c654572726f72"
		       "1332303138303833313032353332342e3839395a046f6f707301"
		       "00" },
		{ STREAM, "010c0109"
			  "01ff"
			  "0104"
			  "0105"
			  "0103627965"
			  "0705"
			  "0345555202"
			  "1004"
			  "01010900"
			  "1407"
			  "01010103026869" },
		{ ILDCP, "0a746573742e616c6963650903585250" },
	};
	struct random_source r = random_start();
	struct ilp_stream_keys *keys = keys_of(SHARED_SECRET);
	unsigned shown = 0;

	for (unsigned i = 0; i < 22000; i++) {
		size_t which = i % (sizeof(seeds) / sizeof(*seeds));
		struct ilp_bytes seed = hex(seeds[which].hex);
		uint8_t bytes[400];

		CHECK(seed.len <= sizeof(bytes));
		memcpy(bytes, seed.at, seed.len);
		mutate(&r, bytes, seed.len);
		shown += survives(seeds[which].kind, keys,
				  (struct ilp_bytes){ bytes, seed.len });
	}
	CHECK(shown > 4000);
	end(keys);
}

static void random_bytes_come_out_harmless(void)
{
	struct random_source r = random_start();

	for (unsigned i = 0; i < 20000; i++) {
		uint8_t bytes[64];
		struct ilp_bytes in =
			random_bytes(&r, bytes, random_below(&r, 65));

		if (in.len > 2 && i % 2) {
			static const uint8_t types[4][2] = {
				{ 14, 0 }, { 6, 0 }, { 1, 12 }, { 2, 'g' }
			};
			/* so that more than the first byte is looked at */
			memcpy(bytes, types[i / 2 % 4], 2);
			if (i / 2 % 4 == 0)
				bytes[1] = (uint8_t)(in.len - 2);
		}
		survives((enum kind)(i / 2 % 4), NULL, in);
	}
}

/* Sealed by whoever has the secret, which need not be a friend. */
static void hostile_stream_packets_come_out_harmless(void)
{
	static const uint8_t iv[ILP_SEAL_IV_LEN] = { 2 };
	struct random_source r = random_start();
	struct ilp_stream_keys *keys = keys_of(SHARED_SECRET);
	unsigned read = 0;

	for (unsigned i = 0; i < 6000; i++) {
		struct ilp_bytes seed = hex("010c010901ff0104"
					    "01050103627965"
					    "07050345555202"
					    "100401010900"
					    "140701010103026869"
					    "7702abcd");
		uint8_t plain[100], sealed[200], packet[400];
		struct ilp_writer s = ilp_writer(sealed, sizeof(sealed));
		struct ilp_writer p = ilp_writer(packet, sizeof(packet));
		struct ilp_fulfill fulfill = { 0 };

		memcpy(plain, seed.at, seed.len);
		mutate(&r, plain, seed.len);
		CHECK_INT(
			ilp_stream_seal(keys, &s, iv,
					(struct ilp_bytes){ plain, seed.len }),
			ILP_OK);
		fulfill.data = ilp_written(&s);
		CHECK_INT(ilp_fulfill_encode(&p, &fulfill), ILP_OK);
		CHECK(survives(PACKET, keys, ilp_written(&p)));
		/* the JSON of it is still there */
		read += ilp_json_get(nodes, "stream") != NULL;
	}
	CHECK(read > 1000);
	end(keys);
}

/* Where each byte of a packet gives the longest text: frames of an unknown
 * type, and items of a list, that have nothing inside. */
static void the_room_suffices(enum kind kind, struct ilp_stream_keys *keys,
			      struct ilp_bytes in)
{
	for (int form = ILP_DESCRIBE_TEXT; form <= ILP_DESCRIBE_JSON; form++) {
		struct ilp_writer w = ilp_writer(out, sizeof(out));

		CHECK(in.len <= 65536);
		CHECK_INT(describe(&w, kind, (enum ilp_describe_form)form, keys,
				   in),
			  ILP_OK);
	}
}

static struct ilp_bytes btp_around(uint8_t *buffer, struct ilp_bytes packet)
{
	static uint8_t filler[32000];
	static struct ilp_btp btp = { .type = ILP_BTP_MESSAGE };
	struct ilp_writer w = ilp_writer(buffer, 65536);

	btp.entries.count = 2;
	btp.entries.at[0] = (struct ilp_btp_entry){ ilp_text("ilp"),
						    ILP_BTP_OCTETS, packet };
	btp.entries.at[1] = (struct ilp_btp_entry){ ilp_text("z"), ILP_BTP_TEXT,
						    ILP_BYTES(filler) };
	CHECK_INT(ilp_btp_encode(&w, &btp), ILP_OK);
	return ilp_written(&w);
}

static void there_is_room_for_the_longest_lists(void)
{
	static uint8_t data[ILP_DATA_MAX], packet[40000], btp[65536];
	struct ilp_prepare prepare = {
		.destination = ilp_text("peer.route.update"),
		.data = ILP_BYTES(data),
	};
	struct ilp_ccp_update update = { .speaker = ilp_text("test.a") };
	struct ilp_writer d = ilp_writer(data, sizeof(data));
	struct ilp_writer p = ilp_writer(packet, sizeof(packet));

	memset(packet, 0, sizeof(packet));
	update.withdrawn = (struct ilp_list){ 32000, { packet, 32000 } };
	CHECK_INT(ilp_ccp_update_encode(&d, &update), ILP_OK);
	prepare.data = ilp_written(&d);
	CHECK_INT(ilp_prepare_encode(&p, &prepare), ILP_OK);
	the_room_suffices(PACKET, NULL, ilp_written(&p));
	the_room_suffices(BTP, NULL, btp_around(btp, ilp_written(&p)));
}

static void there_is_room_for_the_most_frames(void)
{
	static const uint8_t iv[ILP_SEAL_IV_LEN] = { 3 };
	static uint8_t plain[65536], data[ILP_DATA_MAX], packet[40000];
	static uint8_t btp[65536];
	struct ilp_stream_keys *keys = keys_of(SHARED_SECRET);
	size_t lens[] = { ILP_STREAM_PLAIN_MAX, sizeof(plain) };
	struct ilp_prepare prepare = { .destination = ilp_text("test.a") };
	struct ilp_writer d = ilp_writer(data, sizeof(data));
	struct ilp_writer p = ilp_writer(packet, sizeof(packet));

	for (int i = 0; i < 2; i++) {
		size_t count = (lens[i] - 9) / 2;
		struct ilp_writer w = ilp_writer(plain, lens[i]);

		ilp_write_fixed(&w, hex("010c01000100"));
		ilp_write_varuint(&w, count);
		while (count--)
			ilp_write_u16(&w, 0xff00);
		CHECK_INT(w.error, ILP_OK);
		if (i == 0)
			CHECK_INT(
				ilp_stream_seal(keys, &d, iv, ilp_written(&w)),
				ILP_OK);
	}
	prepare.data = ilp_written(&d);
	CHECK_INT(ilp_prepare_encode(&p, &prepare), ILP_OK);
	the_room_suffices(PACKET, keys, ilp_written(&p));
	the_room_suffices(BTP, keys, btp_around(btp, ilp_written(&p)));
	the_room_suffices(STREAM, NULL, ILP_BYTES(plain));
	end(keys);
}

static void a_failed_writer_stays_as_it_is(void)
{
	uint8_t buffer[4000];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	ilp_write_u8(&w, '<');
	ilp_writer_fail(&w, ILP_ERR_FORMAT);
	CHECK(ilp_describe_packet(&w, ILP_DESCRIBE_TEXT, NULL, hex(FULFILL)) !=
	      ILP_OK);
	CHECK_INT(w.error, ILP_ERR_FORMAT);
	CHECK_INT(ilp_written(&w).len, 0);
}

TESTS(TEST(a_prepare_is_shown), TEST(a_fulfill_is_shown),
      TEST(a_reject_is_shown), TEST(the_amounts_of_an_f08_are_shown),
      TEST(a_route_control_is_shown), TEST(a_route_update_is_shown),
      TEST(an_echo_is_shown), TEST(stream_data_is_shown_to_who_has_the_secret),
      TEST(without_the_secret_it_stays_unread),
      TEST(answers_carry_stream_packets_too), TEST(every_frame_is_shown),
      TEST(numbers_that_no_double_holds_stay_exact),
      TEST(btp_packets_are_shown), TEST(unknown_contents_are_bytes),
      TEST(the_ilp_packet_in_a_btp_packet_is_shown),
      TEST(an_unreadable_ilp_entry_is_only_data),
      TEST(an_ildcp_answer_is_shown), TEST(what_cannot_be_read_is_not_shown),
      TEST(hostile_text_comes_out_harmless),
      TEST(every_changed_packet_comes_out_harmless),
      TEST(random_bytes_come_out_harmless),
      TEST(hostile_stream_packets_come_out_harmless),
      TEST(there_is_room_for_the_longest_lists),
      TEST(there_is_room_for_the_most_frames),
      TEST(a_failed_writer_stays_as_it_is))
