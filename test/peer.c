/* SPDX-License-Identifier: Apache-2.0 */
#include "test/peer.h"

#include "ilp/condition.h"
#include "ilp/peer.h"
#include "ilp/ping.h"
#include "link/memory.h"
#include "test/question.h"

/* A frame of link/memory.h: kind, request id, length, packet. */
#define HEAD_LEN 9

/* A whole frame among the bytes to the node. */
struct message {
	uint8_t kind;
	uint32_t request;
	size_t at; /* of the packet */
	size_t len;
	struct question *question; /* that it asks */
};

static void append(struct bytes_buffer *buffer, struct ilp_bytes bytes)
{
	if (buffer->len + bytes.len > buffer->room) {
		buffer->room = 2 * (buffer->len + bytes.len);
		buffer->at = realloc(buffer->at, buffer->room);
		assert_non_null(buffer->at);
	}
	if (bytes.len)
		memcpy(buffer->at + buffer->len, bytes.at, bytes.len);
	buffer->len += bytes.len;
}

/* ---- accounts ---- */

struct account_settings peer_settings(const char *name)
{
	struct account_settings settings = account_defaults();

	settings.id = ilp_text(name);
	settings.asset = (struct ledger_asset){ "XRP", 9 };
	settings.balance.maximum = UNITS_MAX;
	return settings;
}

struct account *peer_account(const struct peer *peer)
{
	struct account *account = shard_account_find(scene_shard(peer->scene),
						     ilp_text(peer->name));

	return account && account->number == peer->number ? account : NULL;
}

static struct ilp_bytes address_of(const struct peer *peer)
{
	static char address[80];

	snprintf(address, sizeof(address), "test.%s", peer->name);
	return ilp_text(address);
}

/* Whoever had this account before, in this run or an earlier one, has left
 * something in it; it may be more than this one is allowed. */
static void inherit(struct peer *peer, const struct account *account,
		    struct peer *others)
{
	peer->charged = account->book.balance;
	peer->limits_changed |= peer->charged || account->book.held_credits;
	for (struct peer *p = others; p; p = p->next) {
		if (p->number != peer->number)
			continue;
		CHECK(p->charged == peer->charged);
		p->charged = 0;
		p->number = 0;
	}
}

static struct peer *make_peer(struct scene *s, const struct account *account,
			      const struct account_settings *settings)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	assert_non_null(peer);
	peer->scene = s;
	peer->settings = *settings;
	snprintf(peer->name, sizeof(peer->name), "%.*s", (int)settings->id.len,
		 (const char *)settings->id.at);
	peer->settings.id = ilp_text(peer->name);
	peer->number = account->number;
	peer->limits_changed =
		settings->balance.minimum > 0 || settings->balance.maximum < 0;
	inherit(peer, account, s->peers);
	peer->next = s->peers;
	s->peers = peer;
	return peer;
}

struct peer *peer_join_with(struct scene *s,
			    const struct account_settings *settings)
{
	const struct account *account;
	struct peer *peer;

	shard_begin(scene_shard(s), s->now);
	CHECK_INT(shard_account_add(scene_shard(s), settings), ACCOUNT_OK);
	account = shard_account_find(scene_shard(s), settings->id);
	peer = make_peer(s, account, settings);
	CHECK(shard_route_set(scene_shard(s), address_of(peer), account));
	peer_connect(peer);
	return peer;
}

struct peer *peer_meet(struct scene *s, const char *name)
{
	const struct account *account =
		shard_account_find(scene_shard(s), ilp_text(name));
	struct peer *peer;

	assert_non_null(account);
	peer = make_peer(s, account, &account->settings);
	peer_connect(peer);
	return peer;
}

struct peer *peer_join(struct scene *s, const char *name)
{
	const struct account_settings settings = peer_settings(name);

	return peer_join_with(s, &settings);
}

void peer_remove(struct peer *peer)
{
	struct shard *shard = scene_shard(peer->scene);

	shard_begin(shard, peer->scene->now);
	shard_account_remove(shard, peer_account(peer));
}

void peer_change(struct peer *peer, const struct account_settings *settings)
{
	struct shard *shard = scene_shard(peer->scene);

	shard_begin(shard, peer->scene->now);
	CHECK_INT(shard_account_change(shard, peer_account(peer), settings),
		  ACCOUNT_OK);
	peer->limits_changed |=
		settings->balance.minimum > peer->settings.balance.minimum ||
		settings->balance.maximum < peer->settings.balance.maximum;
	peer->settings.balance = settings->balance;
}

/* ---- connections ---- */

/* Puts a frame on the wire. */
static void write_frame(struct connection *c, uint8_t kind, uint32_t request,
			struct ilp_bytes packet, struct question *question)
{
	uint8_t head[HEAD_LEN];

