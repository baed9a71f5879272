/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/show.h"

#include "cli/width.h"

#define NAME_SIZE 256

static struct show_text harmless(struct ilp_bytes text)
{
	struct show_text out = { "" };
	struct buffer plain = { NULL, 0, 0 };
	size_t room = sizeof(out.text) - 1;

	if (width_add_harmless(&plain, text))
		snprintf(out.text, sizeof(out.text), "%.*s",
			 (int)(plain.len < room ? plain.len : room),
			 (const char *)plain.at);
	buffer_drop(&plain);
	return out;
}

struct show_text show_text(const struct ilp_json_node *node)
{
	uint8_t room[SHOW_TEXT_SIZE];
	struct ilp_bytes text = { NULL, 0 };

	if (!node || node->type == ILP_JSON_NULL)
		return (struct show_text){ "" };
	if (!ilp_json_string(&text, node, room, sizeof(room)))
		text = node->text;
	return harmless(text);
}

struct coins show_coins(const struct ilp_json_node *units,
			const struct ilp_json_node *thing)
{
	struct show_text text = show_text(units);
	uint64_t scale = 0;

	ilp_json_u64(&scale, ilp_json_get(thing, "assetScale"));
	return coins_of(ilp_text(text.text), (unsigned)scale);
}

bool show_is_some(const struct ilp_json_node *units)
{
	struct show_text text = show_text(units);

	return text.text[0] && !coins_are_none(ilp_text(text.text));
}

void show_word(struct table *t, enum paint_style style, const char *word)
{
	table_put(t, style, ilp_text(word));
}

void show_cell(struct table *t, const struct ilp_json_node *node)
{
	struct show_text text = show_text(node);

	show_word(t, PAINT_PLAIN, text.text);
}

enum command_status show_table(struct context *c, struct table *t,
			       const char *nothing)
{
	struct buffer out = { NULL, 0, 0 };
	bool empty = !t->failed && t->cells.len == 0;
	bool good = table_write(t, c->paint, c->width, &out);

	if (good && empty && nothing)
		fprintf(c->out, "%s\n", nothing);
	else if (good)
		context_put(c, buffer_bytes(&out));
	buffer_drop(&out);
	table_drop(t);
	return good ? COMMAND_OK : context_no_memory(c);
}

/* Under the name of what it is in. */
static void put_members(struct table *t, const char *before,
			const struct ilp_json_node *object)
{
	struct ilp_json_walk walk = ilp_json_walk(object);

	while (ilp_json_next(&walk)) {
		struct show_text key = show_text(walk.key);
		char name[NAME_SIZE];

		snprintf(name, sizeof(name), "%s%s%.100s", before,
			 before[0] ? "." : "", key.text);
		if (walk.value->type == ILP_JSON_OBJECT) {
			put_members(t, name, walk.value);
		} else if (walk.value->type != ILP_JSON_NULL) {
			show_word(t, PAINT_STRONG, name);
			show_cell(t, walk.value);
		}
	}
}

enum command_status show_all(struct context *c,
			     const struct ilp_json_node *object)
{
	static const struct table_column columns[] = {
		{ NULL, TABLE_TEXT },
		{ NULL, TABLE_PROSE },
	};
	struct table t = table(columns, 2);

	put_members(&t, "", object);
	return show_table(c, &t, NULL);
}
