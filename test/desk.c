/* SPDX-License-Identifier: Apache-2.0 */
#include "test/desk.h"

#include "node/admin/catalog.h"

#define NODES_MAX 131072
#define ROUNDS_MAX 10000
#define LOG_RECORDS 64

static void make_api(struct desk *d, struct seal *seal)
{
	d->log = log_create(LOG_RECORDS);
	const struct api_facts facts = {
		.log = d->log,
		.log_level = LOG_INFO,
		.version = "1.2.3",
		.address = d->s.options.address,
		.durability = "strict",
		.ledger = "slow",
		.started_ms = d->s.now.wall_ms,
		.started_us = d->s.now.monotonic_us,
	};
	d->errands = (struct errands){ .to_run.first = NULL };
	d->outside = NULL;
	struct catalog *catalog = catalog_create(seal, d->s.options.seed);
	char error[256];

	assert_non_null(catalog);
	if (!catalog_restore(catalog, d->s.ledger, error, sizeof(error)))
		fail_msg("%s", error);
	d->api = api_create(&facts, catalog, d->s.options.seed);
	assert_non_null(d->api);
	CHECK(api_restore_audit(d->api, d->s.ledger));
}

void desk_begin(struct desk *d)
{
	scene_begin(&d->s);
	make_api(d, NULL);
}

static char told[4096];

const char *desk_told(void)
{
	return told;
}

static void tell(void *context, const char *text)
{
	size_t len = strlen(told);

	(void)context;
	snprintf(told + len, sizeof(told) - len, "%s\n", text);
}

bool desk_restore(struct desk *d, char *error, size_t error_size)
{
	told[0] = '\0';
	return api_restore(d->api, scene_shard(&d->s), tell, NULL, error,
			   error_size);
}

void desk_begin_lasting(struct desk *d, struct ledger *ledger,
			void (*configure)(struct shard *shard))
{
	static const uint8_t key[SEAL_KEY_LEN] = { 9 };
	struct connector_options options = scene_options();

	/* Another run, other random bytes. */
	options.seed[1] = ledger ? (uint8_t)ledger_progress(ledger).submitted : 0;
	scene_begin_lasting(&d->s, &options, ledger);
	if (configure)
		configure(scene_shard(&d->s));
	make_api(d, seal_create(key, options.seed));
}

void desk_take_down(struct desk *d)
{
	api_destroy(d->api);
	log_destroy(d->log);
	scene_take_down(&d->s);
}

void desk_end(struct desk *d)
{
	struct api_answer answer;

	CHECK(!api_next_answer(d->api, &answer));
	CHECK_INT(api_open(d->api), 0);
	api_destroy(d->api);
	log_destroy(d->log);
	scene_end(&d->s);
}

static void ask(struct desk *d, enum api_scope scope, const char *request,
		const char *body, const char *key, const void *asker,
		uint32_t stream)
{
	size_t method = strcspn(request, " ");
	const struct api_question question = {
		.method = { (const uint8_t *)request, method },
		.target = ilp_text(request + method + 1),
		.body = ilp_text(body),
		.key = ilp_text(key),
		.scope = scope,
		.asker = asker,
		.stream = stream,
	};

	CHECK(api_ask(d->api, &question, d->s.now));
}

void desk_ask(struct desk *d, enum api_scope scope, const char *request,
	      const void *asker, uint32_t stream)
{
	ask(d, scope, request, "", "", asker, stream);
}

void desk_ask_with(struct desk *d, const char *request, const char *body,
		   const void *asker, uint32_t stream)
{
	ask(d, API_ADMIN, request, body, "", asker, stream);
}

void desk_ask_once(struct desk *d, const char *request, const char *body,
		   const char *key, const void *asker, uint32_t stream)
{
	ask(d, API_ADMIN, request, body, key, asker, stream);
}

void desk_play(struct desk *d)
{
	struct errand *errand;

	shard_begin(scene_shard(&d->s), d->s.now);
	while ((errand = api_next_outside(d->api))) {
		if (d->outside)
			d->outside(api_task(errand));
		api_returned(d->api, errand);
	}
	while ((errand = api_next_errand(d->api)))
		errands_add(&d->errands, errand);
	errands_run(&d->errands, d->s.node);
	scene_play(&d->s);
	errands_settle(&d->errands, d->s.node);
	while ((errand = errands_next_done(&d->errands)))
		api_returned(d->api, errand);
}

/* Good until the next one. */
static struct reply *keep(const struct api_answer *answer)
{
	static struct ilp_json_node nodes[NODES_MAX];
	static uint8_t body[API_ANSWER_MAX];
	static struct reply reply;

