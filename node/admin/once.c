/* SPDX-License-Identifier: Apache-2.0 */
/* In the catalog an answer lies under its key, with the moment when it was
 * given and the hash of what was asked. */
#include "node/admin/once.h"

#include "base/digits.h"
#include "ilp/text.h"
#include "node/admin/call.h"

#define KIND "once"
#define HASH_DIGITS (2 * ILP_HASH_LEN)
#define TEXT_MAX 4096

static const struct call_problem missing = {
	400, "idempotency-key-missing", "This takes an Idempotency-Key"
};
static const struct call_problem reused = {
	422, "idempotency-key-reused", "The key was for something else"
};

/* ---- the key ---- */

/* A string of a structured field has quotes; many leave them out. */
static struct ilp_bytes without_quotes(struct ilp_bytes key)
{
	if (key.len < 2 || key.at[0] != '"' || key.at[key.len - 1] != '"')
		return key;
	return (struct ilp_bytes){ key.at + 1, key.len - 2 };
}

static bool is_key(struct ilp_bytes key)
{
	for (size_t i = 0; i < key.len; i++)
		if (key.at[i] <= ' ' || key.at[i] > '~' || key.at[i] == '"' ||
		    key.at[i] == '\\')
			return false;
	return key.len > 0 && key.len <= ONCE_KEY_MAX;
}

/* ---- what is asked ---- */

/* Method, path and body, each with its end. */
static bool hash_question(struct api_call *call, uint8_t digits[HASH_DIGITS])
{
	struct ilp_bytes method = ilp_text(call->endpoint->method);
	size_t size = method.len + call->path.len + call->body.len + 2;
	uint8_t *room = call_take(call, size);
	struct ilp_writer w = ilp_writer(room, size);
	uint8_t hash[ILP_HASH_LEN];

	if (!room)
		return false;
	ilp_write_fixed(&w, method);
	ilp_write_u8(&w, 0);
	ilp_write_fixed(&w, call->path);
	ilp_write_u8(&w, 0);
	ilp_write_fixed(&w, call->body);
	ilp_sha256(call_crypto(call), hash, ilp_written(&w));
	for (size_t i = 0; i < sizeof(hash); i++)
		ilp_hex(digits + 2 * i, hash[i]);
	return true;
}

static void refuse_no_memory(struct api_call *call)
{
	call_refuse(call, &call_no_memory, "Ask again later.");
}

/* ---- answering again ---- */

static void write_kept(struct ilp_json_writer *w, const void *thing)
{
	ilp_json_put_node(w, thing);
}

static void answer_again(struct api_call *call, struct ilp_bytes text,
			 const uint8_t digits[HASH_DIGITS])
{
	struct ilp_json_node *nodes =
		call_take(call, (text.len + 1) * sizeof(*nodes));

	if (!nodes || ilp_json_read(nodes, text.len + 1, text).problem)
		refuse_no_memory(call);
	else if (!ilp_bytes_equal(ilp_json_get(nodes, "request")->text,
				  (struct ilp_bytes){ digits, HASH_DIGITS }))
		call_refuse(call, &reused,
			    "Another request came with this key before; take "
			    "a new one.");
	else
		call_answer_json(call, call->endpoint->status, write_kept,
				 ilp_json_get(nodes, "answer"));
}

bool once_begin(struct api_call *call)
{
	struct ilp_bytes key = without_quotes(call->key);
	uint8_t digits[HASH_DIGITS];
	struct ilp_bytes text;

	call->key = key;
	if (!is_key(key)) {
		call_refuse(call, &missing,
			    "A header Idempotency-Key has to bring 1 to %d "
			    "visible characters of ASCII that are new for "
			    "each request, and the same when it is repeated.",
			    ONCE_KEY_MAX);
		return false;
	}
	if (!change_claim(call, KIND, key))
		return false;
	text = change_find(call, KIND, key);
	if (!text.len)
		return true;
	if (hash_question(call, digits))
		answer_again(call, text, digits);
	else
		refuse_no_memory(call);
	return false;
}

/* ---- keeping ---- */

/* When was it answered? False: that is something else. */
static bool is_kept(const struct catalog_item *item, int64_t *at_ms)
{
	struct ilp_bytes name = catalog_name(item);
	struct ilp_bytes text = catalog_text(item);
	struct ilp_bytes number;
	uint64_t at = 0;

	if (name.len <= sizeof(KIND) || memcmp(name.at, KIND "/", sizeof(KIND)))
		return false;
	/* It begins with {"at": and the moment. */
	ilp_text_until(&text, ':');
	number = ilp_text_until(&text, ',');
	ilp_decimal_read(&at, number);
	*at_ms = (int64_t)at;
	return true;
}

static const struct catalog_item *oldest_of(struct api_call *call,
					    size_t *count, int64_t *oldest_ms)
{
	const struct catalog_item *item = NULL, *oldest = NULL;
	int64_t at_ms;

	*count = 0;
	while ((item = catalog_next(call_catalog(call), item))) {
		if (!is_kept(item, &at_ms))
			continue;
		if (!oldest || at_ms < *oldest_ms) {
			oldest = item;
			*oldest_ms = at_ms;
		}
		++*count;
	}
	return oldest;
}

/* One goes for each that comes, if it must. */
static bool forget_oldest(struct api_call *call)
{
	const struct ilp_bytes nothing = { NULL, 0 };
	int64_t oldest_ms = 0;
	size_t count;
	const struct catalog_item *oldest =
		oldest_of(call, &count, &oldest_ms);

	if (!oldest || (count < ONCE_COUNT_MAX &&
			call->now.wall_ms - oldest_ms <= ONCE_AGE_MS))
		return true;
	return change_add(call, KIND,
			  ilp_bytes_skip(catalog_name(oldest), sizeof(KIND)),
			  nothing);
}

bool once_keep(struct api_call *call, const struct shape *shape,
	       const void *thing)
{
	uint8_t *room = call_take(call, TEXT_MAX);
	struct ilp_json_writer w =
		ilp_json_writer(room, room ? TEXT_MAX : 0, 0);
	uint8_t digits[HASH_DIGITS];

	if (!room || !hash_question(call, digits)) {
		refuse_no_memory(call);
		return false;
	}
	ilp_json_begin_object(&w);
	ilp_json_put_key(&w, "at");
	ilp_json_put_i64(&w, call->now.wall_ms);
	ilp_json_put_key(&w, "request");
	ilp_json_put_string(&w, ILP_BYTES(digits));
	ilp_json_put_key(&w, "answer");
	shape_put(&w, shape, thing);
	ilp_json_end_object(&w);
	return change_add(call, KIND, call->key, ilp_json_written(&w)) &&
	       forget_oldest(call);
}
