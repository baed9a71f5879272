/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/paint.h"

#include <string.h>

#define ESCAPE "\033["

static const char *const begins[] = {
	[PAINT_PLAIN] = "",          [PAINT_STRONG] = ESCAPE "1m",
	[PAINT_FAINT] = ESCAPE "2m", [PAINT_GOOD] = ESCAPE "32m",
	[PAINT_WARN] = ESCAPE "33m", [PAINT_BAD] = ESCAPE "31m",
};

/* NO_COLOR counts when it is not empty (no-color.org). */
struct paint paint(const char *choice, bool terminal, const char *no_color,
		   const char *term)
{
	struct paint p = { terminal && !(no_color && no_color[0]) &&
			   !(term && strcmp(term, "dumb") == 0) };

	if (choice && strcmp(choice, "auto") != 0)
		p.on = strcmp(choice, "always") == 0;
	return p;
}

const char *paint_begin(struct paint p, enum paint_style style)
{
	return p.on ? begins[style] : "";
}

const char *paint_end(struct paint p, enum paint_style style)
{
	return p.on && style != PAINT_PLAIN ? ESCAPE "0m" : "";
}
