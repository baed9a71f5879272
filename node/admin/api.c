/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/api.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/pace.h"
#include "ilp/text.h"
#include "node/admin/audit.h"
#include "node/admin/call.h"
#include "node/admin/deed.h"
#include "node/admin/feed.h"
#include "node/admin/once.h"
#include "node/admin/restore.h"
#include "node/admin/tokens.h"

/* How many calls may be on their way. */
#define CALLS_MAX 256
/* And how many before strangers are let have one more. */
#define STRANGERS_MAX 64
/* And of those that change something, which wait while the ledger does: so that
 * one can still look at what it waits for. */
#define CHANGES_MAX 192
/* And of those that ask as one asks ilp-connector. */
#define CONNECTOR_CALLS_MAX 16
#define ALLOW_MAX 64

static const struct call_problem unknown_path = {
	404, "path-unknown", "There is nothing under this path"
};
static const struct call_problem wrong_method = {
	405, "method-not-allowed", "This path has other methods"
};
static const struct call_problem unauthorized = {
	401, "token-missing", "This takes a token"
};
static const struct call_problem forbidden = {
	403, "scope-too-small", "The token does not allow this"
};
static const struct call_problem too_busy = {
	503, "too-busy", "Too many requests are on their way"
};

struct api {
	struct api_facts facts;
	struct catalog *catalog;
	struct audit *audit;
	uint64_t logins_refused;
	struct pace logins;
	struct pace refusals; /* of who may not do what he wants */
	struct reloader *reloader; /* NULL: nobody has said by what it runs */
	struct ilp_crypto *crypto;
	struct feed *feed;
	struct ilp_time now; /* as far as it was told */
	uint8_t seed[32];
	uint64_t drawn; /* how often something was made of it */
	struct errand_list outgoing;
	struct errand_list outside;
	struct errand_list waiting; /* for other calls */
	struct errand_list answered;
	struct api_call *calls; /* all of them */
	size_t count;
	struct api_call *told; /* whose answer is lent */
};

struct api *api_create(const struct api_facts *facts, struct catalog *catalog,
		       const uint8_t seed[32])
{
	struct api *api = calloc(1, sizeof(*api));

	if (!api) {
		catalog_destroy(catalog);
		return NULL;
	}
	api->facts = *facts;
	memcpy(api->seed, seed, sizeof(api->seed));
	api->catalog = catalog;
	api->audit = audit_create();
	api->crypto = ilp_crypto_create();
	api->feed = feed_create();
	if (api->catalog && api->audit && api->crypto && api->feed)
		return api;
	api_destroy(api);
	return NULL;
}

bool api_restore_audit(struct api *api, const struct ledger *ledger)
{
	return audit_restore(api->audit, ledger);
}

bool api_restore(struct api *api, struct shard *shard,
		 void (*tell)(void *context, const char *text), void *context,
		 char *error, size_t error_size)
{
	return restore(&(struct restore){ .catalog = api->catalog,
					  .crypto = api->crypto,
					  .shard = shard,
					  .tell = tell,
					  .context = context,
					  .error = error,
					  .error_size = error_size });
}

void api_configure(struct api *api, struct reloader *reloader)
{
	api->reloader = reloader;
}

struct reloader *call_reloader(const struct api_call *call)
{
	return call->api->reloader;
}

const struct api_facts *call_facts(const struct api_call *call)
{
	return &call->api->facts;
}

struct catalog *call_catalog(const struct api_call *call)
{
	return call->api->catalog;
}

struct audit *call_audit(const struct api_call *call)
{
	return call->api->audit;
}

struct ilp_crypto *call_crypto(const struct api_call *call)
{
	return call->api->crypto;
}

struct feed *call_feed(const struct api_call *call)
{
	return call->api->feed;
}

void call_draw(struct api_call *call, uint8_t out[ILP_HASH_LEN])
{
	struct api *api = call->api;
	uint8_t count[sizeof(api->drawn)];

	ilp_store_u64(count, ++api->drawn);
	ilp_hmac_sha256(api->crypto, out, ILP_BYTES(api->seed),
			ILP_BYTES(count));
}

enum api_scope api_scope_of(const struct api *api, struct ilp_bytes token)
{
	char name[TOKENS_NAME_SIZE];

	return tokens_find(api->catalog, api->crypto, token, name);
}

/* ---- who comes in ---- */

#define TOLD_MOST 20
#define TOLD_WHILE_US INT64_C(60000000)

uint64_t api_logins_refused(const struct api *api)
{
	return api->logins_refused;
}

