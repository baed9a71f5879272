/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/change.h"

#include "node/admin/audit.h"
#include "node/admin/call.h"

static const struct call_problem too_long = { 413, "too-long",
					      "That is too much to remember" };
/* "account/alice" */
static struct ilp_bytes name_of(struct api_call *call, const char *kind,
				struct ilp_bytes id)
{
	size_t len = strlen(kind);
	uint8_t *room = call_take(call, len + 1 + id.len);

	if (!room)
		return (struct ilp_bytes){ NULL, 0 };
	memcpy(room, kind, len);
	room[len] = '/';
	if (id.len)
		memcpy(room + len + 1, id.at, id.len);
	return (struct ilp_bytes){ room, len + 1 + id.len };
}

static bool make(struct api_call *call, struct change_part *part,
		 struct ilp_bytes text)
{
	uint8_t *room = call_take(
		call, part->name.len + text.len + CATALOG_OVERHEAD);

	if (text.len)
		part->item = catalog_make(part->name, text);
	return room && (!text.len || part->item) &&
	       catalog_record(call_catalog(call), part->name, text, room,
			      &part->record);
}

bool change_claim(struct api_call *call, const char *kind, struct ilp_bytes id)
{
	struct change_part *part = call_take(call, sizeof(*part));
	struct ilp_bytes name = name_of(call, kind, id);

	if (name.len > CATALOG_NAME_MAX) {
		call_refuse(call, &too_long,
			    "The name is longer than one in the ledger.");
	} else if (!part || !name.len) {
		call_refuse(call, &call_no_memory, "Ask again later.");
	} else {
		part->name = name;
		part->next = call->change.parts;
		call->change.parts = part;
		call->waits = call_is_changed(call, name);
	}
	return call_goes_on(call);
}

bool change_add(struct api_call *call, const char *kind, struct ilp_bytes id,
		struct ilp_bytes text)
{
	if (!change_claim(call, kind, id))
		return false;
	if (text.len > CATALOG_TEXT_MAX)
		call_refuse(call, &too_long,
			    "The text is longer than a record of the ledger.");
	else if (!make(call, call->change.parts, text))
		call_refuse(call, &call_no_memory, "Ask again later.");
	return call_goes_on(call);
}

static bool is_remembered(const struct change_part *part)
{
	return part->record.key.len;
}

bool change_note(struct api_call *call, struct shard *shard)
{
	const struct change_part *part = call->change.parts;
	size_t before = shard_notes(shard);

	for (; part; part = part->next)
		if (is_remembered(part) && !shard_note(shard, &part->record))
			break;
	if (!part && audit_note(call_audit(call), call->entry, shard))
		return true;
	shard_notes_undo(shard, before);
	return false;
}

void change_keep(struct api_call *call)
{
	const struct change_part *part = call->change.parts;

	for (; part; part = part->next) {
		if (part->item)
			catalog_put(call_catalog(call), part->item);
		else if (is_remembered(part))
			catalog_remove(call_catalog(call), part->name);
	}
	call->change.parts = NULL;
	audit_keep(call_audit(call), call->entry);
	call->entry = NULL;
}

void change_drop(struct change *change)
{
	for (; change->parts; change->parts = change->parts->next)
		catalog_drop(change->parts->item);
}

struct ilp_bytes change_find(struct api_call *call, const char *kind,
			     struct ilp_bytes id)
{
	return catalog_find(call_catalog(call), name_of(call, kind, id));
}
