/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.h - is this text, and where does its next character end? */
#ifndef ILP_BASE_UTF8_H
#define ILP_BASE_UTF8_H

#include "base/bytes.h"

/* The length in bytes of the character that `text` starts with, from 1 to 4;
 * 0 when it does not start with a whole one (surrogates, overlong forms and
 * what lies past U+10FFFF are none). */
size_t ilp_utf8_len(struct ilp_bytes text);

bool ilp_utf8_valid(struct ilp_bytes text);

/* Are all bytes below 0x80? */
bool ilp_ascii_valid(struct ilp_bytes text);

/* Writes one character and gives its length. The code point must be one. */
size_t ilp_utf8_put(uint8_t out[4], uint32_t code_point);

#endif
