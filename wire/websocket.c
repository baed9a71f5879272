/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/websocket.h"

#include <assert.h>

#include "base/utf8.h"

/* The bits of the first two bytes (RFC 6455, 5.2). */
#define FINAL 0x80
#define RESERVED 0x70
#define OPCODE 0x0f
#define MASKED 0x80
#define LENGTH 0x7f

/* These lengths say how long the length is that follows them. */
#define LENGTH_IN_2 126
#define LENGTH_IN_8 127

#define MASK_LEN 4
#define CODE_LEN 2
#define REASON_MAX (WEBSOCKET_CONTROL_MAX - CODE_LEN)

enum opcode {
	CONTINUATION = 0,
	TEXT = 1,
	BINARY = 2,
	CLOSE = 8,
	PING = 9,
	PONG = 10,
};

struct payload {
	uint8_t *at;
	size_t len;
};

static bool is_control(uint8_t opcode)
{
	return opcode >= CLOSE;
}

void websocket_init(struct websocket *ws,
		    const struct websocket_options *options)
{
	assert(options->message_max <= pool_block_len(options->pool));
	assert(options->role == WEBSOCKET_SERVER || options->crypto);
	*ws = (struct websocket){
		.role = options->role,
		.pool = options->pool,
		.message_max = options->message_max,
		.crypto = options->crypto,
	};
	memcpy(ws->seed, options->seed, sizeof(ws->seed));
	queue_init(&ws->output, options->pool);
}

static void drop_block(struct websocket *ws)
{
	if (ws->block)
		pool_give(ws->pool, ws->block);
	ws->block = NULL;
	ws->block_len = 0;
	ws->block_lent = false;
}

void websocket_finish(struct websocket *ws)
{
	drop_block(ws);
	queue_finish(&ws->output);
	ilp_secret_clear(ws->seed, sizeof(ws->seed));
	ilp_secret_clear(ws->masks, sizeof(ws->masks));
}

/* ---- masks ---- */

/* Masks and unmasks alike: sixteen bytes side by side. The last sixteen are
 * worked out before the others, and stored after them, since they overlap. */
typedef uint8_t vector __attribute__((vector_size(16)));

