/* SPDX-License-Identifier: Apache-2.0 */
/* ccp.h - the messages in which connectors tell each other their routes.
 *
 * A node that wants routes sends a control request to
 * ILP_PEER_ROUTE_CONTROL; the other then sends updates to
 * ILP_PEER_ROUTE_UPDATE, each a span of its numbered changes ("epochs").
 * Here are the bytes; who tells whom what is routing's concern, and so is
 * whether a prefix that arrived is one we want (it may be any text).
 */
#ifndef ILP_CCP_H
#define ILP_CCP_H

#include "ilp/oer.h"

ILP_BEGIN_DECLS

#define ILP_CCP_TABLE_ID_LEN 16
#define ILP_CCP_AUTH_LEN 32

enum ilp_ccp_mode {
	ILP_CCP_IDLE = 0, /* send no more updates */
	ILP_CCP_SYNC = 1, /* send updates from the epoch given */
};

struct ilp_ccp_control {
	enum ilp_ccp_mode mode;
	uint8_t table_id[ILP_CCP_TABLE_ID_LEN]; /* zeros: none known */
	uint32_t epoch;           /* the last one known of that table */
	struct ilp_list features; /* names of extensions */
};

enum ilp_ccp_prop_meta {
	ILP_CCP_OPTIONAL = 0x80,
	ILP_CCP_TRANSITIVE = 0x40,
	ILP_CCP_PARTIAL = 0x20,
	ILP_CCP_UTF8 = 0x10,
};

struct ilp_ccp_prop {
	uint8_t meta; /* of enum ilp_ccp_prop_meta */
	uint16_t id;
	struct ilp_bytes value;
};

/* Routes and properties are lists whose items are not octet strings; they
 * are taken off with the functions below. */
struct ilp_ccp_route {
	struct ilp_bytes prefix;
	struct ilp_list path; /* addresses of the nodes passed, nearest first */
	uint8_t auth[ILP_CCP_AUTH_LEN];
	struct ilp_list props;
};

struct ilp_ccp_update {
	uint8_t table_id[ILP_CCP_TABLE_ID_LEN];
	uint32_t current_epoch; /* the newest that the speaker has */
	uint32_t from_epoch;
	uint32_t to_epoch; /* the first that is not in this update */
	uint32_t hold_down_ms;
	struct ilp_bytes speaker; /* its ILP address */
	struct ilp_list routes;
	struct ilp_list withdrawn; /* prefixes, as octet strings */
};

/* From the data of a Prepare. Everything inside has been walked when these
 * return ILP_OK. */
ILP_MUST_USE ILP_API enum ilp_error
ilp_ccp_control_decode(struct ilp_ccp_control *out, struct ilp_bytes data);
ILP_MUST_USE ILP_API enum ilp_error
ilp_ccp_update_decode(struct ilp_ccp_update *out, struct ilp_bytes data);

/* Takes the first item off a list; false when none is left. */
ILP_API bool ilp_ccp_next_route(struct ilp_list *routes,
				struct ilp_ccp_route *out);
ILP_API bool ilp_ccp_next_prop(struct ilp_list *props,
			       struct ilp_ccp_prop *out);

ILP_API enum ilp_error
ilp_ccp_control_encode(struct ilp_writer *w,
		       const struct ilp_ccp_control *control);
ILP_API enum ilp_error
ilp_ccp_update_encode(struct ilp_writer *w,
		      const struct ilp_ccp_update *update);

/* Appends an item to the bytes of a list; the caller counts. */
ILP_API enum ilp_error ilp_ccp_route_encode(struct ilp_writer *w,
					    const struct ilp_ccp_route *route);
ILP_API enum ilp_error ilp_ccp_prop_encode(struct ilp_writer *w,
					   const struct ilp_ccp_prop *prop);

ILP_END_DECLS

#endif