	head[0] = kind;
	ilp_store_u32(head + 1, request);
	ilp_store_u32(head + 5, (uint32_t)packet.len);
	append(&c->out, ILP_BYTES(head));
	c->messages = realloc(c->messages,
			      (c->message_count + 1) * sizeof(*c->messages));
	assert_non_null(c->messages);
	c->messages[c->message_count++] = (struct message){
		.kind = kind,
		.request = request,
		.at = c->out.len,
		.len = packet.len,
		.question = question,
	};
	append(&c->out, packet);
}

struct connection *peer_connect(struct peer *peer)
{
	struct scene *s = peer->scene;
	struct connection *c = calloc(1, sizeof(*c));
	struct connection **end = &s->connections;
	struct link *link = link_memory_create(s->pool);

	assert_non_null(c);
	assert_non_null(link);
	while (*end)
		end = &(*end)->next;
	*end = c;
	c->peer = peer;
	peer->connection = c;
	shard_begin(scene_shard(s), s->now);
	c->session = shard_attach(scene_shard(s), link, peer_account(peer), c);
	assert_non_null(c->session);
	write_frame(c, 'H', 0, (struct ilp_bytes){ NULL, 0 }, NULL);
	return c;
}

void connection_free(struct connection *c)
{
	free(c->in.at);
	free(c->out.at);
	free(c->messages);
	free(c);
}

static void forget_written(struct connection *c)
{
	c->out.len = 0;
	c->message_count = 0;
}

/* Understands the whole frames that came in. */
static void understand(struct connection *c, bool heard)
{
	struct ilp_bytes in = { c->in.at, c->in.len };

	while (in.len >= HEAD_LEN) {
		uint32_t request = ilp_load_u32(in.at + 1);
		size_t len = ilp_load_u32(in.at + 5);
		struct ilp_bytes packet = { in.at + HEAD_LEN, len };

		if (in.len < HEAD_LEN + len)
			break;
		if (in.at[0] == 'P')
			question_pass(c->peer, request, packet);
		else if (in.at[0] == 'A')
			question_hear(c->peer, request, packet, heard);
		else
			CHECK(in.at[0] == 'H' && len == 0);
		in = ilp_bytes_skip(in, HEAD_LEN + len);
	}
	if (in.len)
		memmove(c->in.at, in.at, in.len);
	c->in.len = in.len;
}

static void take_output(struct connection *c, bool heard)
{
	struct link *link = c->session->link;
	struct ilp_bytes bytes;

	while ((bytes = link_output(link)).len) {
		append(&c->in, bytes);
		link_written(link, bytes.len);
	}
	CHECK_INT(link_waiting(link), 0);
	understand(c, heard);
}

void connection_hear(struct connection *c)
{
	if (!c->deaf)
		take_output(c, true);
}

/* What the node still had to say is lost, but we look at it. */
void connection_end(struct connection *c, const char *reason)
{
	struct session *session = c->session;

	take_output(c, false);
	c->session = NULL;
	forget_written(c);
	if (c->peer->up == c)
		c->peer->up = NULL;
	shard_detach(scene_shard(c->peer->scene), session, reason);
}

void connection_break(struct connection *c)
{
	struct scene *s = c->peer->scene;

	if (!c->session)
		return;
	shard_begin(scene_shard(s), s->now);
	connection_end(c, "connection reset");
}

void peer_disconnect(struct peer *peer)
{
	if (peer->connection)
		connection_break(peer->connection);
}

void peer_deafen(struct peer *peer, bool deaf)
{
	peer->connection->deaf = deaf;
	peer->was_deaf |= deaf;
}

void peer_write(struct peer *peer, struct ilp_bytes bytes)
{
	append(&peer->connection->out, bytes);
}

/* What a whole frame means, if this is the connection that counts. */
static void mean(struct connection *c, const struct message *message)
{
	const struct ilp_bytes packet = { c->out.at + message->at,
					  message->len };

	if (message->kind == 'H' && !c->closed)
		c->peer->up = c;
	if (c->peer->up != c)
		return;
	if (message->kind == 'P')
		question_ask(message->question);
	if (message->kind == 'A')
		question_reply(c->peer, message->request, packet);
}

/* In pieces, if the scene wants it so. */
static void receive(struct connection *c, struct bytes_buffer bytes)
{
	struct scene *s = c->peer->scene;

	for (size_t at = 0; at < bytes.len;) {
		size_t len = bytes.len - at;

		if (s->cuts)
			len = 1 + random_below(s->cuts, len);
		shard_receive(scene_shard(s), c->session, bytes.at + at, len);
		at += len;
	}
}

/* A good driver does not read from who does not read. */
void connection_deliver(struct connection *c)
{
	struct bytes_buffer bytes = c->out;

	if (link_waiting(c->session->link) > LINK_HIGH)
		return;
	for (size_t i = 0; i < c->message_count; i++)
		mean(c, &c->messages[i]);
	c->out = (struct bytes_buffer){ NULL, 0, 0 };
	c->message_count = 0;
	receive(c, bytes);
	free(bytes.at);
}