static vector load(const uint8_t *at)
{
	vector v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static void store(uint8_t *at, vector v)
{
	memcpy(at, &v, sizeof(v));
}

static void mask_bytes(uint8_t *at, size_t len, const uint8_t mask[MASK_LEN])
{
	uint8_t keys[sizeof(vector) + MASK_LEN];

	for (size_t k = 0; k < sizeof(keys); k += MASK_LEN)
		memcpy(keys + k, mask, MASK_LEN);
	if (len < sizeof(vector)) {
		for (size_t i = 0; i < len; i++)
			at[i] ^= keys[i];
		return;
	}
	uint8_t *tail = at + len - sizeof(vector);
	vector last = load(tail) ^ load(keys + len % MASK_LEN);
	for (; at < tail; at += sizeof(vector))
		store(at, load(at) ^ load(keys));
	store(tail, last);
}

/* The mask for what follows `len` bytes. */
static void turn_mask(uint8_t mask[MASK_LEN], size_t len)
{
	uint8_t twice[2 * MASK_LEN];

	memcpy(twice, mask, MASK_LEN);
	memcpy(twice + MASK_LEN, mask, MASK_LEN);
	memcpy(mask, twice + len % MASK_LEN, MASK_LEN);
}

/* Nobody may be able to guess a mask (RFC 6455, 10.3), so they are hashes of
 * the seed and a counter, a few at a time. */
static void draw_mask(struct websocket *ws, uint8_t out[MASK_LEN])
{
	uint8_t input[sizeof(ws->seed) + 8];

	if (ws->masks_left == 0) {
		memcpy(input, ws->seed, sizeof(ws->seed));
		ilp_store_u64(input + sizeof(ws->seed), ws->draws++);
		ilp_sha256(ws->crypto, ws->masks, ILP_BYTES(input));
		ilp_secret_clear(input, sizeof(input));
		ws->masks_left = sizeof(ws->masks);
	}
	ws->masks_left -= MASK_LEN;
	memcpy(out, ws->masks + ws->masks_left, MASK_LEN);
}

/* ---- what is sent ---- */

/* Masks what was added last, which nobody edits any more. */
static void mask_bare(struct websocket *ws)
{
	if (ws->bare)
		mask_bytes(ws->bare, ws->bare_len, ws->bare - MASK_LEN);
	ws->bare = NULL;
}

static size_t length_len(uint64_t len)
{
	if (len < LENGTH_IN_2)
		return 0;
	return len <= UINT16_MAX ? 2 : 8;
}

/* Writes the first bytes, up to the mask. */
static void write_head(uint8_t *head, enum opcode opcode, bool masked,
		       size_t len)
{
	uint8_t bit = masked ? MASKED : 0;

	head[0] = (uint8_t)(FINAL | opcode);
	switch (length_len(len)) {
	case 0:
		head[1] = (uint8_t)(bit | len);
		break;
	case 2:
		head[1] = (uint8_t)(bit | LENGTH_IN_2);
		ilp_store_u16(head + 2, (uint16_t)len);
		break;
	case 8:
		head[1] = (uint8_t)(bit | LENGTH_IN_8);
		ilp_store_u64(head + 2, len);
		break;
	}
}

/* Room for the payload of a frame, behind its head; NULL when the pool has no
 * more. */
static uint8_t *add_frame(struct websocket *ws, enum opcode opcode, size_t len)
{
	bool masked = ws->role == WEBSOCKET_CLIENT;
	size_t mask_at = 2 + length_len(len);
	size_t head_len = mask_at + (masked ? MASK_LEN : 0);
	uint8_t *head;

	mask_bare(ws);
	head = queue_add(&ws->output, head_len + len);
	if (!head)
		return NULL;
	write_head(head, opcode, masked, len);
	if (masked) {
		draw_mask(ws, head + mask_at);
		ws->bare = head + head_len;
		ws->bare_len = len;
	}
	return head + head_len;
}

static bool send_control(struct websocket *ws, enum opcode opcode,
			 struct ilp_bytes data)
{
	uint8_t *at;

	assert(data.len <= WEBSOCKET_CONTROL_MAX);
	if (ws->closed)
		return false;
	at = add_frame(ws, opcode, data.len);
	if (at && data.len)
		memcpy(at, data.at, data.len);
	return at;
}

uint8_t *websocket_add(struct websocket *ws, size_t len)
{
	return ws->closed ? NULL : add_frame(ws, BINARY, len);
}

void websocket_ping(struct websocket *ws, struct ilp_bytes data)
{
	send_control(ws, PING, data);
}

static void send_pong(struct websocket *ws, struct ilp_bytes data)
{
	if (send_control(ws, PONG, data))
		ws->pong_ahead = ws->output.len;
}

/* Who sends many pings and reads no pongs gets one for the last of them, or
 * the pongs would have no bound (RFC 6455, 5.5.3 allows it). */
static void answer_ping(struct websocket *ws, struct ilp_bytes data)
{
	if (!ws->pong_ahead) {
		send_pong(ws, data);
		return;
	}
	ws->pong_owed = true;
	ws->pong_len = data.len;
	if (data.len)
		memcpy(ws->pong, data.at, data.len);
}

/* As much of the text as a close has room for, in whole characters. */
static struct ilp_bytes cut_reason(const char *reason)
{
	struct ilp_bytes text = ilp_text(reason);
	size_t len = 0;

	if (text.len <= REASON_MAX)
		return text;
	for (;;) {
		size_t step = ilp_utf8_len(ilp_bytes_skip(text, len));

		if (step == 0 || len + step > REASON_MAX)
			return (struct ilp_bytes){ text.at, len };
		len += step;
	}
}

/* When the pool has no more the peer is not told, but the end is the same. */
static void send_close(struct websocket *ws, uint16_t code,
		       struct ilp_bytes reason)
{
	uint8_t data[WEBSOCKET_CONTROL_MAX];
	size_t len = 0;

	if (code != WEBSOCKET_NO_CODE) {
		ilp_store_u16(data, code);
		if (reason.len)
			memcpy(data + CODE_LEN, reason.at, reason.len);
		len = CODE_LEN + reason.len;
	}
	send_control(ws, CLOSE, (struct ilp_bytes){ data, len });
	ws->closed = true;
}

void websocket_close(struct websocket *ws, enum websocket_code code,
		     const char *reason)
{
	send_close(ws, (uint16_t)code, cut_reason(reason));
}

struct ilp_bytes websocket_output(struct websocket *ws)
{
	mask_bare(ws);
	return queue_front(&ws->output);
}

void websocket_written(struct websocket *ws, size_t len)
{
	mask_bare(ws);
	queue_take(&ws->output, len);
	ws->pong_ahead -= len < ws->pong_ahead ? len : ws->pong_ahead;
	if (ws->pong_owed && !ws->pong_ahead) {
		ws->pong_owed = false;
		send_pong(ws, (struct ilp_bytes){ ws->pong, ws->pong_len });
	}
}

size_t websocket_waiting(const struct websocket *ws)
{
	return ws->output.len;
}

/* ---- what is received ---- */

void websocket_receive(struct websocket *ws, uint8_t *in, size_t len)
{
	assert(ws->in_len == 0); /* all events were taken */
	if (ws->over)
		return;
	ws->in = in;
	ws->in_len = len;
}

/* The peer broke a rule; what else it sends does not count. */
static bool fail(struct websocket *ws, enum websocket_code code,
		 const char *problem)
{
	ws->problem = problem;
	ws->problem_code = code;
	return false;
}

static bool broke_rule(struct websocket *ws, const char *problem)
{
	return fail(ws, WEBSOCKET_PROTOCOL, problem);
}

static void skip_input(struct websocket *ws, size_t len)
{
	if (len)
		ws->in += len;
	ws->in_len -= len;
}

/* The first `len` bytes of a head, where they lie when they came in one piece;
 * NULL when they have not all come. */
static const uint8_t *peek_head(struct websocket *ws, size_t len)
{
	if (ws->head_len == 0 && len <= ws->in_len)
		return ws->in;
	if (ws->head_len < len) {
		size_t missing = len - ws->head_len;
		size_t take = missing < ws->in_len ? missing : ws->in_len;

		if (take)
			memcpy(ws->head + ws->head_len, ws->in, take);
		ws->head_len += take;
		skip_input(ws, take);
	}
	return ws->head_len < len ? NULL : ws->head;
}

/* What is known to be wrong from the first byte. */
static bool check_opcode(struct websocket *ws, uint8_t first)
{
	uint8_t opcode = first & OPCODE;

	if (first & RESERVED)
		return broke_rule(ws, "reserved bit is set");
	switch (opcode) {
	case CONTINUATION:
		return ws->message ||
		       broke_rule(ws, "continues a message that never began");
	case TEXT:
	case BINARY:
		return !ws->message ||
		       broke_rule(ws, "message begins inside another one");
	case CLOSE:
	case PING:
	case PONG:
		return first & FINAL ||
		       broke_rule(ws, "control frame is in fragments");
	}
	return broke_rule(ws, "opcode is reserved");
}

/* And from the second. */
static bool check_start(struct websocket *ws, const uint8_t *head)
{
	uint8_t opcode = head[0] & OPCODE;
	uint8_t length = head[1] & LENGTH;

	if (!check_opcode(ws, head[0]))
		return false;
	if (ws->role == WEBSOCKET_SERVER && !(head[1] & MASKED))
		return broke_rule(ws, "frame of a client is not masked");
	if (ws->role == WEBSOCKET_CLIENT && head[1] & MASKED)
		return broke_rule(ws, "frame of a server is masked");
	if (is_control(opcode) && length > WEBSOCKET_CONTROL_MAX)
		return broke_rule(ws, "control frame is too long");
	if (opcode == CLOSE && length == 1)
		return broke_rule(ws, "close has half a code");
	return true;
}

/* How many bytes of length follow the first two of a head. */
static size_t more_length(const uint8_t *head)
{
	switch (head[1] & LENGTH) {
	case LENGTH_IN_2:
		return 2;
	case LENGTH_IN_8:
		return 8;
	}
	return 0;
}

static uint64_t read_length(const uint8_t *head)
{
	switch (head[1] & LENGTH) {
	case LENGTH_IN_2:
		return ilp_load_u16(head + 2);
	case LENGTH_IN_8:
		return ilp_load_u64(head + 2);
	}
	return head[1] & LENGTH;
}

static bool check_length(struct websocket *ws, const uint8_t *head,
			 uint64_t len)
{
	if (len > INT64_MAX)
		return broke_rule(ws, "length has more than 63 bits");
	if (more_length(head) != length_len(len))
		return broke_rule(ws, "length is longer than it need be");
	if (!is_control(head[0] & OPCODE) &&
	    len > ws->message_max - ws->block_len)
		return fail(ws, WEBSOCKET_TOO_BIG, "message is too big");
	return true;
}

static void open_frame(struct websocket *ws, const uint8_t *head, size_t len,
		       const uint8_t *mask)
{
	uint8_t opcode = head[0] & OPCODE;

	ws->frame.open = true;
	ws->frame.final = head[0] & FINAL;
	ws->frame.opcode = opcode;
	ws->frame.left = len;
	if (mask)
		memcpy(ws->frame.mask, mask, MASK_LEN);
	if (opcode == TEXT || opcode == BINARY)
		ws->message = opcode;
}

/* Reads the head of the next frame, unless one is open; false when it is not
 * whole or not good. Each part is checked when it is there. */
static bool read_head(struct websocket *ws)
{
	bool masked = ws->role == WEBSOCKET_SERVER;
	const uint8_t *head;
	size_t mask_at;
	size_t head_len;
	uint64_t len;

	if (ws->frame.open)
		return true;
	head = peek_head(ws, 2);
	if (!head || !check_start(ws, head))
		return false;
	mask_at = 2 + more_length(head);
	head = peek_head(ws, mask_at);
	if (!head)
		return false;
	len = read_length(head);
	if (!check_length(ws, head, len))
		return false;
	head_len = mask_at + (masked ? MASK_LEN : 0);
	head = peek_head(ws, head_len);
	if (!head)
		return false;
	open_frame(ws, head, (size_t)len, masked ? head + mask_at : NULL);
	if (ws->head_len)
		ws->head_len = 0;
	else
		skip_input(ws, head_len);
	return true;
}

/* The next `len` bytes of the open frame, unmasked where they lie. */
static struct payload take_payload(struct websocket *ws, size_t len)
{
	struct payload out = { ws->in, len };

	if (ws->role == WEBSOCKET_SERVER)
		mask_bytes(out.at, len, ws->frame.mask);
	skip_input(ws, len);
	ws->frame.left -= len;
	return out;
}

/* As much of the open frame as there is, behind what `*gathered` has. */
static void gather(struct websocket *ws, uint8_t *buffer, size_t *gathered)
{
	size_t left = ws->frame.left;
	struct payload part =
		take_payload(ws, left < ws->in_len ? left : ws->in_len);

	if (part.len)
		memcpy(buffer + *gathered, part.at, part.len);
	*gathered += part.len;
	turn_mask(ws->frame.mask, part.len);
}

/* The payload of a control frame; false when it has not all come. */
static bool read_control(struct websocket *ws, struct payload *out)
{
	gather(ws, ws->control, &ws->control_len);
	if (ws->frame.left)
		return false;
	*out = (struct payload){ ws->control, ws->control_len };
	ws->control_len = 0;
	return true;
}

/* A message to which this frame is the end. It is gathered in a block only
 * when it does not lie there in one piece. */
static bool read_message(struct websocket *ws, struct payload *out)
{
	if (ws->block_len == 0 && ws->frame.final &&
	    ws->frame.left <= ws->in_len) {
		*out = take_payload(ws, ws->frame.left);
		return true;
	}
	if (!ws->block && ws->frame.left && ws->in_len) {
		ws->block = pool_take(ws->pool);
		if (!ws->block)
			return fail(ws, WEBSOCKET_TRY_LATER,
				    "no room for what comes in pieces");
	}
	gather(ws, ws->block, &ws->block_len);
	if (ws->frame.left || !ws->frame.final)
		return false;
	*out = (struct payload){ ws->block, ws->block_len };
	ws->block_lent = true;
	return true;
}

/* A message, or a control frame. */
static bool read_payload(struct websocket *ws, struct payload *out)
{
	bool whole = is_control(ws->frame.opcode) ? read_control(ws, out) :
						    read_message(ws, out);

	if (ws->frame.left == 0)
		ws->frame.open = false;
	return whole;
}

/* May this code be in a close? Some are only for the APIs of browsers, others
 * mean nothing yet (RFC 6455, 7.4, and IANA's registry of codes). */
static bool may_be_sent(uint16_t code)
{
	return (code >= 1000 && code <= 1003) ||
	       (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

static bool read_close(struct websocket *ws, struct ilp_bytes data,
		       struct websocket_event *out)
{
	uint16_t code = WEBSOCKET_NO_CODE;
	struct ilp_bytes reason = { NULL, 0 };

	if (data.len) {
		code = ilp_load_u16(data.at);
		reason = ilp_bytes_skip(data, CODE_LEN);
		if (!may_be_sent(code))
			return broke_rule(ws, "close has a code that none may");
	}
	if (!ilp_utf8_valid(reason))
		return fail(ws, WEBSOCKET_NOT_TEXT,
			    "reason of a close is not UTF-8");
	send_close(ws, code, (struct ilp_bytes){ NULL, 0 });
	*out = (struct websocket_event){ .type = WEBSOCKET_CLOSED,
					 .data = reason,
					 .code = code };
	ws->over = true;
	return true;
}

static bool read_data(struct websocket *ws, struct ilp_bytes data,
		      struct websocket_event *out)
{
	bool text = ws->message == TEXT;

	ws->message = 0;
	if (text && !ilp_utf8_valid(data))
		return fail(ws, WEBSOCKET_NOT_TEXT, "text is not UTF-8");
	*out = (struct websocket_event){
		.type = text ? WEBSOCKET_TEXT : WEBSOCKET_BINARY,
		.data = data,
	};
	return true;
}

/* The event that comes of a message or a control frame; false when it breaks
 * a rule. */
static bool read_event(struct websocket *ws, struct payload payload,
		       struct websocket_event *out)
{
	struct ilp_bytes data = { payload.at, payload.len };

	switch ((enum opcode)ws->frame.opcode) {
	case CONTINUATION:
	case TEXT:
	case BINARY:
		return read_data(ws, data, out);
	case CLOSE:
		return read_close(ws, data, out);
	case PING:
		answer_ping(ws, data);
		*out = (struct websocket_event){ .type = WEBSOCKET_PING,
						 .data = data };
		return true;
	case PONG:
		*out = (struct websocket_event){ .type = WEBSOCKET_PONG,
						 .data = data };
		return true;
	}
	return false; /* check_opcode knows no others */
}

/* Nearly all frames are whole binary messages that lie there in one piece. Is
 * the next one? Then it is the event, without the steps that all others take.
 */
static bool read_plain(struct websocket *ws, struct websocket_event *out)
{
	bool masked = ws->role == WEBSOCKET_SERVER;
	size_t head_len = 2 + (masked ? MASK_LEN : 0);
	size_t len;

	if (ws->head_len || ws->frame.open || ws->message ||
	    ws->in_len < 2 + sizeof(uint16_t) ||
	    ws->in[0] != (FINAL | BINARY) || !(ws->in[1] & MASKED) == masked)
		return false;
	len = ws->in[1] & LENGTH;
	if (len == LENGTH_IN_2) {
		len = ilp_load_u16(ws->in + 2);
		if (len < LENGTH_IN_2)
			return false;
		head_len += sizeof(uint16_t);
	} else if (len == LENGTH_IN_8) {
		return false;
	}
	if (len > ws->message_max || ws->in_len < head_len + len)
		return false;
	if (masked)
		mask_bytes(ws->in + head_len, len,
			   ws->in + head_len - MASK_LEN);
	*out = (struct websocket_event){
		.type = WEBSOCKET_BINARY,
		.data = { ws->in + head_len, len },
	};
	skip_input(ws, head_len + len);
	return true;
}

/* The next event of what has come; false when it takes more for one, or the
 * peer has broken a rule. */
static bool read_next(struct websocket *ws, struct websocket_event *out)
{
	struct payload payload;

	if (read_plain(ws, out))
		return true;
	while (read_head(ws)) {
		if (read_payload(ws, &payload))
			return read_event(ws, payload, out);
		if (ws->frame.open)
			return false;
	}
	return false;
}

static void give_up(struct websocket *ws, struct websocket_event *out)
{
	websocket_close(ws, ws->problem_code, ws->problem);
	*out = (struct websocket_event){ .type = WEBSOCKET_BROKEN,
					 .code = (uint16_t)ws->problem_code,
					 .reason = ws->problem };
	ws->over = true;
}

bool websocket_next(struct websocket *ws, struct websocket_event *out)
{
	if (ws->block_lent)
		drop_block(ws);
	if (ws->over)
		return false;
	if (!read_next(ws, out)) {
		if (!ws->problem)
			return false;
		give_up(ws, out);
	}
	if (ws->over) {
		drop_block(ws);
		ws->in_len = 0;
	}
	return true;
}
