/* SPDX-License-Identifier: Apache-2.0 */
/* pool.h - blocks of one size that many share, such as the buffers of links:
 * an idle link has none, and a busy one takes them without asking the
 * allocator.
 *
 * A pool has a bound, and whoever asks for more gets NULL and must say what
 * that means. It serves one thread.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

struct pool;

/* NULL when there is no memory. Blocks are allocated as they are needed, and
 * hold a pointer at least. */
struct pool *pool_create(size_t block_len, size_t blocks_max);

/* All blocks must have been given back. */
void pool_destroy(struct pool *pool);

/* A block, not cleared; NULL when all are taken, or there is no memory. The
 * one given back last comes first, since it is still in the cache. */
void *pool_take(struct pool *pool);
void pool_give(struct pool *pool, void *block);

size_t pool_block_len(const struct pool *pool);

/* How many blocks are taken. */
size_t pool_taken(const struct pool *pool);

#endif
