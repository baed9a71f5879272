/* SPDX-License-Identifier: Apache-2.0 */
/* The endpoint of what happens in the node. */
#include <inttypes.h>

#include "base/digits.h"
#include "ilp/text.h"
#include "node/admin/call.h"
#include "node/admin/event.h"
#include "node/admin/feed.h"

/* One packet in so many, unless it is said. */
#define SAMPLE 1

static const struct call_problem unknown = { 404, "account-unknown",
					     "There is no such account" };
static const struct call_problem too_many = { 503, "too-many-listeners",
					      "Too many listen already" };

static const struct endpoint_query queries[] = {
	{ .name = "kinds",
	  .text = "Which events, with commas between: packets, balances, "
		   "links, routes, alerts, accounts. All but packets, when it "
		   "is not said." },
	{ .name = "account", .text = "Only what this account has to do with." },
	{ .name = "sample", .text = "Of packets only one in so many.",
	  .most = 1000000 },
	{ .name = NULL },
};

struct listening {
	struct feed_wish wish;
	bool resumes;     /* behind this one: */
	uint64_t last;
	bool known; /* the account is there */
	bool good;  /* and there was memory */
};

static bool read_kinds(struct api_call *call, struct feed_wish *wish)
{
	struct ilp_bytes rest;
	enum event_kind kind;

	if (!call_query(call, "kinds", &rest)) {
		call_refuse(call, &call_bad_request,
			    "kinds: is not escaped as it must be.");
		return false;
	}
	if (rest.len == 0)
		wish->kinds = EVENTS_ALL & ~EVENT_BIT(EVENT_PACKET);
	while (rest.len) {
		struct ilp_bytes word = ilp_text_until(&rest, ',');

		if (!event_kind_of(&kind, word)) {
			call_refuse(call, &call_bad_request,
				    "kinds: there are no \"%.*s\".",
				    (int)(word.len < 64 ? word.len : 64),
				    (const char *)word.at);
			return false;
		}
		wish->kinds |= EVENT_BIT(kind);
	}
	return true;
}

static bool read_sample(struct api_call *call, struct feed_wish *wish)
{
	struct ilp_bytes text;

	wish->sample = SAMPLE;
	if (call_query(call, "sample", &text) &&
	    (text.len == 0 ||
	     (ilp_decimal_read(&wish->sample, text) && wish->sample >= 1 &&
	      wish->sample <= FEED_SAMPLE_MAX)))
		return true;
	call_refuse(call, &call_bad_request,
		    "sample: expected a whole number from 1 to %d.",
		    FEED_SAMPLE_MAX);
	return false;
}

static bool read_account(struct api_call *call, struct feed_wish *wish)
{
	struct ilp_bytes id;

	if (!call_query(call, "account", &id) || id.len > ACCOUNT_ID_MAX) {
		call_refuse(call, &call_bad_request,
			    "account: that is no account's id.");
		return false;
	}
	event_put_text(wish->account, sizeof(wish->account), id);
	return true;
}

/* Whoever says something else than one of our numbers was elsewhere, and has
 * missed what was here. */
static void read_last(struct api_call *call, struct listening *l)
{
	l->resumes = call->last_event.len;
	if (!ilp_decimal_read(&l->last, call->last_event))
		l->last = 0;
}

static void begin(struct api_call *call)
{
	struct listening *l = call->state;

	if (!read_kinds(call, &l->wish) || !read_sample(call, &l->wish) ||
	    !read_account(call, &l->wish))
		return;
	read_last(call, l);
	l->wish.by_token = call->has_token;
	memcpy(l->wish.token, call->token, sizeof(l->wish.token));
	if (!feed_has_room(call_feed(call), call->door))
		call_refuse(call, &too_many, "Ask again later.");
}

/* What happens from now on he hears; and what has happened since he heard
 * something last, where that is still there. */
static enum errand_step listen(struct errand *errand, struct node *node)
{
	struct listening *l = call_of(errand)->state;
	struct feed_wish *wish = &l->wish;
	struct shard *shard = node_shard(node);
	const struct events *events = shard_events(shard);
	bool all = l->resumes && events_have(events, wish->kinds, l->last + 1);

	l->known = !wish->account[0] ||
		   shard_account_find(shard, ilp_text(wish->account));
	l->good = l->known && shard_listen(shard, wish->kinds, wish->sample);
	wish->from = all ? l->last + 1 : events->next;
	wish->has_missed = l->resumes && !all;
	return ERRAND_DONE;
}

static void finish(struct api_call *call)
{
	struct listening *l = call->state;

	if (!l->known)
		call_refuse(call, &unknown, "No account has the id \"%s\".",
			    l->wish.account);
	else if (!l->good)
		call_refuse(call, &call_no_memory, "Ask again later.");
	else if (!call->asker || feed_join(call_feed(call), call->asker,
					   call->door, &l->wish, call->now))
		call_answer_stream(call);
	else
		call_refuse(call, &too_many, "Ask again later.");
}

static const struct endpoint endpoints[] = {
	{ "GET", "/v1/events", API_READ, "listen",
	  "What happens in the node, as it happens: an event stream, for "
	  "EventSource and such. A last event \"missed\" says what was missed, "
	  "and \"end\" why there is no more to come.",
	  .queries = queries, .events = event_shapes,
	  .content_type = "text/event-stream", .status = 200,
	  .state_size = sizeof(struct listening),
	  .begin = begin, .work = listen, .finish = finish },
};

const struct endpoint_list event_endpoints = ENDPOINTS("Events", endpoints);
