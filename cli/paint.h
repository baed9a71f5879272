/* SPDX-License-Identifier: Apache-2.0 */
/* paint.h - colours, for who looks at a terminal and wants them. */
#ifndef CLI_PAINT_H
#define CLI_PAINT_H

#include <stdbool.h>

enum paint_style {
	PAINT_PLAIN,
	PAINT_STRONG, /* titles and names */
	PAINT_FAINT,  /* what matters less */
	PAINT_GOOD,
	PAINT_WARN,
	PAINT_BAD,
};

struct paint {
	bool on;
};

/* Are there colours? `choice` is what --color says, or NULL; the other two are
 * from the environment, or NULL. */
struct paint paint(const char *choice, bool terminal, const char *no_color,
		   const char *term);

/* What is written before a text and behind it. */
const char *paint_begin(struct paint p, enum paint_style style);
const char *paint_end(struct paint p, enum paint_style style);

#endif
