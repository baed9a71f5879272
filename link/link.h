/* SPDX-License-Identifier: Apache-2.0 */
/* link.h - how packets pass between two neighbours, whatever carries them.
 *
 * A link is a machine: bytes and the time go in, events and bytes come out,
 * and nothing happens in between. It knows framing, authentication and
 * request ids. It does not know sockets (its driver does), nor accounts, nor
 * which question an answer belongs to (the connector does, since a peer may
 * answer after a reconnect).
 *
 * Over HTTP an answer may also come by itself, long after its question was
 * taken: as a *reply*, which is a request of its own and is acknowledged.
 *
 *     link_receive ──►┌──────┐──► link_next      (login, up, prepare, answer,
 *     link_tick    ──►│      │                    down)
 *     link_admit   ──►│ link │
 *     link_prepare ──►│      │──► link_output    (bytes to write)
 *     link_answer  ──►└──────┘    link_deadline_us
 *
 * No packet is longer than ILP_PACKET_MAX: none that is handed to a link, and
 * none that it gives, since it goes down when the peer sends such a one. What
 * a peer has put behind a packet is cut off; what is no packet at all may be
 * given as it came.
 *
 * The contract of each verb stands here once; a kind of link fills a
 * struct link_ops.
 */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include <assert.h>

#include "base/bytes.h"
#include "base/time.h"
#include "ilp/packet.h"

/* How much output may wait: Prepares up to the high mark, answers up to the
 * most, and whoever lets it come to that is given up. */
#define LINK_HIGH ((size_t)1024 * 1024)
#define LINK_MOST (4 * LINK_HIGH)

enum link_event_type {
	LINK_LOGIN,   /* the peer says who it is; admit or deny it */
	LINK_UP,      /* the peer is authenticated; Prepares may be sent */
	LINK_PREPARE, /* the peer asks; owes an answer with that request id */
	LINK_ANSWER,  /* the peer answers a Prepare of ours: any packet */
	LINK_REFUSED, /* the peer answered without a packet; see reason */
	LINK_TAKEN,   /* the peer has a Prepare of ours; its reply will come */
	LINK_REPLY,   /* it comes; owes an acknowledgement with that id */
	LINK_REPLIED, /* a reply of ours was heard, unless there is a reason */
	LINK_BECAME,  /* another link goes on from here; the last event */
	LINK_DOWN,    /* over, for the reason given; the last event */
};

struct link;

struct link_event {
	enum link_event_type type;
	uint32_t request;
	struct ilp_bytes packet; /* borrowed until the next link_next */
	const char *reason;      /* for people; borrowed likewise */
	bool temporary;          /* of REFUSED, REPLIED: again may help */
	/* Of a PREPARE that is to be acknowledged, and answered by a reply to
	 * that URL (empty: it is not); and of a REPLY, whose it is. */
	struct ilp_bytes callback;
	struct ilp_bytes id; /* a UUID, in any case */
	struct ilp_bytes user;   /* of LOGIN, borrowed likewise; may be empty */
	struct ilp_bytes token;  /* of LOGIN */
	struct link *link;       /* of BECAME: the owner's from now on */
};

enum link_status {
	LINK_OK,
	LINK_BUSY,   /* above its high mark, or no block is left: later */
	LINK_CLOSED, /* not up yet, closed or down: nobody to send to */
};

/* What a peer is told who wants no packet now. */
enum link_verdict {
	LINK_WILL_REPLY, /* to its Prepare */
	LINK_HEARD,      /* its reply, */
	LINK_BAD,        /* which was for nothing, or its Prepare is refused, */
	LINK_FULL,       /* or is for now */
};

/* An answer that goes to where the peer wanted it. */
struct link_reply {
	struct ilp_bytes path; /* with its query; begins with a slash */
	struct ilp_bytes id;   /* as the peer gave it */
	struct ilp_bytes packet;
};

struct link_ops {
	const char *name;
	void (*receive)(struct link *link, struct ilp_time now, uint8_t *in,
			size_t len);
	void (*tick)(struct link *link, struct ilp_time now);
	bool (*next)(struct link *link, struct link_event *out);
	int64_t (*deadline_us)(const struct link *link);
	void (*admit)(struct link *link); /* NULL: there is no login */
	void (*deny)(struct link *link, const char *reason); /* NULL: close */
	void (*agreed)(struct link *link, struct ilp_bytes protocol);
	uint32_t (*room)(const struct link *link);
	bool (*forget)(struct link *link, uint32_t request);
	enum link_status (*prepare)(struct link *link, uint32_t request,
				    struct ilp_bytes packet, uint8_t **copy);
	enum link_status (*answer)(struct link *link, uint32_t request,
				   struct ilp_bytes packet);
	/* NULL where there are no replies. */
	enum link_status (*acknowledge)(struct link *link, uint32_t request,
					enum link_verdict verdict,
					const char *reason);
	enum link_status (*reply)(struct link *link, uint32_t number,
				  const struct link_reply *reply);
	bool (*forget_reply)(struct link *link, uint32_t number);
	struct ilp_bytes (*output)(struct link *link);
	size_t (*waiting)(const struct link *link);
	void (*written)(struct link *link, size_t len);
	void (*close)(struct link *link, const char *reason);
	void (*destroy)(struct link *link);
};

struct link {
	const struct link_ops *ops; /* the first member of every kind */
};

/* For kinds of links: a packet without what lies behind it; or what is none, as
 * it is. */