static void tell_login(struct api *api, struct ilp_time now)
{
	struct log *log = api->facts.log;
	struct log_record r;
	uint32_t left_out;

	if (!log_wants(log, LOG_WARN) ||
	    !pace_allows(&api->logins, now.monotonic_us, TOLD_MOST,
			 TOLD_WHILE_US, &left_out))
		return;
	log_begin(&r, LOG_WARN, "operator-refused", now.wall_ms);
	log_text(&r, "somebody came to the admin API with a token that is "
		     "none");
	if (left_out)
		log_add_number(&r, "leftOut", left_out);
	log_put(log, &r);
}

enum api_scope api_login(struct api *api, struct ilp_bytes token,
			 struct ilp_time now, char who[API_WHO_SIZE])
{
	char name[TOKENS_NAME_SIZE];
	enum api_scope scope =
		tokens_find(api->catalog, api->crypto, token, name);

	if (scope != API_ANYBODY) {
		snprintf(who, API_WHO_SIZE, "token/%s", name);
		return scope;
	}
	snprintf(who, API_WHO_SIZE, "nobody");
	api->logins_refused++;
	tell_login(api, now);
	return API_ANYBODY;
}

/* Somebody may not do what he wants. */
static void tell_refusal(struct api_call *call)
{
	struct api *api = call->api;
	struct log_record r;
	uint32_t left_out;

	if (!log_wants(api->facts.log, LOG_WARN) ||
	    !pace_allows(&api->refusals, call->now.monotonic_us, TOLD_MOST,
			 TOLD_WHILE_US, &left_out))
		return;
	log_begin(&r, LOG_WARN, "access-refused", call->now.wall_ms);
	log_text(&r, "%s may not do this: %s", call->who, call->endpoint->name);
	log_add(&r, "who", ilp_text(call->who));
	log_add(&r, "action", ilp_text(call->endpoint->name));
	log_add_number(&r, "status", (uint64_t)call->status);
	if (left_out)
		log_add_number(&r, "leftOut", left_out);
	log_put(api->facts.log, &r);
}

static bool changes(const struct change *change, struct ilp_bytes name)
{
	const struct change_part *part = change->parts;

	while (part && !ilp_bytes_equal(part->name, name))
		part = part->next;
	return part;
}

bool call_is_changed(const struct api_call *call, struct ilp_bytes name)
{
	const struct api_call *other = call->api->calls;

	while (other && (other == call || !changes(&other->change, name)))
		other = other->next;
	return other;
}

static void drop(struct api_call *call)
{
	*call->back = call->next;
	if (call->next)
		call->next->back = call->back;
	call->api->count--;
	call_finish(call);
	free(call);
}

void api_destroy(struct api *api)
{
	if (!api)
		return;
	while (api->calls)
		drop(api->calls);
	feed_destroy(api->feed);
	catalog_destroy(api->catalog);
	audit_destroy(api->audit);
	ilp_crypto_destroy(api->crypto);
	ilp_secret_clear(api->seed, sizeof(api->seed));
	free(api);
}

/* ---- which endpoint ---- */

/* Does the path look like this? Gives what stands for its parts. */
static bool matches(const char *pattern, struct ilp_bytes path,
		    struct ilp_bytes parts[CALL_PARTS_MAX])
{
	struct ilp_bytes wanted = ilp_text(pattern);
	size_t count = 0;

	memset(parts, 0, CALL_PARTS_MAX * sizeof(*parts));
	while (wanted.len && path.len) {
		struct ilp_bytes want = ilp_text_until(&wanted, '/');
		struct ilp_bytes got = ilp_text_until(&path, '/');

		if (want.len && want.at[0] == '{')
			parts[count++] = got;
		else if (!ilp_bytes_equal(want, got))
			return false;
	}
	return wanted.len == 0 && path.len == 0;
}

/* An endpoint that has HEAD is one that has GET. */
static bool has_method(const struct endpoint *e, struct ilp_bytes method)
{
	if (ilp_bytes_equal(method, ilp_text("HEAD")))
		method = ilp_text("GET");
	return ilp_bytes_equal(method, ilp_text(e->method));
}

static void allow(struct api_call *call, const char *method)
{
	char *text = call->allow ? call->allow : call_take(call, ALLOW_MAX);

	if (!text)
		return;
	assert(strlen(text) + strlen(method) + strlen(", , HEAD") < ALLOW_MAX);
	if (text[0])
		strcat(text, ", ");
	strcat(text, method);
	if (strcmp(method, "GET") == 0)
		strcat(text, ", HEAD");
	call->allow = text;
}

/* NULL when there is none; then the call says so. */
static const struct endpoint *find(struct api_call *call,
				   struct ilp_bytes method)
{
	struct ilp_bytes parts[CALL_PARTS_MAX];

