/* SPDX-License-Identifier: Apache-2.0 */
/* digits.h - numbers and bytes as digits, the way all our texts write them. */
#ifndef ILP_BASE_DIGITS_H
#define ILP_BASE_DIGITS_H

#include "base/bytes.h"

#define ILP_DECIMAL_MAX 20 /* of 2^64-1 */

/* The value in decimal, at the end of the buffer. */
struct ilp_bytes ilp_decimal(uint8_t buffer[ILP_DECIMAL_MAX], uint64_t value);

/* The number that these digits are: one at least, no zeros in front, and
 * nothing else. False, and `*value` stays, when they are none or too many. */
bool ilp_decimal_read(uint64_t *value, struct ilp_bytes digits);

/* The two lower-case hexadecimal digits of a byte. */
void ilp_hex(uint8_t out[2], uint8_t byte);

/* 0 to 15; -1 when the character is no hexadecimal digit. */
int ilp_hex_value(uint8_t digit);

#endif