/* ---- packets ---- */

/* Secrets of the peers are made of a number. */
static void secret(uint64_t number, uint8_t out[32])
{
	memset(out, 0x5e, 32);
	ilp_store_u64(out, number);
}

struct ilp_prepare peer_prepare(struct scene *s, const char *destination,
				uint64_t amount)
{
	struct ilp_prepare prepare = {
		.amount = { amount },
		.expires_at_ms = s->now.wall_ms + 10000,
		.destination = ilp_text(destination),
	};
	uint8_t fulfillment[32];

	secret(s->secrets++, fulfillment);
	ilp_condition(s->crypto, prepare.condition, fulfillment);
	return prepare;
}

void peer_fulfillment(struct scene *s, const uint8_t condition[32],
		      uint8_t out[32])
{
	for (uint64_t i = s->secrets; i-- > 0;) {
		secret(i, out);
		if (!ilp_condition_check(s->crypto, condition, out))
			return;
	}
	memset(out, 0, 32);
	if (memcmp(condition, ilp_peer_condition, 32) == 0)
		return;
	memcpy(out, ilp_ping_fulfillment, 32);
	CHECK_INT(ilp_condition_check(s->crypto, condition, out), ILP_OK);
}

struct question *peer_ask_bytes(struct peer *from, struct ilp_bytes packet)
{
	struct question *q = question_write(from, packet);

	CHECK(from->connection && from->connection->session);
	write_frame(from->connection, 'P', q->number, packet, q);
	return q;
}

struct question *peer_ask_with(struct peer *from,
			       const struct ilp_prepare *prepare)
{
	static uint8_t room[ILP_PACKET_MAX];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct ilp_prepare numbered = *prepare;
	uint8_t number[8];

	ilp_store_u64(number, from->scene->question_count);
	if (numbered.data.len == 0)
		numbered.data = ILP_BYTES(number);
	CHECK_INT(ilp_prepare_encode(&w, &numbered), ILP_OK);
	return peer_ask_bytes(from, ilp_written(&w));
}

struct question *peer_ask(struct peer *from, const char *destination,
			  uint64_t amount)
{
	const struct ilp_prepare prepare =
		peer_prepare(from->scene, destination, amount);

	return peer_ask_with(from, &prepare);
}

void connection_answer(struct connection *c, uint32_t request,
		       struct ilp_bytes packet)
{
	CHECK(c->session);
	write_frame(c, 'A', request, packet, NULL);
}

void peer_answer_as(struct peer *peer, uint32_t request,
		    struct ilp_bytes packet)
{
	connection_answer(peer->connection, request, packet);
}

void peer_answer(const struct question *q, struct ilp_bytes packet)
{
	CHECK(q->to);
	peer_answer_as(q->to, q->out_request, packet);
}

struct ilp_bytes peer_fulfill_packet(const struct question *q,
				     struct ilp_bytes data)
{
	static uint8_t room[ILP_PACKET_MAX];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct ilp_fulfill fulfill = { .data = data };

	peer_fulfillment(q->from->scene, q->prepare.condition,
			 fulfill.fulfillment);
	CHECK_INT(ilp_fulfill_encode(&w, &fulfill), ILP_OK);
	return ilp_written(&w);
}

void peer_fulfill(const struct question *q)
{
	peer_answer(q, peer_fulfill_packet(q, ilp_text("thanks")));
}

void peer_reject(const struct question *q, const char *code)
{
	uint8_t room[256];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct ilp_reject reject = {
		.triggered_by = q->prepare.destination,
		.message = ilp_text("no, thanks"),
	};

	memcpy(reject.code, code, ILP_CODE_LEN);
	CHECK_INT(ilp_reject_encode(&w, &reject), ILP_OK);
	peer_answer(q, ilp_written(&w));
}

/* ---- what a test looks at ---- */

void peer_check_refused(const struct question *q, const char *code,
			const char *text, const char *file, int line)
{
	if (q->answers != 1 || q->fulfilled || q->reply.at)
		fprintf(stderr, "not refused by the node\n");
	else if (strcmp(q->reject.code, code) != 0)
		fprintf(stderr, "code %s\n", q->reject.code);
	else if (!ilp_bytes_equal(q->reject.message, ilp_text(text)))
		fprintf(stderr, "text \"%.*s\"\n", (int)q->reject.message.len,
			(const char *)q->reject.message.at);
	else
		return;
	_fail(file, line);
}

void peer_check_passed(const struct question *q, const struct peer *to,
		       const char *file, int line)
{
	if (q->state == QUESTION_PASSED && q->to == to && q->answers == 0)
		return;
	if (q->answers && !q->fulfilled)
		fprintf(stderr, "rejected: %s %.*s\n", q->reject.code,
			(int)q->reject.message.len,
			(const char *)q->reject.message.at);
	_fail(file, line);
}
