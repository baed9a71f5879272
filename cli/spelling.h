/* SPDX-License-Identifier: Apache-2.0 */
/* spelling.h - bytes as people copy them from somewhere: hexadecimal digits
 * with whatever stands between them, or base64 of either alphabet. */
#ifndef CLI_SPELLING_H
#define CLI_SPELLING_H

#include "base/buffer.h"

#define SPELLING_MAX ((size_t)64 * 1024 * 1024)

/* Each adds the bytes that a text stands for. False, and nothing is added, when
 * it is not of this form, has no byte, or there is no memory.
 *
 * Digits come in pairs: 0c46, 0c 46, 0c:46, 0x0c, 0x46, "\x0c\x46",
 * <Buffer 0c 46>. */
bool spelling_hex(struct buffer *out, struct ilp_bytes text);

/* White space around and within it does not count. */
bool spelling_base64(struct buffer *out, struct ilp_bytes text);

/* Without the white space around it. */
struct ilp_bytes spelling_trim(struct ilp_bytes text);

#endif
