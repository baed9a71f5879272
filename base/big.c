/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* madvise */
#include "base/big.h"

#include <stdlib.h>
#include <sys/mman.h>

/* Below this the allocator does as well. */
#define BIG ((size_t)4 * 1024 * 1024)

void *big_alloc(size_t size)
{
	void *memory;

	if (size < BIG)
		return calloc(1, size ? size : 1);
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return NULL;
	/* A wish: without huge pages it is only slower. */
	madvise(memory, size, MADV_HUGEPAGE);
	return memory;
}

void big_free(void *memory, size_t size)
{
	if (size < BIG)
		free(memory);
	else if (memory)
		munmap(memory, size);
}
