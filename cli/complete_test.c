/* SPDX-License-Identifier: Apache-2.0 */
/* What is offered is what fits where the word stands, and nothing else. */
#include "cli/complete.h"

#include "cli/test_commands.h"
#include "test/check.h"

#define FILE_NAME "(file)"

/* Of words that are separated by '|', the last one is begun. */
static void offers(const char *text, const char *expected)
{
	static char copy[256];
	char *words[16];
	char *rest = copy;
	size_t count = 0;
	struct complete c;

	snprintf(copy, sizeof(copy), "%s", text);
	while (rest) {
		char *end = strchr(rest, '|');

		words[count++] = rest;
		if (end)
			*end++ = '\0';
		rest = end;
	}
	c = complete(test_commands, words, count);
	CHECK(!c.failed);
	if (c.file)
		CHECK_TEXT(ilp_text(FILE_NAME), expected);
	else
		CHECK_TEXT(buffer_bytes(&c.out), expected);
	buffer_drop(&c.out);
}

static void names_of_commands_come_first(void)
{
	offers("", "show\tShows things\nshell\tTells of a shell\n"
		   "peers\tLists peers\nroute\t\nhow\tTells how\n");
	offers("sh", "show\tShows things\nshell\tTells of a shell\n");
	offers("--json|ho", "how\tTells how\n");
	offers("sec", "");
	offers("show x", "");
}

static void second_words_follow_the_first(void)
{
	offers("route|", "add\tAdds a route\n");
	offers("route|b", "");
	offers("peers|ad", "");
	offers("nonsense|", "");
}

static void options_are_those_of_the_command(void)
{
	offers("show|--o", "--output\tWhere it goes\n");
	offers("peers|--o", "");
	offers("show|x|--q", "--quiet\tSays \"nothing\"\n");
	offers("show|--js", "--json\tWrites JSON, for programs: one value a "
			    "line\n");
	offers("--vers", "--version\tTells the version, and does nothing "
			 "else\n");
	offers("--quiet", "");
}

static void options_of_a_node_are_offered_to_who_talks_to_one(void)
{
	offers("show|--so", "");
	offers("peers|--so", "--socket\tThe Unix socket of the node's admin "
			     "API\n");
}

static void values_are_offered_in_every_form(void)
{
	offers("show|--kind|", "plain\t\ngilded\t\n");
	offers("show|--kind|g", "gilded\t\n");
	offers("show|--kind=g", "--kind=gilded\t\n");
	offers("--color=a", "--color=auto\t\n--color=always\t\n");
	offers("show|--nonsense=", "");
	offers("show|--quiet=", "");
	/* as bash has it */
	offers("show|--kind|=", "plain\t\ngilded\t\n");
	offers("show|--kind|=|g", "gilded\t\n");
}

static void a_file_goes_where_one_is_named(void)
{
	offers("show|--output|", FILE_NAME);
	offers("show|--output=x", FILE_NAME);
	offers("show|-o|x", FILE_NAME);
	offers("show|-qo|x", FILE_NAME);
	offers("show|-o|x|--q", "--quiet\tSays \"nothing\"\n");
	offers("peers|--socket|", FILE_NAME);
}

static void operands_are_offered_where_there_are_few(void)
{
	offers("shell|", "bash\t\nfish\t\nzsh\t\n");
	offers("shell|--json|f", "fish\t\n");
	offers("how|ro", "route\t\n");
	offers("show|", "");
}

static void behind_two_dashes_there_are_no_options(void)
{
	offers("show|--|--q", "");
	offers("shell|--|z", "zsh\t\n");
}

TESTS(TEST(names_of_commands_come_first), TEST(second_words_follow_the_first),
      TEST(options_are_those_of_the_command),
      TEST(options_of_a_node_are_offered_to_who_talks_to_one),
      TEST(values_are_offered_in_every_form),
      TEST(a_file_goes_where_one_is_named),
      TEST(operands_are_offered_where_there_are_few),
      TEST(behind_two_dashes_there_are_no_options))
