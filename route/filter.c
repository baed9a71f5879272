/* SPDX-License-Identifier: Apache-2.0 */
#include "route/filter.h"

#include <stdlib.h>

struct filter {
	bool otherwise; /* where no rule says anything */
	size_t count;
	struct filter_rule rules[];
};

/* The texts lie behind the rules. */
struct filter *filter_create(const struct filter_rule *rules, size_t count)
{
	size_t len = sizeof(struct filter) + count * sizeof(*rules);
	struct filter *f;
	uint8_t *text;

	for (size_t i = 0; i < count; i++)
		len += rules[i].prefix.len;
	f = malloc(len);
	if (!f)
		return NULL;
	f->otherwise = true;
	f->count = count;
	text = (uint8_t *)(f->rules + count);
	for (size_t i = 0; i < count; i++) {
		size_t size = rules[i].prefix.len;

		f->rules[i].allow = rules[i].allow;
		f->rules[i].prefix = (struct ilp_bytes){ text, size };
		if (size)
			memcpy(text, rules[i].prefix.at, size);
		text += size;
		if (rules[i].allow)
			f->otherwise = false;
	}
	return f;
}

void filter_destroy(struct filter *f)
{
	free(f);
}

bool filter_allows(const struct filter *f, struct ilp_bytes prefix)
{
	const struct filter_rule *longest = NULL;

	if (!f)
		return true;
	for (size_t i = 0; i < f->count; i++) {
		const struct filter_rule *rule = &f->rules[i];

		if (ilp_address_has_prefix(prefix, rule->prefix) &&
		    (!longest || rule->prefix.len >= longest->prefix.len))
			longest = rule;
	}
	return longest ? longest->allow : f->otherwise;
}
