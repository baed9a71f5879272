/* SPDX-License-Identifier: Apache-2.0 */
#include "io/arguments.h"

#include <stdio.h>

#include "node/config_help.h"

extern char **environ;

static const char usage[] =
	"usage: ilpd [FILE] [--OPTION VALUE]...\n"
	"       ilpd --check-config [FILE] [--OPTION VALUE]...\n"
	"       ilpd --check DATA-FILE\n"
	"       ilpd --version\n"
	"       ilpd --help\n"
	"       ilpd --help-config\n";

static bool complain(const char *text)
{
	fprintf(stderr, "ilpd: %s\n", text);
	return false;
}

static bool refuse_usage(void)
{
	fputs(usage, stderr);
	return false;
}

/* ---- settings ---- */

static bool has(const struct arguments *a, const struct config_option *option,
		size_t from)
{
	for (size_t i = from; i < a->setting_count; i++)
		if (a->settings[i].option == option)
			return true;
	return false;
}

/* `name` need not end where the string does; `from` is the first setting of
 * the same kind. */
static bool add(struct arguments *a, const char *name, size_t len,
		const char *value, enum config_form form, size_t from)
{
	struct config_setting_name *own = &a->names[a->setting_count];
	const struct config_option *option;
	struct config_error error;

	if (a->setting_count == ARGUMENTS_SETTINGS_MAX)
		return complain("too many options");
	snprintf(own->text, sizeof(own->text), "%.*s", (int)len, name);
	option = config_setting_find(own->text, form, &error);
	if (!option)
		return complain(error.text);
	if (has(a, option, from)) {
		fprintf(stderr, "ilpd: %s: was given before\n", own->text);
		return false;
	}
	a->settings[a->setting_count++] =
		(struct config_setting){ option, own->text, value };
	return true;
}

/* Kubernetes tells every container of every service, one called ilpd, too. */
static bool is_of_kubernetes(const char *variable)
{
	const char *value = strchr(variable, '=') + 1;

	return strncmp(variable, "ILPD_SERVICE_", 13) == 0 ||
	       strncmp(variable, "ILPD_PORT_", 10) == 0 ||
	       (strncmp(variable, "ILPD_PORT=", 10) == 0 &&
		strstr(value, "://"));
}

static bool read_environment(struct arguments *a)
{
	for (char **at = environ; *at; at++) {
		const char *sign = strchr(*at, '=');

		if (strncmp(*at, "ILPD_", 5) != 0 || !sign ||
		    is_of_kubernetes(*at))
			continue;
		if (!add(a, *at, (size_t)(sign - *at), sign + 1,
			 CONFIG_VARIABLE, 0))
			return false;
	}
	return true;
}

/* "--name value", or "--name=value". */
static bool read_options(struct arguments *a, char **argv)
{
	const size_t from = a->setting_count;

	while (*argv) {
		const char *name = *argv++;
		size_t len = strcspn(name, "=");
		const char *value = name[len] ? name + len + 1 : *argv;

		if (strcmp(name, "--check-config") == 0) {
			a->task = ARGUMENTS_CHECK_CONFIG;
			continue;
		}
		if (strncmp(name, "--", 2) != 0) {
			if (a->file || name[0] == '-')
				return refuse_usage();
			a->file = name;
			continue;
		}
		if (!value && add(a, name, len, "", CONFIG_ARGUMENT, from))
			fprintf(stderr, "ilpd: %s needs a value\n", name);
		if (!value || !add(a, name, len, value, CONFIG_ARGUMENT, from))
			return false;
		argv += name[len] == '\0';
	}
	return true;
}

/* ---- tasks ---- */

static const struct task {
	const char *word;
	enum arguments_task task;
	int files;
} tasks[] = {
	{ "--check", ARGUMENTS_CHECK, 1 },
	{ "--help", ARGUMENTS_HELP, 0 },
	{ "--help-config", ARGUMENTS_HELP_CONFIG, 0 },
	{ "--version", ARGUMENTS_VERSION, 0 },
};

bool arguments_read(struct arguments *out, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	*out = (struct arguments){ .task = ARGUMENTS_RUN };
	for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
		if (strcmp(word, tasks[i].word) != 0)
			continue;
		if (argc != 2 + tasks[i].files)
			return refuse_usage();
		out->task = tasks[i].task;
		out->file = argv[2];
		return true;
	}
	return read_environment(out) &&
	       (argc < 2 || read_options(out, argv + 1));
}

void arguments_print_help(void)
{
	fputs(usage, stdout);
	printf("\nWithout FILE the configuration is ilpd.yaml or ilpd.json in\n"
	       "$CONFIGURATION_DIRECTORY, $XDG_CONFIG_HOME/ilpd, /etc/ilpd (as "
	       "root, or as\n"
	       "a service), or ~/.config/ilpd; and if there is none, a node "
	       "without peers\n"
	       "that listens on loopback. --check-config only says whether it "
	       "is good, and\n"
	       "--check reads through the books of a node that does not run.\n"
	       "\nOptions, which the file has as well (dataFile), and the "
	       "environment (ILPD_DATA_FILE):\n");
	config_help_arguments(stdout);
	printf("\nOptions that only the file has (more by --help-config):\n");
	config_help_others(stdout);
}
