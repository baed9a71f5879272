/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_help.h"

#include "node/config_setting.h"
#include "node/config_words.h"

void config_help_arguments(FILE *out)
{
	for (size_t i = 0; i < config_objects[0]->option_count; i++) {
		const struct config_option *o = &config_objects[0]->options[i];
		struct config_setting_name name =
			config_setting_name(o, CONFIG_ARGUMENT);

		if (config_setting_is(o))
			fprintf(out, "  %-25s %s\n", name.text,
				config_option_expected(o).text);
	}
}

void config_help_others(FILE *out)
{
	for (size_t i = 0; i < config_objects[0]->option_count; i++) {
		const struct config_option *o = &config_objects[0]->options[i];

		if (!config_setting_is(o))
			fprintf(out, "  %-25s %s\n", o->name,
				config_option_expected(o).text);
	}
}

static void put_option(FILE *out, const struct config_option *o)
{
	struct config_words w = { .out = out, .front = "      " };

	fprintf(out, "  %s\n", o->name);
	config_words_put(&w, o->text);
	if (o->kind != CONFIG_SAME)
		config_words_put(&w, config_note(o).text);
	config_words_end(&w);
}

void config_help_all(FILE *out)
{
	for (size_t i = 0; i < CONFIG_OBJECTS; i++) {
		const struct config_object *object = config_objects[i];

		fprintf(out, "%sOptions of %s %s:\n", i ? "\n" : "",
			object->name[0] == 'a' ? "an" : "a", object->name);
		for (size_t j = 0; j < object->option_count; j++)
			put_option(out, &object->options[j]);
	}
}
