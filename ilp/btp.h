/* SPDX-License-Identifier: Apache-2.0 */
/* btp.h - BTP 2.0, the packets that two peers exchange (RFC 23).
 *
 * A Message or a Transfer asks, a Response or an Error with the same request
 * id answers. Each carries entries of named sub-protocols; the first one
 * decides what it is about, and an ILP packet travels in the one called
 * "ilp". Which answer belongs to which question is the link's concern.
 */
#ifndef ILP_BTP_H
#define ILP_BTP_H

#include "ilp/amount.h"
#include "ilp/oer.h"

ILP_BEGIN_DECLS

enum ilp_btp_type {
	ILP_BTP_RESPONSE = 1,
	ILP_BTP_ERROR = 2,
	ILP_BTP_MESSAGE = 6,
	ILP_BTP_TRANSFER = 7,
};

/* The sub-protocols that every peer knows. */
#define ILP_BTP_ILP "ilp"
#define ILP_BTP_AUTH "auth"
#define ILP_BTP_AUTH_USERNAME "auth_username"
#define ILP_BTP_AUTH_TOKEN "auth_token"

/* What an entry's data is; other numbers are kept as they came. */
enum ilp_btp_content {
	ILP_BTP_OCTETS = 0,
	ILP_BTP_TEXT = 1,
	ILP_BTP_JSON = 2,
};

/* More entries than any sub-protocol has use for are refused, so that
 * looking for a name twice stays cheap. */
#define ILP_BTP_ENTRIES_MAX 32
#define ILP_BTP_ERROR_DATA_MAX 8192

struct ilp_btp_entry {
	struct ilp_bytes name; /* ASCII */
	uint8_t content;       /* enum ilp_btp_content, or unknown */
	struct ilp_bytes data;
};

/* The entries of a packet, in the order of the wire. */
struct ilp_btp_entries {
	size_t count;
	struct ilp_btp_entry at[ILP_BTP_ENTRIES_MAX];
};

struct ilp_btp_error {
	char code[4];          /* three characters and a final zero */
	struct ilp_bytes name; /* ASCII */
	int64_t triggered_at_ms;
	struct ilp_bytes data;
};

struct ilp_btp {
	enum ilp_btp_type type;
	uint32_t request_id;
	struct ilp_amount amount;   /* of a Transfer */
	struct ilp_btp_error error; /* of an Error */
	struct ilp_btp_entries entries;
};

/* Reads one packet that fills `in`. A packet that cannot be read gets no
 * answer at all. Only as many entries are filled as there are. */
ILP_MUST_USE ILP_API enum ilp_error ilp_btp_decode(struct ilp_btp *out,
						   struct ilp_bytes in);

ILP_API enum ilp_error ilp_btp_encode(struct ilp_writer *w,
				      const struct ilp_btp *packet);

/* The entry with this name, or NULL. */
ILP_API const struct ilp_btp_entry *
ilp_btp_find(const struct ilp_btp_entries *entries, const char *name);

/* The error codes of RFC 23. */
struct ilp_btp_code {
	char code[4];
	const char *name;
	const char *meaning;
};

/* The row of these three letters, or NULL. */
ILP_API const struct ilp_btp_code *ilp_btp_code_find(const char code[3]);

ILP_END_DECLS

#endif
