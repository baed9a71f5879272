/* SPDX-License-Identifier: Apache-2.0 */
/* address.h - ILP addresses and prefixes (RFC 15).
 *
 * An address is ASCII text of segments with dots between them; the first
 * segment is the scheme. Addresses are compared and matched by whole
 * segments: g.foo is a prefix of g.foo.bar, not of g.foobar. Here they are
 * plain slices; the decoders have checked them before anyone sees them.
 */
#ifndef ILP_ADDRESS_H
#define ILP_ADDRESS_H

#include "ilp/oer.h"

ILP_BEGIN_DECLS

#define ILP_ADDRESS_MAX 1023

enum ilp_scheme {
	ILP_SCHEME_NONE, /* not a scheme that RFC 15 allots */
	ILP_SCHEME_G,
	ILP_SCHEME_PRIVATE,
	ILP_SCHEME_EXAMPLE,
	ILP_SCHEME_PEER, /* for the next hop only: never forwarded */
	ILP_SCHEME_SELF,
	ILP_SCHEME_TEST, /* test, test1, test2, test3 */
	ILP_SCHEME_LOCAL,
};

/* An address to which a packet may be sent: a scheme and at least one
 * segment more. */
ILP_API bool ilp_address_valid(struct ilp_bytes address);

/* What a route may be for: an address, or a scheme alone. */
ILP_API bool ilp_prefix_valid(struct ilp_bytes prefix);

ILP_API enum ilp_scheme ilp_address_scheme(struct ilp_bytes address);

/* Is `prefix` made of the first segments of `address`, or of all of them? The
 * empty prefix, that of the default route, is one of every address. */
ILP_API bool ilp_address_has_prefix(struct ilp_bytes address,
				    struct ilp_bytes prefix);

/* Takes the first segment off `rest`; false when none is left. */
ILP_API bool ilp_address_next_segment(struct ilp_bytes *rest,
				      struct ilp_bytes *segment);

/* An octet string that must be a valid address. */
ILP_API struct ilp_bytes ilp_read_address(struct ilp_reader *r);

ILP_END_DECLS

#endif
