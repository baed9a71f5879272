/* SPDX-License-Identifier: Apache-2.0 */
/* memory.h - the plainest link: frames of its own over any pipe of bytes.
 *
 * Tests and the simulator join two of these by handing the output of the one
 * to the other, whole, in pieces, late or never. It is a real link: whatever
 * holds for links in general is tested on it.
 *
 *     frame = kind (1 byte) | request id (4) | length (4) | packet
 */
#ifndef LINK_MEMORY_H
#define LINK_MEMORY_H

#include "base/pool.h"
#include "link/link.h"

/* What blocks of the pool must be able to hold. */
#define LINK_MEMORY_BLOCK ((size_t)64 * 1024)

/* NULL when there is no memory. The pool outlives the link. */
struct link *link_memory_create(struct pool *pool);

#endif
