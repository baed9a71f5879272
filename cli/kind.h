/* SPDX-License-Identifier: Apache-2.0 */
/* kind.h - what bytes are, of all that Interledger sends. */
#ifndef CLI_KIND_H
#define CLI_KIND_H

#include "ilp/stream/keys.h"

enum kind {
	KIND_NONE,
	KIND_PACKET, /* of ILP */
	KIND_BTP,
	KIND_STREAM, /* a plain packet of STREAM */
	KIND_SEALED, /* an encrypted one, to which there are keys */
	KIND_ILDCP,  /* the data of an answer */
};

/* What the bytes are to be taken for. */
struct kinds {
	enum kind only;               /* or KIND_NONE: whatever they are */
	struct ilp_stream_keys *keys; /* NULL: there are none */
};

/* The kind that they can be read as; KIND_NONE when there is none. */
enum kind kind_of(const struct kinds *k, struct ilp_bytes bytes);

/* The kind that they begin like, though there is something wrong. */
enum kind kind_like(const struct kinds *k, struct ilp_bytes bytes);

/* How long all of it is, as the first bytes say; 0 when they do not. */
size_t kind_told_len(struct ilp_bytes bytes);

#endif
