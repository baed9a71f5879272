/* SPDX-License-Identifier: Apache-2.0 */
#include "node/own.h"

#include <assert.h>
#include <stdlib.h>

#include "node/connector.h"

struct own_asked {
	struct index_entry by_number;
	uint32_t number;
	enum own_kind kind;
	uint64_t tag;
	int64_t asked_us;
	int64_t took_us;
	uint8_t *packet; /* the answer */
	size_t len;
	struct own_asked *next;
	struct own_asked **back; /* of those that are open */
};

static uint64_t hash_of(uint32_t number)
{
	return (uint64_t)number << 32;
}

bool own_init(struct own *own)
{
	*own = (struct own){ .asker = { .settings = account_defaults(),
					.slot = OWN_SLOT } };
	own->asker.settings.balance.maximum = UNITS_MAX;
	own->asker.settings.in_flight_max = OWN_MAX;
	for (int i = 0; i < OWN_KINDS; i++)
		own->answered[i].end = &own->answered[i].first;
	return index_init(&own->asked, 16, true);
}

static void drop(struct own *own, struct own_asked *asked)
{
	if (!asked)
		return;
	own->count--;
	free(asked->packet);
	free(asked);
}

static void drop_all(struct own *own, struct own_asked *asked)
{
	while (asked) {
		struct own_asked *next = asked->next;

		drop(own, asked);
		asked = next;
	}
}

void own_finish(struct own *own)
{
	drop_all(own, own->open);
	for (int i = 0; i < OWN_KINDS; i++)
		drop_all(own, own->answered[i].first);
	drop(own, own->given);
	index_finish(&own->asked);
}

/* ---- asking ---- */

static void open_up(struct own *own, struct own_asked *asked)
{
	asked->next = own->open;
	asked->back = &own->open;
	if (own->open)
		own->open->back = &asked->next;
	own->open = asked;
	index_add(&own->asked, &asked->by_number, hash_of(asked->number));
}

static void close_up(struct own *own, struct own_asked *asked)
{
	*asked->back = asked->next;
	if (asked->next)
		asked->next->back = asked->back;
	asked->next = NULL;
	index_remove(&own->asked, &asked->by_number);
}

static struct own_asked *add(struct own *own, enum own_kind kind, uint64_t tag,
			     int64_t now_us)
{
	struct own_asked *asked;

	if (own->count >= OWN_MAX)
		return NULL;
	asked = calloc(1, sizeof(*asked));
	if (!asked)
		return NULL;
	own->count++;
	asked->number = ++own->number;
	asked->kind = kind;
	asked->tag = tag;
	asked->asked_us = now_us;
	open_up(own, asked);
	return asked;
}

bool own_ask(struct connector *c, const struct ilp_prepare *prepare,
	     struct account *neighbour, enum own_kind kind, uint64_t tag)
{
	struct own_asked *asked = add(&c->own, kind, tag, c->now.monotonic_us);

	assert(!neighbour || ilp_amount_is_zero(prepare->amount));
	if (!asked)
		return false;
	connector_ask(c, prepare, neighbour, asked->number);
	return true;
}

/* ---- answers ---- */

void own_take_answer(struct connector *c, uint32_t number,
		     struct ilp_bytes packet)
{
	struct own *own = &c->own;
	struct index_entry *at = index_find(&own->asked, hash_of(number));
	struct own_asked *asked =
		INDEX_THING(at, struct own_asked, by_number);
	struct own_list *list = &own->answered[asked->kind];

	close_up(own, asked);
	asked->took_us = c->now.monotonic_us - asked->asked_us;
	asked->packet = malloc(packet.len);
	if (asked->packet) {
		memcpy(asked->packet, packet.at, packet.len);
		asked->len = packet.len;
	}
	*list->end = asked;
	list->end = &asked->next;
}

bool own_next_answer(struct connector *c, enum own_kind kind,
		     struct own_answer *out)
{
	struct own *own = &c->own;
	struct own_list *list = &own->answered[kind];
	struct own_asked *asked = list->first;

	drop(own, own->given);
	own->given = asked;
	if (!asked)
		return false;
	list->first = asked->next;
	if (!list->first)
		list->end = &list->first;
	*out = (struct own_answer){ asked->tag,
				    { asked->packet, asked->len },
				    asked->took_us };
	return true;
}

bool own_has_answer(const struct own *own)
{
	for (int i = 0; i < OWN_KINDS; i++)
		if (own->answered[i].first)
			return true;
	return false;
}

/* ---- echoes ---- */

void own_expect_echo(struct own *own, struct own_echo *echo)
{
	echo->next = own->echoes;
	own->echoes = echo;
}

void own_forget_echo(struct own *own, struct own_echo *echo)
{
	struct own_echo **at = &own->echoes;

	while (*at != echo)
		at = &(*at)->next;
	*at = echo->next;
}

struct own_echo *own_find_echo(const struct own *own,
			       const uint8_t condition[32])
{
	struct own_echo *echo = own->echoes;

	while (echo && memcmp(echo->condition, condition, 32) != 0)
		echo = echo->next;
	return echo;
}
