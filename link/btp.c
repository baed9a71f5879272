/* SPDX-License-Identifier: Apache-2.0 */
#include "link/btp.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "ilp/btp.h"
#include "link/btp_hello.h"
#include "link/btp_plain.h"
#include "wire/websocket.h"

/* The largest packet, and room for entries beside it. */
#define MESSAGE_MAX BTP_PLAIN_MAX
/* The type and the request id. */
#define HEAD_LEN 5
/* An Error of ours, with a few words. */
#define OWN_MAX 256
#define TEXT_MAX 128

static const char no_room[] = "no room for what is to be sent";

struct link_btp {
	struct link link;
	struct websocket ws;
	enum websocket_role role;
	enum {
		SHAKING, /* there is no WebSocket yet */
		LOGGING_IN,
		ASKED,    /* the owner, whether the peer may log in */
		ADMITTED, /* it may, but the owner has yet to hear LINK_UP */
		UP,
		CLOSING, /* only answers that are here already still count */
		DOWN,
		GONE, /* down, and it has been told */
	} state;
	const char *reason;
	struct ilp_time now; /* when input came last */
	int64_t deadline_us;
	bool pinged;             /* since the last input */
	uint32_t login;          /* the request with which the peer logs in */
	struct btp_hello *hello; /* NULL when it is over */
	char text[TEXT_MAX];     /* a reason that had to be composed */
};

_Static_assert(sizeof(struct link_btp) <= 896, "an idle link is small");

static struct link_btp *btp(struct link *link)
{
	return (struct link_btp *)link;
}

static const struct link_btp *btp_const(const struct link *link)
{
	return (const struct link_btp *)link;
}

/* ---- the output, and the end ---- */

/* What is left of our head of HTTP, which goes before all frames. */
static struct ilp_bytes hello_left(const struct link_btp *b)
{
	if (!b->hello)
		return (struct ilp_bytes){ NULL, 0 };
	return btp_hello_output(b->hello);
}

static size_t waiting(const struct link *link)
{
	const struct link_btp *b = btp_const(link);

	return hello_left(b).len + websocket_waiting(&b->ws);
}

static void drop_hello(struct link_btp *b)
{
	btp_hello_destroy(b->hello);
	b->hello = NULL;
}

/* Lets go of what is not needed any more. */
static void shrink(struct link_btp *b)
{
	if (b->state != SHAKING && hello_left(b).len == 0)
		drop_hello(b);
	if (b->state == GONE && waiting(&b->link) == 0)
		websocket_finish(&b->ws);
}

static struct ilp_bytes output(struct link *link)
{
	struct ilp_bytes head = hello_left(btp(link));

	return head.len ? head : websocket_output(&btp(link)->ws);
}

static void written(struct link *link, size_t len)
{
	struct link_btp *b = btp(link);

	if (hello_left(b).len)
		btp_hello_written(b->hello, len);
	else
		websocket_written(&b->ws, len);
	shrink(b);
}

/* We have had enough, but not of answers: before the link was up there are
 * none. */
static void end(struct link_btp *b, enum websocket_code code,
		const char *reason)
{
	if (b->state >= CLOSING)
		return;
	if (b->state != SHAKING)
		websocket_close(&b->ws, code, reason);
	b->state = b->state == UP ? CLOSING : DOWN;
	b->reason = reason;
}

/* The peer has sent what it must not, or an end: nothing counts that follows
 * it. */
static void give_up(struct link_btp *b, enum websocket_code code,
		    const char *reason)
{
	end(b, code, reason);
	b->state = DOWN;
}

/* ---- reasons that quote the peer ---- */

/* Text that cannot do harm where it is shown. */
static bool is_printable(struct ilp_bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool c1 = i && text.at[i - 1] == 0xc2 && text.at[i] < 0xa0;

		if (text.at[i] < ' ' || text.at[i] == 0x7f || c1)
			return false;
	}
	return ilp_utf8_valid(text);
}

/* Appends to the text as many whole characters as there is room for. */
static void say(struct link_btp *b, const char *before, struct ilp_bytes text)
{
	size_t len = strlen(b->text);
	size_t step;

	if (text.len == 0 || !is_printable(text))
		return;
	len += (size_t)snprintf(b->text + len, sizeof(b->text) - len, "%s",
				before);
	while ((step = ilp_utf8_len(text)) && len + step < sizeof(b->text)) {
		memcpy(b->text + len, text.at, step);
		len += step;
		text = ilp_bytes_skip(text, step);
	}
	if (len < sizeof(b->text))
		b->text[len] = '\0';
}

