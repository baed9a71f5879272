/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/http1.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/queue.h"
#include "ilp/oer.h"
#include "wire/http1_chunks.h"

/* Bytes of empty lines before a request, which some clients send (RFC 9112,
 * 2.2). */
#define BLANK_MAX 8
/* Responses that only announce another one. */
#define INTERIM_MAX 8

/* What the next byte of input belongs to. */
enum part {
	HEAD,
	LENGTH,    /* a body of known length, which may be 0 */
	CHUNKS,    /* a body in chunks */
	UNTIL_END, /* a body that ends with the connection */
};

/* A request that was handed out. */
struct owed {
	uint32_t stream;
	bool answered; /* and the answer waits for its turn in `early` */
	bool no_body;  /* of HEAD, whose answer says only how long it were */
	bool last;     /* the connection ends behind the answer, */
	bool open;     /* and the answer with the connection */
	struct buffer early;
};

struct http1 {
	struct http http;
	struct http_options options;
	struct queue output;
	/* What is left of the input that was lent. */
	struct ilp_bytes in;

	/* The message that is being read. Its head lies in the input while
	 * `head_bytes` has nothing, and its body likewise. */
	enum part part;
	size_t blank; /* bytes of empty lines that came before it */
	struct http1_scan scan;
	struct ilp_bytes raw_head;
	struct http1_head head;
	struct http1_chunks chunks;
	struct buffer head_bytes;
	struct buffer body_bytes;
	bool lent; /* it is whole, and the owner's to read */

	/* No more input counts. */
	bool deaf;
	/* What a client did wrong, until it is its turn to be told. */
	const struct http1_fault *fault;
	/* A client waits for 100 (Continue) until it is its turn. */
	bool continues;
	/* Why it ends, if it does; and the last event has been given. */
	const char *end;
	bool over;

	uint32_t stream; /* the number given last */

	/* A client's request that is open, how long it is, and what is known
	 * of its response. */
	bool asked;
	bool asked_head;
	uint64_t tag;
	size_t ask_len;
	bool heard; /* something came since */
	bool ended; /* it is over, and what has come may be a whole response */
	unsigned interim;

	/* A server's debts, a ring of options.streams_max. */
	size_t early_len;
	bool open_body; /* of the last answer, which goes on until the end */
	size_t owed_first;
	size_t owed_count;
	struct owed owed[];
};

static struct http1 *http1(struct http *http)
{
	return (struct http1 *)http;
}

static const struct http1 *http1_const(const struct http *http)
{
	return (const struct http1 *)http;
}

/* ---- the end ---- */

static void end_message(struct http1 *h)
{
	buffer_drop(&h->head_bytes);
	buffer_drop(&h->body_bytes);
	h->scan = (struct http1_scan){ .len = 0 };
	h->part = HEAD;
	h->blank = 0;
	h->continues = false;
	h->lent = false;
}

/* Only the first reason counts. */
static void end(struct http1 *h, const char *reason)
{
	h->deaf = true;
	if (!h->end)
		h->end = reason;
}

static void drop_owed(struct http1 *h)
{
	for (size_t i = 0; i < h->options.streams_max; i++)
		buffer_drop(&h->owed[i].early);
	memset(h->owed, 0, h->options.streams_max * sizeof(h->owed[0]));
	h->owed_count = 0;
	h->early_len = 0;
}

static const char no_block[] = "no block of memory is left";

/* ---- writing ---- */

static void write_text(struct ilp_writer *w, const char *text)
{
	ilp_write_fixed(w, ilp_text(text));
}

static void end_line(struct ilp_writer *w)
{
	ilp_write_u8(w, '\r');
	ilp_write_u8(w, '\n');
}

/* What would end the field and begin another is the owner's mistake. */
static void write_value(struct ilp_writer *w, struct ilp_bytes value)
{
	for (size_t i = 0; i < value.len; i++)
		assert(value.at[i] == '\t' ||
		       (value.at[i] >= ' ' && value.at[i] != 0x7f));
	ilp_write_fixed(w, value);
}

static void write_field(struct ilp_writer *w, const char *name,
			struct ilp_bytes value)
{
	if (value.len == 0)
		return;
	write_text(w, name);
	write_text(w, ": ");
	write_value(w, value);
	end_line(w);
}

