/* SPDX-License-Identifier: Apache-2.0 */
/* websocket_peer - our end of a WebSocket, for websocket.js to hold npm's
 * against.
 *
 *	websocket_peer server SEED	the handshake, and then an echo
 *	websocket_peer client SEED
 *	websocket_peer judge SEED < streams
 *
 * As server or client, standard input and output are the socket. Messages are
 * sent back as they came, always as binary. A text may be a command instead:
 * "/ping DATA" or "/close CODE REASON"; and for each pong comes a message
 * "pong DATA". It ends with the connection.
 *
 * As judge it reads streams of bytes, each with its length before it, four
 * bytes big-endian, and a byte for the role that receives it. For each one goes
 * out, in the same framing, a line for each event, and a last one with what
 * was sent.
 *
 * Input is handed over in pieces of random length.
 */
#include "wire/upgrade.h"
#include "wire/websocket.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MESSAGE_MAX (256 * 1024)
#define BLOCK_LEN (MESSAGE_MAX + 64)
#define BLOCKS 64
/* What a judge lets through, so that much is too big. */
#define JUDGED_MAX 1000
#define STREAM_MAX (64 * 1024)

static struct pool *pool;
static struct ilp_crypto *crypto;
static uint64_t random_state;

/* splitmix64, from 0 to limit - 1 */
static size_t random_below(size_t limit)
{
	uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (size_t)((z ^ z >> 31) % limit);
}

static void die(const char *why)
{
	fprintf(stderr, "websocket_peer: %s\n", why);
	exit(1);
}

static void start(struct websocket *ws, enum websocket_role role,
		  size_t message_max)
{
	struct websocket_options options = { .role = role,
					     .pool = pool,
					     .message_max = message_max,
					     .crypto = crypto };

	ilp_store_u64(options.seed, random_below(SIZE_MAX));
	websocket_init(ws, &options);
}

typedef void event_handler(struct websocket *ws,
			   const struct websocket_event *event);

/* Hands over the bytes in pieces: copies that end where their memory does. */
static void receive(struct websocket *ws, struct ilp_bytes in,
		    event_handler *handle)
{
	size_t most = (size_t)1 << random_below(18);

	while (in.len) {
		size_t len = 1 + random_below(most);
		struct websocket_event event;
		uint8_t *piece;

		if (len > in.len)
			len = in.len;
		piece = malloc(len);
		if (!piece)
			die("no memory");
		memcpy(piece, in.at, len);
		websocket_receive(ws, piece, len);
		while (websocket_next(ws, &event))
			handle(ws, &event);
		free(piece);
		in = ilp_bytes_skip(in, len);
	}
}

/* ---- echo ---- */

static bool over;

static void send_back(struct websocket *ws, struct ilp_bytes head,
		      struct ilp_bytes data)
{
	uint8_t *at = websocket_add(ws, head.len + data.len);

	if (!at)
		return; /* closed by a command */
	if (head.len)
		memcpy(at, head.at, head.len);
	if (data.len)
		memcpy(at + head.len, data.at, data.len);
}

/* Does what a text tells; false when it is just a text. */
static bool obey(struct websocket *ws, struct ilp_bytes text)
{
	char command[200] = "";
	char *reason = command;

	if (text.len >= sizeof(command))
		return false;
	if (text.len)
		memcpy(command, text.at, text.len);
	if (strncmp(command, "/ping ", 6) == 0) {
		websocket_ping(ws, ilp_bytes_skip(text, 6));
		return true;
	}
	if (strncmp(command, "/close ", 7) == 0) {
		long code = strtol(command + 7, &reason, 10);

		websocket_close(ws, (enum websocket_code)code,
				*reason ? reason + 1 : reason);
		return true;
	}
	return false;
}

static void echo(struct websocket *ws, const struct websocket_event *event)
{
	switch (event->type) {
	case WEBSOCKET_TEXT:
		if (!obey(ws, event->data))
			send_back(ws, ilp_text(""), event->data);
		break;
	case WEBSOCKET_BINARY:
		send_back(ws, ilp_text(""), event->data);
		break;
	case WEBSOCKET_PONG:
		send_back(ws, ilp_text("pong "), event->data);
		break;
	case WEBSOCKET_PING:
		break;
	case WEBSOCKET_CLOSED:
	case WEBSOCKET_BROKEN:
		over = true;
		break;
	}
}

static void write_all(struct ilp_bytes out)
{
	while (out.len) {
		ssize_t len = write(STDOUT_FILENO, out.at, out.len);

		if (len <= 0)
			die("cannot write");
		out = ilp_bytes_skip(out, (size_t)len);
	}
}

/* Bytes that have come and are not read yet. */
static uint8_t buffer[64 * 1024];
static struct ilp_bytes input;

/* Some more of them; false at the end. */
static bool read_more(void)
{
	ssize_t len;

	if (input.len)
		memmove(buffer, input.at, input.len);
	if (input.len == sizeof(buffer))
		return false;
	len = read(STDIN_FILENO, buffer + input.len,
		   sizeof(buffer) - input.len);
	input.at = buffer;
	input.len += len > 0 ? (size_t)len : 0;
	return len > 0;
}

