/* SPDX-License-Identifier: Apache-2.0 */
/* breakage.h - where in a packet the bytes are that a decoder refuses.
 *
 * The decoders of libilp say why and nothing else, since their callers drop
 * what is broken. For people the same fields are walked once more, with an eye
 * on where each begins; whatever the decoder says, this says as well.
 */
#ifndef CLI_BREAKAGE_H
#define CLI_BREAKAGE_H

#include "cli/kind.h"

struct breakage {
	enum ilp_error error; /* ILP_OK: there is none */
	size_t at;            /* the byte, counted from 0 */
	const char *field;    /* that begins there, or in which it ends */
};

/* KIND_SEALED is none of the kinds that can break: what cannot be opened has no
 * fields. */
struct breakage breakage_find(enum kind kind, struct ilp_bytes bytes);

#endif
