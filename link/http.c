/* SPDX-License-Identifier: Apache-2.0 */
#include "link/http.h"

#include <stdio.h>
#include <stdlib.h>

#include "ilp/auth.h"
#include "ilp/crypto.h"
#include "ilp/oer.h"
#include "ilp/text.h"
#include "wire/http1.h"
#include "wire/http2.h"

#define HEAD_MAX 16384
#define BEARER "Bearer "
#define SIGNED_MAX (sizeof(BEARER) - 1 + ILP_JWT_MAX)
#define OCTETS "application/octet-stream"
#define ILP_OCTETS "application/ilp+octet-stream"
#define TEXT "text/plain"

/* What a client has asked it knows again by its number; a reply beyond all
 * requests. */
#define REPLY (UINT64_C(1) << 32)

struct link_http {
	struct link link;
	struct http *http; /* NULL: its version is not agreed on yet */
	struct pool *pool;
	bool server;
	bool up;   /* a client has said that it is */
	bool mute; /* the server is, so it is not asked any more */
	bool over; /* the last event was given */
	const char *end; /* why there never was a version; NULL: there was */
	struct ilp_time now;
	int64_t busy_us;  /* when something was asked or answered last; */
	int64_t asked_us; /* since when a client has something asked; */
	int64_t heard_us; /* when any bytes came last, */
	uint32_t part;    /* and which is the oldest request in part, */
	int64_t part_us;  /* since when; or never */

	/* Of a server: a request that waits for its login, and who was
	 * admitted last. */
	bool asking;
	struct http_event event;
	struct ilp_bytes token; /* of it */
	uint8_t *known;
	size_t known_len;
	int64_t known_until_us;

	/* Of a client. */
	bool tls;
	int64_t idle_us;
	struct ilp_bytes authority, path, authorization;
	struct ilp_bytes callback; /* empty: all is answered at once */
	struct request_ids *ids;
	struct ilp_jwt_key *signer; /* NULL: the authorization stays as it is */
	struct ilp_jwt_claims claims;
	int64_t lifetime_ms;
	uint8_t *signed_room; /* SIGNED_MAX bytes, for the last one */
	char reason[64];
	uint8_t texts[]; /* those: first the authorization */
};

static struct link_http *line(struct link *link)
{
	return (struct link_http *)link;
}

static const struct link_http *line_const(const struct link *link)
{
	return (const struct link_http *)link;
}

static struct http *make_http(const struct link_http *l, bool two)
{
	const struct http_options options = {
		.role = l->server ? HTTP_SERVER : HTTP_CLIENT,
		.pool = l->pool,
		.body_max = ILP_PACKET_MAX,
		.head_max = HEAD_MAX,
		.streams_max = two ? LINK_HTTP_STREAMS : LINK_HTTP_PIPELINED,
	};

	_Static_assert(LINK_HTTP_STREAMS * ILP_PACKET_MAX < LINK_MOST,
		       "answers fit");
	return two ? http2_create(&options) : http1_create(&options);
}

static void close(struct link *link, const char *reason)
{
	struct link_http *l = line(link);

	l->asking = false;
	if (l->http)
		http_close(l->http, reason);
	else if (!l->end)
		l->end = reason;
}

/* ---- time ---- */

/* A client that is asked is told the time so often: what it signs and whom it
 * gives up depends on it. */
#define CLOCK_US 1000000

static int64_t idle_at_us(const struct link_http *l)
{
	return http_open(l->http) ? ILP_NEVER_US : l->busy_us + l->idle_us;
}

static int64_t part_at_us(const struct link_http *l)
{
	return l->part ? l->part_us + LINK_HTTP_WHOLE_US : ILP_NEVER_US;
}

static int64_t deadline_us(const struct link *link)
{
	const struct link_http *l = line_const(link);

	if (l->over || l->end)
		return ILP_NEVER_US;
	if (!l->http)
		return l->busy_us + LINK_HTTP_WHOLE_US;
	if (!l->server && http_open(l->http))
		return l->now.monotonic_us + CLOCK_US;
	return part_at_us(l) < idle_at_us(l) ? part_at_us(l) : idle_at_us(l);
}

