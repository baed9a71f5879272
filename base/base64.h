/* SPDX-License-Identifier: Apache-2.0 */
/* base64.h - bytes as text (RFC 4648), in the two alphabets that the
 * protocols around us use.
 *
 * Reading strictly, each sequence of bytes has one spelling, as it must where
 * texts are compared. Reading leniently is for what peers of other makes send
 * us, who differ in alphabet and padding.
 */
#ifndef ILP_BASE_BASE64_H
#define ILP_BASE_BASE64_H

#include "base/bytes.h"

enum ilp_base64 {
	ILP_BASE64,     /* RFC 4648, section 4: + and /, padded with = */
	ILP_BASE64_URL, /* section 5: - and _, without padding */
	ILP_BASE64_ANY, /* only to read: both alphabets, even mixed; all the
			   padding or none; unused bits are ignored */
};

/* How long the text of `len` bytes is. */
size_t ilp_base64_encoded_len(size_t len, enum ilp_base64 form);

/* How many bytes a text of `len` characters has at most. */
size_t ilp_base64_decoded_max(size_t len);

/* Both write into the buffer and make `*out` the part written, or are false
 * and leave `*out` as it was, though not the buffer. Only decoding can fail
 * for another reason than that the buffer is too small. It refuses white
 * space in every form. */
bool ilp_base64_encode(struct ilp_bytes *out, struct ilp_bytes in,
		       enum ilp_base64 form, uint8_t *buffer, size_t capacity);
bool ilp_base64_decode(struct ilp_bytes *out, struct ilp_bytes text,
		       enum ilp_base64 form, uint8_t *buffer, size_t capacity);

#endif
