/* SPDX-License-Identifier: Apache-2.0 */
/* hexdump.h - bytes from the lines in which xxd, hexdump -C, tcpdump -x,
 * od -A x -t x1 and Wireshark show them: an offset, digits, and perhaps the
 * same as text.
 *
 *	00000000: 0c82 0145 0000 0000 0000 006b 3230 3137  ...E.......k2017
 *	0x0000:  0c82 0145 0000 0000 0000 006b 3230 3137
 *	0000   0c 82 01 45 00 00 00 00 00 00 00 6b 32 30 31 37 ...E.......k2017
 *
 * What a line has as digits and what as text is told by its spaces alone; that
 * a text is a dump, by offsets that begin with 0 and go on without a gap.
 */
#ifndef CLI_HEXDUMP_H
#define CLI_HEXDUMP_H

#include "base/buffer.h"

#define HEXDUMP_MAX ((size_t)64 * 1024 * 1024)

/* Nothing to begin with: zeros. */
struct hexdump {
	struct buffer bytes; /* so far */
	bool open;           /* a line has come */
	size_t line_len;     /* private: bytes of the last line, */
	bool repeats;        /* which an asterisk repeats */
};

/* Takes a line of the dump. False, and nothing is changed, when it is none, or
 * begins another. */
bool hexdump_take(struct hexdump *h, struct ilp_bytes line);

/* Begins anew, and keeps the memory. */
void hexdump_reset(struct hexdump *h);
void hexdump_drop(struct hexdump *h);

#endif
