/* SPDX-License-Identifier: Apache-2.0 */
#include "base/roff.h"

#include "base/digits.h"
#include "base/utf8.h"

/* Lines are broken behind this column, so that they stay below 80. */
#define COLUMN_FULL 60
#define PAGE_MAX ((size_t)16 * 1024 * 1024)

static void put(struct roff *r, struct ilp_bytes bytes)
{
	if (r->failed || bytes.len > PAGE_MAX - r->out.len ||
	    !buffer_add(&r->out, bytes, PAGE_MAX))
		r->failed = true;
	r->column += bytes.len;
}

static void put_text(struct roff *r, const char *text)
{
	put(r, ilp_text(text));
}

static void end_line(struct roff *r)
{
	if (r->column)
		put_text(r, "\n");
	r->column = 0;
	r->space = false;
}

/* \[u2026]: roff knows every character by its number. */
static void put_character(struct roff *r, struct ilp_bytes c)
{
	static const uint8_t leads[] = { 0, 0, 0x1f, 0x0f, 0x07 };
	static const uint8_t digits[] = "0123456789ABCDEF";
	uint32_t code = c.at[0] & leads[c.len];

	for (size_t i = 1; i < c.len; i++)
		code = code << 6 | (c.at[i] & 0x3f);
	put_text(r, "\\[u");
	for (unsigned shift = code > 0xffff ? 20 : 16; shift;) {
		shift -= 4;
		put(r, (struct ilp_bytes){ &digits[code >> shift & 0xf], 1 });
	}
	put_text(r, "]");
}

/* How a character is written that roff would take for something else. */
static const char *escape(uint8_t c, bool begins_line)
{
	switch (c) {
	case '\\':
		return "\\e";
	case '-':
		return "\\-";
	case '"':
		return "\\(dq";
	case '`':
		return "\\(ga";
	case '^':
		return "\\(ha";
	case '~':
		return "\\(ti";
	case '\'':
		return "\\(aq";
	case '.':
		return begins_line ? "\\&." : NULL;
	}
	return NULL;
}

/* Behind the dot of an abbreviation a line does not end either, or roff would
 * take it for that of a sentence and widen the space. */
static bool may_end_line(const struct roff *r)
{
	return r->column > COLUMN_FULL && r->out.at[r->out.len - 1] != '.';
}

/* A space, or the end of a line, is written only when something follows. */
static void begin_word(struct roff *r)
{
	if (r->space && may_end_line(r))
		end_line(r);
	else if (r->space)
		put_text(r, " ");
	r->space = false;
	r->fresh = false;
}

static void put_word(struct roff *r, struct ilp_bytes c)
{
	const char *written;

	begin_word(r);
	written = c.len == 1 ? escape(c.at[0], r->column == 0) : NULL;
	if (written)
		put_text(r, written);
	else if (c.len > 1)
		put_character(r, c);
	else
		put(r, c);
}

static void put_line_end(struct roff *r)
{
	if (!r->lines) {
		r->space = r->column > 0;
		return;
	}
	if (r->column == 0)
		put_text(r, "\\&");
	end_line(r);
}

static void put_plain(struct roff *r, const char *text)
{
	struct ilp_bytes left = ilp_text(text);

	while (left.len && !r->failed) {
		size_t len = ilp_utf8_len(left);
		struct ilp_bytes c = { left.at, len ? len : 1 };

		if (c.at[0] == '\n')
			put_line_end(r);
		else if (c.at[0] == ' ' && !r->lines)
			r->space = r->column > 0;
		else if (len == 0 || c.at[0] < ' ')
			put_word(r, ilp_text("?"));
		else
			put_word(r, c);
		left = ilp_bytes_skip(left, c.len);
	}
}

static void put_quoted(struct roff *r, const char *text)
{
	put_text(r, " \"");
	r->lines = true; /* an argument is one line */
	put_plain(r, text);
	r->lines = false;
	put_text(r, "\"");
}

/* A macro with one argument, or none. */
static void put_macro(struct roff *r, const char *name, const char *argument)
{
	end_line(r);
	put_text(r, name);
	if (argument)
		put_quoted(r, argument);
	end_line(r);
}

/* The date is not text to roff: its hyphens are none to escape. */
struct roff roff(const char *name, unsigned section, const char *date,
		 const char *source, const char *manual)
{
	struct roff r = { .failed = false };
	uint8_t digits[ILP_DECIMAL_MAX];

	put_text(&r, ".TH");
	put_quoted(&r, name);
	put_text(&r, " ");
	put(&r, ilp_decimal(digits, section));
	put_text(&r, " ");
	put_text(&r, date);
	put_quoted(&r, source);
	put_quoted(&r, manual);
	end_line(&r);
	return r;
}

void roff_section(struct roff *r, const char *title)
{
	put_macro(r, ".SH", title);
	r->fresh = true;
}

void roff_subsection(struct roff *r, const char *title)
{
	put_macro(r, ".SS", title);
	r->fresh = true;
}

void roff_paragraph(struct roff *r)
{
	if (!r->fresh)
		put_macro(r, ".PP", NULL);
}

void roff_tag(struct roff *r)
{
	put_macro(r, ".TP", NULL);
	r->lines = true; /* a tag is one line */
}

void roff_tagged(struct roff *r)
{
	end_line(r);
	r->lines = false;
}

void roff_text(struct roff *r, const char *text)
{
	put_plain(r, text);
}

static void put_in_font(struct roff *r, const char *font, const char *text)
{
	begin_word(r);
	put_text(r, font);
	put_plain(r, text);
	put_text(r, "\\fR");
}

void roff_bold(struct roff *r, const char *text)
{
	put_in_font(r, "\\fB", text);
}

void roff_italic(struct roff *r, const char *text)
{
	put_in_font(r, "\\fI", text);
}

void roff_example(struct roff *r, const char *lines)
{
	roff_paragraph(r);
	put_macro(r, ".RS", "4");
	put_macro(r, ".nf", NULL);
	r->lines = true;
	put_plain(r, lines);
	r->lines = false;
	put_macro(r, ".fi", NULL);
	put_macro(r, ".RE", NULL);
}
