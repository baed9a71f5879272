/* SPDX-License-Identifier: Apache-2.0 */
/* http.h - requests and responses over a stream of bytes, as the client or as
 * the server of it, in HTTP/1.1 (http1.h) or in HTTP/2 (http2.h).
 *
 * A machine: bytes and whole messages go in, whole messages and bytes come
 * out. Messages are small, so a body is given in one piece; whoever sends a
 * longer one than agreed is refused. It knows no paths, no tokens and no
 * clock: what a request means, and how long one may take, is its owner's
 * affair.
 *
 *     http_receive ──►┌──────┐──► http_next      (request, response, gone,
 *     http_ask     ──►│ http │                    down)
 *     http_respond ──►└──────┘──► http_output    (bytes to write)
 *
 * The contract of each verb stands here once; a version fills a struct
 * http_ops.
 */
#ifndef WIRE_HTTP_H
#define WIRE_HTTP_H

#include "base/bytes.h"
#include "base/pool.h"

enum http_role {
	HTTP_SERVER,
	HTTP_CLIENT,
};

/* The fields that somebody asks for; all others are checked and left. */
enum http_field {
	HTTP_AUTHORIZATION,
	HTTP_CONTENT_TYPE,
	HTTP_ACCEPT,
	HTTP_CALLBACK_URL,
	HTTP_REQUEST_ID,
	HTTP_ILP_PEER_NAME,
	HTTP_KEEP_ALIVE,
	HTTP_IDEMPOTENCY_KEY,
	HTTP_LAST_EVENT_ID,
	HTTP_ORIGIN,
	HTTP_FIELDS /* how many there are */
};

/* The name of a field in lower case, as HTTP/2 has it. */
const char *http_field_name(enum http_field field);

/* Which field has this name, in any case; HTTP_FIELDS when it is none of
 * them. */
enum http_field http_field_find(struct ilp_bytes name);

/* What is to be sent; an empty field is left out. The length of the body and
 * what HTTP itself needs is added. */
struct http_request {
	struct ilp_bytes method;
	struct ilp_bytes path;      /* with its query; begins with a slash */
	struct ilp_bytes authority; /* name[:port], without a user */
	bool tls;                   /* the scheme is https */
	struct ilp_bytes fields[HTTP_FIELDS];
	struct ilp_bytes body;
	uint64_t tag; /* by which the owner will know the response */
};

struct http_response {
	int status; /* 200 to 599 */
	struct ilp_bytes fields[HTTP_FIELDS];
	struct ilp_bytes allow; /* of a 405 */
	struct ilp_bytes authenticate; /* of a 401 */
	struct ilp_bytes body;
	bool last; /* no more requests are wanted on this connection */
	/* Likewise; and the body is what http1_add adds to it, until the
	 * connection is closed. Of HTTP/1.1 only. */
	bool open;
};

enum http_event_type {
	/* A server got a whole request, and owes that stream a response. */
	HTTP_REQUEST,
	/* A client got the whole response to that stream. */
	HTTP_RESPONSE,
	/* The stream is over: a client's is never answered, and whoever asked
	 * a server does not want the response any more. */
	HTTP_GONE,
	/* The connection is over, for the reason given: the last event. A
	 * client hears of each of its streams before. */
	HTTP_DOWN,
};

struct http_event {
	enum http_event_type type;
	uint32_t stream; /* that it is about; counted by who asks */
	uint64_t tag;    /* of a client's RESPONSE and GONE */
	/* What follows is borrowed until the next http_next. A field that came
	 * twice is one that makes the request a bad one. */
	struct ilp_bytes method; /* of a request; an unknown one as it came */
	struct ilp_bytes path;   /* likewise, with its query */
	struct ilp_bytes fields[HTTP_FIELDS]; /* empty: there is none */
	int status;                           /* of a response */
	struct ilp_bytes body;
	/* The body ended with the connection, so that it may have been cut. */
	bool may_be_cut;
	/* Of a client's GONE: the peer has certainly not looked at it, so it
	 * may be asked again on another connection. */
	bool untouched;
	const char *reason; /* of GONE and DOWN, for people */
};

