/* SPDX-License-Identifier: Apache-2.0 */
/* receiver.h - how a peer answers, by its manners.
 *
 * What is to be said is thought of when the Prepare comes, and said when it is
 * due: over the connection that there is then, for an answer belongs to the
 * account.
 */
#ifndef SIM_RECEIVER_H
#define SIM_RECEIVER_H

#include "test/sim/peer.h"

/* A Prepare has come: plans what to answer, and when. */
void receiver_consider(struct peer *peer, uint32_t request,
		       struct ilp_bytes packet);

/* Says what is due. */
void receiver_answer(struct peer *peer);

void receiver_forget(struct peer *peer);

#endif
