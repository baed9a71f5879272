/* SPDX-License-Identifier: Apache-2.0 */
/* The longest rule decides; without one, what is not forbidden, or if there is
 * anything allowed, nothing else. */
#include "route/filter.h"

#include "test/check.h"

#define RULE(text, allowed)                                                    \
	{                                                                      \
		.prefix = { (const uint8_t *)(text), sizeof(text) - 1 },       \
		.allow = allowed                                               \
	}

/* Do these rules let it pass? */
static bool allows(const struct filter_rule *rules, size_t count,
		   const char *prefix)
{
	struct filter *f = filter_create(rules, count);
	bool allowed;

	CHECK(f);
	allowed = filter_allows(f, ilp_text(prefix));
	filter_destroy(f);
	return allowed;
}

static void without_rules_everything_passes(void)
{
	CHECK(filter_allows(NULL, ilp_text("g.a")));
	CHECK(allows(NULL, 0, "g.a"));
}

static void what_is_forbidden_does_not_pass(void)
{
	const struct filter_rule rules[] = { RULE("g.us", false) };

	CHECK(!allows(rules, 1, "g.us"));
	CHECK(!allows(rules, 1, "g.us.bank"));
	CHECK(allows(rules, 1, "g.usa"));
	CHECK(allows(rules, 1, "g"));
}

static void where_something_is_allowed_nothing_else_is(void)
{
	const struct filter_rule rules[] = { RULE("g.us", true) };

	CHECK(allows(rules, 1, "g.us"));
	CHECK(allows(rules, 1, "g.us.bank"));
	CHECK(!allows(rules, 1, "g.usa"));
	CHECK(!allows(rules, 1, "g"));
}

static void the_longest_rule_decides(void)
{
	const struct filter_rule rules[] = { RULE("g.us.bank", true),
					     RULE("g.us", false),
					     RULE("g.us.bank.bad", false),
					     RULE("", true) };

	CHECK(allows(rules, 4, "g.eu"));
	CHECK(!allows(rules, 4, "g.us.other"));
	CHECK(allows(rules, 4, "g.us.bank"));
	CHECK(allows(rules, 4, "g.us.bank.good"));
	CHECK(!allows(rules, 4, "g.us.bank.bad.branch"));
}

static void of_two_for_one_prefix_the_later_counts(void)
{
	const struct filter_rule rules[] = { RULE("g.us", true),
					     RULE("g.us", false) };

	CHECK(!allows(rules, 2, "g.us.bank"));
}

TESTS(TEST(without_rules_everything_passes),
      TEST(what_is_forbidden_does_not_pass),
      TEST(where_something_is_allowed_nothing_else_is),
      TEST(the_longest_rule_decides),
      TEST(of_two_for_one_prefix_the_later_counts))
