/* SPDX-License-Identifier: Apache-2.0 */
#include "test/crash/peer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BTP_MAX 1024
#define LOGIN_ID 1

_Noreturn void peer_fail(const struct peer *peer, const char *what)
{
	fprintf(stderr, "%s: %s\n", peer->name, what);
	exit(1);
}

void peer_init(struct peer *peer, struct crowd *crowd, char kind,
	       unsigned index)
{
	peer->crowd = crowd;
	peer->channel.fd = -1;
	snprintf(peer->name, PEER_NAME_SIZE, "%c%u", kind, index % 10);
}

/* ---- out ---- */

/* The mask need not be random: only browsers have reason to draw lots. */
static void send_frame(struct peer *peer, enum frame_opcode opcode,
		       struct ilp_bytes payload)
{
	static const uint8_t mask[FRAME_MASK_LEN] = { 0x5a, 0xc3, 0x0f, 0x96 };
	uint8_t *room = buffer_room(&peer->channel.out,
				    frame_head_len(payload.len, true) +
					    payload.len);

	frame_mask(frame_head(room, opcode, payload.len, mask), payload, mask);
}

static void send_btp(struct peer *peer, const struct ilp_btp *btp)
{
	uint8_t at[BTP_MAX];
	struct ilp_writer w = ilp_writer(at, sizeof(at));

	if (ilp_btp_encode(&w, btp) || w.error)
		peer_fail(peer, "has a packet that is too long");
	send_frame(peer, FRAME_BINARY, ilp_written(&w));
}

void peer_send(struct peer *peer, enum ilp_btp_type type, uint32_t request,
	       struct ilp_bytes ilp)
{
	struct ilp_btp btp = { .type = type, .request_id = request };

	btp.entries.count = 1;
	btp.entries.at[0] = (struct ilp_btp_entry){
		.name = ilp_text(ILP_BTP_ILP),
		.content = ILP_BTP_OCTETS,
		.data = ilp,
	};
	send_btp(peer, &btp);
}

static void log_in(struct peer *peer)
{
	struct ilp_btp login = { .type = ILP_BTP_MESSAGE,
				 .request_id = LOGIN_ID };
	char token[16];

	snprintf(token, sizeof(token), "token-%s", peer->name);
	login.entries.count = 2;
	login.entries.at[0] = (struct ilp_btp_entry){
		.name = ilp_text(ILP_BTP_AUTH),
		.content = ILP_BTP_OCTETS,
	};
	login.entries.at[1] = (struct ilp_btp_entry){
		.name = ilp_text(ILP_BTP_AUTH_TOKEN),
		.content = ILP_BTP_TEXT,
		.data = ilp_text(token),
	};
	send_btp(peer, &login);
}

/* ---- in ---- */

static void hear(struct peer *peer, struct ilp_bytes payload)
{
	const struct ilp_btp_entry *ilp;
	struct ilp_btp btp;

	if (ilp_btp_decode(&btp, payload))
		peer_fail(peer, "was sent what is not BTP");
	if (peer->state == PEER_LOGGING_IN) {
		if (btp.type != ILP_BTP_RESPONSE)
			peer_fail(peer, "is not let in");
		peer->state = PEER_UP;
		peer->crowd->up++;
		return;
	}
	ilp = ilp_btp_find(&btp.entries, ILP_BTP_ILP);
	if (!ilp)
		peer_fail(peer, "was sent BTP without a packet");
	peer->message(peer, &btp, ilp->data);
}

static void handle_frame(struct peer *peer, const struct frame *frame)
{
	switch (frame->opcode) {
	case FRAME_BINARY:
		hear(peer, frame->payload);
		return;
	case FRAME_PING:
		send_frame(peer, FRAME_PONG, frame->payload);
		return;
	}
}

static size_t read_grant(struct peer *peer, struct ilp_bytes in)
{
	size_t len = frame_http_len(in);

	if (len == 0)
		return 0;
	if (!frame_granted((struct ilp_bytes){ in.at, len }))
		peer_fail(peer, "the node opens no WebSocket");
	peer->state = PEER_LOGGING_IN;
	log_in(peer);
	return len;
}

static int64_t wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static size_t received(void *owner, uint8_t *at, size_t len)
{
	struct peer *peer = owner;
	struct ilp_bytes in = { at, len };
	struct frame frame;
	size_t used;

	peer->crowd->now_ms = wall_ms();
	if (peer->state == PEER_ASKING)
		in = ilp_bytes_skip(in, read_grant(peer, in));
	while (peer->state != PEER_ASKING && (used = frame_read(&frame, in))) {
		in = ilp_bytes_skip(in, used);
		handle_frame(peer, &frame);
	}
	return len - in.len;
}

static void closed(void *owner)
{
	struct peer *peer = owner;

	peer->crowd->up -= peer->state == PEER_UP;
	peer->crowd->open--;
	peer->state = PEER_AWAY;
	peer->lost(peer);
}

bool peer_connect(struct peer *peer, uint16_t port)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	size_t len = strlen(frame_ask);

	if (fd < 0)
		peer_fail(peer, "has no socket");
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) <
	    0) {
		close(fd);
		return false;
	}
	free(peer->channel.out.at);
	peer->channel = (struct channel){
		.owner = peer,
		.received = received,
		.closed = closed,
	};
	loop_add(&peer->crowd->loop, &peer->channel, fd, NULL);
	memcpy(buffer_room(&peer->channel.out, len), frame_ask, len);
	peer->state = PEER_ASKING;
	peer->crowd->open++;
	return true;
}
