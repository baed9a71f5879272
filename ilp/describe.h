/* SPDX-License-Identifier: Apache-2.0 */
/* describe.h - any packet, as text that a person can read, or as JSON.
 *
 * What lies nested in the data (a CCP message, an echo, F08 amounts, and a
 * STREAM packet for whoever has its secret) is shown as well where it can be
 * recognised. In JSON, 64-bit integers are strings, and bytes are hexadecimal.
 */
#ifndef ILP_DESCRIBE_H
#define ILP_DESCRIBE_H

#include "ilp/oer.h"
#include "ilp/stream/keys.h"

ILP_BEGIN_DECLS

enum ilp_describe_form {
	ILP_DESCRIBE_TEXT, /* lines, indented */
	ILP_DESCRIBE_JSON, /* one object on one line */
};

/* Room enough for the description of any packet that fits into 64 KiB: the
 * smallest frame has two bytes and takes about a hundred to show. */
#define ILP_DESCRIBE_ROOM (4 * 1024 * 1024)

/* Each appends a description, or gives the error of a decoder and appends
 * nothing. `stream` may be NULL; then STREAM data stays unread. */
ILP_API enum ilp_error ilp_describe_packet(struct ilp_writer *w,
					   enum ilp_describe_form form,
					   struct ilp_stream_keys *stream,
					   struct ilp_bytes packet);
ILP_API enum ilp_error ilp_describe_btp(struct ilp_writer *w,
					enum ilp_describe_form form,
					struct ilp_stream_keys *stream,
					struct ilp_bytes packet);

/* A plain STREAM packet. */
ILP_API enum ilp_error ilp_describe_stream(struct ilp_writer *w,
					   enum ilp_describe_form form,
					   struct ilp_bytes plain);

/* The data of the Fulfill that answers an ILDCP request: it cannot be told
 * from other data by itself. */
ILP_API enum ilp_error ilp_describe_ildcp(struct ilp_writer *w,
					  enum ilp_describe_form form,
					  struct ilp_bytes data);

ILP_END_DECLS

#endif
