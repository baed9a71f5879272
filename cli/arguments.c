/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/arguments.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"

struct reading {
	struct arguments *out;
	const struct command *const *table;
	char **words;
	size_t count;
	size_t at;  /* of the next word */
	bool plain; /* behind a "--" */
	struct arguments_problem *problem;
};

/* A row, and where its value goes. */
struct place {
	const struct command_option *option;
	const char **value;
};

__attribute__((format(printf, 2, 3))) static bool fail(struct reading *r,
						       const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(r->problem->text, sizeof(r->problem->text), format, list);
	va_end(list);
	return false;
}

/* "; did you mean "decode"?", or nothing. */
struct hint {
	char text[64];
};

static struct hint hint(const struct nearest *n, const char *dashes)
{
	struct hint out = { "" };

	if (n->best.len)
		snprintf(out.text, sizeof(out.text),
			 "; did you mean \"%s%.*s\"?", dashes, (int)n->best.len,
			 (const char *)n->best.at);
	return out;
}

/* ---- commands ---- */

/* What follows the first word and its space in a name of two words; NULL when
 * it does not begin with this word, empty when it is all of it. */
static const char *rest_of_name(const char *name, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(name, word, len) != 0)
		return NULL;
	if (name[len] == '\0')
		return name + len;
	return name[len] == ' ' ? name + len + 1 : NULL;
}

const struct command *arguments_command(const struct command *const *table,
					char *const *words, size_t count,
					size_t *used)
{
	const struct command *found = NULL;

	*used = 0;
	for (; count && *table; table++) {
		const char *rest = rest_of_name((*table)->name, words[0]);
		size_t takes = 1;

		if (rest && rest[0]) {
			takes = 2;
			if (count < 2 || strcmp(rest, words[1]) != 0)
				rest = NULL;
		}
		if (rest && takes > *used) {
			found = *table;
			*used = takes;
		}
	}
	return found;
}

/* The first of the two words names several commands, or none. */
static bool fail_command(struct reading *r)
{
	const char *word = r->words[r->at];
	const char *second = r->at + 1 < r->count ? r->words[r->at + 1] : "";
	struct nearest n = nearest(ilp_text(word));
	struct nearest inner = nearest(ilp_text(second));
	bool family = false;

	for (const struct command *const *c = r->table; *c; c++) {
		const char *rest = rest_of_name((*c)->name, word);

		if (rest)
			nearest_try(&inner, ilp_text(rest));
		family = family || rest;
		if (!(*c)->hidden)
			nearest_try(&n, ilp_text((*c)->name));
	}
	if (!family)
		return fail(r, "unknown command \"%s\"%s", word,
			    hint(&n, "").text);
	if (!second[0] || second[0] == '-')
		return fail(r, "\"%s\" is only half of a command", word);
	return fail(r, "unknown command \"%s %s\"%s", word, second,
		    hint(&inner, "").text);
}

/* ---- options ---- */

static struct place find_in(const struct command_option *rows,
			    const char **values, struct ilp_bytes name,
			    char letter)
{
	for (size_t i = 0; rows[i].name; i++)
		if (letter ? rows[i].letter == letter :
			     ilp_bytes_equal(ilp_text(rows[i].name), name))
			return (struct place){ &rows[i], &values[i] };
	return (struct place){ NULL, NULL };
}

/* By its name, or by its letter when that is not 0. */
static struct place find(struct reading *r, struct ilp_bytes name, char letter)
{
	struct place own = find_in(command_options(r->out->command),
				   r->out->options, name, letter);

	return own.option ?
		       own :
		       find_in(command_globals, r->out->globals, name, letter);
}

static void try_all(struct nearest *n, const struct command_option *rows)
{
	for (; rows->name; rows++)
		nearest_try(n, ilp_text(rows->name));
}

static bool fail_option(struct reading *r, struct ilp_bytes name)
{
	struct nearest n = nearest(name);
	const struct command *c = r->out->command;

	try_all(&n, command_options(c));
	try_all(&n, command_globals);
	return fail(r, "%s%s%shas no option \"--%.*s\"%s", c ? "\"" : "ilp ",
		    c ? c->name : "", c ? "\" " : "", (int)name.len,
		    (const char *)name.at, hint(&n, "--").text);
}

/* "table, or json": for people. */
static void list_words(char *out, size_t size, const char *const *words)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; words[i] && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%s",
					i == 0       ? "" :
					words[i + 1] ? ", " :
						       " or ",
					words[i]);
}

