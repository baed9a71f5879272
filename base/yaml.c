/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

/* What is open around the next event. */
struct level {
	bool object;
	bool key; /* comes next */
};

struct reader {
	struct ilp_bytes text;
	struct ilp_json_place end; /* of the text */
	size_t index;              /* of a character of it, */
	size_t offset;             /* and where that is in bytes */
	yaml_parser_t parser;
	struct ilp_json_writer json;
	struct level levels[ILP_JSON_DEPTH_MAX + 1];
	size_t depth;
	bool any; /* a document has begun */
	struct yaml *out;
	struct yaml_error *error;
};

/* ---- errors ---- */

/* At the end of a text libyaml stands on a line that is not there. */
static struct ilp_json_place place_of(const struct reader *r, yaml_mark_t mark)
{
	struct ilp_json_place place = { mark.line + 1, mark.column + 1 };

	return place.line > r->end.line ? r->end : place;
}

static bool refuse_at(struct reader *r, struct ilp_json_place place,
		      const char *text)
{
	r->error->place = place;
	snprintf(r->error->text, sizeof(r->error->text), "%s", text);
	return false;
}

static bool refuse(struct reader *r, const yaml_event_t *event,
		   const char *text)
{
	return refuse_at(r, place_of(r, event->start_mark), text);
}

/* What libyaml says, and what that means to a person. */
struct saying {
	const char *problem;
	const char *text;
	bool begins; /* where that begins which has no end */
};

static const struct saying sayings[] = {
	{ "mapping values are not allowed in this context",
	  "a ':' cannot stand here: this line is not as deep as the others, "
	  "the one before lacks its ': ', or a value with ': ' in it lacks "
	  "quotes",
	  false },
	{ "did not find expected key",
	  "expected a key: is the line as deep as the others of its object?",
	  false },
	{ "could not find expected ':'",
	  "expected ': ' and a value after this", true },
	{ "did not find expected '-' indicator",
	  "expected the '- ' of another item, as deep as those before", false },
	{ "block sequence entries are not allowed in this context",
	  "a '- ' begins an item only on a line of its own", false },
	{ "did not find expected ',' or ']'",
	  "expected ',' or ']' after an item", false },
	{ "did not find expected ',' or '}'",
	  "expected ',' or '}' after a member", false },
	{ "found unexpected end of stream", "a text in quotes without an end",
	  true },
	{ "found unexpected document indicator",
	  "a text in quotes without an end", true },
	{ "found unknown escape character",
	  "no such escape; in single quotes, or without any, a backslash is "
	  "a backslash",
	  false },
	{ "did not find expected hexdecimal number",
	  "expected hexadecimal digits after \\x, \\u or \\U", false },
	{ "found invalid Unicode character escape code",
	  "the escape is of no character", false },
	{ "did not find expected <document start>",
	  "expected nothing after the document", false },
	{ "did not find expected node content",
	  "expected a value; one that begins with a sign of YAML needs quotes",
	  false },
	{ "block mapping entries are not allowed in this context",
	  "a '? ' cannot stand here", false },
	{ "mapping keys are not allowed in this context",
	  "a '? ' cannot stand here", false },
	{ "did not find expected alphabetic or numeric character",
	  "a value that begins with & or * needs quotes", true },
	{ "did not find expected comment or line break",
	  "expected the text on the next line, after '|' or '>'", false },
	{ "found unexpected ':'",
	  "a ':' needs a space behind it, or quotes around its value", false },
	{ "found a tab character where an indentation space is expected",
	  "a tab cannot stand here: YAML is indented by spaces", false },
	{ "control characters are not allowed",
	  "a control character cannot be in a text", false },
};

static const struct saying *find_saying(const char *problem)
{
	for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++)
		if (strcmp(sayings[i].problem, problem) == 0)
			return &sayings[i];
	return NULL;
}

/* The byte at a mark, of which all before are known to be characters. Marks are
 * asked for from the first to the last. */
