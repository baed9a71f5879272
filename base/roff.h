/* SPDX-License-Identifier: Apache-2.0 */
/* roff.h - writing a manual page, in the macros of man(7).
 *
 * A page is headings, paragraphs, and paragraphs that have a tag, such as an
 * option and what it does:
 *
 *	struct roff r = roff("ILP", 1, "2026-01-31", "ilpd 0.1.0", "ilpd");
 *
 *	roff_section(&r, "NAME");
 *	roff_text(&r, "ilp - talks to a node");
 *	roff_section(&r, "OPTIONS");
 *	roff_tag(&r);
 *	roff_bold(&r, "--json");
 *	roff_tagged(&r);
 *	roff_text(&r, "For programs.");
 *
 * Texts are plain UTF-8 and mean nothing to roff, whatever is in them; how they
 * are broken into lines is the writer's work. The caller takes the page from
 * `out`, unless `failed`, and drops it.
 */
#ifndef BASE_ROFF_H
#define BASE_ROFF_H

#include "base/buffer.h"

struct roff {
	struct buffer out;
	bool failed;   /* for want of memory */
	size_t column; /* this and the rest are private: where the line ends */
	bool space;    /* that is due before the next word */
	bool fresh;    /* nothing has come since the heading */
	bool lines;    /* breaks are the text's own, as in an example */
};

/* A page begins with its name and section, a date (2026-01-31), what it is a
 * part of, and the manual's title. */
struct roff roff(const char *name, unsigned section, const char *date,
		 const char *source, const char *manual);

void roff_section(struct roff *r, const char *title);
void roff_subsection(struct roff *r, const char *title);
void roff_paragraph(struct roff *r);

/* What comes between the two is the tag, what comes after them is beside it, up
 * to the next of anything. */
void roff_tag(struct roff *r);
void roff_tagged(struct roff *r);

/* Text that follows what is there already; a space between them is the
 * caller's. */
void roff_text(struct roff *r, const char *text);
void roff_bold(struct roff *r, const char *text);
void roff_italic(struct roff *r, const char *text);

/* Lines that stay as they are. */
void roff_example(struct roff *r, const char *lines);

#endif
