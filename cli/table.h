/* SPDX-License-Identifier: Apache-2.0 */
/* table.h - rows of cells, in columns as wide as they need be.
 *
 *	static const struct table_column columns[] = {
 *		{ "ACCOUNT", TABLE_TEXT }, { "BALANCE", TABLE_NUMBER },
 *	};
 *	struct table t = table(columns, 2);
 *
 *	table_put(&t, PAINT_STRONG, ilp_text("alice"));
 *	table_put(&t, PAINT_PLAIN, ilp_text("-120"));
 *	table_write(&t, paint, terminal_width, &out);
 *
 * On a terminal a row fits its width: prose is wrapped, then texts are cut;
 * numbers never are, since half a number is another one. Elsewhere everything
 * is written out.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "base/buffer.h"
#include "cli/paint.h"

enum table_kind {
	TABLE_TEXT,
	TABLE_NUMBER, /* to the right */
	TABLE_PROSE,  /* may go over several lines */
};

struct table_column {
	const char *title; /* NULL in all of them: the table has no head */
	enum table_kind kind;
};

#define TABLE_COLUMNS_MAX 16

struct table {
	const struct table_column *columns;
	size_t count;
	bool failed;         /* for want of memory */
	struct buffer cells; /* private, as is the next */
	struct buffer text;
};

struct table table(const struct table_column *columns, size_t count);
void table_drop(struct table *t);

/* The next cell, from left to right and downwards. Whatever the text is, it
 * does no harm to a terminal. */
void table_put(struct table *t, enum paint_style style, struct ilp_bytes text);

/* Adds the lines; `width` is that of a terminal, or 0. False when there is no
 * memory, or was none for the cells. */
bool table_write(const struct table *t, struct paint p, size_t width,
		 struct buffer *out);

#endif