struct http_options {
	enum http_role role;
	struct pool *pool; /* for its output; outlives it */
	/* Longer bodies are refused: with 413, or by giving the response up. */
	size_t body_max;
	/* All fields of one message together, with the first line or what
	 * stands for it: 431 when there are more. */
	size_t head_max;
	/* How many requests a server takes before it has answered some. Those
	 * of HTTP/1.1 are answered in their order, and who sends more at once
	 * is given up; those of HTTP/2 are refused, as the peer was told. */
	uint32_t streams_max;
};

struct http;

struct http_ops {
	const char *name;
	void (*receive)(struct http *http, uint8_t *in, size_t len);
	bool (*next)(struct http *http, struct http_event *out);
	uint32_t (*room)(const struct http *http);
	bool (*ask)(struct http *http, const struct http_request *request,
		    uint8_t **copy);
	bool (*respond)(struct http *http, uint32_t stream,
			const struct http_response *response);
	bool (*forget)(struct http *http, uint64_t tag);
	void (*close)(struct http *http, const char *reason);
	size_t (*open)(const struct http *http);
	uint32_t (*partial)(const struct http *http);
	struct ilp_bytes (*output)(struct http *http);
	void (*written)(struct http *http, size_t len);
	size_t (*waiting)(const struct http *http);
	void (*destroy)(struct http *http);
};

struct http {
	const struct http_ops *ops; /* the first member of every version */
};

/* Bytes from the peer, cut anywhere. They are lent until http_next has given
 * all events that come of them; until then there may be no second call. When
 * it is down they are dropped. */
static inline void http_receive(struct http *http, uint8_t *in, size_t len)
{
	http->ops->receive(http, in, len);
}

/* The next event; false when there is none for now. */
static inline bool http_next(struct http *http, struct http_event *out)
{
	return http->ops->next(http, out);
}

/* How many requests a client may send at this moment. */
static inline uint32_t http_room(const struct http *http)
{
	return http->ops->room(http);
}

/* Sends a request when there is room for one; false when there was none after
 * all, as no block of the pool was left. The body is copied, and `*copy`
 * becomes where to: it may be edited there until the next call on this
 * connection. `copy` may be NULL. */
static inline bool http_ask(struct http *http,
			    const struct http_request *request, uint8_t **copy)
{
	return http->ops->ask(http, request, copy);
}

/* Answers a request, once. False when the stream is over, or no block of the
 * pool was left and the connection goes down for that. */
static inline bool http_respond(struct http *http, uint32_t stream,
				const struct http_response *response)
{
	return http->ops->respond(http, stream, response);
}

/* A client wants no response to what it asked under that tag: HTTP/2 tells the
 * peer, and HTTP/1.1, which cannot, gives the connection up. No event comes of
 * it. False when nothing is asked under that tag. */
static inline bool http_forget(struct http *http, uint64_t tag)
{
	return http->ops->forget(http, tag);
}

/* Ends it: what is in the output, and answers as far as the peer has room for
 * them, may still be written; and HTTP_DOWN is the next event but for
 * responses that have come whole, and for streams that are gone by that. The
 * reason is borrowed until then. */
static inline void http_close(struct http *http, const char *reason)
{
	http->ops->close(http, reason);
}

/* How many streams are open: begun and not answered, also those of which not
 * all has come. */
static inline size_t http_open(const struct http *http)
{
	return http->ops->open(http);
}

/* Of a server: the oldest stream whose request has begun to come and is not
 * whole; 0: there is none. */
static inline uint32_t http_partial(const struct http *http)
{
	return http->ops->partial(http);
}

/* What is to be written to the peer, good until the next call on this
 * connection; http_written takes it off the front. */
static inline struct ilp_bytes http_output(struct http *http)
{
	return http->ops->output(http);
}

static inline void http_written(struct http *http, size_t len)
{
	http->ops->written(http, len);
}

/* How many bytes are to be written in all; of HTTP/2 also those that wait for
 * the peer to make room. */
static inline size_t http_waiting(const struct http *http)
{
	return http->ops->waiting(http);
}

static inline void http_destroy(struct http *http)
{
	if (http)
		http->ops->destroy(http);
}

#endif