/* One that was asked, and has not said anything for so long, may be gone. */
static void look_whether_mute(struct link_http *l)
{
	l->mute = http_open(l->http) && l->now.monotonic_us - l->heard_us >=
						LINK_HTTP_WHOLE_US &&
		  l->now.monotonic_us - l->asked_us >= LINK_HTTP_WHOLE_US;
}

static void tick(struct link *link, struct ilp_time now)
{
	struct link_http *l = line(link);

	l->now = now;
	if (l->over || l->end)
		return;
	if (!l->http) {
		if (now.monotonic_us >= l->busy_us + LINK_HTTP_WHOLE_US)
			close(link, "peer does not agree on anything");
		return;
	}
	if (!l->server)
		look_whether_mute(l);
	if (now.monotonic_us >= part_at_us(l))
		close(link, "request did not come to its end");
	else if (now.monotonic_us >= idle_at_us(l))
		close(link, "nothing was asked");
}

/* ---- what comes ---- */

static void receive(struct link *link, struct ilp_time now, uint8_t *in,
		    size_t len)
{
	struct link_http *l = line(link);

	l->now = now;
	l->heard_us = now.monotonic_us;
	l->mute = false;
	if (l->http)
		http_receive(l->http, in, len);
	else
		close(link, "peer speaks before it was agreed how");
}

static void agreed(struct link *link, struct ilp_bytes protocol)
{
	struct link_http *l = line(link);

	if (l->http || l->end)
		return;
	l->http = make_http(l, ilp_bytes_equal(protocol, ilp_text("h2")));
	if (!l->http)
		l->end = "no memory";
}

/* ---- the server ---- */

static void respond(struct link_http *l, uint32_t stream,
		    const struct http_response *response)
{
	l->busy_us = l->now.monotonic_us;
	http_respond(l->http, stream, response);
}

static void refuse(struct link_http *l, uint32_t stream, int status)
{
	const struct http_response response = {
		.status = status,
		.allow = ilp_text(status == 405 ? "POST" : ""),
		.authenticate = ilp_text(status == 401 ? "Bearer" : ""),
	};

	respond(l, stream, &response);
}

/* With parameters or without. */
static bool is_type(struct ilp_bytes field, const char *type)
{
	struct ilp_bytes rest = field;

	return ilp_text_is(ilp_text_trim(ilp_text_until(&rest, ';')), type);
}

/* Is it to be answered later? */
static bool wants_reply(const struct http_event *e)
{
	return e->fields[HTTP_CALLBACK_URL].len && e->fields[HTTP_REQUEST_ID].len;
}

/* Is it a Prepare, or the reply to one of ours? */
static bool is_sound(const struct http_event *e)
{
	bool named = request_id_valid(e->fields[HTTP_REQUEST_ID]);
	enum ilp_packet_type kind;

	if (ilp_packet_type(&kind, e->body))
		return false;
	if (kind == ILP_PREPARE)
		return named || !wants_reply(e);
	return named && !wants_reply(e);
}

/* 0, or the status to refuse a request with that is neither. */
static int fault_of(const struct http_event *e)
{
	const struct ilp_bytes type = e->fields[HTTP_CONTENT_TYPE];

	if (!ilp_bytes_equal(e->method, ilp_text("POST")))
		return 405;
	if (!is_type(type, OCTETS) && !is_type(type, ILP_OCTETS))
		return 415;
	if (!is_sound(e))
		return 400;
	if (e->fields[HTTP_AUTHORIZATION].len == 0)
		return 401;
	return 0;
}

static bool is_known(const struct link_http *l)
{
	return l->known && l->now.monotonic_us < l->known_until_us &&
	       ilp_secret_equal(l->token, (struct ilp_bytes){ l->known,
							      l->known_len });
}

static void forget_known(struct link_http *l)
{
	if (l->known)
		ilp_secret_clear(l->known, l->known_len);
	free(l->known);
	l->known = NULL;
}

