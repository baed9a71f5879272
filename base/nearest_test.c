/* SPDX-License-Identifier: Apache-2.0 */
/* A slip of the pen is understood, and another word is left alone. */
#include "base/nearest.h"
#include "test/check.h"

/* Which of these is nearest to the word? */
static struct ilp_bytes nearest_of(const char *word, const char *const *words)
{
	struct nearest n = nearest(ilp_text(word));

	for (; *words; words++)
		nearest_try(&n, ilp_text(*words));
	return n.best;
}

#define NEAREST(word, ...)                                                     \
	nearest_of(word, (const char *const[]){ __VA_ARGS__, NULL })

static void finds_a_word_with_one_slip(void)
{
	static const char *const slips[] = { "assetCode",  "asetCode",
					     "asssetCode", "assetCide",
					     "assteCode",  "ASSETCODE",
					     "ssetCode",   "assetCod" };

	for (size_t i = 0; i < sizeof(slips) / sizeof(*slips); i++)
		CHECK_TEXT(NEAREST(slips[i], "relation", "assetCode",
				   "assetScale"),
			   "assetCode");
}

static void finds_the_nearest_of_several(void)
{
	CHECK_TEXT(NEAREST("maxmum", "minimum", "maximum"), "maximum");
	CHECK_TEXT(NEAREST("minimun", "maximum", "minimum"), "minimum");
	CHECK_TEXT(NEAREST("prot", "host", "port"), "port");
	/* The first of two that are equally near. */
	CHECK_TEXT(NEAREST("rote", "rate", "route"), "rate");
}

/* Two steps are a third of six letters, and more than that of five. */
static void another_word_is_not_meant(void)
{
	CHECK_TEXT(NEAREST("plugin", "relation", "id", "owner"), "");
	CHECK_TEXT(NEAREST("port", "host"), "");
	CHECK_TEXT(NEAREST("", "host"), "");
	CHECK_TEXT(NEAREST("owxxr", "owner"), "");
	CHECK_TEXT(NEAREST("listxx", "listen"), "listen");
}

static void words_of_any_length_are_compared(void)
{
	uint8_t word[NEAREST_MAX + 1];
	struct nearest n;

	memset(word, 'a', sizeof(word));
	n = nearest((struct ilp_bytes){ word, NEAREST_MAX });
	nearest_try(&n, (struct ilp_bytes){ word, NEAREST_MAX + 1 });
	CHECK_INT(n.best.len, 0);
	nearest_try(&n, (struct ilp_bytes){ word, NEAREST_MAX });
	CHECK_INT(n.steps, 0);
	n = nearest(ILP_BYTES(word));
	nearest_try(&n, ILP_BYTES(word));
	nearest_try(&n, (struct ilp_bytes){ word, NEAREST_MAX });
	CHECK_INT(n.best.len, 0);
	n = nearest((struct ilp_bytes){ NULL, 0 });
	nearest_try(&n, (struct ilp_bytes){ NULL, 0 });
	CHECK_INT(n.steps, 0);
}

TESTS(TEST(finds_a_word_with_one_slip), TEST(finds_the_nearest_of_several),
      TEST(another_word_is_not_meant), TEST(words_of_any_length_are_compared))
