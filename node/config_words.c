/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_words.h"

#include <ctype.h>

#define WIDTH 78
#define NEEDS_RESTART " A change needs a restart."

static void put_word(struct config_words *w, struct ilp_bytes word)
{
	size_t front = strlen(w->front);

	if (w->column && w->column + 1 + word.len > WIDTH)
		config_words_end(w);
	if (w->column)
		fputc(' ', w->out);
	else
		fputs(w->front, w->out);
	w->column += w->column ? 1 : front;
	fwrite(word.at, 1, word.len, w->out);
	w->column += word.len;
	if (w->sentences && word.at[word.len - 1] == '.')
		config_words_end(w);
}

void config_words_put(struct config_words *w, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		if (len)
			put_word(w, (struct ilp_bytes){ (const uint8_t *)text,
							len });
		text += len;
		text += *text == ' ';
	}
}

void config_words_end(struct config_words *w)
{
	if (w->column)
		fputc('\n', w->out);
	w->column = 0;
}

/* Strings in JSON are as good without their quotes. */
struct config_sample config_sample(const struct config_option *o)
{
	const char *from = o->initial ? o->initial : o->example;
	struct config_sample out = { { 0 } };
	size_t len = from ? strlen(from) : 0;

	if (len > 1 && o->initial && from[0] == '"') {
		from++;
		len -= 2;
	}
	snprintf(out.text, sizeof(out.text), "%.*s", (int)len,
		 from ? from : "");
	return out;
}

const char *config_note_restart(const struct config_option *o)
{
	return o->change == CONFIG_RESTART && o->kind != CONFIG_GROUP ?
		       NEEDS_RESTART :
		       "";
}

struct config_note config_note(const struct config_option *o)
{
	struct config_expected expected = config_option_expected(o);
	struct config_note out;
	size_t room = sizeof(out.text) - sizeof(NEEDS_RESTART);

	expected.text[0] = (char)toupper((unsigned char)expected.text[0]);
	if (o->required)
		snprintf(out.text, room, "%s. Required.",
			 expected.text);
	else if (o->initial)
		snprintf(out.text, room, "%s. Default: %s.",
			 expected.text, config_sample(o).text);
	else
		snprintf(out.text, room, "%s.", expected.text);
	strcat(out.text, config_note_restart(o));
	return out;
}
