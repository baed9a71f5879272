/* SPDX-License-Identifier: Apache-2.0 */
/* dialer.h - how we connect to a peer: its name is looked up, its addresses
 * are tried one after the other, and then a link goes on the connection. */
#ifndef IO_DIALER_H
#define IO_DIALER_H

#include "io/loop.h"

/* An address that does not answer for so long is given up. */
#define DIALER_TIMEOUT_MS 10000

/* Begins to connect. The shard is told how it went (shard_dialed). */
void dialer_start(struct loop *loop, const struct shard_dial *dial);

/* Gives up all that has not come to anything yet. */
void dialer_stop_all(struct loop *loop);

#endif
