/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of the audit log. */
#include "node/admin/audit.h"
#include "node/admin/call.h"
#include "node/admin/page.h"

struct change_view {
	struct ilp_bytes name;
	struct ilp_bytes value;
};

struct audit_view {
	uint64_t number;
	int64_t at_ms;
	struct ilp_bytes who;
	struct ilp_bytes action;
	struct ilp_bytes object;
	struct change_view *changes;
	size_t change_count;
};

/* clang-format off */
static const struct shape_field change_fields[] = {
	{ "name", SHAPE_BYTES, .at = offsetof(struct change_view, name),
	  .text = "The member of what was sent." },
	{ "value", SHAPE_BYTES, .at = offsetof(struct change_view, value),
	  .text = "What it was to be, as it was written; cut when it is long, "
		  "and \"(not told)\" when it is a secret, or may be." },
};

static const struct shape change_shape =
	SHAPE("AuditChange", struct change_view, change_fields);

static const struct shape_field fields[] = {
	{ "number", SHAPE_COUNT, .at = offsetof(struct audit_view, number),
	  .text = "They go up by one, through all runs." },
	{ "at", SHAPE_MOMENT, .at = offsetof(struct audit_view, at_ms),
	  .text = "When it was asked." },
	{ "who", SHAPE_BYTES, .at = offsetof(struct audit_view, who),
	  .text = "By which way: \"socket\", or \"token/\" and the name of a "
		  "token." },
	{ "action", SHAPE_BYTES, .at = offsetof(struct audit_view, action),
	  .text = "The operation, as this document calls it." },
	{ "object", SHAPE_BYTES, .optional = true,
	  .at = offsetof(struct audit_view, object),
	  .text = "What was changed: the id of an account, the name of a "
		  "token, and so on; null: the node." },
	{ "changes", SHAPE_LIST, .at = offsetof(struct audit_view, changes),
	  .count_at = offsetof(struct audit_view, change_count),
	  .inside = &change_shape, .text = "What was sent with it." },
};
/* clang-format on */

static const struct shape audit_shape =
	SHAPE("AuditEntry", struct audit_view, fields);

struct audit_page {
	struct page page;
	struct audit_view *items;
	size_t count;
};

static const struct shape_field page_fields[] = {
	{ "items", SHAPE_LIST, .at = offsetof(struct audit_page, items),
	  .count_at = offsetof(struct audit_page, count),
	  .inside = &audit_shape,
	  .text = "Changes that were made through the API, the oldest first." },
	PAGE_FIELDS(struct audit_page),
};

static const struct shape page_shape =
	SHAPE("AuditPage", struct audit_page, page_fields);

/* ---- reading entries ---- */

/* Its text; nothing when it is none, or there is no memory. */
static struct ilp_bytes text_of(struct api_call *call,
				const struct ilp_json_node *object,
				const char *name)
{
	const struct ilp_json_node *node = ilp_json_get(object, name);
	struct ilp_bytes out = { NULL, 0 };
	uint8_t *room = node ? call_take(call, node->text.len + 1) : NULL;

	if (room)
		ilp_json_string(&out, node, room, node->text.len);
	return out;
}

static void view_changes(struct api_call *call, struct audit_view *view,
			 const struct ilp_json_node *changes)
{
	struct ilp_json_walk walk = ilp_json_walk(changes);

	if (!changes || !changes->count)
		return;
	view->changes =
		call_take(call, changes->count * sizeof(*view->changes));
	while (view->changes && ilp_json_next(&walk))
		view->changes[view->change_count++] = (struct change_view){
			.name = text_of(call, walk.value, "name"),
			.value = text_of(call, walk.value, "value"),
		};
}

static void view_entry(struct api_call *call, struct audit_view *view,
		       const struct audit_entry *entry,
		       struct ilp_json_node *nodes)
{
	struct ilp_bytes text = audit_text(entry);

	view->number = audit_number(entry);
	if (text.len > AUDIT_TEXT_MAX ||
	    ilp_json_read(nodes, AUDIT_TEXT_MAX + 1, text).problem)
		return;
	ilp_json_i64(&view->at_ms, ilp_json_get(nodes, "at"));
	view->who = text_of(call, nodes, "who");
	view->action = text_of(call, nodes, "action");
	view->object = text_of(call, nodes, "object");
	view_changes(call, view, ilp_json_get(nodes, "changes"));
}

static void begin_list(struct api_call *call)
{
	struct audit_page *page = call->state;

	page_begin(call, &page->page);
}

static void finish_list(struct api_call *call)
{
	struct audit_page *page = call->state;
	struct ilp_json_node *nodes =
		call_take(call, (AUDIT_TEXT_MAX + 1) * sizeof(*nodes));
	const struct audit_entry *entry =
		audit_from(call_audit(call), page->page.next);

	page->items = call_take(call, page->page.limit * sizeof(*page->items));
	if (!page->items || !nodes) {
		call_refuse(call, &call_no_memory, "Ask for fewer.");
		return;
	}
	while (entry && page->count < page->page.limit) {
		view_entry(call, &page->items[page->count++], entry, nodes);
		page->page.next = audit_number(entry) + 1;
		entry = audit_from(call_audit(call), page->page.next);
	}
	page->page.more = entry;
	page_finish(&page->page);
	call_answer(call, 200, &page_shape, page);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/v1/audit", API_ADMIN, "listAudit",
	  "Who has changed what through the API, a page at a time: the last "
	  "thousand changes. A cursor is the number to go on from.",
	  .queries = page_queries, .answer = &page_shape, .status = 200,
	  .state_size = sizeof(struct audit_page),
	  .begin = begin_list, .finish = finish_list },
};
/* clang-format on */

const struct endpoint_list audit_endpoints = ENDPOINTS("Audit", endpoints);