static void write_fields(struct ilp_writer *w,
			 const struct ilp_bytes fields[HTTP_FIELDS])
{
	for (enum http_field i = 0; i < HTTP_FIELDS; i++)
		write_field(w, http_field_name(i), fields[i]);
}

static void write_length(struct ilp_writer *w, size_t len)
{
	char line[48];

	snprintf(line, sizeof(line), "content-length: %zu\r\n", len);
	write_text(w, line);
}

/* RFC 9110, 6.4.1: these have no body, whatever their fields say. */
static bool has_no_body(int status)
{
	return status / 100 == 1 || status == 204 || status == 304;
}

/* Nobody should read the phrase behind the status, and some clients fail
 * without one. */
static const char *phrase_of(int status)
{
	return status < 400 ? "OK" : "Error";
}

static void write_status(struct ilp_writer *w, int status)
{
	char line[32];

	snprintf(line, sizeof(line), "HTTP/1.1 %d %s\r\n", status,
		 phrase_of(status));
	write_text(w, line);
}

static void write_response(struct ilp_writer *w,
			   const struct http_response *response,
			   const struct owed *owed)
{
	bool no_body = has_no_body(response->status);
	bool last = owed->last || response->last || response->open;

	write_status(w, response->status);
	write_fields(w, response->fields);
	write_field(w, "allow", response->allow);
	write_field(w, "www-authenticate", response->authenticate);
	write_field(w, "connection", ilp_text(last ? "close" : ""));
	if (!no_body && !response->open)
		write_length(w, response->body.len);
	end_line(w);
	if (!no_body && !owed->no_body)
		ilp_write_fixed(w, response->body);
}

/* RFC 9110, 8.6: a method that usually has a body says that it has none. */
static bool wants_length(const struct http_request *request)
{
	return request->body.len ||
	       !(ilp_bytes_equal(request->method, ilp_text("GET")) ||
		 ilp_bytes_equal(request->method, ilp_text("HEAD")));
}

static void write_request(struct ilp_writer *w,
			  const struct http_request *request)
{
	write_value(w, request->method);
	write_text(w, " ");
	write_value(w, request->path);
	write_text(w, " HTTP/1.1\r\n");
	write_field(w, "host", request->authority);
	write_fields(w, request->fields);
	if (wants_length(request))
		write_length(w, request->body.len);
	end_line(w);
	ilp_write_fixed(w, request->body);
}

/* More than is needed besides the fields. */
#define HEAD_EXTRA 160

static size_t fields_len(const struct ilp_bytes fields[HTTP_FIELDS])
{
	size_t len = 0;

	for (enum http_field i = 0; i < HTTP_FIELDS; i++)
		if (fields[i].len)
			len += strlen(http_field_name(i)) + 4 + fields[i].len;
	return len;
}

/* Room for a message of up to `len` bytes; what is not used has to be given
 * back. NULL when there is none. */
static uint8_t *add_room(struct http1 *h, size_t len)
{
	return len > queue_piece_max(h->options.pool) ?
		       NULL :
		       queue_add(&h->output, len);
}

/* Gives back what was not used; how long the message is. */
static size_t end_writing(struct http1 *h, const struct ilp_writer *w)
{
	assert(!w->error);
	queue_undo(&h->output, (size_t)(w->end - w->at));
	return ilp_written(w).len;
}

/* ---- the server's answers ---- */

static struct owed *owed_at(struct http1 *h, size_t i)
{
	return &h->owed[(h->owed_first + i) % h->options.streams_max];
}

static struct owed *find_owed(struct http1 *h, uint32_t stream)
{
	for (size_t i = 0; i < h->owed_count; i++)
		if (owed_at(h, i)->stream == stream)
			return owed_at(h, i);
	return NULL;
}

/* The first one is answered. */
static void settle_first(struct http1 *h)
{
	struct owed *first = owed_at(h, 0);

	if (first->last) {
		h->open_body = first->open;
		if (!h->open_body)
			end(h, "that was the last response");
		drop_owed(h);
		return;
	}
	h->early_len -= first->early.len;
	buffer_drop(&first->early);
	*first = (struct owed){ .stream = 0 };
	h->owed_first = (h->owed_first + 1) % h->options.streams_max;
	h->owed_count--;
}

