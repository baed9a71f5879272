/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_setting.h"

#include <stdio.h>

#include "base/nearest.h"

bool config_setting_is(const struct config_option *o)
{
	if (strchr(o->name, '.') || o->secret)
		return false;
	switch (o->kind) {
	case CONFIG_SAME:
	case CONFIG_GROUP:
	case CONFIG_LIST:
	case CONFIG_PREFIXES:
	case CONFIG_TOKEN:
	case CONFIG_RATES:
	case CONFIG_PRICES:
	case CONFIG_NAMES:
	case CONFIG_CODES:
		return false;
	case CONFIG_FLAG:
	case CONFIG_DOOR:
	case CONFIG_NUMBER:
	case CONFIG_WORD:
	case CONFIG_STRING:
	case CONFIG_HOST:
	case CONFIG_TEXT:
	case CONFIG_ID:
	case CONFIG_ADDRESS:
	case CONFIG_PREFIX:
	case CONFIG_URL:
	case CONFIG_CODE:
	case CONFIG_AMOUNT:
	case CONFIG_UNITS:
	case CONFIG_MAXIMUM:
	case CONFIG_MINIMUM:
	case CONFIG_FRACTION:
	case CONFIG_SOURCE:
	case CONFIG_CALLBACK:
		break;
	}
	return true;
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

struct config_setting_name config_setting_name(const struct config_option *o,
					       enum config_form form)
{
	bool loud = form == CONFIG_VARIABLE;
	struct config_setting_name name = { { 0 } };
	size_t len = (size_t)snprintf(name.text, sizeof(name.text), "%s",
				      loud ? "ILPD_" : "--");

	for (const char *c = o->name; *c && len + 3 < sizeof(name.text); c++) {
		if (is_capital(*c))
			name.text[len++] = loud ? '_' : '-';
		name.text[len++] = (char)(is_capital(*c) != loud ? *c ^ 0x20 :
								    *c);
	}
	return name;
}

/* All names are tried, and the nearest is kept. */
struct search {
	struct nearest nearest;
	struct config_setting_name best;
};

static void search(struct search *s, const struct config_setting_name *name)
{
	size_t before = s->nearest.steps;

	nearest_try(&s->nearest, ilp_text(name->text));
	if (s->nearest.steps < before)
		s->best = *name;
}

const struct config_option *config_setting_find(const char *name,
						enum config_form form,
						struct config_error *error)
{
	struct search s = { .nearest = nearest(ilp_text(name)) };

	for (size_t i = 0; i < config_objects[0]->option_count; i++) {
		const struct config_option *o = &config_objects[0]->options[i];
		struct config_setting_name own = config_setting_name(o, form);

		if (!config_setting_is(o))
			continue;
		if (strcmp(own.text, name) == 0)
			return o;
		search(&s, &own);
	}
	*error = (struct config_error){ .outside = true };
	snprintf(error->text, sizeof(error->text),
		 "there is no option %.64s%s%s%s", name,
		 s.best.text[0] ? "; did you mean " : "", s.best.text,
		 s.best.text[0] ? "?" : "");
	return NULL;
}