/* Without memory it is asked about each time. */
static void admit(struct link *link)
{
	struct link_http *l = line(link);

	assert(l->asking);
	forget_known(l);
	l->known = malloc(l->token.len ? l->token.len : 1);
	if (!l->known)
		return;
	if (l->token.len)
		memcpy(l->known, l->token.at, l->token.len);
	l->known_len = l->token.len;
	l->known_until_us = l->now.monotonic_us + LINK_HTTP_KNOWN_US;
}

static void deny(struct link *link, const char *reason)
{
	struct link_http *l = line(link);

	(void)reason;
	assert(l->asking);
	l->asking = false;
	refuse(l, l->event.stream, 401);
}

static void give_request(const struct http_event *e, struct link_event *out)
{
	bool prepare = e->body.at[0] == ILP_PREPARE;

	*out = (struct link_event){
		.type = prepare ? LINK_PREPARE : LINK_REPLY,
		.request = e->stream,
		.packet = link_cut_packet(e->body),
	};
	if (prepare && !wants_reply(e))
		return;
	out->callback = e->fields[HTTP_CALLBACK_URL];
	out->id = e->fields[HTTP_REQUEST_ID];
}

/* False when it was answered at once. */
static bool take_request(struct link_http *l, const struct http_event *e,
			 struct link_event *out)
{
	int fault = fault_of(e);

	l->busy_us = l->now.monotonic_us;
	if (fault) {
		refuse(l, e->stream, fault);
		return false;
	}
	l->token = ilp_bearer_token(e->fields[HTTP_AUTHORIZATION]);
	if (is_known(l)) {
		give_request(e, out);
		return true;
	}
	l->asking = true;
	l->event = *e;
	*out = (struct link_event){ .type = LINK_LOGIN, .token = l->token };
	return true;
}

static enum link_status answer(struct link *link, uint32_t request,
			       struct ilp_bytes packet)
{
	struct link_http *l = line(link);
	const struct http_response response = {
		.status = 200,
		.fields = { [HTTP_CONTENT_TYPE] = ilp_text(OCTETS) },
		.body = packet,
	};

	if (!l->server || l->over)
		return LINK_CLOSED;
	respond(l, request, &response);
	return LINK_OK;
}

static int status_of(enum link_verdict verdict)
{
	switch (verdict) {
	case LINK_WILL_REPLY:
		return 202;
	case LINK_HEARD:
		return 200;
	case LINK_BAD:
		return 400;
	case LINK_FULL:
		break;
	}
	return 503;
}

static enum link_status acknowledge(struct link *link, uint32_t request,
				    enum link_verdict verdict,
				    const char *reason)
{
	struct link_http *l = line(link);
	struct http_response response = { .status = status_of(verdict) };

	if (!l->server || l->over)
		return LINK_CLOSED;
	if (reason) {
		response.fields[HTTP_CONTENT_TYPE] = ilp_text(TEXT);
		response.body = ilp_text(reason);
	}
	respond(l, request, &response);
	return LINK_OK;
}

/* ---- the client ---- */

/* A new token when the last one has not half of its time left, as clocks
 * differ. What cannot be signed is sent without, and refused. */
static void sign(struct link_http *l)
{
	int64_t now_ms = l->now.wall_ms;
	struct ilp_writer w;

	if (!l->signer ||
	    now_ms + l->lifetime_ms / 2 < l->claims.expires_at_ms)
		return;
	w = ilp_writer(l->signed_room, SIGNED_MAX);
	l->claims.issued_at_ms = now_ms;
	l->claims.expires_at_ms = now_ms + l->lifetime_ms;
	ilp_write_fixed(&w, ilp_text(BEARER));
	ilp_jwt_sign(&w, l->signer, &l->claims);
	l->authorization = ilp_written(&w);
}

static uint32_t room(const struct link *link)
{
	const struct link_http *l = line_const(link);

	if (l->server || !l->http || l->over || l->mute ||
	    http_waiting(l->http) > LINK_HIGH)
		return 0;
	return http_room(l->http);
}