static void send_bytes(struct http1 *h, struct ilp_bytes bytes)
{
	uint8_t *at = add_room(h, bytes.len);

	if (!at)
		end(h, no_block);
	else
		memcpy(at, bytes.at, bytes.len);
}

/* Who broke a rule is told behind all other answers. */
static void send_fault(struct http1 *h)
{
	char room[128];
	struct ilp_writer w = ilp_writer((uint8_t *)room, sizeof(room));

	write_status(&w, h->fault->status);
	write_text(&w, "connection: close\r\ncontent-length: 0\r\n\r\n");
	send_bytes(h, ilp_written(&w));
	end(h, h->fault->reason);
}

/* Sends whatever it has become the turn of. */
static void take_turns(struct http1 *h)
{
	while (!h->end && h->owed_count && owed_at(h, 0)->answered) {
		send_bytes(h, buffer_bytes(&owed_at(h, 0)->early));
		if (!h->end)
			settle_first(h);
	}
	if (h->end || h->open_body || h->owed_count)
		return;
	if (h->fault) {
		send_fault(h);
	} else if (h->continues) {
		h->continues = false;
		send_bytes(h, ilp_text("HTTP/1.1 100 OK\r\n\r\n"));
	}
}

static size_t response_len_max(const struct http_response *response)
{
	return HEAD_EXTRA + fields_len(response->fields) +
	       response->allow.len + response->authenticate.len +
	       response->body.len;
}

static bool respond_now(struct http1 *h, const struct owed *owed,
			const struct http_response *response)
{
	size_t len = response_len_max(response);
	uint8_t *at = add_room(h, len);
	struct ilp_writer w;

	if (!at)
		return false;
	w = ilp_writer(at, len);
	write_response(&w, response, owed);
	end_writing(h, &w);
	return true;
}

/* Writes it into memory of its own, where it waits for its turn. */
static bool respond_early(struct http1 *h, struct owed *owed,
			  const struct http_response *response)
{
	size_t len = response_len_max(response);
	struct ilp_writer w;

	if (len > queue_piece_max(h->options.pool) ||
	    !buffer_reserve(&owed->early, len, len))
		return false;
	w = ilp_writer(owed->early.at, len);
	write_response(&w, response, owed);
	assert(!w.error);
	owed->early.len = ilp_written(&w).len;
	h->early_len += owed->early.len;
	return true;
}

static bool respond(struct http *http, uint32_t stream,
		    const struct http_response *response)
{
	struct http1 *h = http1(http);
	struct owed *owed;
	bool first;

	assert(h->options.role == HTTP_SERVER);
	assert(response->status >= 200 && response->status <= 599);
	owed = h->end ? NULL : find_owed(h, stream);
	if (!owed || owed->answered)
		return false;
	first = owed == owed_at(h, 0);
	if (!(first ? respond_now(h, owed, response) :
		      respond_early(h, owed, response))) {
		end(h, no_block);
		return false;
	}
	owed->answered = true;
	owed->last |= response->last || response->open;
	owed->open = response->open && !owed->no_body;
	h->deaf |= owed->last; /* what follows is not answered */
	if (first) {
		settle_first(h);
		take_turns(h);
	}
	return true;
}

bool http1_add(struct http *http, struct ilp_bytes body)
{
	struct http1 *h = http1(http);

	if (h->end || !h->open_body)
		return false;
	send_bytes(h, body);
	return !h->end;
}

/* ---- the client's requests ---- */

static uint32_t room(const struct http *http)
{
	const struct http1 *h = http1_const(http);

	return h->options.role == HTTP_CLIENT && !h->asked && !h->end;
}

static uint32_t next_stream(struct http1 *h)
{
	h->stream++;
	if (h->stream == 0)
		h->stream++;
	return h->stream;
}

static bool ask(struct http *http, const struct http_request *request,
		uint8_t **copy)
{
	struct http1 *h = http1(http);
	size_t len = HEAD_EXTRA + request->method.len + request->path.len +
		     request->authority.len + fields_len(request->fields) +
		     request->body.len;
	uint8_t *at = room(http) ? add_room(h, len) : NULL;
	struct ilp_writer w;

	if (!at)
		return false;
	w = ilp_writer(at, len);
	write_request(&w, request);
	h->ask_len = end_writing(h, &w);
	if (copy)
		*copy = w.at - request->body.len;
	h->asked = true;
	h->asked_head = ilp_bytes_equal(request->method, ilp_text("HEAD"));
	h->heard = false;
	h->interim = 0;
	h->tag = request->tag;
	next_stream(h);
	return true;
}