static struct ilp_bytes read_head(void)
{
	struct ilp_bytes head = { buffer, 0 };

	while ((head.len = upgrade_head_len(input)) == 0)
		if (!read_more())
			die("ended inside the handshake");
	head.at = input.at;
	input = ilp_bytes_skip(input, head.len);
	return head;
}

/* Whether it has been granted. */
static bool serve_handshake(void)
{
	uint8_t answer[512];
	struct ilp_writer w = ilp_writer(answer, sizeof(answer));
	struct upgrade_request request;
	int status = upgrade_request_read(&request, read_head());

	if (status)
		upgrade_refuse(&w, status);
	else
		upgrade_grant(&w, &request);
	write_all(ilp_written(&w));
	return status == 0;
}

static void make_handshake(void)
{
	uint8_t request[512];
	struct ilp_writer w = ilp_writer(request, sizeof(request));
	uint8_t random[16];
	const char *problem;

	for (size_t i = 0; i < sizeof(random); i++)
		random[i] = (uint8_t)random_below(256);
	upgrade_ask(&w, ilp_text("localhost"), ilp_text("/echo"), random);
	write_all(ilp_written(&w));
	problem = upgrade_answer_read(read_head(), random);
	if (problem)
		die(problem);
}

static void run(enum websocket_role role)
{
	struct websocket ws;

	start(&ws, role, MESSAGE_MAX);
	do {
		receive(&ws, input, echo);
		input.len = 0;
		while (websocket_waiting(&ws)) {
			struct ilp_bytes out = websocket_output(&ws);

			write_all(out);
			websocket_written(&ws, out.len);
		}
	} while (!over && read_more());
	websocket_finish(&ws);
}

/* ---- judge ---- */

static char text[16 * STREAM_MAX];
static size_t text_len;

static void add_text(const char *more)
{
	size_t len = strlen(more);

	if (sizeof(text) - text_len < len)
		die("more events than one can tell");
	memcpy(text + text_len, more, len);
	text_len += len;
}

static void add_hex(struct ilp_bytes data)
{
	char byte[4];

	for (size_t i = 0; i < data.len; i++) {
		snprintf(byte, sizeof(byte), "%02x", data.at[i]);
		add_text(byte);
	}
}

static void tell(struct websocket *ws, const struct websocket_event *event)
{
	static const char *const names[] = {
		[WEBSOCKET_BINARY] = "binary", [WEBSOCKET_TEXT] = "text",
		[WEBSOCKET_PING] = "ping",     [WEBSOCKET_PONG] = "pong",
		[WEBSOCKET_CLOSED] = "closed", [WEBSOCKET_BROKEN] = "broken",
	};
	char code[20];

	(void)ws;
	add_text(names[event->type]);
	if (event->code) {
		snprintf(code, sizeof(code), " %u", event->code);
		add_text(code);
	}
	add_text(" ");
	if (event->reason)
		add_text(event->reason);
	add_hex(event->data);
	add_text("\n");
}

static void judge_stream(enum websocket_role role, struct ilp_bytes in)
{
	struct websocket ws;
	uint8_t head[4];

	text_len = 0;
	start(&ws, role, JUDGED_MAX);
	receive(&ws, in, tell);
	add_text("sent ");
	while (websocket_waiting(&ws)) {
		struct ilp_bytes out = websocket_output(&ws);

		add_hex(out);
		websocket_written(&ws, out.len);
	}
	websocket_finish(&ws);
	ilp_store_u32(head, (uint32_t)text_len);
	fwrite(head, 1, sizeof(head), stdout);
	fwrite(text, 1, text_len, stdout);
}

static void judge(void)
{
	static uint8_t stream[STREAM_MAX];
	uint8_t head[5];

	while (fread(head, 1, sizeof(head), stdin) == sizeof(head)) {
		size_t len = ilp_load_u32(head);

		if (len > sizeof(stream) || fread(stream, 1, len, stdin) != len)
			die("stream is cut or too long");
		judge_stream(head[4] ? WEBSOCKET_CLIENT : WEBSOCKET_SERVER,
			     (struct ilp_bytes){ stream, len });
	}
	if (ferror(stdin) || fflush(stdout))
		die("cannot read or write");
}

int main(int argc, char **argv)
{
	const char *mode = argc == 3 ? argv[1] : "";

	pool = pool_create(BLOCK_LEN, BLOCKS);
	crypto = ilp_crypto_create();
	if (!pool || !crypto)
		die("no memory");
	random_state = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
	if (strcmp(mode, "judge") == 0) {
		judge();
	} else if (strcmp(mode, "server") == 0) {
		if (serve_handshake())
			run(WEBSOCKET_SERVER);
	} else if (strcmp(mode, "client") == 0) {
		make_handshake();
		run(WEBSOCKET_CLIENT);
	} else {
		die("usage: websocket_peer server|client|judge SEED");
	}
	ilp_crypto_destroy(crypto);
	pool_destroy(pool); /* it wants all blocks back */
	return 0;
}
