/* SPDX-License-Identifier: Apache-2.0 */
/* A token is found in every spelling of the header that peers send, and none
 * in what says that it is something else. */
#include "ilp/auth.h"

#include "test/check.h"

static struct ilp_bytes bearer(const char *value)
{
	return ilp_bearer_token(ilp_text(value));
}

static void a_bearer_token_is_behind_its_scheme_or_alone(void)
{
	CHECK_TEXT(bearer("Bearer abc.def"), "abc.def");
	CHECK_TEXT(bearer("bearer abc.def"), "abc.def");
	CHECK_TEXT(bearer("BEARER abc.def"), "abc.def");
	CHECK_TEXT(bearer("Bearer   abc.def \t"), "abc.def");
	CHECK_TEXT(bearer(" Bearer abc.def"), "abc.def");
	CHECK_TEXT(bearer("abc.def"), "abc.def");
	CHECK_TEXT(bearer(" abc.def "), "abc.def");
	CHECK_TEXT(bearer("Bearerabc"), "Bearerabc");
	CHECK_TEXT(bearer("a~b+c/d=="), "a~b+c/d==");
}

static void other_schemes_bear_none(void)
{
	CHECK_INT(bearer("").len, 0);
	CHECK_INT(bearer(" ").len, 0);
	CHECK_INT(bearer("Bearer").len, 0);
	CHECK_INT(bearer("Bearer ").len, 0);
	CHECK_INT(bearer("Basic YWxpY2U6c2VjcmV0").len, 0);
	CHECK_INT(bearer("Digest username=\"a\"").len, 0);
	CHECK_INT(bearer("Bearers abc").len, 0);
	CHECK_INT(bearer("Bear abc").len, 0);
	CHECK_INT(ilp_bearer_token((struct ilp_bytes){ NULL, 0 }).len, 0);
}

static void no_cut_header_is_read_too_far(void)
{
	struct ilp_bytes whole = ilp_text("Bearer \tabc def\t ");

	for (size_t len = 0; len <= whole.len; len++) {
		struct ilp_bytes copy =
			exact_copy((struct ilp_bytes){ whole.at, len });
		struct ilp_bytes token = ilp_bearer_token(copy);

		CHECK(token.len <= len);
		if (token.len)
			CHECK(token.at >= copy.at &&
			      token.at + token.len <= copy.at + copy.len);
		exact_free(copy);
	}
}

TESTS(TEST(a_bearer_token_is_behind_its_scheme_or_alone),
      TEST(other_schemes_bear_none), TEST(no_cut_header_is_read_too_far))
