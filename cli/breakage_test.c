/* SPDX-License-Identifier: Apache-2.0 */
/* The place is that of the field that is wrong, and the reason is always the
 * decoder's. */
#include "cli/breakage_claims.h"

#include "test/check.h"
#include "test/random.h"

#define TIME "3230323630313032303330343035303637" /* 20260102030405067 */
#define HASH "0011223344556677889900112233445566778899001122334455667788990a0b"
/* 107 units to test.b, data "hi" */
#define PREPARE "0c43000000000000006b" TIME HASH "06746573742e62026869"
#define FULFILL "0d23" HASH "026869"
/* F02, by test.b, "no", without data */
#define REJECT "0e0e46303206746573742e62026e6f00"
#define ENTRY "03696c7000026869"
#define MESSAGE "06000000070a0101" ENTRY
#define TRANSFER "070000000712000000000000006b0101" ENTRY
#define ERROR                                                                  \
	"020000000726463030074e6f4e616d6573"                                   \
	"0f32303236303130323033303430355a000101" ENTRY
/* a StreamMoney and a ConnectionClose */
#define STREAM                                                                 \
	"010c010901ff0102110401010105"                                         \
	"0103010100"
#define ILDCP "06746573742e620603555344"

static const struct sample {
	enum kind kind;
	const char *hex;
} samples[] = {
	{ KIND_PACKET, PREPARE }, { KIND_PACKET, FULFILL },
	{ KIND_PACKET, REJECT },  { KIND_BTP, MESSAGE },
	{ KIND_BTP, TRANSFER },   { KIND_BTP, ERROR },
	{ KIND_STREAM, STREAM },  { KIND_ILDCP, ILDCP },
};

#define SAMPLES (sizeof(samples) / sizeof(*samples))

static void breaks(enum kind kind, const char *text, enum ilp_error error,
		   size_t at, const char *field)
{
	struct breakage b = breakage_find(kind, hex(text));

	CHECK_INT(b.error, error);
	CHECK_INT(b.at, at);
	CHECK_TEXT(ilp_text(b.field), field);
}

static void what_is_good_has_no_place(void)
{
	for (size_t i = 0; i < SAMPLES; i++) {
		CHECK_INT(decode_as(samples[i].kind, hex(samples[i].hex)),
			  ILP_OK);
		breaks(samples[i].kind, samples[i].hex, ILP_OK,
		       breakage_find(samples[i].kind, hex(samples[i].hex)).at,
		       "");
	}
}

static void fields_of_a_packet_are_named(void)
{
	breaks(KIND_PACKET, "0f00", ILP_ERR_TYPE, 0, "type");
	breaks(KIND_PACKET, "", ILP_ERR_SHORT, 0, "type");
	breaks(KIND_PACKET, "0d80", ILP_ERR_LENGTH, 1, "length");
	/* a month 13; an address with a space; too little behind it */
	breaks(KIND_PACKET,
	       "0c43000000000000006b3230323631333032303330343035303637" HASH
	       "06746573742e62026869",
	       ILP_ERR_TIMESTAMP, 10, "expiresAt");
	breaks(KIND_PACKET,
	       "0c43000000000000006b" TIME HASH "06746573742e20026869",
	       ILP_ERR_ADDRESS, 59, "destination");
	breaks(KIND_PACKET, "0d23" HASH "036869", ILP_ERR_SHORT, 34, "data");
	breaks(KIND_PACKET, "0e0e46ff3206746573742e62026e6f00", ILP_ERR_TEXT, 2,
	       "code");
	breaks(KIND_PACKET, "0e0e463032067465732e2e62026e6f00", ILP_ERR_ADDRESS,
	       5, "triggeredBy");
}

/* It ends at its last byte, within a field. */
static void what_is_cut_ends_somewhere(void)
{
	breaks(KIND_PACKET, "0c43000000000000006b3230", ILP_ERR_SHORT, 12,
	       "expiresAt");
	breaks(KIND_PACKET, "0d23" HASH "02", ILP_ERR_SHORT, 35, "data");
	breaks(KIND_PACKET, "0d24" HASH "026869", ILP_ERR_SHORT, 37,
	       "contents");
	breaks(KIND_PACKET, "0d", ILP_ERR_SHORT, 1, "length");
}

static void fields_of_btp_are_named(void)
{
	breaks(KIND_BTP, "0500000007020100", ILP_ERR_TYPE, 0, "type");
	breaks(KIND_BTP, "0600000007020100ff", ILP_ERR_TRAILING, 8, "end");
	breaks(KIND_BTP, "060000000703010000", ILP_ERR_TRAILING, 8, "end");
	breaks(KIND_BTP,
	       "06000000070a0101"
	       "03696c7000036869",
	       ILP_ERR_SHORT, 13, "data of an entry");
	breaks(KIND_BTP, "0600000007120102" ENTRY ENTRY, ILP_ERR_DUPLICATE, 16,
	       "name of an entry");
	breaks(KIND_BTP, "06000000070201ff", ILP_ERR_TOO_MANY, 6,
	       "number of entries");
	breaks(KIND_BTP, "060000000700", ILP_ERR_SHORT, 6, "number of entries");
}

static void fields_of_the_others_are_named(void)
{
	breaks(KIND_STREAM, "020c01090100", ILP_ERR_VERSION, 0, "version");
	breaks(KIND_STREAM, "010b01090100", ILP_ERR_TYPE, 1, "type");
	breaks(KIND_STREAM, "010c010901ff0101110401010205", ILP_ERR_SHORT, 8,
	       "frame");
	breaks(KIND_ILDCP,
	       "06746573742e62060455534400"
	       "",
	       ILP_OK, 8, "");
	breaks(KIND_ILDCP, "06746573742e620603ff5344", ILP_ERR_TEXT, 8,
	       "assetCode");
}

static void agrees(enum kind kind, struct ilp_bytes bytes)
{
	struct breakage b = breakage_find(kind, bytes);

	CHECK_INT(b.error, decode_as(kind, bytes));
	CHECK(b.at <= bytes.len);
}

static void the_reason_is_the_decoders(void)
{
	struct random_source r = random_start();

	for (unsigned i = 0; i < 80000; i++) {
		const struct sample *sample = &samples[i % SAMPLES];
		struct ilp_bytes whole = hex(sample->hex);
		uint8_t bytes[200];
		size_t len = whole.len;

		memcpy(bytes, whole.at, len);
		for (uint64_t j = random_below(&r, 3); j; j--)
			bytes[random_below(&r, len)] =
				(uint8_t)random_below(&r, 256);
		if (random_below(&r, 2))
			len = random_below(&r, len + 1);
		agrees(sample->kind, (struct ilp_bytes){ bytes, len });
	}
}

TESTS(TEST(what_is_good_has_no_place), TEST(fields_of_a_packet_are_named),
      TEST(what_is_cut_ends_somewhere), TEST(fields_of_btp_are_named),
      TEST(fields_of_the_others_are_named), TEST(the_reason_is_the_decoders))
