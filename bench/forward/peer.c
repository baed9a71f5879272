/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/forward/web.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>

#include "ilp/btp.h"
#include "ilp/packet.h"

#define LOGIN_MAX 128

static void send_frame(struct peer *peer, enum frame_opcode opcode,
		       struct ilp_bytes payload, uint64_t salt)
{
	uint8_t mask[FRAME_MASK_LEN];
	uint8_t *room;

	/* Odd, and so never zero, which would be no mask at all. */
	ilp_store_u32(mask, (uint32_t)(salt * 0x9e3779b1) | 1);
	room = buffer_room(&peer->channel.out,
			   frame_head_len(payload.len, true) + payload.len);
	room = frame_head(room, opcode, payload.len, mask);
	frame_mask(room, payload, mask);
}

void peer_send(struct peer *peer, struct ilp_bytes btp, size_t head_len,
	       uint64_t salt)
{
	if (peer->web)
		web_send(peer, btp, head_len);
	else
		send_frame(peer, FRAME_BINARY, btp, salt);
}

static void log_in(struct peer *peer)
{
	uint8_t at[LOGIN_MAX];
	struct ilp_writer w = ilp_writer(at, sizeof(at));
	struct ilp_btp login = { .type = ILP_BTP_MESSAGE, .request_id = 1 };
	char token[16];

	snprintf(token, sizeof(token), "token-%s", peer->name);
	login.entries.count = 3;
	login.entries.at[0] = (struct ilp_btp_entry){
		.name = ilp_text(ILP_BTP_AUTH),
		.content = ILP_BTP_OCTETS,
	};
	login.entries.at[1] = (struct ilp_btp_entry){
		.name = ilp_text(ILP_BTP_AUTH_USERNAME),
		.content = ILP_BTP_TEXT,
		.data = ilp_text(peer->name),
	};
	login.entries.at[2] = (struct ilp_btp_entry){
		.name = ilp_text(ILP_BTP_AUTH_TOKEN),
		.content = ILP_BTP_TEXT,
		.data = ilp_text(token),
	};
	ilp_btp_encode(&w, &login);
	peer_send(peer, ilp_written(&w), 0, 1);
}

/* The first message that comes is the answer to the login. */
static void logged_in(struct peer *peer, struct ilp_bytes btp)
{
	if (btp.len == 0 || btp.at[0] != ILP_BTP_RESPONSE)
		traffic_fail(peer->name, "is not let in");
	peer->state = PEER_UP;
	peer->traffic->up++;
}

void peer_decline(struct peer *peer, struct ilp_bytes btp)
{
	uint8_t at[16];
	struct ilp_writer w = ilp_writer(at, sizeof(at));
	struct ilp_btp message;
	struct ilp_btp response = { .type = ILP_BTP_RESPONSE };
	const struct ilp_btp_entry *ilp;
	struct ilp_prepare prepare;

	if (ilp_btp_decode(&message, btp))
		traffic_fail(peer->name, "was sent what is not BTP");
	ilp = ilp_btp_find(&message.entries, ILP_BTP_ILP);
	if (ilp && (ilp_prepare_decode(&prepare, ilp->data) ||
		    memcmp(prepare.destination.at, "peer.", 5) != 0))
		traffic_fail(peer->name, "was sent a Prepare that has changed");
	response.request_id = message.request_id;
	ilp_btp_encode(&w, &response);
	peer_send(peer, ilp_written(&w), 0, message.request_id);
}

static void handle_frame(struct peer *peer, const struct frame *frame)
{
	switch (frame->opcode) {
	case FRAME_BINARY:
		if (peer->state == PEER_LOGGING_IN)
			logged_in(peer, frame->payload);
		else
			peer->message(peer, frame->payload);
		return;
	case FRAME_PING:
		send_frame(peer, FRAME_PONG, frame->payload, 1);
		return;
	case FRAME_PONG:
		return;
	}
	traffic_fail(peer->name, "the node closes the connection");
}

static size_t read_grant(struct peer *peer, struct ilp_bytes in)
{
	size_t len = frame_http_len(in);

	if (len == 0)
		return 0;
	if (!frame_granted((struct ilp_bytes){ in.at, len }))
		traffic_fail(peer->name, "the node opens no WebSocket");
	peer->state = PEER_LOGGING_IN;
	log_in(peer);
	return len;
}

static size_t received(void *owner, uint8_t *at, size_t len)
{
	struct peer *peer = owner;
	struct ilp_bytes in = { at, len };
	struct frame frame;
	size_t used;

	traffic_tick(peer->traffic);
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

	traffic_fail(peer->name, "the node has closed the connection");
}

void peer_connect(struct peer *peer, struct loop *loop, uint16_t port,
		  struct tls_context *tls)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	size_t len = strlen(frame_ask);

	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		perror(peer->name);
		exit(1);
	}
	peer->channel.owner = peer;
	peer->channel.received = received;
	peer->channel.closed = closed;
	loop_add(loop, &peer->channel, fd, tls);
	memcpy(buffer_room(&peer->channel.out, len), frame_ask, len);
}
