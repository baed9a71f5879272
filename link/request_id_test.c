/* SPDX-License-Identifier: Apache-2.0 */
/* A Request-Id is a UUID of version 4 that tells which Prepare a reply is for,
 * and is good for no other, nor for another run. */
#include "link/request_id.h"

#include "test/check.h"

static const uint8_t condition[32] = { 1, 2, 3 };

struct room {
	struct ilp_crypto *crypto;
	struct request_ids ids;
	uint8_t text[REQUEST_ID_LEN];
};

static void begin(struct room *r)
{
	const uint8_t seed[32] = { 7 };

	r->crypto = ilp_crypto_create();
	request_ids_init(&r->ids, r->crypto, seed);
}

static void end(struct room *r)
{
	ilp_crypto_destroy(r->crypto);
}

static struct ilp_bytes make(struct room *r, uint32_t request)
{
	request_id_make(&r->ids, r->text, request, condition);
	return (struct ilp_bytes){ r->text, REQUEST_ID_LEN };
}

static void an_id_has_its_number_in_it(void)
{
	static const uint32_t numbers[] = { 0, 1, 0x12345678, UINT32_MAX };
	struct room r;

	begin(&r);
	for (size_t i = 0; i < 4; i++) {
		struct ilp_bytes id = make(&r, numbers[i]);

		CHECK(request_id_valid(id));
		CHECK_INT(request_id_number(id), numbers[i]);
		CHECK(request_id_is_for(&r.ids, id, condition));
	}
	end(&r);
}

static void an_id_is_a_uuid_of_version_4(void)
{
	struct room r;

	begin(&r);
	for (uint32_t i = 0; i < 1000; i++) {
		make(&r, i);
		CHECK_INT(r.text[14], '4');
		CHECK(memchr("89ab", r.text[19], 4));
	}
	end(&r);
}

/* Numbers come again, and ids do not. */
static void no_two_ids_are_the_same(void)
{
	enum { COUNT = 200 };
	uint8_t all[COUNT][REQUEST_ID_LEN];
	struct room r;

	begin(&r);
	for (size_t i = 0; i < COUNT; i++) {
		make(&r, 5);
		memcpy(all[i], r.text, REQUEST_ID_LEN);
		for (size_t j = 0; j < i; j++)
			CHECK(memcmp(all[i], all[j], REQUEST_ID_LEN) != 0);
	}
	end(&r);
}

static void an_id_is_good_for_no_other_prepare(void)
{
	uint8_t other[32] = { 1, 2, 4 };
	struct ilp_bytes id;
	struct room r;

	begin(&r);
	id = make(&r, 5);
	CHECK(!request_id_is_for(&r.ids, id, other));
	/* Whatever digit is another one. */
	for (size_t i = 0; i < REQUEST_ID_LEN; i++) {
		uint8_t was = r.text[i];

		if (was == '-')
			continue;
		r.text[i] = was == '0' ? '1' : '0';
		CHECK(request_id_valid(id));
		CHECK(!request_id_is_for(&r.ids, id, condition));
		r.text[i] = was;
	}
	CHECK(request_id_is_for(&r.ids, id, condition));
	end(&r);
}

static void an_id_is_good_for_no_other_run(void)
{
	const uint8_t seed[32] = { 8 };
	struct request_ids others;
	struct ilp_bytes id;
	struct room r;

	begin(&r);
	id = make(&r, 5);
	request_ids_init(&others, r.crypto, seed);
	CHECK(!request_id_is_for(&others, id, condition));
	end(&r);
}

/* Some write digits large. */
static void capitals_make_no_difference(void)
{
	struct ilp_bytes id;
	struct room r;

	begin(&r);
	id = make(&r, 0xabcdef01);
	for (size_t i = 0; i < REQUEST_ID_LEN; i++)
		if (r.text[i] >= 'a')
			r.text[i] -= 'a' - 'A';
	CHECK(request_id_valid(id));
	CHECK_INT(request_id_number(id), 0xabcdef01);
	CHECK(request_id_is_for(&r.ids, id, condition));
	end(&r);
}

static void what_is_no_uuid_is_not_valid(void)
{
	static const char *const rows[] = {
		"",
		"12345678",
		"00112233-4455-4677-8899-aabbccddeef",
		"00112233-4455-4677-8899-aabbccddeeff0",
		"00112233-4455-4677-8899-aabbccddeefg",
		"0011223-34455-4677-8899-aabbccddeeff",
		"00112233445546778899aabbccddeeff0000",
		"{0112233-4455-4677-8899-aabbccddeef}",
		"00112233-4455-4677-8899-aabbccddeef\n",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (request_id_valid(ilp_text(rows[i])))
			fail_msg("row %zu", i);
	CHECK(request_id_valid(
		ilp_text("00112233-4455-4677-8899-aabbccddeeff")));
}

TESTS(TEST(an_id_has_its_number_in_it), TEST(an_id_is_a_uuid_of_version_4),
      TEST(no_two_ids_are_the_same), TEST(an_id_is_good_for_no_other_prepare),
      TEST(an_id_is_good_for_no_other_run), TEST(capitals_make_no_difference),
      TEST(what_is_no_uuid_is_not_valid))
