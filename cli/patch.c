/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/patch.h"

#define NODES_MAX 256

/* Words that have the same beginning in their names. */
struct group {
	char *const *words;
	size_t count;
	size_t skip; /* bytes of that beginning */
	unsigned depth;
};

/* The part of the name that comes next. */
static struct ilp_bytes part_of(const char *word, size_t skip)
{
	return (struct ilp_bytes){ (const uint8_t *)word + skip,
				   strcspn(word + skip, ".=") };
}

static bool is_setting(const char *word)
{
	size_t at = 0;

	if (!strchr(word, '='))
		return false;
	for (;;) {
		struct ilp_bytes part = part_of(word, at);

		at += part.len;
		if (!part.len)
			return false;
		if (word[at++] == '=')
			return true;
	}
}

static bool is_in(const struct group *g, const char *word,
		  const char *beginning)
{
	return strncmp(word, beginning, g->skip) == 0;
}

static bool is_first(const struct group *g, size_t i, size_t len)
{
	for (size_t j = 0; j < i; j++)
		if (is_in(g, g->words[j], g->words[i]) &&
		    strncmp(g->words[j] + g->skip, g->words[i] + g->skip,
			    len + 1) == 0)
			return false;
	return true;
}

static void put_value(struct ilp_json_writer *w, struct ilp_bytes text)
{
	struct ilp_json_node nodes[NODES_MAX];

	if (ilp_json_read(nodes, NODES_MAX, text).problem)
		ilp_json_put_string(w, text);
	else
		ilp_json_put_node(w, nodes);
}

static void put_group(struct ilp_json_writer *w, const struct group *g,
		      const char *beginning)
{
	for (size_t i = 0; i < g->count; i++) {
		const char *word = g->words[i];
		struct ilp_bytes part;
		struct group inner = *g;

		if (!is_in(g, word, beginning))
			continue;
		part = part_of(word, g->skip);
		inner.skip += part.len + 1;
		inner.depth++;
		if (word[g->skip + part.len] == '=') {
			ilp_json_put_key_bytes(w, part);
			put_value(w, ilp_text(word + inner.skip));
		} else if (is_first(g, i, part.len)) {
			ilp_json_put_key_bytes(w, part);
			ilp_json_begin_object(w);
			if (inner.depth < ILP_JSON_DEPTH_MAX)
				put_group(w, &inner, word);
			ilp_json_end_object(w);
		}
	}
}

const char *patch_put(struct ilp_json_writer *w, char *const *words,
		      size_t count)
{
	const struct group all = { words, count, 0, 0 };

	for (size_t i = 0; i < count; i++)
		if (!is_setting(words[i]))
			return words[i];
	if (count)
		put_group(w, &all, words[0]);
	return NULL;
}
