/* SPDX-License-Identifier: Apache-2.0 */
/* import.c - the command by which an operator of ilp-connector or moneyd walks
 * in: it reads what there is, and writes what ilpd reads. */
#include <stdlib.h>

#include "base/json.h"
#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/environment.h"
#include "cli/file.h"
#include "cli/javascript.h"
#include "cli/settings.h"
#include "ilp/crypto.h"

#define PREFIX "CONNECTOR_"

extern char **environ;

enum { ADDRESS, APP, ENV, OUTPUT };

static const struct command_option options[] = {
	[ADDRESS] = {
		.name = "address",
		.value = "ADDRESS",
		.text = "The ILP address of the node. It is needed where "
			"ilp-connector has it from its parent.",
	},
	[APP] = {
		.name = "app",
		.value = "NAME",
		.text = "Which of the apps in a file of pm2 it is. By default "
			"the first that has accounts.",
	},
	[ENV] = {
		.name = "env",
		.text = "Reads variables of the environment: our own, or a "
			"file that has one a line.",
	},
	[OUTPUT] = {
		.name = "output",
		.letter = 'o',
		.value = "FILE",
		.file = true,
		.text = "Makes a new file, which only you may read, since "
			"there are tokens in it.",
	},
	{ .name = NULL },
};

struct import {
	struct context *context;
	const struct arguments *arguments;
	const char *path; /* NULL: our own environment */
	struct buffer source;
	struct buffer json;
	struct ilp_json_node *nodes;
	struct settings settings;
};

static enum command_status fail(struct import *i, const char *why)
{
	context_complain(i->context, "%s: %s",
			 i->path ? i->path : "the environment", why);
	return COMMAND_FAILED;
}

/* ---- reading ---- */

static enum command_status read_javascript(struct import *i)
{
	struct javascript_error error;
	struct ilp_json_place place;

	if (javascript_read(&i->json, buffer_bytes(&i->source), &error))
		return COMMAND_OK;
	place = ilp_json_place(buffer_bytes(&i->source), error.offset);
	context_complain(i->context, "%s: line %zu, column %zu: %s", i->path,
			 place.line, place.column, error.text);
	fprintf(i->context->err,
		"node -p 'JSON.stringify(require(\"./%s\"))' runs it and "
		"prints JSON, which can be given instead.\n",
		i->path);
	return COMMAND_FAILED;
}

static enum command_status read_lines(struct import *i)
{
	char text[64];
	size_t line;

	if (environment_read(&i->json, buffer_bytes(&i->source), &line))
		return COMMAND_OK;
	snprintf(text, sizeof(text),
		 line ? "line %zu is no variable" : "it is too large", line);
	return fail(i, text);
}

/* Ours, as lines. A value of several lines is one that is none of
 * ilp-connector's but JSON, where a space is as good. */
static enum command_status read_environment(struct import *i)
{
	for (char **one = environ; *one; one++) {
		size_t before = i->source.len;

		if (strncmp(*one, PREFIX, strlen(PREFIX)) != 0)
			continue;
		if (strlen(*one) > ENVIRONMENT_MAX - before - 1)
			return fail(i, "it is too large");
		if (!buffer_add(&i->source, ilp_text(*one), ENVIRONMENT_MAX) ||
		    !buffer_add(&i->source, ilp_text("\n"), ENVIRONMENT_MAX))
			return context_no_memory(i->context);
		for (size_t j = before; j + 1 < i->source.len; j++)
			if (i->source.at[j] == '\n')
				i->source.at[j] = ' ';
	}
	return read_lines(i);
}

static enum command_status read_file(struct import *i)
{
	struct file_error error;

	if (!file_read(&i->source, i->path, i->context->in, &error)) {
		context_complain(i->context, "%s", error.text);
		return COMMAND_FAILED;
	}
	return i->arguments->options[ENV] ? read_lines(i) : read_javascript(i);
}

static enum command_status parse(struct import *i)
{
	struct ilp_bytes text = buffer_bytes(&i->json);

	i->nodes = malloc((text.len + 1) * sizeof(*i->nodes));
	if (!i->nodes)
		return context_no_memory(i->context);
	if (ilp_json_read(i->nodes, text.len + 1, text).problem)
		return fail(i, "there is a number in it that is none");
	return COMMAND_OK;
}

/* ---- which settings ---- */

