/* SPDX-License-Identifier: Apache-2.0 */
/* relay.c - the yardstick of the forwarding benchmark: it takes the same
 * connections as a node, with the same loop as the load generator, but only
 * copies frames. What a node costs beyond it is the price of being a node.
 *
 *     bench-forward-relay --links N [--certificate FILE --key FILE]
 *
 * It lets everybody in and joins sender sNN to receiver rNN, one to one: that
 * way request ids need no change. SIGTERM ends it, and it prints what it did.
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "bench/forward/frame.h"
#include "bench/forward/loop.h"
#include "ilp/btp.h"

#define LINKS_MAX (LOOP_CHANNELS_MAX / 2)
#define WAIT_MS 100

struct side {
	struct channel channel;
	struct side *other;
	enum { SIDE_NEW, SIDE_OPEN, SIDE_KNOWN } state;
};

static struct side sides[2 * LINKS_MAX];
static struct side *senders[LINKS_MAX];
static struct side *receivers[LINKS_MAX];
static struct loop loop;
static struct tls_context *tls; /* NULL: none */
static uint64_t frames;
static volatile sig_atomic_t over;

static void on_signal(int signal)
{
	(void)signal;
	over = 1;
}

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "relay: %s\n", what);
	exit(1);
}

/* Room for a frame of the server's. */
static uint8_t *add_frame(struct side *side, size_t len)
{
	uint8_t *room = buffer_room(&side->channel.out,
				    frame_head_len(len, false) + len);

	return frame_head(room, FRAME_BINARY, len, NULL);
}

static void join(struct side *side, struct ilp_bytes user)
{
	size_t i;

	if (user.len != 3)
		fail("users are s00 to s63 and r00 to r63");
	i = (size_t)(user.at[1] - '0') * 10 + (size_t)(user.at[2] - '0');
	if (i >= LINKS_MAX)
		fail("users are s00 to s63 and r00 to r63");
	if (user.at[0] == 's')
		senders[i] = side;
	else
		receivers[i] = side;
	if (senders[i] && receivers[i]) {
		senders[i]->other = receivers[i];
		receivers[i]->other = senders[i];
	}
}

static void let_in(struct side *side, const struct frame *frame)
{
	uint8_t at[256];
	struct ilp_bytes payload = { at, frame->payload.len };
	struct ilp_btp login;
	struct ilp_btp answer = { .type = ILP_BTP_RESPONSE };
	struct ilp_writer w;
	const struct ilp_btp_entry *user;

	if (payload.len > sizeof(at) || !frame->mask)
		fail("that is no login");
	frame_mask(at, frame->payload, frame->mask);
	if (ilp_btp_decode(&login, payload))
		fail("that is no login");
	user = ilp_btp_find(&login.entries, ILP_BTP_AUTH_USERNAME);
	if (!user)
		fail("a login without a user");
	join(side, user->data);
	side->state = SIDE_KNOWN;

	answer.request_id = login.request_id;
	w = ilp_writer(at, sizeof(at));
	ilp_btp_encode(&w, &answer);
	payload = ilp_written(&w);
	memcpy(add_frame(side, payload.len), payload.at, payload.len);
}

static void pass_on(struct side *side, const struct frame *frame)
{
	if (!side->other || frame->opcode != FRAME_BINARY || !frame->mask)
		fail("a frame that is not of the load");
	frame_mask(add_frame(side->other, frame->payload.len), frame->payload,
		   frame->mask);
	frames++;
}

static size_t open_side(struct side *side, struct ilp_bytes in)
{
	size_t len = frame_http_len(in);
	size_t grant_len = strlen(frame_grant);

	if (len == 0)
		return 0;
	side->state = SIDE_OPEN;
	memcpy(buffer_room(&side->channel.out, grant_len), frame_grant,
	       grant_len);
	return len;
}

static size_t received(void *owner, uint8_t *at, size_t len)
{
	struct side *side = owner;
	struct ilp_bytes in = { at, len };
	struct frame frame;
	size_t used;

	if (side->state == SIDE_NEW)
		in = ilp_bytes_skip(in, open_side(side, in));
	while (side->state != SIDE_NEW && (used = frame_read(&frame, in))) {
		in = ilp_bytes_skip(in, used);
		if (side->state == SIDE_KNOWN)
			pass_on(side, &frame);
		else
			let_in(side, &frame);
	}
	return len - in.len;
}

/* The load is over once its connections close. */
static void closed(void *owner)
{
	(void)owner;
}

static int listen_somewhere(uint16_t *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) < 0 ||
	    listen(fd, LOOP_CHANNELS_MAX) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) < 0)
		fail("cannot listen");
	*port = ntohs(address.sin_port);
	return fd;
}

static void accept_all(unsigned links)
{
	uint16_t port;
	int listener = listen_somewhere(&port);

	printf("relay is ready on 127.0.0.1:%u\n", port);
	fflush(stdout);
	for (unsigned i = 0; i < 2 * links && !over; i++) {
		struct channel *channel = &sides[i].channel;
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			break;
		channel->owner = &sides[i];
		channel->received = received;
		channel->closed = closed;
		loop_add(&loop, channel, fd, tls);
	}
	close(listener);
}

int main(int argc, char **argv)
{
	static const struct option names[] = {
		{ "links", required_argument, NULL, 'l' },
		{ "certificate", required_argument, NULL, 'c' },
		{ "key", required_argument, NULL, 'k' },
		{ NULL, 0, NULL, 0 },
	};
	struct sigaction action = { .sa_handler = on_signal };
	const char *certificate = NULL;
	const char *key = NULL;
	unsigned links = 0;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == 'l')
			links = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'c')
			certificate = optarg;
		else if (option == 'k')
			key = optarg;
	}
	if (links == 0 || links > LINKS_MAX || !certificate != !key)
		fail("relay.c says how it is used");
	sigaction(SIGTERM, &action, NULL);
	loop_init(&loop);
	if (certificate)
		tls = tls_server(certificate, key);
	accept_all(links);
	while (!over)
		loop_round(&loop, WAIT_MS);
	printf("{\"type\":\"statistics\",\"frames\":%" PRIu64
	       ",\"reads\":%" PRIu64 ",\"writes\":%" PRIu64
	       ",\"waits\":%" PRIu64 "}\n",
	       frames, loop.reads, loop.writes, loop.waits);
	return 0;
}
