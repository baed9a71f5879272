/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/environment.h"

#include <stdlib.h>

#include "base/json_writer.h"
#include "cli/spelling.h"
#include "ilp/crypto.h"

#define EXPORT "export "
/* A byte takes at most six in JSON, and a line some signs around it. */
#define GROWTH 8

static bool is_name(struct ilp_bytes name)
{
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.at[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
		    !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return name.len > 0;
}

/* Without its quotes; what a backslash protects in double ones is put into
 * `room`, which has as many bytes. */
static struct ilp_bytes unquoted(struct ilp_bytes value, uint8_t *room)
{
	uint8_t quote = value.len ? value.at[0] : 0;
	size_t len = 0;

	if (value.len < 2 || (quote != '"' && quote != '\'') ||
	    value.at[value.len - 1] != quote)
		return value;
	for (size_t i = 1; i + 1 < value.len; i++) {
		bool escaped = quote == '"' && value.at[i] == '\\' &&
			       i + 2 < value.len &&
			       strchr("\"\\$`", value.at[i + 1]);

		room[len++] = value.at[i += escaped];
	}
	return (struct ilp_bytes){ room, len };
}

static bool put_line(struct ilp_json_writer *w, struct ilp_bytes line,
		     uint8_t *room)
{
	const uint8_t *equals =
		line.len ? memchr(line.at, '=', line.len) : NULL;
	size_t export_len = strlen(EXPORT);
	struct ilp_bytes name = line;

	if (line.len == 0 || line.at[0] == '#')
		return true;
	if (!equals)
		return false;
	name.len = (size_t)(equals - line.at);
	line = ilp_bytes_skip(line, name.len + 1);
	if (name.len > export_len && memcmp(name.at, EXPORT, export_len) == 0)
		name = ilp_bytes_skip(name, export_len);
	name = spelling_trim(name);
	if (!is_name(name))
		return false;
	ilp_json_put_key_bytes(w, name);
	ilp_json_put_string(w, unquoted(spelling_trim(line), room));
	return true;
}

static bool put_lines(struct ilp_json_writer *w, struct ilp_bytes text,
		      uint8_t *room, size_t *line)
{
	for (*line = 1; text.len; ++*line) {
		const uint8_t *end = memchr(text.at, '\n', text.len);
		size_t len = end ? (size_t)(end - text.at) : text.len;

		if (!put_line(w,
			      spelling_trim((struct ilp_bytes){ text.at, len }),
			      room))
			return false;
		text = ilp_bytes_skip(text, len + (end != NULL));
	}
	*line = 0;
	return true;
}

bool environment_read(struct buffer *json, struct ilp_bytes text, size_t *line)
{
	size_t size = GROWTH * text.len + GROWTH;
	uint8_t *room;
	struct ilp_json_writer w;
	bool good;

	*line = 0;
	if (text.len > ENVIRONMENT_MAX)
		return false;
	room = malloc(size + text.len);
	if (!room)
		return false;
	w = ilp_json_writer(room, size, 0);
	ilp_json_begin_object(&w);
	good = put_lines(&w, text, room + size, line);
	ilp_json_end_object(&w);
	good = good && ilp_json_written(&w).len &&
	       buffer_add(json, ilp_json_written(&w), SIZE_MAX);
	ilp_secret_clear(room, size + text.len);
	free(room);
	return good;
}
