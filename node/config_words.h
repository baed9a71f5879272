/* SPDX-License-Identifier: Apache-2.0 */
/* config_words.h - sentences about options, filled into lines. Used by what
 * writes down the table: config_help.c and config_manual.c. */
#ifndef NODE_CONFIG_WORDS_H
#define NODE_CONFIG_WORDS_H

#include <stdio.h>

#include "node/config_option.h"

/* Words go onto lines of up to 78 characters, each with this in front. */
struct config_words {
	FILE *out;
	const char *front;
	size_t column;  /* 0: at the start of a line */
	bool sentences; /* each begins a line */
};

void config_words_put(struct config_words *w, const char *text);
void config_words_end(struct config_words *w);

/* "Default: strict.", "Required." or what else is to say of its value. */
struct config_note {
	char text[512];
};

struct config_note config_note(const struct config_option *o);

/* " A change needs a restart." if it does, or nothing. */
const char *config_note_restart(const struct config_option *o);

/* The value of the default, or of the example if there is none, as YAML; NULL
 * for what has others inside. */
struct config_sample {
	char text[128];
};

struct config_sample config_sample(const struct config_option *o);

#endif