	CHECK(answer->body.len <= API_ANSWER_MAX);
	if (answer->body.len)
		memcpy(body, answer->body.at, answer->body.len);
	reply = (struct reply){ .asker = answer->asker,
				.stream = answer->stream,
				.status = answer->status,
				.body = { body, answer->body.len } };
	snprintf(reply.type, sizeof(reply.type), "%s", answer->content_type);
	snprintf(reply.allow, sizeof(reply.allow), "%s",
		 answer->allow ? answer->allow : "");
	if (reply.body.len && strstr(reply.type, "json")) {
		CHECK_INT(ilp_json_read(nodes, NODES_MAX, reply.body).problem,
			  ILP_JSON_OK);
		reply.json = nodes;
	}
	return &reply;
}

const struct reply *desk_next(struct desk *d)
{
	struct api_answer answer;

	return api_next_answer(d->api, &answer) ? keep(&answer) : NULL;
}

static const struct reply *call(struct desk *d, enum api_scope scope,
				const char *request, const char *body,
				const char *key)
{
	static uint32_t stream;
	struct api_answer answer;

	ask(d, scope, request, body, key, d, ++stream);
	for (int i = 0; !api_next_answer(d->api, &answer); i++) {
		CHECK(i < ROUNDS_MAX);
		desk_play(d);
	}
	CHECK(answer.asker == d && answer.stream == stream);
	const struct reply *reply = keep(&answer);

	CHECK(!api_next_answer(d->api, &answer));
	return reply;
}

const struct reply *desk_call_as(struct desk *d, enum api_scope scope,
				 const char *request)
{
	return call(d, scope, request, "", "");
}

const struct reply *desk_send(struct desk *d, const char *request,
			      const char *body)
{
	return call(d, API_ADMIN, request, body, "");
}

const struct reply *desk_send_once(struct desk *d, const char *request,
				   const char *body, const char *key)
{
	return call(d, API_ADMIN, request, body, key);
}

const struct reply *desk_send_as(struct desk *d, enum api_scope scope,
				 const char *request, const char *body)
{
	return call(d, scope, request, body, "");
}

const struct reply *desk_call(struct desk *d, const char *request)
{
	return desk_call_as(d, API_ADMIN, request);
}

const struct ilp_json_node *desk_get(struct desk *d, int status,
				     const char *request)
{
	const struct reply *reply = desk_call(d, request);

	CHECK_INT(reply->status, status);
	CHECK(strcmp(reply->type, "application/json") == 0);
	assert_non_null(reply->json);
	return reply->json;
}

static const struct ilp_json_node *item(const struct ilp_json_node *list,
					size_t number)
{
	struct ilp_json_walk walk = ilp_json_walk(list);

	while (ilp_json_next(&walk))
		if (number-- == 0)
			return walk.value;
	return NULL;
}

const struct ilp_json_node *desk_at(const struct ilp_json_node *json,
				    const char *path)
{
	char name[64];

	while (*path && json) {
		size_t len = strcspn(path, ".");

		snprintf(name, sizeof(name), "%.*s", (int)len, path);
		json = json->type == ILP_JSON_ARRAY ?
			       item(json, strtoul(name, NULL, 10)) :
			       ilp_json_get(json, name);
		path += len + (path[len] == '.');
	}
	return json;
}

void desk_check_at(const struct ilp_json_node *json, const char *path,
		   const char *expected, const char *file, int line)
{
	const struct ilp_json_node *at = desk_at(json, path);

	if (!at)
		fprintf(stderr, "there is no %s\n", path);
	check_bytes(at ? at->text : ilp_text("nothing"), ilp_text(expected),
		    file, line);
}

void desk_check_problem(const struct reply *reply, int status,
			const char *type, const char *file, int line)
{
	char text[80];
	uint64_t said = 0;

	_assert_int_equal((uintmax_t)reply->status, (uintmax_t)status, file,
			  line);
	check_bytes(ilp_text(reply->type),
		    ilp_text("application/problem+json"), file, line);
	snprintf(text, sizeof(text), "/problems/%s", type);
	desk_check_at(reply->json, "type", text, file, line);
	CHECK(ilp_json_u64(&said, desk_at(reply->json, "status")));
	CHECK_INT(said, status);
	CHECK_INT(reply->json->count, 4);
	CHECK(desk_at(reply->json, "title")->text.len > 0);
	CHECK(desk_at(reply->json, "detail")->text.len > 0);
}
