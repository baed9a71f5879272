/* SPDX-License-Identifier: Apache-2.0 */
/* Every refusal is a Reject that others can read, with the code and the text
 * that peers match on, whatever its details are. */
#include "node/refusal.h"

#include "test/check.h"

static const struct refusal_details none = { .count = 0 };

/* Decodes what is written for a refusal from g.us. */
static struct ilp_reject reject(uint8_t *room, enum refusal refusal,
				const struct refusal_details *details)
{
	struct ilp_bytes packet =
		refusal_packet(room, refusal, ilp_text("g.us"), details);
	struct ilp_reject out;
	size_t len;

	CHECK(packet.at == room);
	CHECK(packet.len <= REFUSAL_PACKET_MAX);
	CHECK(ilp_packet_len(&len, packet) == ILP_OK);
	CHECK_INT(len, packet.len);
	CHECK(ilp_reject_decode(&out, packet) == ILP_OK);
	CHECK_TEXT(out.triggered_by, "g.us");
	return out;
}

static void every_refusal_has_a_code_and_a_text(void)
{
	for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++) {
		enum refusal refusal = (enum refusal)i;
		const char *text = refusal_text(refusal);

		CHECK(refusal_code(refusal) < ILP_CODE_COUNT);
		CHECK(text != NULL && strlen(text) > 0);
		/* A code that nobody wrote down would be the first. */
		CHECK(refusal_code(refusal) != ILP_F00_BAD_REQUEST);
		for (const char *c = text; *c; c++)
			CHECK(*c >= ' ' && *c <= '~');
	}
}

static void every_refusal_is_a_reject_with_its_code_and_text(void)
{
	for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++) {
		enum refusal refusal = (enum refusal)i;
		uint8_t room[REFUSAL_PACKET_MAX];
		struct ilp_reject out = reject(room, refusal, &none);

		CHECK_TEXT(ilp_text(out.code),
			   ilp_code_row(refusal_code(refusal))->code);
		CHECK_TEXT(out.message, refusal_text(refusal));
	}
}

/* Other programs look for these, letter for letter. */
static void says_what_ilp_connector_says(void)
{
	static const struct {
		enum refusal refusal;
		const char *code;
		const char *text;
	} rows[] = {
		{ REFUSAL_RATE, "T05", "too many requests, throttling." },
		{ REFUSAL_PACKET_TOO_LARGE, "F08", "packet size too large." },
		{ REFUSAL_THROUGHPUT, "T04",
		  "exceeded money bandwidth, throttling." },
		{ REFUSAL_MAXIMUM, "T04", "exceeded maximum balance." },
		{ REFUSAL_TIMED_OUT, "R00", "packet expired." },
		{ REFUSAL_WRONG_FULFILLMENT, "F05",
		  "fulfillment did not match expected value." },
		{ REFUSAL_NO_ROUTE, "F02", "no route found." },
		{ REFUSAL_REFLECTION, "F02",
		  "refusing to route payments back to sender." },
		{ REFUSAL_NO_CONNECTION, "T01", "no connection to account." },
		{ REFUSAL_EXPIRED, "R02",
		  "source transfer has already expired." },
		{ REFUSAL_EXPIRES_TOO_SOON, "R02",
		  "source transfer expires too soon to complete payment." },
		{ REFUSAL_PEER_CONDITION, "F01",
		  "condition must be peer protocol condition." },
		{ REFUSAL_PEER_PROTOCOL, "F01", "unknown peer protocol." },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint8_t room[REFUSAL_PACKET_MAX];
		struct ilp_reject out = reject(room, rows[i].refusal, &none);

		CHECK_TEXT(ilp_text(out.code), rows[i].code);
		CHECK_TEXT(out.message, rows[i].text);
	}
}

static void details_follow_the_text_in_their_order(void)
{
	struct refusal_details details = { .count = 0 };
	uint8_t room[REFUSAL_PACKET_MAX];
	struct ilp_reject out;

	refusal_add_text(&details, "source", ilp_text("alice"));
	refusal_add_text(&details, "destination", ilp_text("g.bob.x"));
	out = reject(room, REFUSAL_NO_ROUTE, &details);
	CHECK_TEXT(out.message,
		   "no route found. source=alice destination=g.bob.x");
	CHECK_INT(out.data.len, 0);
}

static void moments_are_written_for_people(void)
{
	struct refusal_details details = { .count = 0 };
	uint8_t room[REFUSAL_PACKET_MAX];
	struct ilp_reject out;

	refusal_add_moment(&details, "sourceExpiry", 1514132072279);
	refusal_add_moment(&details, "currentTime", 0);
	out = reject(room, REFUSAL_EXPIRED, &details);
	CHECK_TEXT(out.message, "source transfer has already expired."
				" sourceExpiry=2017-12-24T16:14:32.279Z"
				" currentTime=1970-01-01T00:00:00.000Z");
}

