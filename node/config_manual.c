/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_manual.h"

#include "node/config_setting.h"
#include "node/config_words.h"

/* ---- the sample ---- */

/* What is in front of all that is written: where it belongs, and whether it is
 * commented out. */
struct sample {
	FILE *out;
	const char *comment; /* "#", or nothing */
	unsigned indent;
	bool item; /* the next line begins one */
};

static void put_about(const struct sample *s, const struct config_option *o)
{
	char front[32];
	struct config_words w = { .out = s->out, .front = front };

	snprintf(front, sizeof(front), "%s%*s# ", s->indent ? s->comment : "",
		 (int)s->indent, "");
	config_words_put(&w, o->text);
	config_words_put(&w, config_note(o).text);
	if (o->example && !o->required)
		config_words_put(&w, "For example:");
	config_words_end(&w);
}

/* "#- id: alice", or "#  #owner: Alice". */
static void put_member(struct sample *s, const char *name, const char *value,
		       bool commented)
{
	unsigned indent = s->item ? s->indent - 2 : s->indent;

	fprintf(s->out, "%s%*s%s%s%s:%s%s\n", s->comment, (int)indent, "",
		s->item ? "- " : "", commented ? "#" : "", name,
		*value ? " " : "", value);
	s->item = false;
}

/* Can it be there without a thing that has no default? */
static bool has_defaults(const struct config_object *object, const char *group)
{
	bool any = false;

	for (size_t i = 0; i < object->option_count; i++) {
		const struct config_option *o = &object->options[i];

		if (!config_option_name_in(o, group))
			continue;
		if (o->required)
			return false;
		any = any || o->initial;
	}
	return any;
}

static void put_group(struct sample *s, const struct config_object *object,
		      const struct config_option *group)
{
	bool holds = has_defaults(object, group->name);

	put_about(s, group);
	put_member(s, group->name, "", !holds);
	s->indent += 2;
	for (size_t i = 0; i < object->option_count; i++) {
		const struct config_option *o = &object->options[i];
		const char *name = config_option_name_in(o, group->name);

		if (!name)
			continue;
		put_about(s, o);
		put_member(s, name, config_sample(o).text,
			   !holds || !o->initial);
	}
	s->indent -= 2;
}

static void put_option(struct sample *s, const struct config_object *object,
		       const struct config_option *o);

static void put_options(struct sample *s, const struct config_object *object)
{
	for (size_t i = 0; i < object->option_count; i++)
		if (config_option_name_in(&object->options[i], ""))
			put_option(s, object, &object->options[i]);
}

static void put_list(struct sample *s, const struct config_option *list)
{
	struct sample inside = *s;

	put_about(s, list);
	/* The one that is there without a configuration. */
	if (strcmp(list->name, "listen") == 0)
		inside.comment = "";
	inside.indent = 0;
	put_member(&inside, list->name, "", false);
	inside.indent = 2;
	inside.item = true;
	put_options(&inside, list->inside);
}

static void put_option(struct sample *s, const struct config_object *object,
		       const struct config_option *o)
{
	bool whole = object == config_objects[0];

	if (whole)
		fputc('\n', s->out);
	if (o->kind == CONFIG_SAME)
		return;
	if (o->kind == CONFIG_GROUP) {
		put_group(s, object, o);
	} else if (o->kind == CONFIG_LIST) {
		put_list(s, o);
	} else {
		put_about(s, o);
		put_member(s, o->name, config_sample(o).text,
			   !whole && !o->initial && !o->required);
	}
}

void config_manual_sample(FILE *out)
{
	struct sample s = { .out = out, .comment = "#" };

	fputs("# ilpd.yaml: what an Interledger node is to be. Made by "
	      "script/manual.\n"
	      "#\n"
	      "# Every option is here: with its default, or else with an "
	      "example. The sign in\n"
	      "# front of a line comments it out; so as it is, this is a node "
	      "without peers\n"
	      "# that listens on loopback. ilpd --check-config says whether a "
	      "file is good.\n",
	      out);
	put_options(&s, config_objects[0]);
}

/* ---- tables ---- */

static void code_or_dash(char *out, size_t size, const char *text)
{
	if (text)
		snprintf(out, size, "`%s`", text);
	else
		snprintf(out, size, "–");
}

static void put_row(FILE *out, const struct config_option *o)
{
	char initial[64];
	char connector[64];

	code_or_dash(initial, sizeof(initial), o->initial);
	code_or_dash(connector, sizeof(connector), o->connector);
	fprintf(out, "| `%s` | %s | %s | %s | %s%s |\n", o->name,
		config_option_expected(o).text,
		o->required ? "required" : initial, connector, o->text,
		config_note_restart(o));
}

static void put_table(FILE *out, const struct config_object *object)
{
	fputs("| option | value | default | in ilp-connector | meaning |\n"
	      "|---|---|---|---|---|\n",
	      out);
	for (size_t i = 0; i < object->option_count; i++)
		put_row(out, &object->options[i]);
}

static void put_settings_table(FILE *out)
{
	fputs("| option | variable | argument |\n|---|---|---|\n", out);
	for (size_t i = 0; i < config_objects[0]->option_count; i++) {
		const struct config_option *o = &config_objects[0]->options[i];

		if (config_setting_is(o))
			fprintf(out, "| `%s` | `%s` | `%s` |\n", o->name,
				config_setting_name(o, CONFIG_VARIABLE).text,
				config_setting_name(o, CONFIG_ARGUMENT).text);
	}
}

/* ---- pages for man, in mdoc ---- */

/* Without the marks of Markdown, which are not to be seen on a terminal. */
static void put_words(FILE *out, const char *text)
{
	struct config_words w = { .out = out, .front = "", .sentences = true };
	char plain[1024];
	size_t len = 0;

	for (; *text && len + 3 < sizeof(plain); text++) {
		if (*text == '`' || *text == '*')
			continue;
		if (*text == '\\')
			plain[len++] = '\\';
		plain[len++] = *text == '\\' ? 'e' : *text;
	}
	plain[len] = '\0';
	config_words_put(&w, plain);
	config_words_end(&w);
}

static void put_list_of(FILE *out, const struct config_object *object)
{
	fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; i < object->option_count; i++) {
		const struct config_option *o = &object->options[i];

		fprintf(out, ".It Cm %s\n", o->name);
		put_words(out, o->text);
		if (o->kind != CONFIG_SAME)
			put_words(out, config_note(o).text);
	}
	fputs(".El\n", out);
}

static void put_settings_list(FILE *out)
{
	fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; i < config_objects[0]->option_count; i++) {
		const struct config_option *o = &config_objects[0]->options[i];

		if (!config_setting_is(o))
			continue;
		fprintf(out, ".It Fl Fl %s Ar value , Ev %s\n",
			config_setting_name(o, CONFIG_ARGUMENT).text + 2,
			config_setting_name(o, CONFIG_VARIABLE).text);
		put_words(out, o->text);
	}
	fputs(".El\n", out);
}

void config_manual_options(FILE *out, enum config_manual_form form,
			   const char *name)
{
	bool markdown = form == CONFIG_MANUAL_MARKDOWN;

	if (strcmp(name, "settings") == 0) {
		if (markdown)
			put_settings_table(out);
		else
			put_settings_list(out);
		return;
	}
	for (size_t i = 0; i < CONFIG_OBJECTS; i++) {
		if (strcmp(config_objects[i]->name, name) != 0)
			continue;
		if (markdown)
			put_table(out, config_objects[i]);
		else
			put_list_of(out, config_objects[i]);
	}
}
