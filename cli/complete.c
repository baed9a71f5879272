/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/complete.h"

#include <string.h>

#include "cli/arguments.h"

#define OUT_MAX ((size_t)1024 * 1024)

/* What is known of the words before the last. */
struct before {
	const struct command *command;
	const struct command_option *pending; /* its value comes next */
	bool plain;                           /* behind a "--" */
	const char *half;                     /* of a command of two words */
};

static bool begins_with(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* ---- what there is already ---- */

static const struct command_option *find(const struct command_option *rows,
					 const char *name, size_t len)
{
	for (; rows->name; rows++)
		if (strlen(rows->name) == len &&
		    memcmp(rows->name, name, len) == 0)
			return rows;
	return NULL;
}

static const struct command_option *find_letter(const struct command_option *o,
						char letter)
{
	while (o->name && o->letter != letter)
		o++;
	return o->name ? o : NULL;
}

/* The option that a word names; a value may be in it. */
static const struct command_option *option_of(const struct command *c,
					      const char *word)
{
	const struct command_option *own = command_options(c);
	const struct command_option *found;
	size_t len;

	if (word[1] != '-') {
		char last = word[strlen(word) - 1];

		found = find_letter(own, last);
		return found ? found : find_letter(command_globals, last);
	}
	len = strcspn(word + 2, "=");
	found = find(own, word + 2, len);
	return found ? found : find(command_globals, word + 2, len);
}

static void take_option(struct before *b, const char *word)
{
	const struct command_option *o;

	b->plain = strcmp(word, "--") == 0;
	o = b->plain ? NULL : option_of(b->command, word);
	if (o && o->value && !strchr(word, '='))
		b->pending = o;
}

static struct before look_at(const struct command *const *table,
			     char *const *words, size_t count)
{
	struct before b = { .command = NULL };
	size_t used;

	for (size_t i = 0; i < count; i++) {
		if (b.pending) {
			/* bash makes a word of the sign */
			if (strcmp(words[i], "=") != 0)
				b.pending = NULL;
		} else if (!b.plain && words[i][0] == '-' && words[i][1]) {
			take_option(&b, words[i]);
		} else if (!b.command) {
			b.command = arguments_command(table, words + i,
						      count - i, &used);
			i += used > 1;
			if (!b.command)
				b.half = words[i];
		}
	}
	return b;
}

/* ---- what there may be ---- */

static void put(struct complete *c, const char *text, size_t len)
{
	struct ilp_bytes bytes = { (const uint8_t *)text, len };

	if (c->failed || len > OUT_MAX - c->out.len ||
	    !buffer_add(&c->out, bytes, OUT_MAX))
		c->failed = true;
}

/* The first sentence of a text is enough. */
static void offer(struct complete *c, const char *prefix, const char *word,
		  size_t len, const char *text)
{
	const char *end = strstr(text, ". ");
	size_t text_len = end ? (size_t)(end - text) : strlen(text);

	if (text_len && text[text_len - 1] == '.')
		text_len--;
	put(c, prefix, strlen(prefix));
	put(c, word, len);
	put(c, "\t", 1);
	put(c, text, text_len);
	put(c, "\n", 1);
}

static void offer_words(struct complete *c, const char *const *words,
			const char *begun, const char *prefix)
{
	for (; words && *words; words++)
		if (begins_with(*words, begun))
			offer(c, prefix, *words, strlen(*words), "");
}

static void offer_value(struct complete *c, const struct command_option *o,
			const char *begun, const char *prefix)
{
	c->file = o->file;
	offer_words(c, o->words, begun, prefix);
}

static void offer_options(struct complete *c, const struct command_option *rows,
			  size_t count, const char *begun)
{
	for (size_t i = 0; i < count && rows[i].name; i++)
		if (begins_with(rows[i].name, begun))
			offer(c, "--", rows[i].name, strlen(rows[i].name),
			      rows[i].text);
}

/* --color=al, or --col. */
static void offer_dashed(struct complete *c, const struct command *command,
			 const char *word)
{
	const char *equals = strchr(word, '=');
	const struct command_option *o;
	char prefix[64];

	if (!equals) {
		const char *begun = word[1] ? word + 2 : "";

		offer_options(c, command_options(command), COMMAND_OPTIONS_MAX,
			      begun);
		offer_options(c, command_globals,
			      command && command->node ? COMMAND_GLOBALS :
							 COMMAND_GLOBALS_NODE,
			      begun);
		return;
	}
	o = option_of(command, word);
	if (!o || !o->value || (size_t)(equals - word) + 2 > sizeof(prefix))
		return;
	memcpy(prefix, word, (size_t)(equals - word) + 1);
	prefix[equals - word + 1] = '\0';
	offer_value(c, o, equals + 1, prefix);
}

/* Has this first word of a name been offered by a row before? */
static bool was_offered(const struct command *const *table,
			const struct command *const *row, size_t len)
{
	for (; table < row; table++)
		if (!(*table)->hidden &&
		    strncmp((*table)->name, (*row)->name, len) == 0 &&
		    strcspn((*table)->name, " ") == len)
			return true;
	return false;
}

static void offer_commands(struct complete *c,
			   const struct command *const *table,
			   const char *begun)
{
	for (const struct command *const *row = table; *row; row++) {
		const char *name = (*row)->name;
		size_t len = strcspn(name, " ");

		if ((*row)->hidden || !begins_with(name, begun) ||
		    strlen(begun) > len || was_offered(table, row, len))
			continue;
		offer(c, "", name, len, name[len] ? "" : (*row)->summary);
	}
}

/* The second words behind the first. */
static void offer_second(struct complete *c, const struct command *const *table,
			 const char *first, const char *begun)
{
	for (; *table; table++) {
		const char *name = (*table)->name;
		size_t len = strcspn(name, " ");

		if (!(*table)->hidden && name[len] && strlen(first) == len &&
		    memcmp(name, first, len) == 0 &&
		    begins_with(name + len + 1, begun))
			offer(c, "", name + len + 1, strlen(name + len + 1),
			      (*table)->summary);
	}
}

struct complete complete(const struct command *const *table, char *const *words,
			 size_t count)
{
	struct complete c = { .file = false };
	const char *word = count ? words[count - 1] : "";
	struct before b = look_at(table, words, count ? count - 1 : 0);

	if (b.pending)
		offer_value(&c, b.pending, strcmp(word, "=") ? word : "", "");
	else if (!b.plain && word[0] == '-')
		offer_dashed(&c, b.command, word);
	else if (!b.command && b.half)
		offer_second(&c, table, b.half, word);
	else if (!b.command)
		offer_commands(&c, table, word);
	else if (b.command->names)
		offer_commands(&c, table, word);
	else
		offer_words(&c, b.command->words, word, "");
	if (b.command && b.command->file && !b.pending &&
	    (b.plain || word[0] != '-'))
		c.file = true;
	return c;
}
