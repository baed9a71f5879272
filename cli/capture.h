/* SPDX-License-Identifier: Apache-2.0 */
/* capture.h - finds what Interledger has sent in whatever it was kept in: raw
 * bytes, digits or base64 with a packet a line or over several, dumps, and logs
 * with all kinds of words between. */
#ifndef CLI_CAPTURE_H
#define CLI_CAPTURE_H

#include "cli/hexdump.h"
#include "cli/kind.h"

struct capture {
	const struct kinds *kinds;
	struct ilp_bytes left; /* this and the rest are private */
	struct ilp_bytes log;  /* of a line with other words */
	size_t line;
	bool binary;
	struct buffer bytes;
	struct hexdump dump;
};

struct capture_piece {
	struct ilp_bytes bytes; /* good until the next one */
	bool text;   /* words that are no spelling of bytes, but a whole line */
	size_t line; /* where it begins; 0 when there are none */
};

/* The input and the kinds must outlive it. */
struct capture capture(const struct kinds *kinds, struct ilp_bytes input);
void capture_drop(struct capture *c);

/* False at the end. */
bool capture_next(struct capture *c, struct capture_piece *out);

#endif
