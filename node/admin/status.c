/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of the node as a whole. */
#include <stdio.h>

#include "node/admin/call.h"
#include "node/admin/document.h"
#include "node/admin/reloader.h"

#define TROUBLE_MAX 160

struct status_packets {
	uint64_t prepares;
	uint64_t fulfills;
	uint64_t rejects;
	uint64_t refusals;
	uint64_t unexpected;
	uint64_t late;
	uint64_t lost;
	uint64_t in_flight;
};

struct status_ledger {
	const char *kind;
	const char *durability;
	const char *file;
	uint64_t submitted;
	uint64_t durable;
	char trouble[TROUBLE_MAX]; /* empty: all is well */
};

/* Its words are the plan's. */
struct status_configuration {
	const char *file;
	int64_t read_ms;
	const char *problem;
	char *const *restarts;
	size_t restart_count;
};

struct status {
	const char *version;
	struct ilp_bytes address;
	int64_t started_ms;
	uint64_t uptime_s;
	bool ready;
	const char *why;
	uint64_t accounts;
	uint64_t connected;
	uint64_t routes;
	uint64_t alerts;
	struct status_packets packets;
	struct status_ledger ledger;
	struct status_configuration configuration;
	uint64_t from; /* accounts that are counted already */
};

/* clang-format off */
static const struct shape_field packet_fields[] = {
	{ "prepares", SHAPE_COUNT,
	  .at = offsetof(struct status_packets, prepares),
	  .text = "Prepares that came in." },
	{ "fulfills", SHAPE_COUNT,
	  .at = offsetof(struct status_packets, fulfills),
	  .text = "Fulfills that were passed on, or given again." },
	{ "rejects", SHAPE_COUNT, .at = offsetof(struct status_packets, rejects),
	  .text = "Rejects of others that were passed on." },
	{ "refusals", SHAPE_COUNT,
	  .at = offsetof(struct status_packets, refusals),
	  .text = "Prepares that this node rejected." },
	{ "unexpected", SHAPE_COUNT,
	  .at = offsetof(struct status_packets, unexpected),
	  .text = "Answers to nothing that was in flight." },
	{ "late", SHAPE_COUNT, .at = offsetof(struct status_packets, late),
	  .text = "Packets that could not be charged, since the ledger was "
		  "too slow." },
	{ "lost", SHAPE_COUNT, .at = offsetof(struct status_packets, lost),
	  .text = "Answers for which there was no room until their asker came "
		  "back." },
	{ "inFlight", SHAPE_COUNT,
	  .at = offsetof(struct status_packets, in_flight),
	  .text = "Prepares that wait for their answer." },
};

static const struct shape packets_shape =
	SHAPE("NodePackets", struct status_packets, packet_fields);

static const struct shape_field ledger_fields[] = {
	{ "kind", SHAPE_STRING, .at = offsetof(struct status_ledger, kind),
	  .text = "What it is kept in." },
	{ "durability", SHAPE_STRING,
	  .at = offsetof(struct status_ledger, durability),
	  .text = "What a Fulfill waits for." },
	{ "file", SHAPE_STRING, .optional = true,
	  .at = offsetof(struct status_ledger, file),
	  .text = "Path of the data file; null: in memory." },
	{ "submitted", SHAPE_COUNT,
	  .at = offsetof(struct status_ledger, submitted),
	  .text = "Batches that it has been handed, of all runs." },
	{ "durable", SHAPE_COUNT, .at = offsetof(struct status_ledger, durable),
	  .text = "Those of them that will survive." },
	{ "trouble", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct status_ledger, trouble),
	  .text = "Why batches wait; null: they do not." },
};

static const struct shape ledger_shape =
	SHAPE("NodeLedger", struct status_ledger, ledger_fields);

static const struct shape_field configuration_fields[] = {
	{ "file", SHAPE_STRING, .optional = true,
	  .at = offsetof(struct status_configuration, file),
	  .text = "Path of its file; null: there is none." },
	{ "readAt", SHAPE_MOMENT, .optional = true,
	  .at = offsetof(struct status_configuration, read_ms),
	  .text = "When it was read." },
	{ "problem", SHAPE_STRING, .optional = true,
	  .at = offsetof(struct status_configuration, problem),
	  .text = "Why it could not be read again since; null: it was not "
		  "tried, or it could." },
	{ "needRestart", SHAPE_WORDS,
	  .at = offsetof(struct status_configuration, restarts),
	  .count_at = offsetof(struct status_configuration, restart_count),
	  .text = "Options that were different when it was read again, and do "
		  "not count before the node starts anew." },
};

static const struct shape configuration_shape =
	SHAPE("NodeConfiguration", struct status_configuration,
	      configuration_fields);

