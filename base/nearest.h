/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.h - which word somebody meant who wrote another one.
 *
 * The nearest word is the one that takes the fewest steps: a letter put in,
 * left out or replaced, or two neighbours swapped. Capitals count as small
 * letters.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/bytes.h"

/* Longer words are near to none. */
#define NEAREST_MAX 32

struct nearest {
	struct ilp_bytes word;
	struct ilp_bytes
		best; /* of the words tried so far; empty: none is near */
	size_t steps; /* to get there */
};

struct nearest nearest(struct ilp_bytes word);

/* Is this candidate nearer than those before? It is borrowed. What takes more
 * than a third of the word's letters is not what was meant. */
void nearest_try(struct nearest *n, struct ilp_bytes candidate);

#endif
