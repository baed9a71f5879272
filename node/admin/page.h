/* SPDX-License-Identifier: Apache-2.0 */
/* page.h - a long list, a page at a time: `?limit=` and `?cursor=` of the
 * question, and the cursor that the answer gives for the next page.
 */
#ifndef NODE_ADMIN_PAGE_H
#define NODE_ADMIN_PAGE_H

#include "node/admin/call.h"

#define PAGE_LIMIT 100
#define PAGE_LIMIT_MAX 250

struct page {
	size_t limit;  /* of things on it */
	uint64_t next; /* where it goes on from */
	bool more;     /* is there anything from there on? */
	char cursor[24];
};

extern const struct endpoint_query page_queries[];

/* The field of a page that is the first in the struct of that type. */
#define PAGE_FIELDS(type)                                                      \
	{                                                                      \
		"next", SHAPE_CHARS, .optional = true,                         \
			.at = offsetof(type, page.cursor),                     \
			.text = "The cursor for what follows; null: nothing "  \
				"does."                                        \
	}

/* Reads what the question says. False when it makes no sense; then the call
 * says so. */
bool page_begin(struct api_call *call, struct page *page);

/* Makes the cursor. */
void page_finish(struct page *page);

#endif
