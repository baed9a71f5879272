/* SPDX-License-Identifier: Apache-2.0 */
/* draw.h - bytes that nobody can foresee, from the system. */
#ifndef CLI_DRAW_H
#define CLI_DRAW_H

#include <stdbool.h>
#include <stddef.h>

bool draw(void *out, size_t len);

#endif