/* Posts what the request says beyond what all of them have. */
static enum link_status post(struct link *link, struct http_request *ask,
			     uint8_t **copy)
{
	struct link_http *l = line(link);

	if (l->server || !l->up || l->over)
		return LINK_CLOSED;
	if (!room(link))
		return LINK_BUSY;
	sign(l);
	if (!http_open(l->http))
		l->asked_us = l->now.monotonic_us;
	ask->method = ilp_text("POST");
	ask->authority = l->authority;
	ask->tls = l->tls;
	ask->fields[HTTP_CONTENT_TYPE] = ilp_text(OCTETS);
	ask->fields[HTTP_AUTHORIZATION] = l->authorization;
	l->busy_us = l->now.monotonic_us;
	return http_ask(l->http, ask, copy) ? LINK_OK : LINK_BUSY;
}

static enum link_status prepare(struct link *link, uint32_t request,
				struct ilp_bytes packet, uint8_t **copy)
{
	struct link_http *l = line(link);
	uint8_t id[REQUEST_ID_LEN];
	struct ilp_prepare parts;
	struct http_request ask = {
		.path = l->path,
		.fields[HTTP_ACCEPT] = ilp_text(OCTETS),
		.body = packet,
		.tag = request,
	};

	/* Only a Prepare can have a reply. */
	if (l->callback.len && ilp_prepare_read(&parts, packet) == ILP_OK) {
		request_id_make(l->ids, id, request, parts.condition);
		ask.fields[HTTP_CALLBACK_URL] = l->callback;
		ask.fields[HTTP_REQUEST_ID] =
			(struct ilp_bytes){ id, sizeof(id) };
	}
	return post(link, &ask, copy);
}

static enum link_status reply(struct link *link, uint32_t number,
			      const struct link_reply *reply)
{
	struct http_request ask = {
		.path = reply->path,
		.fields[HTTP_REQUEST_ID] = reply->id,
		.body = reply->packet,
		.tag = REPLY | number,
	};

	return post(link, &ask, NULL);
}

static bool forget_tag(struct link *link, uint64_t tag)
{
	struct link_http *l = line(link);

	if (l->server || !l->http || l->over || !http_forget(l->http, tag))
		return false;
	if (l->mute && http_open(l->http) == 0)
		close(link, "peer does not answer");
	return true;
}

static bool forget(struct link *link, uint32_t request)
{
	return forget_tag(link, request);
}

static bool forget_reply(struct link *link, uint32_t number)
{
	return forget_tag(link, REPLY | number);
}

static bool may_help(int status)
{
	return status >= 500 || status == 408 || status == 429;
}

/* "timeout=5, max=100": the seconds after which the server would close it. */
static void heed_keep_alive(struct link_http *l, struct ilp_bytes field)
{
	int64_t seconds = 0;

	while (field.len) {
		struct ilp_bytes value =
			ilp_text_trim(ilp_text_until(&field, ','));
		struct ilp_bytes name = ilp_text_until(&value, '=');

		if (!ilp_text_is(name, "timeout"))
			continue;
		for (size_t i = 0; i < value.len && seconds < 1000; i++)
			if (value.at[i] >= '0' && value.at[i] <= '9')
				seconds = 10 * seconds + value.at[i] - '0';
		l->idle_us = seconds * 1000000 * 4 / 5;
	}
	if (l->idle_us > LINK_HTTP_CLIENT_IDLE_US)
		l->idle_us = LINK_HTTP_CLIENT_IDLE_US;
}

/* Is there a packet, and all of it? */
static bool is_whole(struct ilp_bytes body)
{
	size_t len;

	return ilp_packet_len(&len, body) == ILP_OK && len <= body.len;
}

/* A server that waited for another one in vain does not know what that one
 * has done, and of an answer that was cut nobody knows what it was: the
 * Prepare may have been fulfilled. */
static bool may_be_fulfilled(const struct http_event *e)
{
	return e->status == 504 ||
	       (e->status == 200 && e->may_be_cut && !is_whole(e->body));
}

static const char *say_status(struct link_http *l, int status)
{
	snprintf(l->reason, sizeof(l->reason), "peer answered with status %d",
		 status);
	return l->reason;
}

