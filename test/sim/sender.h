/* SPDX-License-Identifier: Apache-2.0 */
/* sender.h - what a peer sends when it is time for payments: most of it is
 * good, and some of it is not.
 */
#ifndef SIM_SENDER_H
#define SIM_SENDER_H

#include "test/sim/peer.h"

/* One payment or what looks like one, if the link takes it. */
bool sender_send_any(struct peer *peer);

/* One with nothing wrong about it; its number, or 0. */
uint64_t sender_send(struct peer *peer, const struct past_payment *payment);

#endif