static inline struct ilp_bytes link_cut_packet(struct ilp_bytes in)
{
	enum ilp_packet_type type;
	size_t len;

	if (ilp_packet_type(&type, in) || ilp_packet_len(&len, in))
		return in;
	return (struct ilp_bytes){ in.at, len };
}

/* Bytes from the peer, cut anywhere. They are lent until link_next has given
 * all events that come of them, and may be overwritten; until then there may
 * be no second call. A link that is closed or down drops them. */
static inline void link_receive(struct link *link, struct ilp_time now,
				uint8_t *in, size_t len)
{
	link->ops->receive(link, now, in, len);
}

/* Does what the time demands. */
static inline void link_tick(struct link *link, struct ilp_time now)
{
	link->ops->tick(link, now);
}

/* The next event; false when there is none for now. */
static inline bool link_next(struct link *link, struct link_event *out)
{
	return link->ops->next(link, out);
}

/* When link_tick wants to be called, on the monotonic clock. */
static inline int64_t link_deadline_us(const struct link *link)
{
	return link->ops->deadline_us(link);
}

/* After LINK_LOGIN, and before the next link_next: the peer is who it says.
 * LINK_UP is the next event then, where the peer logs in once; where it does
 * with each request (link_is_line), the Prepare. */
static inline void link_admit(struct link *link)
{
	assert(link->ops->admit);
	link->ops->admit(link);
}

/* Or it is nobody that we know, and is told so: by the end of the link, or of
 * this one request. The reason is for people, and borrowed for good. */
static inline void link_deny(struct link *link, const char *reason)
{
	if (link->ops->deny)
		link->ops->deny(link, reason);
	else
		link->ops->close(link, reason);
}

/* A line is a link that is one of many between the same two neighbours: it
 * carries Prepares one way only, and each answer has to come back on the line
 * that its Prepare went by. */
static inline bool link_is_line(const struct link *link)
{
	return link->ops->room;
}

/* How many Prepares a line takes at this moment, before some are answered. */
static inline uint32_t link_room(const struct link *link)
{
	return link->ops->room(link);
}

/* No answer is wanted to this Prepare any more. Did this line carry it? */
static inline bool link_forget(struct link *link, uint32_t request)
{
	return link->ops->forget(link, request);
}

/* What was agreed on below us, by TLS, to speak from now on; empty: nothing.
 * Most links do not ask. */
static inline void link_agreed(struct link *link, struct ilp_bytes protocol)
{
	if (link->ops->agreed)
		link->ops->agreed(link, protocol);
}

/* Sends a Prepare under a request id that the caller has not in flight on
 * this link. It is copied, and `*copy` becomes where to: a connector forwards
 * the packet that it received, and edits amount and expiry there. It may do
 * so until the next call on this link, and not change the length; then the
 * bytes are the link's. When the answer is not LINK_OK, `*copy` stays as it
 * was; `copy` may be NULL. */
static inline enum link_status link_prepare(struct link *link, uint32_t request,
					    struct ilp_bytes packet,
					    uint8_t **copy)
{
	assert(packet.len <= ILP_PACKET_MAX);
	return link->ops->prepare(link, request, packet, copy);
}

/* Answers a Prepare of the peer's, once. Never BUSY: an answer frees what
 * the peer holds, so it goes out as long as there is a link at all. When the
 * peer reads too few of them, or no block is left, the link closes itself, as
 * link_close would. */
static inline enum link_status link_answer(struct link *link, uint32_t request,
					   struct ilp_bytes packet)
{
	assert(packet.len <= ILP_PACKET_MAX);
	return link->ops->answer(link, request, packet);
}

/* Tells the peer what becomes of a Prepare that is to be answered later, or of
 * its reply. The reason is for people; NULL: there is none. */
static inline enum link_status link_acknowledge(struct link *link,
						uint32_t request,
						enum link_verdict verdict,
						const char *reason)
{
	assert(link->ops->acknowledge);
	return link->ops->acknowledge(link, request, verdict, reason);
}

/* Sends a reply, which is copied, where there is room for a Prepare; the number
 * says which one LINK_REPLIED is about, and is none of a request. */
static inline enum link_status link_reply(struct link *link, uint32_t number,
					  const struct link_reply *reply)
{
	assert(link->ops->reply && reply->packet.len <= ILP_PACKET_MAX);
	return link->ops->reply(link, number, reply);
}

/* It does not matter any more whether that reply was heard. Did this line
 * carry it? */
static inline bool link_forget_reply(struct link *link, uint32_t number)
{
	return link->ops->forget_reply(link, number);
}

/* What is to be written to the peer, good until the next call on this link;
 * link_written takes it off the front. */
static inline struct ilp_bytes link_output(struct link *link)
{
	return link->ops->output(link);
}

/* How many bytes are to be written in all: link_output gives the first piece
 * of them. Above LINK_HIGH no Prepares are taken. */
static inline size_t link_waiting(const struct link *link)
{
	return link->ops->waiting(link);
}

static inline void link_written(struct link *link, size_t len)
{
	link->ops->written(link, len);
}

/* Ends the link; what is in the output may still be written. Answers are
 * money, so those that have been received whole still come, as LINK_ANSWER or
 * LINK_REFUSED. Prepares do not, since we could not answer them, nor does what
 * is not whole yet. Then LINK_DOWN is the next event, unless it has come
 * before; until then the reason is borrowed. */
static inline void link_close(struct link *link, const char *reason)
{
	link->ops->close(link, reason);
}

static inline void link_destroy(struct link *link)
{
	if (link)
		link->ops->destroy(link);
}

#endif
