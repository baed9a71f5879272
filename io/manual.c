/* SPDX-License-Identifier: Apache-2.0 */
/* manual.c - writes what the table of options has to say; the build makes the
 * pages for man with it, and script/manual what is in the repository.
 *
 *     manual sample                      the sample, ilpd.yaml
 *     manual markdown < PAGE             the page, with its tables made anew
 *     manual mdoc VERSION < PAGE         the page for man
 *
 * In a page a comment with "options: OBJECT" says where those of an object
 * belong; the lines of a table that stand behind it are replaced.
 */
#include <stdbool.h>
#include <string.h>

#include "node/config_manual.h"

#define LINE_MAX_LEN 8192

/* The object that a line asks for; false when it asks for none. */
static bool asks(const char *line, char object[32])
{
	const char *at = strstr(line, "options: ");

	return at && (strncmp(line, "<!--", 4) == 0 ||
		      strncmp(line, ".\\\"", 3) == 0) &&
	       sscanf(at, "options: %31[a-z]", object) == 1;
}

/* Comments of the template are none of the page's, but for those that the next
 * run needs. */
static void write_page(enum config_manual_form form, const char *version)
{
	static char line[LINE_MAX_LEN];
	bool replacing = false;
	char object[32];

	while (fgets(line, sizeof(line), stdin)) {
		bool asked = asks(line, object);

		replacing = replacing && line[0] == '|';
		if (replacing)
			continue;
		if (strncmp(line, ".Os", 3) == 0)
			printf(".Os ilpd %s\n", version);
		else if (!asked || form == CONFIG_MANUAL_MARKDOWN)
			fputs(line, stdout);
		if (asked)
			config_manual_options(stdout, form, object);
		replacing = asked;
	}
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	if (argc == 2 && strcmp(word, "sample") == 0)
		config_manual_sample(stdout);
	else if (argc == 2 && strcmp(word, "markdown") == 0)
		write_page(CONFIG_MANUAL_MARKDOWN, "");
	else if (argc == 3 && strcmp(word, "mdoc") == 0)
		write_page(CONFIG_MANUAL_MDOC, argv[2]);
	else
		return 2;
	return ferror(stdin) || fflush(stdout) ? 1 : 0;
}
