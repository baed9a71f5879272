/* SPDX-License-Identifier: Apache-2.0 */
/* big.h - memory for large tables that are read all over the place.
 *
 * Each read of such a table goes to another page, and the processor knows the
 * addresses of few pages by heart. So large pieces are asked for on huge pages,
 * where the system has them: a look-up among a million takes a fifth less.
 */
#ifndef BASE_BIG_H
#define BASE_BIG_H

#include <stddef.h>

/* Zeros; NULL when there is no memory. What is never touched costs nothing. */
void *big_alloc(size_t size);

/* The size must be the one that was asked for. NULL is let be. */
void big_free(void *memory, size_t size);

#endif