/* The environment of an app of pm2, by its name or because it has accounts. */
static const struct ilp_json_node *find_app(struct import *i,
					    const struct ilp_json_node *apps)
{
	const char *name = i->arguments->options[APP];
	struct ilp_json_walk walk = ilp_json_walk(apps);

	while (ilp_json_next(&walk)) {
		const struct ilp_json_node *env =
			ilp_json_get(walk.value, "env");

		if (name ? ilp_json_is(ilp_json_get(walk.value, "name"), name) :
			   ilp_json_get(env, PREFIX "ACCOUNTS") != NULL)
			return env;
	}
	return NULL;
}

static bool has_variables(const struct ilp_json_node *object)
{
	struct ilp_json_walk walk = ilp_json_walk(object);

	while (ilp_json_next(&walk))
		if (walk.key && walk.key->text.len > strlen(PREFIX) &&
		    memcmp(walk.key->text.at, PREFIX, strlen(PREFIX)) == 0)
			return true;
	return false;
}

static enum command_status convert(struct import *i)
{
	const struct ilp_json_node *apps = ilp_json_get(i->nodes, "apps");
	const struct ilp_json_node *variables =
		apps ? find_app(i, apps) : i->nodes;
	bool good;

	if (apps && !variables)
		return fail(i, "there is no such app in it");
	i->settings.address = i->arguments->options[ADDRESS];
	if (ilp_json_get(i->nodes, "uplinks"))
		good = settings_convert_moneyd(&i->settings, i->nodes);
	else if (has_variables(variables))
		good = settings_convert(&i->settings, variables);
	else
		return fail(i, "there is nothing of ilp-connector in it");
	return good ? COMMAND_OK : fail(i, i->settings.error);
}

/* ---- writing ---- */

static void put_notes(struct import *i)
{
	struct ilp_bytes left = buffer_bytes(&i->settings.notes);

	while (left.len) {
		const uint8_t *end = memchr(left.at, '\n', left.len);
		size_t len = end ? (size_t)(end - left.at) : left.len;

		context_complain(i->context, "%.*s", (int)len,
				 (const char *)left.at);
		left = ilp_bytes_skip(left, len + (end != NULL));
	}
}

static enum command_status put(struct import *i)
{
	const char *path = i->arguments->options[OUTPUT];
	struct ilp_bytes out = buffer_bytes(&i->settings.out);
	struct file_error error;

	if (!path) {
		context_put(i->context, out);
	} else if (!file_write(path, out, &error)) {
		context_complain(i->context, "%s", error.text);
		return COMMAND_FAILED;
	}
	put_notes(i);
	return COMMAND_OK;
}

static void wipe(struct buffer *b)
{
	if (b->at)
		ilp_secret_clear(b->at, b->capacity);
	buffer_drop(b);
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	struct import i = { .context = c, .arguments = a };
	enum command_status status;

	if (!a->operand_count && !a->options[ENV]) {
		context_complain(c, "which file, or --env?");
		return COMMAND_MISUSED;
	}
	i.path = a->operand_count ? a->operands[0] : NULL;
	status = i.path ? read_file(&i) : read_environment(&i);
	if (!status)
		status = parse(&i);
	if (!status)
		status = convert(&i);
	if (!status)
		status = put(&i);
	free(i.nodes);
	wipe(&i.source);
	wipe(&i.json);
	wipe(&i.settings.out);
	buffer_drop(&i.settings.notes);
	return status;
}

const struct command command_import = {
	.name = "import",
	.summary = "Makes a configuration from that of ilp-connector or moneyd",
	.operands = "[FILE]",
	.operands_max = 1,
	.file = true,
	.options = options,
	.text = "Reads the settings of an ilp-connector and writes a "
		"configuration of ilpd. What cannot be carried over is listed "
		"on standard error, with why.\n\n"
		"The file is one of pm2, such as ecosystem.config.js, one of "
		"moneyd, such as .moneyd.json, or any JSON with the variables "
		"that ilp-connector reads. Of JavaScript only values are "
		"understood that need not be run: literals, names for them, "
		"JSON.stringify, and texts put together.",
	.example = "  ilp import ecosystem.config.js -o ilpd.json\n"
		   "  ilp import --env --address test.me\n"
		   "  ilp import ~/.moneyd.json --address private.moneyd\n",
	.run = run,
};