static const char *say_error(struct link_btp *b, const char *before,
			     const struct ilp_btp_error *error)
{
	b->text[0] = '\0';
	say(b, before, ilp_text(error->code));
	say(b, " ", error->name);
	say(b, ": ", error->data);
	return b->text;
}

/* ---- sending ---- */

/* Room for a BTP packet; NULL when so much may not wait, or the pool has no
 * more. */
static uint8_t *add(struct link_btp *b, size_t len, size_t limit)
{
	if (waiting(&b->link) + WEBSOCKET_HEAD_MAX + len > limit)
		return NULL;
	return websocket_add(&b->ws, len);
}

/* An answer cannot go out, so the peer must learn otherwise that it will not
 * come. */
static void end_unread(struct link_btp *b)
{
	if (waiting(&b->link) > LINK_HIGH)
		end(b, WEBSOCKET_POLICY, "peer does not read our answers");
	else
		end(b, WEBSOCKET_TRY_LATER, no_room);
}

static void send_own(struct link_btp *b, const struct ilp_btp *packet)
{
	uint8_t buffer[OWN_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	enum ilp_error error = ilp_btp_encode(&w, packet);
	struct ilp_bytes out = ilp_written(&w);
	uint8_t *at;

	assert(error == ILP_OK);
	at = add(b, out.len, LINK_MOST);
	if (at)
		memcpy(at, out.at, out.len);
	else
		end_unread(b);
}

static void send_error(struct link_btp *b, uint32_t request, const char *code,
		       const char *text)
{
	const struct ilp_btp_code *row = ilp_btp_code_find(code);
	struct ilp_btp packet = {
		.type = ILP_BTP_ERROR,
		.request_id = request,
		.error = { .name = ilp_text(row->name),
			   .triggered_at_ms = b->now.wall_ms,
			   .data = ilp_text(text) },
	};

	memcpy(packet.error.code, row->code, sizeof(packet.error.code));
	send_own(b, &packet);
}

/* Gives where the ILP packet lies. */
static uint8_t *send_plain(struct link_btp *b, enum ilp_btp_type type,
			   uint32_t request, struct ilp_bytes packet,
			   size_t limit)
{
	const struct btp_plain plain = { (uint8_t)type, request, packet };
	uint8_t *at = add(b, btp_plain_len(packet.len), limit);

	return at ? btp_plain_write(at, &plain) : NULL;
}

/* ---- what comes once the link is up ---- */

/* Leaves of an entry's data the packet that it starts with, for what lies
 * behind is not to be passed on. */
static bool cut_packet(struct link_btp *b, struct ilp_bytes *data)
{
	size_t len;
	enum ilp_error error = ilp_packet_len(&len, *data);

	if (error == ILP_ERR_TOO_LONG)
		give_up(b, WEBSOCKET_TOO_BIG,
			"packet is longer than any may be");
	if (error)
		return false;
	data->len = len;
	return true;
}

static bool hear_prepare(struct link_btp *b, uint32_t request,
			 struct ilp_bytes data, struct link_event *out)
{
	bool whole = cut_packet(b, &data);

	if (b->state != UP)
		return false; /* we could not answer any more */
	if (!whole || data.at[0] != ILP_PREPARE) {
		send_error(b, request, "F01", "ilp holds no Prepare");
		return false;
	}
	*out = (struct link_event){
		.type = LINK_PREPARE,
		.request = request,
		.packet = data,
	};
	return true;
}

static bool hear_refusal(uint32_t request, const char *reason, bool temporary,
			 struct link_event *out)
{
	*out = (struct link_event){
		.type = LINK_REFUSED,
		.request = request,
		.reason = reason,
		.temporary = temporary,
	};
	return true;
}

static bool hear_answer(struct link_btp *b, uint32_t request,
			struct ilp_bytes data, struct link_event *out)
{
	if (!cut_packet(b, &data))
		return b->state != DOWN &&
		       hear_refusal(request, "answered with what is no packet",
				    false, out);
	*out = (struct link_event){
		.type = LINK_ANSWER,
		.request = request,
		.packet = data,
	};
	return true;
}

/* The first entry says what a Message wants; the others only add to it. */
static bool read_message(struct link_btp *b, const struct ilp_btp *packet,
			 struct link_event *out)
{
	const struct ilp_btp_entry *first = &packet->entries.at[0];

	if (ilp_btp_find(&packet->entries, ILP_BTP_ILP) != first) {
		send_error(b, packet->request_id, "F00",
			   "unknown sub-protocol");
		return false;
	}
	if (first->content != ILP_BTP_OCTETS) {
		send_error(b, packet->request_id, "F01",
			   "ilp is not an octet stream");
		return false;
	}
	return hear_prepare(b, packet->request_id, first->data, out);
}

/* An answer may be money, so its packet counts wherever it stands. */
static bool read_response(struct link_btp *b, const struct ilp_btp *packet,
			  struct link_event *out)
{
	const struct ilp_btp_entry *entry =
		ilp_btp_find(&packet->entries, ILP_BTP_ILP);

	if (!entry)
		return hear_refusal(packet->request_id,
				    "answered without a packet", false, out);
	return hear_answer(b, packet->request_id, entry->data, out);
}

static bool read_any(struct link_btp *b, struct ilp_bytes in,
		     struct link_event *out)
{
	struct ilp_btp packet;

	/* Two peers that answered what they cannot read would never end
	 * (RFC 23, Flow). */
	if (ilp_btp_decode(&packet, in) != ILP_OK)
		return false;
	switch (packet.type) {
	case ILP_BTP_MESSAGE:
		return read_message(b, &packet, out);
	case ILP_BTP_RESPONSE:
		return read_response(b, &packet, out);
	case ILP_BTP_ERROR:
		return hear_refusal(packet.request_id,
				    say_error(b, "", &packet.error),
				    packet.error.code[0] == 'T', out);
	case ILP_BTP_TRANSFER:
		/* Nobody can say yet what it is worth. */
		send_error(b, packet.request_id, "F00",
			   "transfers are not accepted");
		return false;
	}
	return false;
}

static bool read_packet(struct link_btp *b, struct ilp_bytes in,
			struct link_event *out)
{
	struct btp_plain plain;

	if (!btp_plain_read(&plain, in))
		return read_any(b, in, out);
	if (plain.type == ILP_BTP_MESSAGE)
		return hear_prepare(b, plain.request, plain.data, out);
	return hear_answer(b, plain.request, plain.data, out);
}

/* ---- the login ---- */

static void rise(struct link_btp *b, struct link_event *out)
{
	b->state = UP;
	b->deadline_us = b->now.monotonic_us + LINK_BTP_PING_US;
	*out = (struct link_event){ .type = LINK_UP };
}

/* NULL when the peer logs in, else what is wrong with that. */
static const char *read_login(const struct ilp_btp *packet,
			      struct link_event *out)
{
	const struct ilp_btp_entries *entries = &packet->entries;
	const struct ilp_btp_entry *user =
		ilp_btp_find(entries, ILP_BTP_AUTH_USERNAME);
	const struct ilp_btp_entry *token =
		ilp_btp_find(entries, ILP_BTP_AUTH_TOKEN);

	*out = (struct link_event){ .type = LINK_LOGIN };
	if (packet->type != ILP_BTP_MESSAGE ||
	    ilp_btp_find(entries, ILP_BTP_AUTH) != &entries->at[0])
		return "first packet is not a login";
	if (entries->at[0].data.len || entries->at[0].content != ILP_BTP_OCTETS)
		return "auth is not empty";
	if (!token)
		return "login has no auth_token";
	if (user)
		out->user = user->data;
	out->token = token->data;
	return NULL;
}

static void refuse_login(struct link_btp *b, const char *text)
{
	send_error(b, b->login, "F00", text);
	websocket_close(&b->ws, WEBSOCKET_POLICY, text);
}

/* The first packet that a server gets. */
static bool read_first(struct link_btp *b, struct ilp_bytes in,
		       struct link_event *out)
{
	const char *problem = "first packet cannot be read";
	struct ilp_btp packet;

	if (in.len < HEAD_LEN) {
		give_up(b, WEBSOCKET_POLICY, problem);
		return false;
	}
	b->login = ilp_load_u32(in.at + 1);
	if (ilp_btp_decode(&packet, in) == ILP_OK)
		problem = read_login(&packet, out);
	if (problem) {
		refuse_login(b, problem);
		give_up(b, WEBSOCKET_POLICY, problem);
		return false;
	}
	b->state = ASKED;
	return true;
}

/* What a client gets before it is logged in. */
static bool read_login_answer(struct link_btp *b, struct ilp_bytes in,
			      struct link_event *out)
{
	struct ilp_btp packet;

	if (ilp_btp_decode(&packet, in) != ILP_OK)
		return false;
	switch (packet.type) {
	case ILP_BTP_RESPONSE:
		if (packet.request_id != BTP_HELLO_REQUEST)
			return false;
		rise(b, out);
		return true;
	case ILP_BTP_ERROR:
		give_up(b, WEBSOCKET_NORMAL,
			say_error(b, "login refused: ", &packet.error));
		return false;
	case ILP_BTP_MESSAGE:
	case ILP_BTP_TRANSFER:
		send_error(b, packet.request_id, "F00", "not logged in yet");
		return false;
	}
	return false;
}

static void admit(struct link *link)
{
	struct link_btp *b = btp(link);

	assert(b->state == ASKED || b->state >= CLOSING);
	if (b->state != ASKED)
		return; /* it has taken too long */
	b->state = ADMITTED;
	send_own(b, &(struct ilp_btp){ .type = ILP_BTP_RESPONSE,
				       .request_id = b->login });
}

static void log_in(struct link_btp *b)
{
	struct ilp_bytes login = btp_hello_login(b->hello);
	uint8_t *at = add(b, login.len, LINK_MOST);

	if (at)
		memcpy(at, login.at, login.len);
	else
		end(b, WEBSOCKET_TRY_LATER, no_room);
}

/* Reads the peer's part of the handshake; gives how much of the input it was.
 */
static size_t shake(struct link_btp *b, struct ilp_bytes in)
{
	size_t taken = btp_hello_receive(b->hello, in);

	switch (btp_hello_state(b->hello)) {
	case BTP_HELLO_WAITING:
		break;
	case BTP_HELLO_OPEN:
		b->state = LOGGING_IN;
		if (b->role == WEBSOCKET_CLIENT)
			log_in(b);
		break;
	case BTP_HELLO_REFUSED:
		end(b, WEBSOCKET_POLICY, btp_hello_reason(b->hello));
		break;
	}
	return taken;
}

/* ---- the verbs ---- */

static void receive(struct link *link, struct ilp_time now, uint8_t *in,
		    size_t len)
{
	struct link_btp *b = btp(link);

	b->now = now;
	b->pinged = false;
	if (b->state == UP)
		b->deadline_us = now.monotonic_us + LINK_BTP_PING_US;
	if (b->state == SHAKING) {
		size_t taken = shake(b, (struct ilp_bytes){ in, len });

		in += taken;
		len -= taken;
	}
	if (b->state != SHAKING && b->state < CLOSING)
		websocket_receive(&b->ws, in, len);
}

static void tick(struct link *link, struct ilp_time now)
{
	struct link_btp *b = btp(link);

	if (now.monotonic_us < b->deadline_us)
		return;
	if (b->state != UP) {
		end(b, WEBSOCKET_POLICY, "login took too long");
	} else if (b->pinged) {
		end(b, WEBSOCKET_GOING_AWAY, "peer has gone silent");
	} else {
		websocket_ping(&b->ws, (struct ilp_bytes){ NULL, 0 });
		b->pinged = true;
		b->deadline_us = now.monotonic_us + LINK_BTP_PING_US;
	}
}

static int64_t deadline_us(const struct link *link)
{
	const struct link_btp *b = btp_const(link);

	return b->state < CLOSING ? b->deadline_us : ILP_NEVER_US;
}

static bool read_binary(struct link_btp *b, struct ilp_bytes in,
			struct link_event *out)
{
	if (b->state != LOGGING_IN)
		return read_packet(b, in, out);
	if (b->role == WEBSOCKET_SERVER)
		return read_first(b, in, out);
	return read_login_answer(b, in, out);
}

/* False when no event of ours comes of it. */
static bool read_event(struct link_btp *b, const struct websocket_event *event,
		       struct link_event *out)
{
	switch (event->type) {
	case WEBSOCKET_BINARY:
		return read_binary(b, event->data, out);
	case WEBSOCKET_TEXT:
		/* BTP is binary, so the peer speaks something else. Silence,
		 * as about what cannot be read, would leave it guessing. */
		give_up(b, WEBSOCKET_UNACCEPTABLE, "peer sends text");
		return false;
	case WEBSOCKET_PING:
	case WEBSOCKET_PONG:
		return false;
	case WEBSOCKET_CLOSED:
		snprintf(b->text, sizeof(b->text), "peer closed: %u",
			 event->code);
		say(b, " ", event->data);
		give_up(b, WEBSOCKET_NORMAL, b->text);
		return false;
	case WEBSOCKET_BROKEN:
		give_up(b, WEBSOCKET_PROTOCOL, event->reason);
		return false;
	}
	return false;
}

static bool next(struct link *link, struct link_event *out)
{
	struct link_btp *b = btp(link);
	struct websocket_event event;

	assert(b->state != ASKED); /* it waits for an answer */
	if (b->state == ADMITTED) {
		rise(b, out);
		return true;
	}
	while (b->state < DOWN && websocket_next(&b->ws, &event))
		if (read_event(b, &event, out))
			return true;
	if (b->state == CLOSING || b->state == DOWN) {
		b->state = GONE;
		*out = (struct link_event){ .type = LINK_DOWN,
					    .reason = b->reason };
		shrink(b);
		return true;
	}
	return false;
}

static enum link_status prepare(struct link *link, uint32_t request,
				struct ilp_bytes packet, uint8_t **copy)
{
	struct link_btp *b = btp(link);
	uint8_t *at;

	if (b->state != UP)
		return LINK_CLOSED;
	at = send_plain(b, ILP_BTP_MESSAGE, request, packet, LINK_HIGH);
	if (!at)
		return LINK_BUSY;
	if (copy)
		*copy = at;
	return LINK_OK;
}

static enum link_status answer(struct link *link, uint32_t request,
			       struct ilp_bytes packet)
{
	struct link_btp *b = btp(link);

	if (b->state != UP)
		return LINK_CLOSED;
	if (send_plain(b, ILP_BTP_RESPONSE, request, packet, LINK_MOST))
		return LINK_OK;
	end_unread(b);
	return LINK_CLOSED;
}

static void close(struct link *link, const char *reason)
{
	struct link_btp *b = btp(link);

	/* The reason may tell whether there is such a user, so it stays here.
	 */
	if (b->state == ASKED)
		refuse_login(b, "login not accepted");
	end(b, WEBSOCKET_NORMAL, reason);
}

static void destroy(struct link *link)
{
	struct link_btp *b = btp(link);

	drop_hello(b);
	websocket_finish(&b->ws);
	free(b);
}

static const struct link_ops ops = {
	.name = "btp",
	.receive = receive,
	.tick = tick,
	.next = next,
	.deadline_us = deadline_us,
	.admit = admit,
	.prepare = prepare,
	.answer = answer,
	.output = output,
	.waiting = waiting,
	.written = written,
	.close = close,
	.destroy = destroy,
};

/* Takes the hello, which is NULL when there was no making one. */
static struct link *create(const struct link_btp_options *options,
			   enum websocket_role role, struct btp_hello *hello,
			   struct ilp_time now)
{
	struct link_btp *b = calloc(1, sizeof(*b));
	struct websocket_options ws = {
		.role = role,
		.pool = options->pool,
		.message_max = MESSAGE_MAX,
		.crypto = options->crypto,
	};

	assert(pool_block_len(options->pool) >= LINK_BTP_BLOCK);
	if (!b || !hello) {
		btp_hello_destroy(hello);
		free(b);
		return NULL;
	}
	b->link.ops = &ops;
	b->role = role;
	b->hello = hello;
	b->now = now;
	b->deadline_us = now.monotonic_us + LINK_BTP_LOGIN_US;
	ilp_hmac_sha256(options->crypto, ws.seed, ILP_BYTES(options->seed),
			ilp_text("masks"));
	websocket_init(&b->ws, &ws);
	ilp_secret_clear(ws.seed, sizeof(ws.seed));
	return &b->link;
}

struct link *link_btp_connect(const struct link_btp_options *options,
			      struct ilp_time now)
{
	return create(options, WEBSOCKET_CLIENT, btp_hello_connect(options),
		      now);
}

struct link *link_btp_accept(const struct link_btp_options *options,
			     struct ilp_time now)
{
	return create(options, WEBSOCKET_SERVER, btp_hello_accept(), now);
}