static bool forget(struct http *http, uint64_t tag)
{
	struct http1 *h = http1(http);

	assert(h->options.role == HTTP_CLIENT);
	if (!h->asked || tag != h->tag)
		return false;
	h->asked = false;
	h->ended = false;
	end(h, "response is not wanted any more");
	return true;
}

/* ---- reading ---- */

/* A client is told when it is its turn, a server never. */
static bool refuse(struct http1 *h, const struct http1_fault *fault)
{
	h->deaf = true;
	if (h->options.role == HTTP_CLIENT) {
		end(h, fault->reason);
	} else {
		h->fault = fault;
		h->continues = false;
		take_turns(h);
	}
	return false;
}

static bool no_memory(struct http1 *h)
{
	end(h, "no memory is left");
	return false;
}

static void receive(struct http *http, uint8_t *in, size_t len)
{
	struct http1 *h = http1(http);

	assert(h->in.len == 0); /* all events were taken */
	if (!h->deaf)
		h->in = (struct ilp_bytes){ in, len };
}

/* Takes off the bytes in front. */
static struct ilp_bytes take_input(struct http1 *h, size_t len)
{
	struct ilp_bytes out = { h->in.at, len };

	h->in = ilp_bytes_skip(h->in, len);
	return out;
}

/* Lines before the request that are empty. */
static bool skip_blank(struct http1 *h)
{
	static const struct http1_fault half = {
		400, "empty line does not end in CR LF"
	};
	static const struct http1_fault too_many = {
		400, "empty lines come without end"
	};

	while (h->in.len && h->scan.len == 0) {
		if (h->in.at[0] != (h->blank % 2 ? '\n' : '\r'))
			return h->blank % 2 ? refuse(h, &half) : true;
		if (h->blank == BLANK_MAX)
			return refuse(h, &too_many);
		h->blank++;
		take_input(h, 1);
	}
	return true;
}

/* Looks at more of the head, and puts it behind what there is of it if it does
 * not lie in one piece. True when it is whole, and then `raw_head` has it. */
static bool find_head(struct http1 *h)
{
	size_t max = h->options.head_max;
	size_t taken = 0;
	const struct http1_fault *fault =
		http1_scan(&h->scan, h->in, max, &taken);
	struct ilp_bytes piece = take_input(h, taken);

	if (fault)
		return refuse(h, fault);
	h->raw_head = piece;
	if (h->scan.whole && h->head_bytes.len == 0)
		return true;
	if (!buffer_add(&h->head_bytes, piece, max))
		return no_memory(h);
	h->raw_head = buffer_bytes(&h->head_bytes);
	return h->scan.whole;
}

static void begin_body(struct http1 *h)
{
	const struct http1_head *head = &h->head;
	bool response = h->options.role == HTTP_CLIENT;

	h->part = LENGTH;
	if (response && (h->asked_head || has_no_body(head->status))) {
		h->head.length = 0;
	} else if (head->chunked) {
		h->part = CHUNKS;
		http1_chunks_init(&h->chunks, h->options.body_max,
				  h->options.head_max);
	} else if (response && !head->has_length) {
		h->part = UNTIL_END;
	}
}

/* RFC 9110, 10.1.1: not when the body is there already. */
static void begin_continue(struct http1 *h)
{
	h->continues = h->head.expects && h->in.len == 0 &&
		       (h->head.chunked || h->head.length);
	if (h->continues)
		take_turns(h);
}

/* The head is whole. */
static bool begin_message(struct http1 *h)
{
	static const struct http1_fault too_long = { 413, "body is too long" };
	const struct http1_fault *fault =
		http1_head_read(&h->head, h->options.role, h->raw_head);

	if (fault)
		return refuse(h, fault);
	begin_body(h);
	if (h->head.length > h->options.body_max)
		return refuse(h, &too_long);
	if (h->options.role == HTTP_SERVER)
		begin_continue(h);
	return !h->end || h->ended;
}