static const struct shape_field fields[] = {
	{ "version", SHAPE_STRING, .at = offsetof(struct status, version),
	  .text = "Version of ilpd." },
	{ "address", SHAPE_BYTES, .at = offsetof(struct status, address),
	  .text = "ILP address of the node." },
	{ "startedAt", SHAPE_MOMENT, .at = offsetof(struct status, started_ms),
	  .text = "When this run began." },
	{ "uptimeSeconds", SHAPE_COUNT, .at = offsetof(struct status, uptime_s),
	  .text = "How long ago that was." },
	{ "ready", SHAPE_FLAG, .at = offsetof(struct status, ready),
	  .text = "Are packets let in?" },
	{ "reason", SHAPE_STRING, .optional = true,
	  .at = offsetof(struct status, why),
	  .text = "Why they are not; null: they are." },
	{ "accounts", SHAPE_COUNT, .at = offsetof(struct status, accounts),
	  .text = "How many there are." },
	{ "accountsConnected", SHAPE_COUNT,
	  .at = offsetof(struct status, connected),
	  .text = "And how many of them are connected." },
	{ "routes", SHAPE_COUNT, .at = offsetof(struct status, routes),
	  .text = "How many there are." },
	{ "alerts", SHAPE_COUNT, .at = offsetof(struct status, alerts),
	  .text = "How many there are." },
	{ "packets", SHAPE_OBJECT, .at = offsetof(struct status, packets),
	  .inside = &packets_shape, .text = "Packets of this run." },
	{ "ledger", SHAPE_OBJECT, .at = offsetof(struct status, ledger),
	  .inside = &ledger_shape, .text = "What remembers money." },
	{ "configuration", SHAPE_OBJECT,
	  .at = offsetof(struct status, configuration),
	  .inside = &configuration_shape, .text = "By what the node runs." },
};
/* clang-format on */

static const struct shape status_shape =
	SHAPE("Status", struct status, fields);

/* ---- the node ---- */

#define ACCOUNTS_A_STEP 256

static void count_packets(struct status_packets *out, struct shard *shard)
{
	const struct connector_counters *c = shard_counters(shard);

	*out = (struct status_packets){
		.prepares = c->prepares,
		.fulfills = c->fulfills,
		.rejects = c->rejects,
		.unexpected = c->unexpected,
		.late = c->late,
		.lost = c->lost,
		.in_flight = shard_in_flight(shard),
	};
	for (size_t i = 0; i < REFUSAL_COUNT; i++)
		out->refusals += c->refusals[i];
}

static void look_at_ledger(struct status_ledger *out, struct node *node)
{
	const struct ledger *ledger = node_ledger(node);
	const struct ledger_progress progress = ledger_progress(ledger);
	const char *trouble = ledger_trouble(ledger);

	out->submitted = progress.submitted;
	out->durable = progress.durable;
	snprintf(out->trouble, sizeof(out->trouble), "%s",
		 trouble ? trouble : "");
}

static void judge(struct status *s, struct node *node)
{
	const char *failure = node_failure(node);

	if (failure)
		s->why = "the ledger has failed";
	else if (shard_is_draining(node_shard(node)))
		s->why = "the node is shutting down";
	else if (shard_is_stopped(node_shard(node)))
		s->why = "the operator has stopped all accounts";
	else if (s->ledger.trouble[0])
		s->why = "the ledger waits";
	s->ready = !s->why;
}

/* Are all of them counted? */
static bool count_connected(struct status *s, struct shard *shard)
{
	struct account *account = NULL;

	for (int i = 0; i < ACCOUNTS_A_STEP; i++) {
		account = shard_account_from(shard, s->from);
		if (!account)
			return true;
		s->from = (uint64_t)account->slot + 1;
		s->accounts++;
		s->connected += account->session ||
				(account->lines && account->lines->count);
	}
	return false;
}

static enum errand_step look(struct errand *errand, struct node *node)
{
	struct status *s = call_of(errand)->state;
	struct shard *shard = node_shard(node);
	const struct alert *alert = NULL;

	if (!count_connected(s, shard))
		return ERRAND_GOES_ON;
	while ((alert = alerts_next(shard_alerts(shard),
				    alert ? alert->id : 0)))
		s->alerts++;
	s->routes = shard_route_count(shard);
	count_packets(&s->packets, shard);
	look_at_ledger(&s->ledger, node);
	judge(s, node);
	return ERRAND_DONE;
}

static void tell_configuration(struct status_configuration *out,
			       const struct reloader *r)
{
	if (!r)
		return;
	out->file = r->file;
	out->read_ms = r->read_ms;
	out->problem = r->problem[0] ? r->problem : NULL;
	if (!r->done)
		return;
	out->restarts = r->done->restarts.at;
	out->restart_count = r->done->restarts.count;
}

