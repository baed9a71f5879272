/* SPDX-License-Identifier: Apache-2.0 */
#include "link/memory.h"

#include <assert.h>
#include <stdlib.h>

#include "base/queue.h"
#include "ilp/packet.h"

#define HEAD_LEN 9
#define FRAME_MAX (HEAD_LEN + ILP_PACKET_MAX)

enum kind {
	KIND_HELLO = 'H', /* comes first, with an empty packet */
	KIND_PREPARE = 'P',
	KIND_ANSWER = 'A',
};

struct link_memory {
	struct link link;
	enum {
		GREETING,
		UP,
		CLOSING, /* only answers that are here already still count */
		DOWN,
		GONE, /* down, and it has been told */
	} state;
	const char *reason;
	struct pool *pool;
	struct ilp_bytes in; /* lent by the driver */
	uint8_t *part;       /* a block with a frame that comes in pieces */
	size_t part_len;
	bool part_read; /* it is whole, and lent to the owner */
	struct queue output;
};

static struct link_memory *memory(struct link *link)
{
	return (struct link_memory *)link;
}

static const struct link_memory *memory_const(const struct link *link)
{
	return (const struct link_memory *)link;
}

/* We have had enough, but not of answers: before the greeting there are
 * none. */
static void close(struct link *link, const char *reason)
{
	struct link_memory *m = memory(link);

	if (m->state >= CLOSING)
		return;
	m->state = m->state == UP ? CLOSING : DOWN;
	m->reason = reason;
}

/* The peer has sent what it must not: nothing counts that follows it. */
static void give_up(struct link_memory *m, const char *reason)
{
	close(&m->link, reason);
	m->state = DOWN;
}

static enum link_status send_frame(struct link_memory *m, enum kind kind,
				   uint32_t request, struct ilp_bytes packet,
				   size_t limit, uint8_t **copy)
{
	size_t len = HEAD_LEN + packet.len;
	uint8_t *head;

	if (m->output.len + len > limit)
		return LINK_BUSY;
	head = queue_add(&m->output, len);
	if (!head)
		return LINK_BUSY;
	head[0] = (uint8_t)kind;
	ilp_store_u32(head + 1, request);
	ilp_store_u32(head + 5, (uint32_t)packet.len);
	if (packet.len)
		memcpy(head + HEAD_LEN, packet.at, packet.len);
	if (copy)
		*copy = head + HEAD_LEN;
	return LINK_OK;
}

static void receive(struct link *link, struct ilp_time now, uint8_t *in,
		    size_t len)
{
	(void)now;
	assert(memory(link)->in.len == 0); /* all events were taken */
	if (memory(link)->state < CLOSING)
		memory(link)->in = (struct ilp_bytes){ in, len };
}

static void tick(struct link *link, struct ilp_time now)
{
	(void)link;
	(void)now;
}

static void drop_part(struct link_memory *m)
{
	if (m->part)
		pool_give(m->pool, m->part);
	m->part = NULL;
	m->part_len = 0;
	m->part_read = false;
}

/* Moves bytes from the input to the part until it has `want` of them. */
static bool gather(struct link_memory *m, size_t want)
{
	size_t missing = want - m->part_len;
	size_t take = missing < m->in.len ? missing : m->in.len;

	if (m->part_len < want && take) {
		if (!m->part)
			m->part = pool_take(m->pool);
		if (!m->part) {
			give_up(m, "no room for what comes in pieces");
			return false;
		}
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
	if (m->part_read)
		drop_part(m);
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
		give_up(m, "frame is longer than any packet");
		return false;
	}
	if (!gather(m, len))
		return false;
	*frame = (struct ilp_bytes){ m->part, len };
	m->part_read = true;
	return true;
}

/* What a frame means; false when no event comes of it: of a Prepare that we
 * can no longer answer, and of what ends the link. */
static bool read_frame(struct link_memory *m, struct ilp_bytes frame,
		       struct link_event *out)
{
	uint8_t kind = frame.at[0];
	bool greeted = m->state != GREETING;

	*out = (struct link_event){
		.request = ilp_load_u32(frame.at + 1),
		.packet = link_cut_packet(ilp_bytes_skip(frame, HEAD_LEN)),
	};
	if (kind == KIND_HELLO && !greeted && out->packet.len == 0) {
		m->state = UP;
		out->type = LINK_UP;
		return true;
	}
	if (kind == KIND_PREPARE && greeted) {
		out->type = LINK_PREPARE;
		return m->state == UP;
	}
	if (kind == KIND_ANSWER && greeted) {
		out->type = LINK_ANSWER;
		return true;
	}
	give_up(m, greeted ? "frame of an unknown kind" :
			     "did not begin with a greeting");
	return false;
}

static bool next(struct link *link, struct link_event *out)
{
	struct link_memory *m = memory(link);
	struct ilp_bytes frame;

	while (m->state < DOWN && take_frame(m, &frame))
		if (read_frame(m, frame, out))
			return true;
	if (m->state == CLOSING || m->state == DOWN) {
		m->state = GONE;
		drop_part(m);
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
				struct ilp_bytes packet, uint8_t **copy)
{
	if (memory(link)->state != UP)
		return LINK_CLOSED;
	return send_frame(memory(link), KIND_PREPARE, request, packet,
			  LINK_HIGH, copy);
}

static enum link_status answer(struct link *link, uint32_t request,
			       struct ilp_bytes packet)
{
	enum link_status status;

	if (memory(link)->state != UP)
		return LINK_CLOSED;
	status = send_frame(memory(link), KIND_ANSWER, request, packet,
			    LINK_MOST, NULL);
	/* A peer that reads nothing has had its chance. */
	if (status == LINK_BUSY) {
		close(link, "peer does not read our answers");
		return LINK_CLOSED;
	}
	return status;
}

static struct ilp_bytes output(struct link *link)
{
	return queue_front(&memory(link)->output);
}

static size_t waiting(const struct link *link)
{
	return memory_const(link)->output.len;
}

static void written(struct link *link, size_t len)
{
	queue_take(&memory(link)->output, len);
}

static void destroy(struct link *link)
{
	struct link_memory *m = memory(link);

	drop_part(m);
	queue_finish(&m->output);
	free(m);
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
	.waiting = waiting,
	.written = written,
	.close = close,
	.destroy = destroy,
};

struct link *link_memory_create(struct pool *pool)
{
	struct link_memory *m = calloc(1, sizeof(*m));

	assert(pool_block_len(pool) >= LINK_MEMORY_BLOCK);
	if (!m)
		return NULL;
	m->link.ops = &ops;
	m->pool = pool;
	queue_init(&m->output, pool);
	if (send_frame(m, KIND_HELLO, 0, (struct ilp_bytes){ NULL, 0 },
		       LINK_MOST, NULL) != LINK_OK) {
		destroy(&m->link);
		return NULL;
	}
	return &m->link;
}
