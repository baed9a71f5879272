/* SPDX-License-Identifier: Apache-2.0 */
/* Words are read as their rows say, wherever they stand; and those that make no
 * sense get an error that helps. */
#include "cli/arguments.h"

#include "cli/test_commands.h"
#include "test/check.h"

#define WORDS_MAX 16

static char *words[WORDS_MAX];
static struct arguments a;
static struct arguments_problem problem;

/* Reads words that are separated by spaces. */
static bool reads(const char *text)
{
	static char copy[512];
	size_t count = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		CHECK(count < WORDS_MAX);
		words[count++] = word;
	}
	problem.text[0] = '\0';
	return arguments_read(&a, test_commands, words, count, &problem);
}

static void refuses(const char *text, const char *expected)
{
	CHECK(!reads(text));
	CHECK_TEXT(ilp_text(problem.text), expected);
}

static void check_operand(size_t at, const char *expected)
{
	CHECK(at < a.operand_count);
	CHECK_TEXT(ilp_text(a.operands[at]), expected);
}

static void a_command_is_one_word_or_two(void)
{
	CHECK(reads("show"));
	CHECK(a.command == &test_show && a.operand_count == 0);
	CHECK(reads("peers"));
	CHECK(a.command == &test_peers);
	CHECK(reads("peers add bob"));
	CHECK(a.command == &test_peers_add && a.operand_count == 1);
	CHECK(reads("route add"));
	CHECK(a.command == &test_route_add);
	CHECK(reads("secret"));
	CHECK(a.command == &test_secret);
}

static void options_stand_anywhere(void)
{
	CHECK(reads("--json show one --output=x two --quiet"));
	CHECK(a.command == &test_show);
	CHECK(a.globals[COMMAND_JSON] && !a.globals[COMMAND_COLOR]);
	CHECK_TEXT(ilp_text(a.options[TEST_OUTPUT]), "x");
	CHECK(a.options[TEST_QUIET] && !a.options[TEST_KIND]);
	CHECK_INT(a.operand_count, 2);
	check_operand(0, "one");
	check_operand(1, "two");
}

static void a_value_is_in_the_word_or_the_next(void)
{
	CHECK(reads("show --output x"));
	CHECK_TEXT(ilp_text(a.options[TEST_OUTPUT]), "x");
	CHECK(reads("show --output="));
	CHECK_TEXT(ilp_text(a.options[TEST_OUTPUT]), "");
	CHECK(reads("show --output --json"));
	CHECK_TEXT(ilp_text(a.options[TEST_OUTPUT]), "--json");
	CHECK(!a.globals[COMMAND_JSON]);
	CHECK(reads("show --output=a=b --output=c=d"));
	CHECK_TEXT(ilp_text(a.options[TEST_OUTPUT]), "c=d");
	refuses("show --output", "--output needs a value: FILE");
	refuses("show --quiet=1", "--quiet takes no value");
}

static void letters_are_short_forms(void)
{
	CHECK(reads("show -q -o x"));
	CHECK(a.options[TEST_QUIET]);
	CHECK_TEXT(ilp_text(a.options[TEST_OUTPUT]), "x");
	CHECK(reads("show -qox"));
	CHECK(a.options[TEST_QUIET]);
	CHECK_TEXT(ilp_text(a.options[TEST_OUTPUT]), "x");
	CHECK(reads("-h"));
	CHECK(a.globals[COMMAND_HELP] && !a.command);
	refuses("show -qx", "unknown option \"-x\"");
	refuses("show -qo", "--output needs a value: FILE");
	refuses("peers -q", "unknown option \"-q\"");
}

static void behind_two_dashes_there_are_no_options(void)
{
	CHECK(reads("show -- --json -q --"));
	CHECK(!a.globals[COMMAND_JSON] && !a.options[TEST_QUIET]);
	CHECK_INT(a.operand_count, 3);
	check_operand(0, "--json");
	check_operand(2, "--");
	CHECK(reads("-- show -q"));
	CHECK(a.command == &test_show);
	check_operand(0, "-q");
	CHECK(reads("show -"));
	check_operand(0, "-");
}