/* A response that is not yet the one to the request. */
static bool skip_interim(struct http1 *h)
{
	if (h->head.status == 101) {
		end(h, "peer changes to another protocol");
		return false;
	}
	if (++h->interim > INTERIM_MAX) {
		end(h, "peer announces its response without end");
		return false;
	}
	end_message(h);
	return true;
}

/* Reads up to the end of a head; false when there is none for now. */
static bool read_head(struct http1 *h)
{
	while (h->part == HEAD) {
		if (h->options.role == HTTP_SERVER && !skip_blank(h))
			return false;
		if (h->in.len == 0 || !find_head(h) || !begin_message(h))
			return false;
		if (h->options.role == HTTP_CLIENT &&
		    h->head.status / 100 == 1 && !skip_interim(h))
			return false;
	}
	return true;
}

/* The body where it lies; or more of it in memory of its own. */
static bool read_length(struct http1 *h, struct ilp_bytes *body)
{
	size_t len = (size_t)h->head.length;
	size_t missing = len - h->body_bytes.len;
	size_t take = missing < h->in.len ? missing : h->in.len;
	struct ilp_bytes piece = take_input(h, take);

	*body = piece;
	if (take == len)
		return true;
	if (!buffer_add(&h->body_bytes, piece, len))
		return no_memory(h);
	*body = buffer_bytes(&h->body_bytes);
	return body->len == len;
}

static bool read_chunks(struct http1 *h, struct ilp_bytes *body)
{
	while (h->in.len && h->chunks.part != HTTP1_CHUNKS_END) {
		struct ilp_bytes data;
		const struct http1_fault *fault =
			http1_chunks_read(&h->chunks, &h->in, &data);

		if (fault)
			return refuse(h, fault);
		if (!buffer_add(&h->body_bytes, data, h->options.body_max))
			return no_memory(h);
	}
	*body = buffer_bytes(&h->body_bytes);
	return h->chunks.part == HTTP1_CHUNKS_END;
}

static bool read_until_end(struct http1 *h, struct ilp_bytes *body)
{
	static const struct http1_fault too_long = { 413, "body is too long" };

	if (h->in.len > h->options.body_max - h->body_bytes.len)
		return refuse(h, &too_long);
	if (!buffer_add(&h->body_bytes, take_input(h, h->in.len),
			h->options.body_max))
		return no_memory(h);
	*body = buffer_bytes(&h->body_bytes);
	return h->ended;
}

static bool read_body(struct http1 *h, struct ilp_bytes *body)
{
	switch (h->part) {
	case HEAD:
		break; /* comes before */
	case LENGTH:
		return read_length(h, body);
	case CHUNKS:
		return read_chunks(h, body);
	case UNTIL_END:
		return read_until_end(h, body);
	}
	return false;
}

/* The input is given back, and the head has to outlast it. */
static void keep_head(struct http1 *h)
{
	if (h->part == HEAD || h->head_bytes.len || h->end || h->fault)
		return;
	if (!buffer_add(&h->head_bytes, h->raw_head, h->options.head_max)) {
		no_memory(h);
		return;
	}
	h->raw_head = buffer_bytes(&h->head_bytes);
	/* It was good, and its slices move. */
	http1_head_read(&h->head, h->options.role, h->raw_head);
}

/* ---- events ---- */

static void fill_event(struct http1 *h, struct http_event *out,
		       struct ilp_bytes body)
{
	*out = (struct http_event){
		.stream = h->stream,
		.tag = h->tag,
		.method = h->head.method,
		.path = h->head.path,
		.status = h->head.status,
		.body = body,
		.may_be_cut = h->part == UNTIL_END,
	};
	memcpy(out->fields, h->head.fields, sizeof(out->fields));
	h->lent = true;
}

static bool tell_request(struct http1 *h, struct http_event *out,
			 struct ilp_bytes body)
{
	struct owed *owed;

	if (h->owed_count == h->options.streams_max) {
		end(h, "peer sends more requests than it may");
		return false;
	}
	next_stream(h);
	owed = owed_at(h, h->owed_count++);
	*owed = (struct owed){
		.stream = h->stream,
		.no_body = ilp_bytes_equal(h->head.method, ilp_text("HEAD")),
		.last = h->head.last,
	};
	h->deaf |= h->head.last;
	h->continues = false;
	fill_event(h, out, body);
	out->type = HTTP_REQUEST;
	return true;
}

