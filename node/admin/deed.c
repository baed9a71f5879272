/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/deed.h"

#include <stdio.h>

#include "node/admin/call.h"

#define MEMBERS_MAX 32
#define VALUE_MAX 80
#define NAME_MAX_LEN 64
#define OBJECT_MAX 255
#define CUT "..."
#define UNTOLD "(not told)"

/* ---- members of the body ---- */

struct member {
	char name[NAME_MAX_LEN];
	uint8_t value[VALUE_MAX + sizeof(CUT)];
	size_t len;
};

struct members {
	const struct form *form; /* of the body; or NULL */
	struct member at[MEMBERS_MAX];
	size_t count;
};

static void set_value(struct member *m, struct ilp_bytes value)
{
	const size_t len = value.len > VALUE_MAX ? VALUE_MAX : value.len;

	if (len)
		memcpy(m->value, value.at, len);
	m->len = len;
	if (len == value.len)
		return;
	memcpy(m->value + len, CUT, strlen(CUT));
	m->len += strlen(CUT);
}

/* An option that is taken away has no secret any more. */
static void add_member(struct members *all, const char *name,
		       const struct ilp_json_node *value)
{
	struct member *m = &all->at[all->count];

	if (all->count == MEMBERS_MAX)
		return;
	all->count++;
	snprintf(m->name, sizeof(m->name), "%s", name);
	if ((all->form && form_tells(all->form, name)) || ilp_json_null(value))
		set_value(m, value->text);
	else
		set_value(m, ilp_text(UNTOLD));
}

/* Those of a group are called as in the table: "balance.maximum". */
static void add_members(struct members *all, const char *group,
			const struct ilp_json_node *object)
{
	struct ilp_json_walk walk = ilp_json_walk(object);

	if (object && object->type != ILP_JSON_OBJECT)
		return;
	while (ilp_json_next(&walk)) {
		char name[NAME_MAX_LEN];

		snprintf(name, sizeof(name), "%s%s%.*s", group,
			 group[0] ? "." : "", (int)walk.key->text.len,
			 (const char *)walk.key->text.at);
		if (walk.value->type == ILP_JSON_OBJECT && !group[0])
			add_members(all, name, walk.value);
		else
			add_member(all, name, walk.value);
	}
}

/* ---- the deed ---- */

/* What the path names, or the body of something new. */
static struct ilp_bytes object_of(const struct api_call *call,
				  const struct ilp_json_node *body)
{
	const struct ilp_json_node *id = ilp_json_get(body, "id");
	struct ilp_bytes object = call->parts[0];

	if (!object.len && !id)
		id = ilp_json_get(body, "name");
	if (!object.len && id && id->type == ILP_JSON_STRING)
		object = id->text;
	if (object.len > OBJECT_MAX)
		object.len = OBJECT_MAX;
	return object;
}

static void put_text(struct ilp_json_writer *w, const char *key,
		     struct ilp_bytes value)
{
	ilp_json_put_key(w, key);
	ilp_json_put_string(w, value);
}

static void put_members(struct ilp_json_writer *w, const struct members *all)
{
	ilp_json_put_key(w, "changes");
	ilp_json_begin_array(w);
	for (size_t i = 0; i < all->count; i++) {
		const struct member *m = &all->at[i];

		ilp_json_begin_object(w);
		put_text(w, "name", ilp_text(m->name));
		put_text(w, "value", (struct ilp_bytes){ m->value, m->len });
		ilp_json_end_object(w);
	}
	ilp_json_end_array(w);
}

static struct ilp_bytes write_deed(struct api_call *call,
				   const struct members *all, uint8_t *room)
{
	struct ilp_json_writer w = ilp_json_writer(room, AUDIT_TEXT_MAX, 0);

	ilp_json_begin_object(&w);
	ilp_json_put_key(&w, "at");
	ilp_json_put_i64(&w, call->now.wall_ms);
	put_text(&w, "who", ilp_text(call->who));
	put_text(&w, "action", ilp_text(call->endpoint->name));
	put_text(&w, "object", call->object);
	put_members(&w, all);
	ilp_json_end_object(&w);
	return ilp_json_written(&w);
}

/* Without them when they are too long. */
static struct ilp_bytes write_short(struct api_call *call,
				    struct members *all, uint8_t *room)
{
	struct ilp_bytes text = write_deed(call, all, room);

	while (!text.len && all->count) {
		all->count--;
		text = write_deed(call, all, room);
	}
	return text;
}

/* For the log: "maximum=5 incomingToken=(not told)". */
static void note_changes(struct api_call *call, const struct members *all)
{
	size_t len = 0;

	for (size_t i = 0; i < all->count && len < sizeof(call->changes); i++) {
		const struct member *m = &all->at[i];

		len += (size_t)snprintf(call->changes + len,
					sizeof(call->changes) - len,
					"%s%s=%.*s", i ? " " : "", m->name,
					(int)m->len, (const char *)m->value);
	}
}

bool deed_begin(struct api_call *call)
{
	struct members *all = call_take(call, sizeof(*all));
	struct ilp_json_node *body =
		call_take(call, (call->body.len + 1) * sizeof(*body));
	uint8_t *room = call_take(call, AUDIT_TEXT_MAX);

	if (!all || !body || !room)
		return false;
	all->form = call->endpoint->body;
	if (ilp_json_read(body, call->body.len + 1, call->body).problem)
		body = NULL;
	call->object = object_of(call, body);
	add_members(all, "", body);
	note_changes(call, all);
	call->is_deed = true;
	call->entry = audit_make(write_short(call, all, room));
	return call->entry;
}

/* ---- the log ---- */

void deed_log(struct api_call *call)
{
	struct log *log = call_facts(call)->log;
	const char *action = call->endpoint->name;
	bool done = call->status < 400;
	struct log_record r;

	if (!log_wants(log, LOG_INFO))
		return;
	log_begin(&r, LOG_INFO, done ? "changed" : "change-refused",
		  call->now.wall_ms);
	log_text(&r, "%s by %s%s%.*s%s%s: %s %d", action, call->who,
		 call->object.len ? ", of " : "", (int)call->object.len,
		 (const char *)call->object.at, call->changes[0] ? ", " : "",
		 call->changes, done ? "done, with status" : "refused, with "
							      "status",
		 call->status);
	log_add(&r, "who", ilp_text(call->who));
	log_add(&r, "action", ilp_text(action));
	log_add(&r, "object", call->object);
	log_add_number(&r, "status", (uint64_t)call->status);
	log_add(&r, "changes", ilp_text(call->changes));
	log_put(log, &r);
}
