/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"

struct nearest nearest(struct ilp_bytes word)
{
	size_t most = word.len < 6 ? 1 : word.len / 3;

	return (struct nearest){ .word = word, .steps = most + 1 };
}

static uint8_t small(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static bool same(struct ilp_bytes a, size_t i, struct ilp_bytes b, size_t j)
{
	return small(a.at[i]) == small(b.at[j]);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Were the two letters that end here swapped? */
static bool swapped(struct ilp_bytes a, size_t i, struct ilp_bytes b, size_t j)
{
	return i && j && same(a, i, b, j - 1) && same(a, i - 1, b, j);
}

/* How many steps from one to the other. A row of the table tells what it
 * takes from the first i letters of `a` to the first j of `b`; a row is made
 * of the two before. */
static size_t distance(struct ilp_bytes a, struct ilp_bytes b)
{
	size_t rows[3][NEAREST_MAX + 1];

	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (size_t i = 0; i < a.len; i++) {
		const size_t *before = rows[(i + 2) % 3];
		const size_t *above = rows[i % 3];
		size_t *row = rows[(i + 1) % 3];

		row[0] = i + 1;
		for (size_t j = 0; j < b.len; j++) {
			row[j + 1] = least(above[j + 1], row[j]) + 1;
			row[j + 1] =
				least(row[j + 1], above[j] + !same(a, i, b, j));
			if (swapped(a, i, b, j))
				row[j + 1] =
					least(row[j + 1], before[j - 1] + 1);
		}
	}
	return rows[a.len % 3][b.len];
}

void nearest_try(struct nearest *n, struct ilp_bytes candidate)
{
	size_t steps;

	if (n->word.len > NEAREST_MAX || candidate.len > NEAREST_MAX)
		return;
	steps = distance(n->word, candidate);
	if (steps >= n->steps)
		return;
	n->steps = steps;
	n->best = candidate;
}
