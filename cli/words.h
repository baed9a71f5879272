/* SPDX-License-Identifier: Apache-2.0 */
/* words.h - what is written as text: payment pointers, addresses, URLs of
 * peers, and answers of SPSP. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "ilp/describe.h"

/* Appends a description as those of describe.h; FORMAT when it is none of
 * these. No token or secret is in it. */
enum ilp_error words_describe(struct ilp_writer *w, enum ilp_describe_form form,
			      struct ilp_bytes text);

#endif