/* Only a server that has failed wants it again. */
static void take_replied(struct link_http *l, const struct http_event *e,
			 struct link_event *out)
{
	*out = (struct link_event){
		.type = LINK_REPLIED,
		.request = (uint32_t)e->tag,
		.temporary = e->status >= 500,
	};
	if (e->status / 100 != 2)
		out->reason = say_status(l, e->status);
}

/* Before there was a status for it, peers said 200 and nothing more. */
static bool is_taken(const struct link_http *l, const struct http_event *e)
{
	return l->callback.len &&
	       (e->status == 202 || (e->status == 200 && e->body.len == 0));
}

/* False when there is nothing to be said before it expires. */
static bool take_answer(struct link_http *l, const struct http_event *e,
			struct link_event *out)
{
	*out = (struct link_event){
		.type = LINK_ANSWER,
		.request = (uint32_t)e->tag,
		.packet = link_cut_packet(e->body),
	};
	if (may_be_fulfilled(e))
		return false;
	if (is_taken(l, e)) {
		out->type = LINK_TAKEN;
		out->packet.len = 0;
		return true;
	}
	if (e->status == 200)
		return true;
	out->type = LINK_REFUSED;
	out->packet.len = 0;
	out->temporary = may_help(e->status);
	out->reason = say_status(l, e->status);
	return true;
}

static bool take_response(struct link_http *l, const struct http_event *e,
			  struct link_event *out)
{
	l->busy_us = l->now.monotonic_us;
	heed_keep_alive(l, e->fields[HTTP_KEEP_ALIVE]);
	if (!(e->tag & REPLY))
		return take_answer(l, e, out);
	take_replied(l, e, out);
	return true;
}

/* A Prepare that the peer may have looked at may have been fulfilled, so that
 * there is nothing to be said before it expires. */
static bool take_gone(struct link_http *l, const struct http_event *e,
		      struct link_event *out)
{
	if (l->server)
		return false;
	*out = (struct link_event){
		.type = e->tag & REPLY ? LINK_REPLIED : LINK_REFUSED,
		.request = (uint32_t)e->tag,
		.temporary = true,
		.reason = e->reason,
	};
	return e->untouched || e->tag & REPLY;
}

/* ---- events ---- */

/* False when nothing comes of it for the owner. */
static bool take(struct link_http *l, const struct http_event *e,
		 struct link_event *out)
{
	switch (e->type) {
	case HTTP_REQUEST:
		return take_request(l, e, out);
	case HTTP_RESPONSE:
		return take_response(l, e, out);
	case HTTP_GONE:
		return take_gone(l, e, out);
	case HTTP_DOWN:
		l->over = true;
		*out = (struct link_event){ .type = LINK_DOWN,
					    .reason = e->reason };
		return true;
	}
	return false;
}

static bool go_up(struct link_http *l, struct link_event *out)
{
	if (l->server || l->up)
		return false;
	l->up = true;
	l->busy_us = l->now.monotonic_us;
	*out = (struct link_event){ .type = LINK_UP };
	return true;
}

static void look_for_parts(struct link_http *l)
{
	uint32_t part = l->server ? http_partial(l->http) : 0;

	if (part != l->part)
		l->part_us = l->now.monotonic_us;
	l->part = part;
}

static bool next_of_http(struct link_http *l, struct link_event *out)
{
	struct http_event event;

	while (http_next(l->http, &event))
		if (take(l, &event, out))
			return true;
	look_for_parts(l);
	return false;
}

static bool next(struct link *link, struct link_event *out)
{
	struct link_http *l = line(link);

	if (l->over)
		return false;
	if (l->asking) {
		l->asking = false;
		give_request(&l->event, out);
		return true;
	}
	if (l->http)
		return go_up(l, out) || next_of_http(l, out);
	*out = (struct link_event){ .type = LINK_DOWN, .reason = l->end };
	l->over = l->end != NULL;
	return l->over;
}

