/* SPDX-License-Identifier: Apache-2.0 */
#include "link/memory.h"

#include <assert.h>
#include <stdlib.h>

#include "ilp/packet.h"

#define HEAD_LEN 9
#define FRAME_MAX (HEAD_LEN + ILP_PACKET_MAX)

/* The output holds Prepares up to the high mark, and answers above it. */
#define OUTPUT_HIGH (256 * 1024)
#define OUTPUT_MAX (2 * OUTPUT_HIGH)

enum kind {
	KIND_HELLO = 'H', /* comes first, with an empty packet */
	KIND_PREPARE = 'P',
	KIND_ANSWER = 'A',
};

struct link_memory {
	struct link link;
	enum { GREETING, UP, DOWN, GONE } state;
	const char *reason;
	struct ilp_bytes in; /* lent by the driver */
	size_t part_len;     /* of a frame that came in pieces */
	size_t output_len;
	uint8_t part[FRAME_MAX];
	uint8_t output[OUTPUT_MAX];
};

static struct link_memory *memory(struct link *link)
{
	return (struct link_memory *)link;
}

static const struct link_memory *memory_const(const struct link *link)
{
	return (const struct link_memory *)link;
}

static void shut(struct link *link, const char *reason)
{
	struct link_memory *m = memory(link);

	if (m->state >= DOWN)
		return;
	m->state = DOWN;
	m->reason = reason;
}

static enum link_status send_frame(struct link_memory *m, enum kind kind,
				   uint32_t request, struct ilp_bytes packet,
				   size_t limit)
{
	size_t len = HEAD_LEN + packet.len;
	uint8_t *head = m->output + m->output_len;

	assert(packet.len <= ILP_PACKET_MAX);
	if (m->output_len + len > limit)
		return LINK_BUSY;
	head[0] = (uint8_t)kind;
	ilp_store_u32(head + 1, request);
	ilp_store_u32(head + 5, (uint32_t)packet.len);
	if (packet.len)
		memcpy(head + HEAD_LEN, packet.at, packet.len);
	m->output_len += len;
	return LINK_OK;
}

static void receive(struct link *link, struct ilp_time now, struct ilp_bytes in)
{
	(void)now;
	assert(memory(link)->in.len == 0); /* all events were taken */
	if (memory(link)->state < DOWN)
		memory(link)->in = in;
}

static void tick(struct link *link, struct ilp_time now)
{
	(void)link;
	(void)now;
}

/* Moves bytes from the input to the part until it has `want` of them. */
static bool gather(struct link_memory *m, size_t want)
{
	size_t missing = want - m->part_len;
	size_t take = missing < m->in.len ? missing : m->in.len;

	if (m->part_len < want && take) {
		memcpy(m->part + m->part_len, m->in.at, take);
		m->part_len += take;
		m->in = ilp_bytes_skip(m->in, take);
	}
	return m->part_len >= want;
}

static size_t frame_len(const uint8_t *head)
{
	return HEAD_LEN + (size_t)ilp_load_u32(head + 5);
}

/* The next whole frame: where it lies, if it came in one piece. */
static bool take_frame(struct link_memory *m, struct ilp_bytes *frame)
{
	if (m->part_len == 0 && m->in.len >= HEAD_LEN) {
		size_t len = frame_len(m->in.at);

		if (len <= FRAME_MAX && len <= m->in.len) {
			*frame = (struct ilp_bytes){ m->in.at, len };
			m->in = ilp_bytes_skip(m->in, len);
			return true;
		}
	}
	if (!gather(m, HEAD_LEN))
		return false;
	size_t len = frame_len(m->part);
	if (len > FRAME_MAX) {
		shut(&m->link, "frame is longer than any packet");
		return false;
	}
	if (!gather(m, len))
		return false;
	*frame = (struct ilp_bytes){ m->part, len };
	m->part_len = 0; /* the bytes stay until more of them are gathered */
	return true;
}

/* What a frame means; false when it is not worth an event. */
static bool read_frame(struct link_memory *m, struct ilp_bytes frame,
		       struct link_event *out)
{
	uint8_t kind = frame.at[0];
	bool greeted = m->state == UP;

	*out = (struct link_event){
		.request = ilp_load_u32(frame.at + 1),
		.packet = ilp_bytes_skip(frame, HEAD_LEN),
	};
	if (kind == KIND_HELLO && !greeted && out->packet.len == 0) {
		m->state = UP;
		out->type = LINK_UP;
		return true;
	}
	if (kind == KIND_PREPARE && greeted) {
		out->type = LINK_PREPARE;
		return true;
	}
	if (kind == KIND_ANSWER && greeted) {
		out->type = LINK_ANSWER;
		return true;
	}
	shut(&m->link, greeted ? "frame of an unknown kind" :
				 "did not begin with a greeting");
	return false;
}

static bool next(struct link *link, struct link_event *out)
{
	struct link_memory *m = memory(link);
	struct ilp_bytes frame;

	if (m->state < DOWN && take_frame(m, &frame) &&
	    read_frame(m, frame, out))
		return true;
	if (m->state == DOWN) {
		m->state = GONE;
		m->in = (struct ilp_bytes){ NULL, 0 };
		*out = (struct link_event){ .type = LINK_DOWN,
					    .reason = m->reason };
		return true;
	}
	return false;
}

static int64_t deadline_us(const struct link *link)
{
	(void)link;
	return ILP_NEVER_US;
}

static enum link_status prepare(struct link *link, uint32_t request,
				struct ilp_bytes packet)
{
	if (memory(link)->state != UP)
		return LINK_CLOSED;
	return send_frame(memory(link), KIND_PREPARE, request, packet,
			  OUTPUT_HIGH);
}

static enum link_status answer(struct link *link, uint32_t request,
			       struct ilp_bytes packet)
{
	enum link_status status;

	if (memory(link)->state != UP)
		return LINK_CLOSED;
	status = send_frame(memory(link), KIND_ANSWER, request, packet,
			    OUTPUT_MAX);
	/* A peer that reads nothing has had its chance. */
	if (status == LINK_BUSY) {
		shut(link, "peer does not read our answers");
		return LINK_CLOSED;
	}
	return status;
}

static struct ilp_bytes output(const struct link *link)
{
	const struct link_memory *m = memory_const(link);

	return (struct ilp_bytes){ m->output, m->output_len };
}

static void written(struct link *link, size_t len)
{
	struct link_memory *m = memory(link);

	assert(len <= m->output_len);
	memmove(m->output, m->output + len, m->output_len - len);
	m->output_len -= len;
}

static void destroy(struct link *link)
{
	free(link);
}

static const struct link_ops ops = {
	.name = "memory",
	.receive = receive,
	.tick = tick,
	.next = next,
	.deadline_us = deadline_us,
	.prepare = prepare,
	.answer = answer,
	.output = output,
	.written = written,
	.close = shut,
	.destroy = destroy,
};

struct link *link_memory_create(void)
{
	struct link_memory *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->link.ops = &ops;
	send_frame(m, KIND_HELLO, 0, (struct ilp_bytes){ NULL, 0 }, OUTPUT_MAX);
	return &m->link;
}
