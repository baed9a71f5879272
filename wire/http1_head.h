/* SPDX-License-Identifier: Apache-2.0 */
/* http1_head.h - the head of a message of HTTP/1.1 (RFC 9112), and its rules.
 *
 * Two parties that see different messages in the same bytes can be played off
 * against each other (RFC 9112, 11.2), so nothing is put right here that is
 * wrong. A head is read twice: the scan looks at each byte as it comes, and
 * lets nothing pass but lines that are fields; once the head is whole, llhttp
 * takes it apart, and must find as many fields.
 */
#ifndef WIRE_HTTP1_HEAD_H
#define WIRE_HTTP1_HEAD_H

#include "wire/http.h"

/* What is wrong with a message: the status for whoever sent it, if that is a
 * client, and a reason for people. */
struct http1_fault {
	int status;
	const char *reason;
};

/* Looks for the empty line that ends a head, or the trailer that may follow
 * chunks. All of it zero, it is at the start of a head. */
struct http1_scan {
	size_t len;    /* what was looked at */
	bool in_field; /* in or behind a field, not in the first line */
	bool cr;       /* behind a CR, so that an LF must follow */
	bool colon;    /* behind the name of a field */
	size_t line_len;
	bool whole;
};

/* Goes on with the next bytes, up to `max` in all; `*taken` of them were
 * looked at. NULL unless something is wrong with them. */
const struct http1_fault *http1_scan(struct http1_scan *scan,
				     struct ilp_bytes in, size_t max,
				     size_t *taken);

/* All slices are borrowed from the bytes that were read. */
struct http1_head {
	struct ilp_bytes method; /* of a request */
	struct ilp_bytes path;   /* likewise */
	int status;              /* of a response */
	struct ilp_bytes fields[HTTP_FIELDS];
	/* The body: in chunks, or of a length, or there is neither. */
	bool chunked;
	bool has_length;
	uint64_t length;
	bool last;    /* nothing follows this message on the connection */
	bool expects; /* the client waits for 100 (Continue) */
};

/* Reads a head that the scan has let pass, as the role that receives it. NULL
 * when it is good, and only then `*out` means something. */
const struct http1_fault *http1_head_read(struct http1_head *out,
					  enum http_role role,
					  struct ilp_bytes head);

#endif