	const struct endpoint_list *const *lists =
		call->connector ? connector_lists : endpoint_lists;
	size_t count = call->connector ? connector_list_count :
					 endpoint_list_count;

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < lists[i]->count; j++) {
			const struct endpoint *e = &lists[i]->at[j];

			if (!matches(e->path, call->path, parts))
				continue;
			memcpy(call->parts, parts, sizeof(parts));
			if (has_method(e, method)) {
				call->allow = NULL;
				return e;
			}
			allow(call, e->method);
		}
	}
	if (call->connector)
		call->allow = NULL;
	if (call->allow)
		call_refuse(call, &wrong_method, "It has %s.", call->allow);
	else
		call_refuse(call, &unknown_path,
			    "GET /v1/openapi.json tells what there is.");
	return NULL;
}

/* ---- asking ---- */

static struct ilp_bytes copy(struct api_call *call, struct ilp_bytes in)
{
	uint8_t *room = call_take(call, in.len + 1);

	if (!room)
		return (struct ilp_bytes){ NULL, 0 };
	if (in.len)
		memcpy(room, in.at, in.len);
	return (struct ilp_bytes){ room, in.len };
}

static bool decode_parts(struct api_call *call)
{
	for (size_t i = 0; i < CALL_PARTS_MAX; i++)
		if (!call_decode(call, &call->parts[i]))
			return false;
	return true;
}

static const char *scope_name(enum api_scope scope)
{
	static const char *const names[] = {
		[API_ANYBODY] = "none",
		[API_READ] = "read",
		[API_OPERATE] = "operate",
		[API_ADMIN] = "admin",
	};

	return names[scope];
}

/* Takes the question in, and finds what it is about. */
static void take(struct api_call *call, const struct api_question *question)
{
	call->query = copy(call, question->target);
	call->path = ilp_text_until(&call->query, '?');
	call->body_type = copy(call, question->content_type);
	call->body = copy(call, question->body);
	call->key = copy(call, question->key);
	call->scope = question->scope;
	call->last_event = copy(call, question->last_event);
	call->has_token = question->token.len;
	if (call->has_token)
		tokens_hash(call->api->crypto, question->token, call->token);
	call->endpoint = find(call, question->method);
	if (!call->endpoint)
		return;
	if (question->scope < call->endpoint->scope) {
		call_refuse(call,
			    question->scope == API_ANYBODY ? &unauthorized :
							     &forbidden,
			    "It takes the scope \"%s\".",
			    scope_name(call->endpoint->scope));
		tell_refusal(call);
	} else if (!decode_parts(call))
		call_refuse(call, &call_bad_request,
			    "A part of the path is not escaped as it must be.");
	else if (!call->connector)
		call_check_query(call);
}

static void begin(struct api_call *call)
{
	const struct endpoint *e = call->endpoint;

	call->content_type = e->content_type;
	call->state = call_take(call, e->state_size);
	if (!call->state)
		call_refuse(call, &call_no_memory, "Ask again later.");
	else if ((!e->once || once_begin(call)) && e->begin)
		e->begin(call);
}

static void go_on(struct api_call *call);

static bool is_change(const struct api_call *call)
{
	return !call->endpoint->looks &&
	       strcmp(call->endpoint->method, "GET") != 0;
}

/* Others may have waited for it; in their order. */
static void end(struct api_call *call)
{
	struct api *api = call->api;
	struct errand_list waiting = api->waiting;
	struct errand *errand;

	change_drop(&call->change);
	if (call->is_deed)
		deed_log(call);
	errand_list_add(&api->answered, &call->errand);
	api->waiting = (struct errand_list){ .first = NULL };
	while ((errand = errand_list_take(&waiting)))
		go_on(call_of(errand));
}

/* From the beginning, as if it had come in just now. */
static void go_on(struct api_call *call)
{
	struct api *api = call->api;
	struct call_memory *before = call->memory;

	call->waits = false;
	begin(call);
	if (call->waits) {
		call_drop_change(call);
		call_give_back(call, before);
		errand_list_add(&api->waiting, &call->errand);
	} else if (call->status) {
		end(call);
	} else if (is_change(call) && !deed_begin(call)) {
		call_refuse(call, &call_no_memory, "Ask again later.");
		end(call);
	} else if (call->endpoint->outside) {
		errand_list_add(&api->outside, &call->errand);
	} else if (call->endpoint->work) {
		call->errand.work = call->endpoint->work;
		errand_list_add(&api->outgoing, &call->errand);
	} else {
		call->endpoint->finish(call);
		end(call);
	}
}

