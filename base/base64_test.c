/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 text has one spelling for the strict forms, and for the lenient one
 * exactly the freedom that the header grants. */
#include "base/base64.h"

#include "test/check.h"

/* RFC 4648, section 10, and each character that differs. */
static const struct {
	const char *bytes, *standard, *url;
} vectors[] = {
	{ "", "", "" },
	{ "66", "Zg==", "Zg" },
	{ "666f", "Zm8=", "Zm8" },
	{ "666f6f", "Zm9v", "Zm9v" },
	{ "666f6f62", "Zm9vYg==", "Zm9vYg" },
	{ "666f6f6261", "Zm9vYmE=", "Zm9vYmE" },
	{ "666f6f626172", "Zm9vYmFy", "Zm9vYmFy" },
	{ "fbefbeff", "++++/w==", "----_w" },
	{ "00", "AA==", "AA" },
	{ "00108310518720928b30d38f41149351559761969b71d79f",
	  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef",
	  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef" },
	{ "8218a39259a7a29aabb2dbafc31cb3d35db7e39ebbf3dfbf",
	  "ghijklmnopqrstuvwxyz0123456789+/",
	  "ghijklmnopqrstuvwxyz0123456789-_" },
};
#define VECTORS (sizeof(vectors) / sizeof(*vectors))

static bool reads(const char *text, enum ilp_base64 form, const char *expected)
{
	uint8_t buffer[64];
	struct ilp_bytes out;

	return ilp_base64_decode(&out, ilp_text(text), form, buffer,
				 sizeof(buffer)) &&
	       ilp_bytes_equal(out, hex(expected));
}

static bool refuses(const char *text, enum ilp_base64 form)
{
	uint8_t buffer[64];
	struct ilp_bytes out = { buffer, 7 };
	bool taken = ilp_base64_decode(&out, ilp_text(text), form, buffer,
				       sizeof(buffer));

	return !taken && out.at == buffer && out.len == 7;
}

static void writes(const char *bytes, enum ilp_base64 form,
		   const char *expected)
{
	uint8_t buffer[64];
	struct ilp_bytes in = hex(bytes), out;

	CHECK_INT(ilp_base64_encoded_len(in.len, form), strlen(expected));
	CHECK(ilp_base64_encode(&out, in, form, buffer, strlen(expected)));
	CHECK_TEXT(out, expected);
}

static void knows_the_vectors_of_the_rfc(void)
{
	for (size_t i = 0; i < VECTORS; i++) {
		writes(vectors[i].bytes, ILP_BASE64, vectors[i].standard);
		writes(vectors[i].bytes, ILP_BASE64_URL, vectors[i].url);
		CHECK(reads(vectors[i].standard, ILP_BASE64, vectors[i].bytes));
		CHECK(reads(vectors[i].url, ILP_BASE64_URL, vectors[i].bytes));
		CHECK(reads(vectors[i].standard, ILP_BASE64_ANY,
			    vectors[i].bytes));
		CHECK(reads(vectors[i].url, ILP_BASE64_ANY, vectors[i].bytes));
	}
}

static void strict_forms_want_their_own_alphabet(void)
{
	CHECK(refuses("-+++", ILP_BASE64));
	CHECK(refuses("_///", ILP_BASE64));
	CHECK(refuses("+---", ILP_BASE64_URL));
	CHECK(refuses("/___", ILP_BASE64_URL));
	CHECK(reads("-+/_", ILP_BASE64_ANY, "fbefff"));
}

static void every_other_character_is_refused(void)
{
	static const char known[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789";
	static const char *const signs[] = { "+/", "-_", "+/-_" };

	for (int form = ILP_BASE64; form <= ILP_BASE64_ANY; form++)
		for (unsigned c = 0; c < 256; c++) {
			uint8_t text[4] = { 'A', (uint8_t)c, 'A', 'A' };
			uint8_t buffer[3];
			struct ilp_bytes out;
			bool is_known = c && (strchr(known, (int)c) ||
					      strchr(signs[form], (int)c));

			CHECK(ilp_base64_decode(&out, ILP_BYTES(text),
						(enum ilp_base64)form, buffer,
						3) == is_known);
		}
}

static void padding_is_whole_or_absent(void)
{
	static const char *const wrong[] = {
		"=",     "==",       "===",      "====",  "Z",    "Z=",
		"Z==",   "Z===",     "Zg=",      "Zg===", "Zg=g", "Zm8==",
		"Zm9v=", "Zm9v====", "Zg==Zg==", "=Zg=",  "Zm9vZ"
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		CHECK(refuses(wrong[i], ILP_BASE64));
		CHECK(refuses(wrong[i], ILP_BASE64_URL));
		CHECK(refuses(wrong[i], ILP_BASE64_ANY));
	}
	CHECK(refuses("Zg", ILP_BASE64));
	CHECK(refuses("Zm8", ILP_BASE64));
	CHECK(refuses("Zg==", ILP_BASE64_URL));
	CHECK(refuses("Zm8=", ILP_BASE64_URL));
}

static void strict_forms_want_unused_bits_to_be_zero(void)
{
	CHECK(refuses("Zh==", ILP_BASE64));
	CHECK(refuses("Zn==", ILP_BASE64));
	CHECK(refuses("Zm9=", ILP_BASE64));
	CHECK(refuses("Zh", ILP_BASE64_URL));
	CHECK(refuses("Zm-", ILP_BASE64_URL));
	CHECK(reads("Zh==", ILP_BASE64_ANY, "66"));
	CHECK(reads("Zm9", ILP_BASE64_ANY, "666f"));
}

static void white_space_is_refused(void)
{
	static const char *const spaced[] = { " Zg==",  "Zg== ", "Zg==\n",
					      "Zm9v\n", "Zm 9",  "Zm\r\nZm" };

	for (size_t i = 0; i < sizeof(spaced) / sizeof(*spaced); i++) {
		CHECK(refuses(spaced[i], ILP_BASE64));
		CHECK(refuses(spaced[i], ILP_BASE64_URL));
		CHECK(refuses(spaced[i], ILP_BASE64_ANY));
	}
}

/* Every length up to 40 with exactly the room that the header promises, and
 * with one byte less. */
static void needs_the_room_it_says_and_no_more(void)
{
	static const uint8_t bytes[40] = { [3] = 0xff, [39] = 0x81 };
	uint8_t text[64], back[40];

	for (size_t len = 0; len <= sizeof(bytes); len++)
		for (int f = ILP_BASE64; f <= ILP_BASE64_URL; f++) {
			enum ilp_base64 form = (enum ilp_base64)f;
			size_t room = ilp_base64_encoded_len(len, form);
			struct ilp_bytes in = { bytes, len }, out;

			CHECK(!room || !ilp_base64_encode(&out, in, form, text,
							  room - 1));
			CHECK(ilp_base64_encode(&out, in, form, text, room));
			CHECK_INT(out.len, room);
			CHECK(ilp_base64_decoded_max(out.len) >= len);
			CHECK(!len || !ilp_base64_decode(&out, out, form, back,
							 len - 1));
			CHECK(ilp_base64_decode(&out, out, form, back, len));
			CHECK_BYTES(out, in);
		}
}

TESTS(TEST(knows_the_vectors_of_the_rfc),
      TEST(strict_forms_want_their_own_alphabet),
      TEST(every_other_character_is_refused), TEST(padding_is_whole_or_absent),
      TEST(strict_forms_want_unused_bits_to_be_zero),
      TEST(white_space_is_refused), TEST(needs_the_room_it_says_and_no_more))
