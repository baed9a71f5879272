/* SPDX-License-Identifier: Apache-2.0 */
/* peer.h - a peer whose node may be gone at any moment, and come back: its
 * connection, by BTP over WebSocket. What it has in its own books is its
 * owner's concern (sender.h, receiver.h), and outlives all connections. */
#ifndef TEST_CRASH_PEER_H
#define TEST_CRASH_PEER_H

#include "bench/forward/frame.h"
#include "bench/forward/loop.h"
#include "ilp/btp.h"
#include "test/crash/plan.h"

#define PEER_NAME_SIZE 4

/* What all peers share. */
struct crowd {
	struct loop loop;
	struct ilp_crypto *crypto;
	int64_t now_ms; /* on the wall clock, when what is worked on was read */
	unsigned up;    /* peers that are logged in, */
	unsigned open;  /* or are about to */
	unsigned run;   /* how often they were connected */
	bool sending;
};

struct peer;
/* What came: a Message with the ILP packet, or the answer to one of ours. */
typedef void peer_message(struct peer *peer, const struct ilp_btp *btp,
			  struct ilp_bytes ilp);
typedef void peer_lost(struct peer *peer);

struct peer {
	struct channel channel;
	struct crowd *crowd;
	peer_message *message;
	peer_lost *lost;
	char name[PEER_NAME_SIZE];
	enum { PEER_AWAY, PEER_ASKING, PEER_LOGGING_IN, PEER_UP } state;
};

void peer_init(struct peer *peer, struct crowd *crowd, char kind,
	       unsigned index);

/* Begins to connect to a node on this machine; false when there is none. The
 * loop must be empty of what the peer had before. */
bool peer_connect(struct peer *peer, uint16_t port);

/* Sends an ILP packet in a BTP packet of this type, at the end of the round. */
void peer_send(struct peer *peer, enum ilp_btp_type type, uint32_t request,
	       struct ilp_bytes ilp);

/* What no node may do has been done: the program ends. */
_Noreturn void peer_fail(const struct peer *peer, const char *what);

#endif
