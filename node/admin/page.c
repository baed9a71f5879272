/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/page.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/digits.h"

const struct endpoint_query page_queries[] = {
	{ .name = "limit", .text = "How many at most; 100 if not given.",
	  .most = PAGE_LIMIT_MAX },
	{ .name = "cursor",
	  .text = "Where to go on, as `next` of the page before says." },
	{ .name = NULL },
};

/* Leaves the value when the query does not have it. */
static bool read_number(struct api_call *call, const char *name, uint64_t min,
			uint64_t max, uint64_t *value)
{
	struct ilp_bytes text;

	if (call_query(call, name, &text) &&
	    (text.len == 0 || (ilp_decimal_read(value, text) && *value >= min &&
			       *value <= max)))
		return true;
	call_refuse(call, &call_bad_request,
		    "%s: expected a whole number from %" PRIu64 " to %" PRIu64
		    ".",
		    name, min, max);
	return false;
}

bool page_begin(struct api_call *call, struct page *page)
{
	uint64_t limit = PAGE_LIMIT;

	if (!read_number(call, "limit", 1, PAGE_LIMIT_MAX, &limit) ||
	    !read_number(call, "cursor", 0, UINT64_MAX, &page->next))
		return false;
	page->limit = (size_t)limit;
	return true;
}

void page_finish(struct page *page)
{
	if (page->more)
		snprintf(page->cursor, sizeof(page->cursor), "%" PRIu64,
			 page->next);
}