/* Senders find the packet size that passes by these 16 bytes. */
static void what_is_too_large_says_how_much_is_not(void)
{
	static const enum refusal both[] = { REFUSAL_PACKET_TOO_LARGE,
					     REFUSAL_EXCHANGE_TOO_LARGE };

	for (size_t i = 0; i < 2; i++) {
		struct refusal_details details = {
			.too_large = { ILP_AMOUNT_MAX, ilp_amount(1000) },
		};
		struct ilp_amount_too_large data;
		uint8_t room[REFUSAL_PACKET_MAX];
		struct ilp_reject out;

		refusal_add_amount(&details, "maxAmount", ilp_amount(1000));
		refusal_add_amount(&details, "actualAmount", ILP_AMOUNT_MAX);
		out = reject(room, both[i], &details);
		CHECK_TEXT(ilp_text(out.code), "F08");
		CHECK_TEXT(out.message, "packet size too large. maxAmount=1000 "
					"actualAmount=18446744073709551615");
		CHECK_INT(out.data.len, 16);
		CHECK(ilp_amount_too_large_decode(&data, out.data) == ILP_OK);
		CHECK_INT(data.received.units, UINT64_MAX);
		CHECK_INT(data.maximum.units, 1000);
	}
}

static void only_what_is_too_large_has_data(void)
{
	for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++) {
		enum refusal refusal = (enum refusal)i;
		uint8_t room[REFUSAL_PACKET_MAX];
		struct ilp_reject out = reject(room, refusal, &none);

		CHECK_INT(out.data.len,
			  refusal == REFUSAL_PACKET_TOO_LARGE ||
					  refusal ==
						  REFUSAL_EXCHANGE_TOO_LARGE ?
				  16 :
				  0);
	}
}

/* The message with details whose texts have this length. */
static size_t message_len(enum refusal refusal, size_t text_len)
{
	static uint8_t text[2 * REFUSAL_TEXT_MAX];
	const struct ilp_bytes long_text = { memset(text, 'x', sizeof(text)),
					     text_len };
	struct refusal_details details = { .count = 0 };
	uint8_t room[REFUSAL_PACKET_MAX];

	for (int i = 0; i < REFUSAL_DETAILS_MAX; i++)
		refusal_add_text(&details, "requiredSourceExpiry", long_text);
	return reject(room, refusal, &details).message.len;
}

static void the_longest_details_fit_and_longer_ones_are_cut(void)
{
	for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++) {
		enum refusal refusal = (enum refusal)i;
		size_t fixed =
			strlen(refusal_text(refusal)) +
			REFUSAL_DETAILS_MAX * strlen(" requiredSourceExpiry=");

		CHECK_INT(message_len(refusal, 0), fixed);
		CHECK_INT(message_len(refusal, REFUSAL_TEXT_MAX),
			  fixed + REFUSAL_DETAILS_MAX * REFUSAL_TEXT_MAX);
		CHECK_INT(message_len(refusal, REFUSAL_TEXT_MAX + 1),
			  fixed + REFUSAL_DETAILS_MAX * REFUSAL_TEXT_MAX);
		CHECK_INT(message_len(refusal, (size_t)2 * REFUSAL_TEXT_MAX),
			  fixed + REFUSAL_DETAILS_MAX * REFUSAL_TEXT_MAX);
	}
}

static void the_longest_packet_fits_its_room(void)
{
	static uint8_t text[REFUSAL_TEXT_MAX];
	static char address[ILP_ADDRESS_MAX + 1] = "g.";
	struct refusal_details details = { .count = 0 };
	uint8_t *room = malloc(REFUSAL_PACKET_MAX);
	struct ilp_reject out;

	CHECK(room != NULL);
	memset(address + 2, 'a', ILP_ADDRESS_MAX - 2);
	memset(text, 0xff, sizeof(text));
	for (int i = 0; i < REFUSAL_DETAILS_MAX; i++)
		refusal_add_text(&details, "requiredSourceExpiry",
				 ILP_BYTES(text));
	CHECK(ilp_reject_decode(&out,
				refusal_packet(room, REFUSAL_PACKET_TOO_LARGE,
					       ilp_text(address), &details)) ==
	      ILP_OK);
	CHECK_TEXT(out.triggered_by, address);
	CHECK_INT(out.data.len, 16);
	free(room);
}

/* Whoever counts refusals by their words must not mix two up. */
static void every_refusal_has_a_word_of_its_own(void)
{
	for (enum refusal refusal = 0; refusal < REFUSAL_COUNT; refusal++) {
		const char *word = refusal_word(refusal);

		CHECK(word && word[0]);
		CHECK_INT(strspn(word, "abcdefghijklmnopqrstuvwxyz_"),
			  strlen(word));
		for (enum refusal other = 0; other < refusal; other++)
			CHECK(strcmp(word, refusal_word(other)) != 0);
	}
}

TESTS(TEST(every_refusal_has_a_code_and_a_text),
      TEST(every_refusal_has_a_word_of_its_own),
      TEST(every_refusal_is_a_reject_with_its_code_and_text),
      TEST(says_what_ilp_connector_says),
      TEST(details_follow_the_text_in_their_order),
      TEST(moments_are_written_for_people),
      TEST(what_is_too_large_says_how_much_is_not),
      TEST(only_what_is_too_large_has_data),
      TEST(the_longest_details_fit_and_longer_ones_are_cut),
      TEST(the_longest_packet_fits_its_room))
