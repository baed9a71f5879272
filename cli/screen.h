/* SPDX-License-Identifier: Apache-2.0 */
/* screen.h - a terminal that is taken over for a while: another page of it, on
 * which frames are drawn one over the other, and keys that are heard at once.
 *
 * However that ends, but by a kill, the terminal is as it was before.
 */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stdio.h>

#include "base/bytes.h"

struct screen;

/* Signals that would end or stop us come as keys from now on. NULL, and all is
 * as before, when that cannot be. `out` is a terminal, and `in` may be one. */
struct screen *screen_open(FILE *in, FILE *out);
void screen_close(struct screen *screen);

size_t screen_width(const struct screen *screen);
size_t screen_height(const struct screen *screen);

/* Draws lines over what was there; as many as there is room for. */
void screen_draw(struct screen *screen, struct ilp_bytes frame);

enum screen_event {
	SCREEN_NOTHING, /* so long */
	SCREEN_KEY,
	SCREEN_CHANGED, /* it has to be drawn anew */
	SCREEN_END,     /* somebody wants us to end */
};

/* Waits for at most so many milliseconds. */
enum screen_event screen_wait(struct screen *screen, int64_t ms, char *key);

#endif
