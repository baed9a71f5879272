/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_given.h"

#include <stdlib.h>

bool config_given_add(struct config *c, const struct config_given *given)
{
	size_t room = c->given_room ? 2 * c->given_room : 64;
	struct config_given *more;

	if (c->given_count == c->given_room) {
		more = realloc(c->given, room * sizeof(*more));
		if (!more)
			return false;
		c->given = more;
		c->given_room = room;
	}
	c->given[c->given_count] = *given;
	c->given[c->given_count].turn = c->given_count;
	c->given_count++;
	return true;
}

static int compare_pointers(const void *a, const void *b)
{
	return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

static int compare(const void *a, const void *b)
{
	const struct config_given *one = a;
	const struct config_given *other = b;
	int order = compare_pointers(one->object, other->object);

	return order ? order : compare_pointers(one->option, other->option);
}

/* Settings are noted behind the text, and those that count more come later. */
static int compare_all(const void *a, const void *b)
{
	const struct config_given *one = a;
	const struct config_given *other = b;
	int order = compare(a, b);

	return order ? order : (one->turn < other->turn) -
				       (one->turn > other->turn);
}

/* Of several for one option the one that counts is kept. */
void config_given_sort(struct config *c)
{
	size_t kept = 0;

	if (c->given_count)
		qsort(c->given, c->given_count, sizeof(*c->given), compare_all);
	for (size_t i = 0; i < c->given_count; i++)
		if (kept == 0 || compare(&c->given[kept - 1], &c->given[i]) != 0)
			c->given[kept++] = c->given[i];
	c->given_count = kept;
}

const struct config_given *config_given_find(const struct config *c,
					     const void *object,
					     const struct config_option *option)
{
	const struct config_given wanted = { .object = object,
					     .option = option };

	if (!c->given_count)
		return NULL;
	return bsearch(&wanted, c->given, c->given_count, sizeof(wanted),
		       compare);
}

void config_given_drop(struct config *c)
{
	free(c->given);
}
