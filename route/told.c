/* SPDX-License-Identifier: Apache-2.0 */
#include "route/told.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_MIN 16

void told_clear(struct told *t)
{
	free(t->words);
	*t = (struct told){ 0 };
}

static uint64_t bit(uint32_t destination)
{
	return UINT64_C(1) << destination % 64;
}

static bool grow(struct told *t, size_t word)
{
	size_t count = t->count ? t->count : WORDS_MIN;
	uint64_t *words;

	if (word < t->count)
		return true;
	while (count <= word)
		count *= 2;
	words = realloc(t->words, count * sizeof(*words));
	if (!words)
		return false;
	memset(words + t->count, 0, (count - t->count) * sizeof(*words));
	t->words = words;
	t->count = count;
	return true;
}

bool told_add(struct told *t, uint32_t destination)
{
	if (!grow(t, destination / 64))
		return false;
	t->words[destination / 64] |= bit(destination);
	return true;
}

void told_remove(struct told *t, uint32_t destination)
{
	if (destination / 64 < t->count)
		t->words[destination / 64] &= ~bit(destination);
}

bool told_has(const struct told *t, uint32_t destination)
{
	return destination / 64 < t->count &&
	       t->words[destination / 64] & bit(destination);
}