static bool is_among(const char *const *words, const char *value)
{
	for (; *words; words++)
		if (strcmp(*words, value) == 0)
			return true;
	return false;
}

static bool take_value(struct reading *r, struct place to, const char *value)
{
	const char *const *words = to.option->words;
	char list[128];

	*to.value = value;
	if (!words || is_among(words, value))
		return true;
	list_words(list, sizeof(list), words);
	return fail(r, "--%s may be %s, and not \"%s\"", to.option->name, list,
		    value);
}

/* The value is the next word. */
static bool take_next(struct reading *r, struct place to)
{
	if (r->at == r->count)
		return fail(r, "--%s needs a value: %s", to.option->name,
			    to.option->value);
	return take_value(r, to, r->words[r->at++]);
}

static bool read_long(struct reading *r, const char *word)
{
	const char *equals = strchr(word, '=');
	struct ilp_bytes name = ilp_text(word);
	struct place to;

	if (equals)
		name.len = (size_t)(equals - word);
	to = find(r, name, 0);
	if (!to.option)
		return fail_option(r, name);
	if (equals && !to.option->value)
		return fail(r, "--%s takes no value", to.option->name);
	if (equals)
		return take_value(r, to, equals + 1);
	if (to.option->value)
		return take_next(r, to);
	*to.value = "";
	return true;
}

/* Several letters in one word; a value may follow its letter at once. */
static bool read_short(struct reading *r, const char *letters)
{
	for (; *letters; letters++) {
		struct place to =
			find(r, (struct ilp_bytes){ NULL, 0 }, *letters);

		if (!to.option)
			return fail(r, "unknown option \"-%c\"", *letters);
		if (to.option->value && letters[1])
			return take_value(r, to, letters + 1);
		if (to.option->value)
			return take_next(r, to);
		*to.value = "";
	}
	return true;
}

/* ---- all of it ---- */

static bool read_command(struct reading *r)
{
	size_t used;

	r->out->command = arguments_command(r->table, r->words + r->at,
					    r->count - r->at, &used);
	if (!r->out->command)
		return fail_command(r);
	r->at += used;
	return true;
}

/* "-5" is less than nothing, and no option. */
static bool is_option(const char *word)
{
	return word[0] == '-' && word[1] && !(word[1] >= '0' && word[1] <= '9');
}

static bool read_word(struct reading *r)
{
	char *word = r->words[r->at];

	if (!r->plain && is_option(word)) {
		r->at++;
		if (word[1] != '-')
			return read_short(r, word + 1);
		if (word[2])
			return read_long(r, word + 2);
		r->plain = true;
		return true;
	}
	if (!r->out->command)
		return read_command(r);
	r->at++;
	r->words[r->out->operand_count++] = word;
	return true;
}

static bool check_operands(struct reading *r)
{
	const struct command *c = r->out->command;
	size_t count = r->out->operand_count;
	char list[128];

	if (count < c->operands_min)
		return fail(r, "\"%s\" needs more: ilp %s %s", c->name, c->name,
			    c->operands);
	if (count > c->operands_max)
		return fail(r, "\"%s\" has no use for \"%s\"", c->name,
			    r->words[c->operands_max]);
	for (size_t i = 0; c->words && i < count; i++)
		if (!is_among(c->words, r->words[i])) {
			list_words(list, sizeof(list), c->words);
			return fail(r, "%s may be %s, and not \"%s\"",
				    c->operands, list, r->words[i]);
		}
	return true;
}

static bool check_node(struct reading *r)
{
	const struct command *c = r->out->command;

	for (size_t i = COMMAND_GLOBALS_NODE; i < COMMAND_GLOBALS; i++)
		if (r->out->globals[i] && !c->node)
			return fail(r,
				    "\"%s\" talks to no node, so there is "
				    "no use for --%s",
				    c->name, command_globals[i].name);
	return true;
}

bool arguments_read(struct arguments *out, const struct command *const *table,
		    char **words, size_t count,
		    struct arguments_problem *problem)
{
	struct reading r = { .out = out,
			     .table = table,
			     .words = words,
			     .count = count,
			     .problem = problem };

	*out = (struct arguments){ .operands = words };
	while (r.at < r.count)
		if (!read_word(&r))
			return false;
	if (out->globals[COMMAND_HELP] || out->globals[COMMAND_VERSION])
		return true;
	if (!out->command)
		return fail(&r, "which command?");
	return check_operands(&r) && check_node(&r);
}