static struct ilp_bytes output(struct link *link)
{
	return line(link)->http ? http_output(line(link)->http) :
				  (struct ilp_bytes){ NULL, 0 };
}

static size_t waiting(const struct link *link)
{
	const struct link_http *l = line_const(link);

	return l->http ? http_waiting(l->http) : 0;
}

static void written(struct link *link, size_t len)
{
	if (line(link)->http)
		http_written(line(link)->http, len);
}

static void destroy(struct link *link)
{
	struct link_http *l = line(link);

	forget_known(l);
	http_destroy(l->http);
	ilp_jwt_key_destroy(l->signer);
	if (l->signed_room)
		ilp_secret_clear(l->signed_room, SIGNED_MAX);
	else
		ilp_secret_clear(l->texts, l->authorization.len);
	free(l->signed_room);
	free(l);
}

static const struct link_ops ops = {
	.name = "http",
	.receive = receive,
	.tick = tick,
	.next = next,
	.deadline_us = deadline_us,
	.admit = admit,
	.deny = deny,
	.agreed = agreed,
	.room = room,
	.forget = forget,
	.prepare = prepare,
	.answer = answer,
	.acknowledge = acknowledge,
	.reply = reply,
	.forget_reply = forget_reply,
	.output = output,
	.waiting = waiting,
	.written = written,
	.close = close,
	.destroy = destroy,
};

static struct link_http *create(const struct link_http_options *options,
				struct ilp_time now, size_t texts_len)
{
	struct link_http *l = calloc(1, sizeof(*l) + texts_len);

	assert(pool_block_len(options->pool) >= LINK_HTTP_BLOCK);
	if (!l)
		return NULL;
	l->link.ops = &ops;
	l->pool = options->pool;
	l->now = now;
	l->busy_us = l->heard_us = now.monotonic_us;
	return l;
}

static struct link *begin(struct link_http *l,
			  const struct link_http_options *options)
{
	if (!l || options->version == LINK_HTTP_AGREED)
		return l ? &l->link : NULL;
	l->http = make_http(l, options->version == LINK_HTTP_2);
	if (l->http)
		return &l->link;
	destroy(&l->link);
	return NULL;
}

static bool set_signer(struct link_http *l,
		       const struct link_http_options *options)
{
	l->signer = options->signer;
	l->claims = options->claims;
	l->lifetime_ms = options->lifetime_ms;
	if (l->signer)
		l->signed_room = malloc(SIGNED_MAX);
	return !l->signer || l->signed_room;
}

static struct ilp_bytes copy_text(struct ilp_writer *w, struct ilp_bytes text)
{
	uint8_t *at = w->at;

	ilp_write_fixed(w, text);
	return (struct ilp_bytes){ at, text.len };
}

struct link *link_http_connect(const struct link_http_options *options,
			       struct ilp_time now)
{
	const struct ilp_bytes bearer = ilp_text(BEARER);
	size_t len = bearer.len + options->token.len + options->authority.len +
		     options->path.len + options->callback.len;
	struct link_http *l = create(options, now, len);
	struct ilp_writer w;

	assert(!options->callback.len || options->ids);
	if (!l) {
		ilp_jwt_key_destroy(options->signer);
		return NULL;
	}
	if (!set_signer(l, options)) {
		destroy(&l->link);
		return NULL;
	}
	w = ilp_writer(l->texts, len);
	if (options->token.len) {
		ilp_write_fixed(&w, bearer);
		ilp_write_fixed(&w, options->token);
	}
	l->authorization = ilp_written(&w);
	l->authority = copy_text(&w, options->authority);
	l->path = copy_text(&w, options->path);
	l->callback = copy_text(&w, options->callback);
	l->ids = options->ids;
	l->tls = options->tls;
	l->idle_us = LINK_HTTP_CLIENT_IDLE_US;
	return begin(l, options);
}

struct link *link_http_accept(const struct link_http_options *options,
			      struct ilp_time now)
{
	struct link_http *l = create(options, now, 0);

	if (l) {
		l->server = true;
		l->idle_us = LINK_HTTP_SERVER_IDLE_US;
	}
	return begin(l, options);
}