static uint8_t byte_at(struct reader *r, size_t index)
{
	const uint8_t *at = r->text.at;

	while (r->offset < r->text.len && r->index < index) {
		r->offset++;
		while (r->offset < r->text.len &&
		       (at[r->offset] & 0xc0) == 0x80)
			r->offset++;
		r->index++;
	}
	return r->offset < r->text.len ? at[r->offset] : 0;
}

static bool refuse_token(struct reader *r)
{
	yaml_mark_t mark = r->parser.problem_mark;
	uint8_t c = byte_at(r, mark.index);
	char text[64];

	if (c == '\t')
		return refuse_at(r, place_of(r, mark),
				 "a tab cannot stand here: YAML is indented by "
				 "spaces");
	snprintf(text, sizeof(text), "a value that begins with %c needs quotes",
		 c);
	return refuse_at(r, place_of(r, mark), text);
}

/* Bytes that are no text have an offset only. */
static bool refuse_bytes(struct reader *r, const char *text)
{
	return refuse_at(r, ilp_json_place(r->text, r->parser.problem_offset),
			 text);
}

static bool refuse_parser(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	const char *problem = p->problem ? p->problem : "";
	const struct saying *s = find_saying(problem);

	if (p->error == YAML_MEMORY_ERROR)
		return refuse_at(r, place_of(r, p->mark), "no memory");
	if (p->error == YAML_READER_ERROR)
		return refuse_bytes(r, s ? s->text : "not UTF-8");
	if (strcmp(problem, "found character that cannot start any token") == 0)
		return refuse_token(r);
	if (s && s->begins)
		return refuse_at(r, place_of(r, p->context_mark), s->text);
	return refuse_at(r, place_of(r, p->problem_mark),
			 s ? s->text : problem);
}

/* ---- what is written ---- */

/* All that is written from here on until the next mark lies at that place. */
static bool mark(struct reader *r, const yaml_event_t *event)
{
	struct yaml *y = r->out;

	if (y->mark_count == y->mark_capacity) {
		size_t capacity = 2 * y->mark_capacity + 16;
		struct yaml_mark *marks =
			realloc(y->marks, capacity * sizeof(*marks));

		if (!marks)
			return refuse(r, event, "no memory");
		y->marks = marks;
		y->mark_capacity = capacity;
	}
	y->marks[y->mark_count++] = (struct yaml_mark){
		.offset = (size_t)(r->json.at - r->json.start),
		.place = place_of(r, event->start_mark),
	};
	return true;
}

static struct ilp_bytes scalar(const yaml_event_t *event)
{
	return (struct ilp_bytes){ event->data.scalar.value,
				   event->data.scalar.length };
}