/* Their answers are whole, however long. */
static size_t count_connector(const struct api *api)
{
	size_t count = 0;

	for (const struct api_call *at = api->calls; at; at = at->next)
		count += at->connector;
	return count;
}

bool api_ask(struct api *api, const struct api_question *question,
	     struct ilp_time now)
{
	struct api_call *call = calloc(1, sizeof(*call));

	if (!call)
		return false;
	call->api = api;
	call->now = now;
	call->asker = question->asker;
	call->stream = question->stream;
	snprintf(call->who, sizeof(call->who), "%s",
		 question->who ? question->who : "somebody");
	call->door = question->door;
	call->connector = question->connector;
	call->next = api->calls;
	call->back = &api->calls;
	if (call->next)
		call->next->back = &call->next;
	api->calls = call;
	api->count++;
	if (api->count > (question->scope == API_ANYBODY ? STRANGERS_MAX :
							  CALLS_MAX) ||
	    (call->connector && count_connector(api) > CONNECTOR_CALLS_MAX))
		call_refuse(call, &too_busy, "Ask again later.");
	else
		take(call, question);
	if (!call->status && api->count > CHANGES_MAX && is_change(call))
		call_refuse(call, &too_busy, "Ask again later.");
	if (call->status)
		end(call);
	else
		go_on(call);
	return true;
}

struct errand *api_next_errand(struct api *api)
{
	return errand_list_take(&api->outgoing);
}

struct errand *api_next_outside(struct api *api)
{
	return errand_list_take(&api->outside);
}

struct task *api_task(struct errand *errand)
{
	return call_of(errand)->task;
}

/* ---- streams of events ---- */

static void send_reading(struct api *api)
{
	struct errand *errand = feed_errand(api->feed);

	if (errand)
		errand_list_add(&api->outgoing, errand);
}

void api_tick(struct api *api, struct ilp_time now)
{
	api->now = now;
	feed_tick(api->feed, now, api->catalog);
	send_reading(api);
}

int64_t api_deadline_us(const struct api *api)
{
	return feed_deadline_us(api->feed);
}

struct ilp_bytes api_stream_text(const struct api *api, const void *asker)
{
	return feed_text(api->feed, asker);
}

void api_stream_given(struct api *api, const void *asker)
{
	feed_taken(api->feed, asker);
}

bool api_stream_is_over(const struct api *api, const void *asker)
{
	return feed_is_over(api->feed, asker);
}

void api_end_streams(struct api *api, const char *reason)
{
	feed_end(api->feed, reason);
}

/* ---- what comes back ---- */

void api_returned(struct api *api, struct errand *errand)
{
	struct api_call *call;

	if (feed_returned(api->feed, errand, api->now)) {
		send_reading(api);
		return;
	}
	call = call_of(errand);
	call->endpoint->finish(call);
	end(call);
}

bool api_next_answer(struct api *api, struct api_answer *out)
{
	struct errand *errand = errand_list_take(&api->answered);
	struct api_call *call;

	if (api->told)
		drop(api->told);
	api->told = NULL;
	if (!errand)
		return false;
	call = call_of(errand);
	api->told = call;
	*out = (struct api_answer){
		.asker = call->asker,
		.stream = call->stream,
		.status = call->status,
		.content_type = call->content_type ? call->content_type :
						     "application/json",
		.allow = call->allow,
		.body = buffer_bytes(&call->answer),
		.streams = call->streams,
	};
	return true;
}

static bool is_late(const struct api_call *call, struct ilp_time now)
{
	return call->asker && !(call->endpoint && call->endpoint->outside) &&
	       now.monotonic_us >= call->now.monotonic_us + API_PATIENCE_US;
}

bool api_next_late(struct api *api, struct ilp_time now,
		   struct api_answer *out)
{
	struct api_call *call = api->calls;

	while (call && !is_late(call, now))
		call = call->next;
	if (!call)
		return false;
	*out = (struct api_answer){
		.asker = call->asker,
		.stream = call->stream,
		.status = 503,
		.content_type = "application/problem+json",
		.body = ilp_text("{\"type\":\"/problems/not-durable-yet\","
				 "\"title\":\"The ledger does not get on\","
				 "\"status\":503,\"detail\":\"It may still be "
				 "done. GET /v1/status tells what the ledger "
				 "waits for.\"}"),
	};
	call->asker = NULL;
	return true;
}

void api_forget(struct api *api, const void *asker)
{
	for (struct api_call *call = api->calls; call; call = call->next)
		if (call->asker == asker)
			call->asker = NULL;
	feed_leave(api->feed, asker);
}

size_t api_open(const struct api *api)
{
	return api->count;
}