static void finish_status(struct api_call *call)
{
	const struct api_facts *facts = call_facts(call);
	struct status *s = call->state;

	s->version = facts->version;
	s->address = facts->address;
	s->started_ms = facts->started_ms;
	s->uptime_s = (uint64_t)(call->now.monotonic_us -
				 facts->started_us) / 1000000;
	s->ledger.kind = facts->ledger;
	s->ledger.durability = facts->durability;
	s->ledger.file = facts->data_file;
	tell_configuration(&s->configuration, call_reloader(call));
	call_answer(call, 200, &status_shape, s);
}

/* ---- health ---- */

struct health {
	bool ready;
	const char *why;
	struct status status;
};

static const struct shape_field health_fields[] = {
	{ "ready", SHAPE_FLAG, .at = offsetof(struct health, ready),
	  .text = "Are packets let in?" },
	{ "reason", SHAPE_STRING, .optional = true,
	  .at = offsetof(struct health, why),
	  .text = "Why they are not; null: they are." },
};

static const struct shape health_shape =
	SHAPE("Health", struct health, health_fields);

static enum errand_step look_at_health(struct errand *errand,
				       struct node *node)
{
	struct health *h = call_of(errand)->state;

	look_at_ledger(&h->status.ledger, node);
	judge(&h->status, node);
	return ERRAND_DONE;
}

/* Alive is who answers at all. */
static void finish_health(struct api_call *call)
{
	struct health *h = call->state;

	h->ready = h->status.ready;
	h->why = h->status.why;
	call_answer(call, 200, &health_shape, h);
}

static void finish_ready(struct api_call *call)
{
	finish_health(call);
	if (call->status == 200 && !((struct health *)call->state)->ready)
		call->status = call->endpoint->status_else;
}

/* ---- stopping everything ---- */

#define KIND_STOPPED "stopped-all"

struct stop {
	struct health health;
	bool failed;
};

static void begin_stop(struct api_call *call)
{
	change_add(call, KIND_STOPPED, ilp_text("node"), ilp_text("true"));
}

static void begin_start(struct api_call *call)
{
	change_add(call, KIND_STOPPED, ilp_text("node"),
		   (struct ilp_bytes){ NULL, 0 });
}

static enum errand_step stop_all(struct errand *errand, struct node *node,
				 bool stopped)
{
	struct api_call *call = call_of(errand);
	struct stop *stop = call->state;

	shard_stop_all(node_shard(node), stopped);
	stop->failed = !change_note(call, node_shard(node));
	look_at_health(errand, node);
	return stop->failed ? ERRAND_DONE : ERRAND_WAITS;
}

static enum errand_step stop(struct errand *errand, struct node *node)
{
	return stop_all(errand, node, true);
}

static enum errand_step start(struct errand *errand, struct node *node)
{
	return stop_all(errand, node, false);
}

static void finish_stop(struct api_call *call)
{
	const struct stop *stop = call->state;

	if (stop->failed) {
		call_refuse(call, &call_no_memory,
			    "It is so until the node ends; ask again later.");
		return;
	}
	change_keep(call);
	finish_health(call);
}

/* ---- the document ---- */

static void finish_document(struct api_call *call)
{
	call_answer_json(call, 200, document_write, call_facts(call)->version);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "GET", "/v1/status", API_READ, "getStatus",
	  "The node at a glance.",
	  .answer = &status_shape, .status = 200,
	  .state_size = sizeof(struct status),
	  .work = look, .finish = finish_status },
	{ "GET", "/v1/health", API_ANYBODY, "getHealth",
	  "Is the node alive? It is when it answers this.",
	  .answer = &health_shape, .status = 200,
	  .state_size = sizeof(struct health),
	  .work = look_at_health, .finish = finish_health },
	{ "GET", "/v1/ready", API_ANYBODY, "getReadiness",
	  "Does the node let packets in? If not the status is 503.",
	  .answer = &health_shape, .status = 200, .status_else = 503,
	  .state_size = sizeof(struct health),
	  .work = look_at_health, .finish = finish_ready },
	{ "POST", "/v1/stop", API_OPERATE, "stopAll",
	  "Lets no new packets in from anybody, also after the node has been "
	  "started again. What is in flight goes on.",
	  .answer = &health_shape, .status = 200,
	  .state_size = sizeof(struct stop),
	  .begin = begin_stop, .work = stop, .finish = finish_stop },
	{ "POST", "/v1/start", API_OPERATE, "startAll",
	  "Lets packets in again, but for accounts that are stopped "
	  "themselves.",
	  .answer = &health_shape, .status = 200,
	  .state_size = sizeof(struct stop),
	  .begin = begin_start, .work = start, .finish = finish_stop },
	{ "GET", "/v1/openapi.json", API_ANYBODY, "getDocument",
	  "This document.",
	  .status = 200, .finish = finish_document },
};
/* clang-format on */

const struct endpoint_list node_endpoints = ENDPOINTS("Node", endpoints);
