/* SPDX-License-Identifier: Apache-2.0 */
/* Every error has a phrase of its own, and asking for one never fails. */
#include "ilp/error.h"

#include <ctype.h>

#include "test/check.h"

static void each_error_has_its_own_lower_case_phrase(void)
{
	for (int e = ILP_OK; e < ILP_ERR_COUNT; e++) {
		const char *text = ilp_error_text((enum ilp_error)e);

		CHECK(text && strlen(text) > 1);
		CHECK(!isupper((unsigned char)text[0]) ||
		      isupper((unsigned char)text[1])); /* an acronym */
		CHECK(!strchr(text, '\n') && text[strlen(text) - 1] != '.');
		for (int other = ILP_OK; other < e; other++)
			CHECK(strcmp(text, ilp_error_text((
						   enum ilp_error)other)) != 0);
	}
}

static void what_is_no_error_has_a_phrase_as_well(void)
{
	CHECK(ilp_error_text(ILP_ERR_COUNT) != NULL);
	CHECK(ilp_error_text((enum ilp_error)1000) != NULL);
	CHECK(ilp_error_text((enum ilp_error) - 1) != NULL);
	CHECK(ilp_error_text((enum ilp_error)INT32_MAX) != NULL);
	CHECK(ilp_error_text((enum ilp_error)INT32_MIN) != NULL);
}

TESTS(TEST(each_error_has_its_own_lower_case_phrase),
      TEST(what_is_no_error_has_a_phrase_as_well))
