/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/table.h"

#include <assert.h>

#include "cli/width.h"

#define GAP "  "
#define GAP_LEN 2
#define BYTES_MAX ((size_t)256 * 1024 * 1024)
/* A narrower column says too little to be of use. */
#define TEXT_WIDTH_MIN 8
#define PROSE_WIDTH_MIN 24
#define ELLIPSIS "\xe2\x80\xa6"

struct cell {
	size_t at, len; /* of its text */
	enum paint_style style;
};

struct layout {
	const struct table *table;
	struct paint paint;
	size_t widths[TABLE_COLUMNS_MAX];
	bool cut; /* texts may be */
	struct buffer *out;
	bool failed;
};

struct table table(const struct table_column *columns, size_t count)
{
	assert(count > 0 && count <= TABLE_COLUMNS_MAX);
	return (struct table){ .columns = columns, .count = count };
}

void table_drop(struct table *t)
{
	buffer_drop(&t->cells);
	buffer_drop(&t->text);
}

void table_put(struct table *t, enum paint_style style, struct ilp_bytes text)
{
	struct cell cell = { .at = t->text.len, .style = style };
	struct ilp_bytes bytes = { (const uint8_t *)&cell, sizeof(cell) };

	if (t->failed || !width_add_harmless(&t->text, text)) {
		t->failed = true;
		return;
	}
	cell.len = t->text.len - cell.at;
	if (!buffer_add(&t->cells, bytes, BYTES_MAX))
		t->failed = true;
}

static struct cell cell_at(const struct table *t, size_t index)
{
	struct cell cell;

	memcpy(&cell, t->cells.at + index * sizeof(cell), sizeof(cell));
	return cell;
}

static size_t cell_count(const struct table *t)
{
	return t->cells.len / sizeof(struct cell);
}

static struct ilp_bytes text_of(const struct table *t, struct cell cell)
{
	if (cell.len == 0)
		return (struct ilp_bytes){ NULL, 0 };
	return (struct ilp_bytes){ t->text.at + cell.at, cell.len };
}

static struct ilp_bytes title(const struct table *t, size_t column)
{
	const char *text = t->columns[column].title;

	return ilp_text(text ? text : "");
}

/* ---- how wide the columns are ---- */

static void measure(struct layout *l)
{
	const struct table *t = l->table;

	for (size_t i = 0; i < t->count; i++)
		l->widths[i] = width_of(title(t, i));
	for (size_t i = 0; i < cell_count(t); i++) {
		size_t width = width_of(text_of(t, cell_at(t, i)));

		if (width > l->widths[i % t->count])
			l->widths[i % t->count] = width;
	}
}

/* The widest column of a kind that is above the least width; or `count`. */
static size_t widest(const struct layout *l, enum table_kind kind, size_t least)
{
	size_t found = l->table->count;

	for (size_t i = 0; i < l->table->count; i++) {
		if (l->table->columns[i].kind != kind)
			continue;
		if (l->widths[i] > least) {
			least = l->widths[i];
			found = i;
		}
	}
	return found;
}

static void fit(struct layout *l, size_t width)
{
	size_t total = GAP_LEN * (l->table->count - 1);

	for (size_t i = 0; i < l->table->count; i++)
		total += l->widths[i];
	for (; total > width; total--) {
		size_t i = widest(l, TABLE_PROSE, PROSE_WIDTH_MIN);

		if (i == l->table->count)
			i = widest(l, TABLE_TEXT, TEXT_WIDTH_MIN);
		if (i == l->table->count)
			return; /* as narrow as can be */
		l->widths[i]--;
	}
}

/* ---- writing ---- */

static void put(struct layout *l, struct ilp_bytes bytes)
{
	if (l->failed || bytes.len > BYTES_MAX - l->out->len ||
	    !buffer_add(l->out, bytes, BYTES_MAX))
		l->failed = true;
}

static void put_spaces(struct layout *l, size_t count)
{
	while (count-- && !l->failed)
		put(l, ilp_text(" "));
}

/* What of the text is on this line; the rest stays in `text`. */
static struct ilp_bytes take_line(struct layout *l, size_t column,
				  struct ilp_bytes *text, bool *is_cut)
{
	struct ilp_bytes line = *text;
	size_t width = l->widths[column];

	*is_cut = false;
	if (l->cut && l->table->columns[column].kind == TABLE_PROSE) {
		if (!width_next_line(text, width, &line))
			line.len = 0;
		return line;
	}
	*text = (struct ilp_bytes){ NULL, 0 };
	if (!l->cut || width_of(line) <= width)
		return line;
	*is_cut = true;
	return width_cut(line, width - 1);
}

/* Spaces that are due are written before the next text, so that no line ends
 * with them. */
static void put_cell(struct layout *l, size_t column, enum paint_style style,
		     struct ilp_bytes *text, size_t *due)
{
	bool is_cut;
	struct ilp_bytes line = take_line(l, column, text, &is_cut);
	size_t width = width_of(line) + is_cut;
	size_t room = l->widths[column] > width ? l->widths[column] - width : 0;
	bool right = l->table->columns[column].kind == TABLE_NUMBER;

	if (width) {
		put_spaces(l, *due + (right ? room : 0));
		put(l, ilp_text(paint_begin(l->paint, style)));
		put(l, line);
		put(l, ilp_text(is_cut ? ELLIPSIS : ""));
		put(l, ilp_text(paint_end(l->paint, style)));
		*due = right ? 0 : room;
	} else {
		*due += room;
	}
	*due += GAP_LEN;
}

/* Over as many lines as it takes. */
static void put_row(struct layout *l, struct ilp_bytes *texts,
		    const enum paint_style *styles)
{
	size_t left;

	do {
		size_t due = 0;

		left = 0;
		for (size_t i = 0; i < l->table->count; i++) {
			put_cell(l, i, styles[i], &texts[i], &due);
			left += texts[i].len;
		}
		put(l, ilp_text("\n"));
	} while (left && !l->failed);
}

static void put_head(struct layout *l)
{
	struct ilp_bytes texts[TABLE_COLUMNS_MAX];
	enum paint_style styles[TABLE_COLUMNS_MAX];
	size_t len = 0;

	for (size_t i = 0; i < l->table->count; i++) {
		texts[i] = title(l->table, i);
		styles[i] = PAINT_STRONG;
		len += texts[i].len;
	}
	if (len)
		put_row(l, texts, styles);
}

static void put_rows(struct layout *l)
{
	const struct table *t = l->table;

	for (size_t i = 0; i + t->count <= cell_count(t); i += t->count) {
		struct ilp_bytes texts[TABLE_COLUMNS_MAX];
		enum paint_style styles[TABLE_COLUMNS_MAX];

		for (size_t j = 0; j < t->count; j++) {
			struct cell cell = cell_at(t, i + j);

			texts[j] = text_of(t, cell);
			styles[j] = cell.style;
		}
		put_row(l, texts, styles);
	}
}

bool table_write(const struct table *t, struct paint p, size_t width,
		 struct buffer *out)
{
	struct layout l = { .table = t,
			    .paint = p,
			    .cut = width > 0,
			    .out = out,
			    .failed = t->failed };

	measure(&l);
	if (width)
		fit(&l, width);
	put_head(&l);
	put_rows(&l);
	return !l.failed;
}