static bool is_plain(const yaml_event_t *event)
{
	return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static bool is_any(struct ilp_bytes text, const char *const *words)
{
	while (*words && !ilp_bytes_equal(text, ilp_text(*words)))
		words++;
	return *words;
}

void yaml_put_plain(struct ilp_json_writer *w, struct ilp_bytes text)
{
	static const char *const nothing[] = { "",     "~",    "null",
					       "Null", "NULL", NULL };
	struct ilp_json_node node = { .type = ILP_JSON_STRING };
	bool is_json = !ilp_json_read(&node, 1, text).problem;
	bool truth;

	if (is_any(text, nothing))
		ilp_json_put_null(w);
	else if (is_json && ilp_json_bool(&truth, &node))
		ilp_json_put_bool(w, truth);
	else if (is_json && node.type == ILP_JSON_NUMBER)
		ilp_json_put_number(w, text);
	else
		ilp_json_put_string(w, text);
}

/* ---- events ---- */

static bool open_level(struct reader *r, const yaml_event_t *event, bool object)
{
	if (r->depth == ILP_JSON_DEPTH_MAX)
		return refuse(r, event,
			      "too many lists and objects in one another");
	r->levels[++r->depth] = (struct level){ object, object };
	if (object)
		ilp_json_begin_object(&r->json);
	else
		ilp_json_begin_array(&r->json);
	return true;
}

static void close_level(struct reader *r)
{
	if (r->levels[r->depth--].object)
		ilp_json_end_object(&r->json);
	else
		ilp_json_end_array(&r->json);
}

/* In YAML 1.1 a question mark begins a key within brackets and braces, even
 * with nothing between them. */
static bool is_odd_key(struct reader *r, const yaml_event_t *event)
{
	size_t index = event->start_mark.index;

	if (event->type == YAML_MAPPING_START_EVENT)
		return event->data.mapping_start.style ==
			       YAML_FLOW_MAPPING_STYLE &&
		       byte_at(r, index) == '?';
	return index && byte_at(r, index - 1) == '?';
}

static bool is_quoted(const yaml_event_t *event)
{
	return event->type == YAML_SCALAR_EVENT &&
	       (event->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
		event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

/* To YAML 1.1 a comment may begin right behind a quote, so that the rest of what
 * somebody meant would be lost. */
static bool is_cut(struct reader *r, const yaml_event_t *event)
{
	return is_quoted(event) && byte_at(r, event->end_mark.index) == '#';
}

/* How deep its other lines have to be, readers do not agree on; and mostly a
 * quote is missing. */
static bool is_long_quote(const yaml_event_t *event)
{
	return is_quoted(event) &&
	       event->start_mark.line != event->end_mark.line;
}

static bool take_key(struct reader *r, const yaml_event_t *event)
{
	if (event->type != YAML_SCALAR_EVENT)
		return refuse(r, event, "a key is a text, and nothing else");
	if (is_plain(event) &&
	    ilp_bytes_equal(scalar(event), ilp_text("<<")))
		return refuse(r, event,
			      "merge keys (<<) are not taken: write all out");
	if (is_plain(event) && scalar(event).len == 0)
		return refuse(r, event, "a key is missing");
	ilp_json_put_key_bytes(&r->json, scalar(event));
	return true;
}

static bool take_value(struct reader *r, const yaml_event_t *event)
{
	if (event->type == YAML_MAPPING_START_EVENT)
		return open_level(r, event, true);
	if (event->type == YAML_SEQUENCE_START_EVENT)
		return open_level(r, event, false);
	if (is_plain(event))
		yaml_put_plain(&r->json, scalar(event));
	else
		ilp_json_put_string(&r->json, scalar(event));
	return true;
}

static bool take_node(struct reader *r, const yaml_event_t *event,
		      const yaml_char_t *anchor, const yaml_char_t *tag)
{
	struct level *level = &r->levels[r->depth];
	bool key = level->key;

	if (anchor)
		return refuse(r, event,
			      "anchors (&) are not taken; a value that begins "
			      "with & needs quotes");
	if (tag)
		return refuse(r, event,
			      "tags (!) are not taken; a value that begins "
			      "with ! needs quotes");
	if ((key || event->type == YAML_MAPPING_START_EVENT) &&
	    is_odd_key(r, event))
		return refuse(r, event, "a value or key that begins with ? needs "
					"quotes");
	if (is_long_quote(event))
		return refuse(r, event,
			      "a text in quotes ends on the line on which it "
			      "begins: is a quote missing?");
	if (is_cut(r, event))
		return refuse_at(r, place_of(r, event->end_mark),
				 "a comment needs a space in front of it");
	if (!mark(r, event))
		return false;
	level->key = level->object && !key;
	return key ? take_key(r, event) : take_value(r, event);
}

static bool take_document(struct reader *r, const yaml_event_t *event)
{
	if (event->data.document_start.version_directive ||
	    event->data.document_start.tag_directives.start !=
		    event->data.document_start.tag_directives.end)
		return refuse(r, event, "directives (%) are not taken");
	if (r->any)
		return refuse(r, event, "there is a second document (---)");
	r->any = true;
	return true;
}

static bool take(struct reader *r, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	case YAML_STREAM_END_EVENT:
		return r->any || refuse_at(r, (struct ilp_json_place){ 1, 1 },
					   "there is nothing in it");
	case YAML_DOCUMENT_START_EVENT:
		return take_document(r, event);
	case YAML_ALIAS_EVENT:
		return refuse(r, event,
			      "aliases (*) are not taken; a value that begins "
			      "with * needs quotes");
	case YAML_SCALAR_EVENT:
		return take_node(r, event, event->data.scalar.anchor,
				 event->data.scalar.tag);
	case YAML_SEQUENCE_START_EVENT:
		return take_node(r, event, event->data.sequence_start.anchor,
				 event->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return take_node(r, event, event->data.mapping_start.anchor,
				 event->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_level(r);
		break;
	}
	return true;
}

static bool take_all(struct reader *r)
{
	bool good = true;
	bool ended = false;

	while (good && !ended) {
		yaml_event_t event;

		if (!yaml_parser_parse(&r->parser, &event))
			return refuse_parser(r);
		ended = event.type == YAML_STREAM_END_EVENT;
		good = take(r, &event);
		yaml_event_delete(&event);
	}
	return good;
}

/* ---- from start to end ---- */

/* Each byte becomes a few at the most: `{a,b` is `{"a":null,"b":null`. What is
 * not written to costs nothing. */
#define ROOM_PER_BYTE 16
#define ROOM_BESIDES 256

static bool read_all(struct reader *r)
{
	struct ilp_json_place start = { 1, 1 };
	bool good;

	r->end = ilp_json_place(r->text, r->text.len);
	r->out->json = malloc(r->out->capacity);
	if (!r->out->json || !yaml_parser_initialize(&r->parser))
		return refuse_at(r, start, "no memory");
	r->json = ilp_json_writer(r->out->json, r->out->capacity, 0);
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->parser, r->text.at, r->text.len);
	good = take_all(r);
	yaml_parser_delete(&r->parser);
	r->out->len = ilp_json_written(&r->json).len;
	if (good && r->json.problem)
		return refuse_at(r, start,
				 ilp_json_problem_text(r->json.problem));
	return good;
}

/* Is it a line break that editors do not show as one, so that places would not
 * be theirs? Those above 0x7f, U+0085, U+2028 and U+2029, YAML 1.2 does not
 * have. */
static bool is_odd_break(struct ilp_bytes text)
{
	static const char *const breaks[] = { "\xc2\x85", "\xe2\x80\xa8",
					      "\xe2\x80\xa9" };

	if (text.at[0] == '\r')
		return text.len == 1 || text.at[1] != '\n';
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		size_t len = strlen(breaks[i]);

		if (text.len >= len && memcmp(text.at, breaks[i], len) == 0)
			return true;
	}
	return false;
}

/* Its offset; the length of the text if there is none. */
static size_t find_odd_break(struct ilp_bytes text)
{
	size_t i = 0;

	while (i < text.len && !is_odd_break(ilp_bytes_skip(text, i)))
		i++;
	return i;
}

bool yaml_read(struct yaml *out, struct ilp_bytes text,
	       struct yaml_error *error)
{
	struct ilp_json_place start = { 1, 1 };
	struct reader r = { .text = text, .out = out, .error = error };
	size_t odd;
	bool good;

	*out = (struct yaml){
		.capacity = ROOM_PER_BYTE * text.len + ROOM_BESIDES,
	};
	if (text.len > YAML_SIZE_MAX)
		good = refuse_at(&r, start, "longer than 16 MiB");
	else if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0)
		good = refuse_at(&r, start,
				 ilp_json_problem_text(ILP_JSON_BOM));
	else if ((odd = find_odd_break(text)) < text.len)
		good = refuse_at(&r, ilp_json_place(text, odd),
				 "a line break that is not to be seen: take it "
				 "out, or write its escape in double quotes");
	else
		good = read_all(&r);
	if (!good)
		yaml_drop(out);
	return good;
}

struct ilp_json_place yaml_place(const struct yaml *y, size_t offset)
{
	size_t low = 0;
	size_t high = y->mark_count;

	/* The last mark that is not behind it is below `high`. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (y->marks[middle].offset <= offset)
			low = middle;
		else
			high = middle;
	}
	return y->marks[low].place;
}

void yaml_drop(struct yaml *y)
{
	free(y->json);
	free(y->marks);
	*y = (struct yaml){ 0 };
}
