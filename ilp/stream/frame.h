/* SPDX-License-Identifier: Apache-2.0 */
/* frame.h - the frames inside a STREAM packet (RFC 29, section 5.3).
 *
 * A frame is a type and a few fields; frame.c has a table that says which
 * type has which, and reading, writing and showing frames all follow it.
 */
#ifndef ILP_STREAM_FRAME_H
#define ILP_STREAM_FRAME_H

#include "ilp/oer.h"

ILP_BEGIN_DECLS

enum ilp_frame_type {
	ILP_FRAME_CONNECTION_CLOSE = 0x01,
	ILP_FRAME_CONNECTION_NEW_ADDRESS = 0x02,
	ILP_FRAME_CONNECTION_MAX_DATA = 0x03,
	ILP_FRAME_CONNECTION_DATA_BLOCKED = 0x04,
	ILP_FRAME_CONNECTION_MAX_STREAM_ID = 0x05,
	ILP_FRAME_CONNECTION_STREAM_ID_BLOCKED = 0x06,
	ILP_FRAME_CONNECTION_ASSET_DETAILS = 0x07,
	ILP_FRAME_STREAM_CLOSE = 0x10,
	ILP_FRAME_STREAM_MONEY = 0x11,
	ILP_FRAME_STREAM_MAX_MONEY = 0x12,
	ILP_FRAME_STREAM_MONEY_BLOCKED = 0x13,
	ILP_FRAME_STREAM_DATA = 0x14,
	ILP_FRAME_STREAM_MAX_DATA = 0x15,
	ILP_FRAME_STREAM_DATA_BLOCKED = 0x16,
	ILP_FRAME_STREAM_RECEIPT = 0x17,
};

/* Why a connection or a stream was closed; others may come. */
enum ilp_stream_code {
	ILP_STREAM_NO_ERROR = 1,
	ILP_STREAM_INTERNAL_ERROR = 2,
	ILP_STREAM_ENDPOINT_BUSY = 3,
	ILP_STREAM_FLOW_CONTROL_ERROR = 4,
	ILP_STREAM_STREAM_ID_ERROR = 5,
	ILP_STREAM_STREAM_STATE_ERROR = 6,
	ILP_STREAM_FRAME_FORMAT_ERROR = 7,
	ILP_STREAM_PROTOCOL_VIOLATION = 8,
	ILP_STREAM_APPLICATION_ERROR = 9,
};

/* Only the fields that its type has are read or written; when read, the
 * others are zero. */
struct ilp_frame {
	uint8_t type;              /* enum ilp_frame_type, or unknown */
	struct ilp_bytes contents; /* when read: all of it, undecoded */

	uint64_t stream_id; /* of every Stream frame */

	uint8_t code; /* ConnectionClose, StreamClose */
	struct ilp_bytes message;

	struct ilp_bytes address; /* ConnectionNewAddress: not checked */

	uint64_t max_offset; /* the MaxData and DataBlocked frames */
	uint64_t max_stream_id;

	struct ilp_bytes asset_code; /* ConnectionAssetDetails */
	uint8_t asset_scale;

	uint64_t shares;      /* StreamMoney */
	uint64_t receive_max; /* StreamMaxMoney */
	uint64_t total_received;
	uint64_t send_max; /* StreamMoneyBlocked */
	uint64_t total_sent;

	uint64_t offset; /* StreamData */
	struct ilp_bytes data;

	struct ilp_bytes receipt; /* StreamReceipt */
};

/* One frame off the reader. A type that we do not know is no failure: its
 * contents are passed over. */
ILP_API void ilp_frame_read(struct ilp_reader *r, struct ilp_frame *out);

/* Appends a frame of a type that we know, else TYPE. */
ILP_API enum ilp_error ilp_frame_write(struct ilp_writer *w,
				       const struct ilp_frame *frame);

/* How a field is encoded. */
enum ilp_field_kind {
	ILP_FIELD_NONE, /* ends the list */
	ILP_FIELD_U8,
	ILP_FIELD_VARUINT,
	ILP_FIELD_SATURATED, /* wider than 64 bits reads as 2^64-1 */
	ILP_FIELD_TEXT,
	ILP_FIELD_OCTETS,
};

#define ILP_FRAME_FIELDS_MAX 3

struct ilp_frame_field {
	const char *name;
	enum ilp_field_kind kind;
	size_t offset; /* in struct ilp_frame */
};

struct ilp_frame_row {
	const char *name;
	struct ilp_frame_field fields[ILP_FRAME_FIELDS_MAX + 1];
};

/* What frames of this type are called and have; NULL if it is unknown. */
ILP_API const struct ilp_frame_row *ilp_frame_row(uint8_t type);

/* "NoError", …; NULL for a code that we do not know. */
ILP_API const char *ilp_stream_code_name(uint8_t code);

ILP_END_DECLS

#endif