static void what_is_less_than_nothing_is_no_option(void)
{
	CHECK(reads("show -5 --quiet -17"));
	CHECK_INT(a.operand_count, 2);
	check_operand(0, "-5");
	check_operand(1, "-17");
}

static void unknown_commands_are_told_apart(void)
{
	refuses("shwo", "unknown command \"shwo\"; did you mean \"show\"?");
	refuses("nonsense", "unknown command \"nonsense\"");
	refuses("secert", "unknown command \"secert\"");
	refuses("route", "\"route\" is only half of a command");
	refuses("route --json", "\"route\" is only half of a command");
	refuses("route ad", "unknown command \"route ad\"; did you mean "
			    "\"add\"?");
	refuses("", "which command?");
	CHECK(a.command == NULL);
}

static void unknown_options_are_told_apart(void)
{
	refuses("show --outptu=x", "\"show\" has no option \"--outptu\"; did "
				   "you mean \"--output\"?");
	refuses("show --jsno", "\"show\" has no option \"--jsno\"; did you "
			       "mean \"--json\"?");
	CHECK(a.command == &test_show);
	refuses("peers --nonsense", "\"peers\" has no option \"--nonsense\"");
	refuses("--output=x show", "ilp has no option \"--output\"");
}

static void values_of_a_list_must_be_in_it(void)
{
	CHECK(reads("show --kind=gilded --color=never"));
	CHECK_TEXT(ilp_text(a.options[TEST_KIND]), "gilded");
	refuses("show --kind golden",
		"--kind may be plain or gilded, and not \"golden\"");
	refuses("show --color=",
		"--color may be auto, always or never, and not \"\"");
	CHECK(reads("shell zsh"));
	refuses("shell csh", "SHELL may be bash, fish or zsh, and not \"csh\"");
}

static void operands_are_counted(void)
{
	refuses("shell", "\"shell\" needs more: ilp shell SHELL");
	refuses("shell zsh bash", "\"shell\" has no use for \"bash\"");
	refuses("peers remove", "\"peers\" has no use for \"remove\"");
	CHECK(reads("show a b c"));
	refuses("show a b c d", "\"show\" has no use for \"d\"");
}

static void who_asks_for_help_need_not_be_complete(void)
{
	CHECK(reads("shell --help"));
	CHECK(a.command == &test_shell && a.globals[COMMAND_HELP]);
	CHECK(reads("--version"));
	CHECK(a.globals[COMMAND_VERSION]);
}

static void options_of_a_node_are_for_who_talks_to_one(void)
{
	CHECK(reads("--socket=/run/ilpd peers"));
	CHECK_TEXT(ilp_text(a.globals[COMMAND_SOCKET]), "/run/ilpd");
	CHECK(reads("peers add bob --url http://x --token-file t"));
	refuses("show --url=http://x", "\"show\" talks to no node, so there is "
				       "no use for --url");
}

static void long_words_do_no_harm(void)
{
	static char text[500] = "show --";

	memset(text + 7, 'x', sizeof(text) - 8);
	CHECK(!reads(text));
	CHECK(strlen(problem.text) < sizeof(problem.text));
}

TESTS(TEST(a_command_is_one_word_or_two), TEST(options_stand_anywhere),
      TEST(a_value_is_in_the_word_or_the_next), TEST(letters_are_short_forms),
      TEST(behind_two_dashes_there_are_no_options),
      TEST(what_is_less_than_nothing_is_no_option),
      TEST(unknown_commands_are_told_apart),
      TEST(unknown_options_are_told_apart),
      TEST(values_of_a_list_must_be_in_it), TEST(operands_are_counted),
      TEST(who_asks_for_help_need_not_be_complete),
      TEST(options_of_a_node_are_for_who_talks_to_one),
      TEST(long_words_do_no_harm))