/* What follows the response in the same input answers nothing; and it must not
 * answer what is asked next. */
static bool tell_response(struct http1 *h, struct http_event *out,
			  struct ilp_bytes body)
{
	h->asked = false;
	if (h->head.last || h->part == UNTIL_END)
		end(h, "peer closes behind its response");
	else if (h->in.len)
		end(h, "peer sends what nobody asked for");
	fill_event(h, out, body);
	out->type = HTTP_RESPONSE;
	return true;
}

static bool read_message(struct http1 *h, struct http_event *out)
{
	struct ilp_bytes body;

	if (h->options.role == HTTP_CLIENT && h->in.len) {
		h->heard = true;
		if (!h->asked) {
			end(h, "peer sends what nobody asked for");
			return false;
		}
	}
	if (!read_head(h) || !read_body(h, &body)) {
		keep_head(h);
		return false;
	}
	return h->options.role == HTTP_SERVER ? tell_request(h, out, body) :
						tell_response(h, out, body);
}

/* A request of which nothing has left us is taken back: it may be asked again
 * elsewhere, and must not leave any more. */
static void tell_gone(struct http1 *h, struct http_event *out)
{
	bool untouched = !h->heard && h->output.len >= h->ask_len;

	if (untouched)
		queue_undo(&h->output, h->ask_len);
	h->asked = false;
	*out = (struct http_event){ .type = HTTP_GONE,
				    .stream = h->stream,
				    .tag = h->tag,
				    .untouched = untouched,
				    .reason = h->end };
}

static bool tell_end(struct http1 *h, struct http_event *out)
{
	if (h->over)
		return false;
	if (h->asked) {
		tell_gone(h, out);
		return true;
	}
	h->over = true;
	drop_owed(h);
	end_message(h);
	*out = (struct http_event){ .type = HTTP_DOWN, .reason = h->end };
	return true;
}

static bool next(struct http *http, struct http_event *out)
{
	struct http1 *h = http1(http);

	if (h->lent)
		end_message(h);
	if ((!h->deaf || h->ended) && read_message(h, out)) {
		h->ended = false;
		return true;
	}
	h->ended = false;
	h->in = (struct ilp_bytes){ NULL, 0 };
	return h->end && tell_end(h, out);
}

/* ---- the rest ---- */

static void http1_close(struct http *http, const char *reason)
{
	struct http1 *h = http1(http);

	h->ended = !h->end && h->asked &&
		   (h->in.len || h->part == UNTIL_END);
	end(h, reason);
}

static size_t open_streams(const struct http *http)
{
	const struct http1 *h = http1_const(http);

	if (h->options.role == HTTP_CLIENT)
		return h->asked;
	return h->owed_count + (!h->deaf && !h->lent && h->scan.len);
}

static uint32_t partial(const struct http *http)
{
	const struct http1 *h = http1_const(http);

	return !h->deaf && !h->lent && h->scan.len ? h->stream + 1 : 0;
}

static struct ilp_bytes output(struct http *http)
{
	return queue_front(&http1(http)->output);
}

static void written(struct http *http, size_t len)
{
	queue_take(&http1(http)->output, len);
}

static size_t waiting(const struct http *http)
{
	return http1_const(http)->output.len + http1_const(http)->early_len;
}

static void destroy(struct http *http)
{
	struct http1 *h = http1(http);

	drop_owed(h);
	end_message(h);
	queue_finish(&h->output);
	free(h);
}

static const struct http_ops ops = {
	.name = "HTTP/1.1",
	.receive = receive,
	.next = next,
	.room = room,
	.ask = ask,
	.respond = respond,
	.forget = forget,
	.close = http1_close,
	.open = open_streams,
	.partial = partial,
	.output = output,
	.written = written,
	.waiting = waiting,
	.destroy = destroy,
};

struct http *http1_create(const struct http_options *options)
{
	bool server = options->role == HTTP_SERVER;
	size_t owed = server ? options->streams_max : 0;
	struct http1 *h = calloc(1, sizeof(*h) + owed * sizeof(h->owed[0]));

	assert(!server || options->streams_max);
	if (!h)
		return NULL;
	h->http.ops = &ops;
	h->options = *options;
	h->options.streams_max = (uint32_t)owed;
	queue_init(&h->output, options->pool);
	return &h->http;
}
