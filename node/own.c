/* SPDX-License-Identifier: Apache-2.0 */
#include "node/own.h"

#include <stdlib.h>

#include "node/connector.h"

struct own_asked {
	struct index_entry by_number;
	uint32_t number;
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
	own->answered_end = &own->answered;
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
	drop_all(own, own->answered);
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

static struct own_asked *add(struct own *own, uint64_t tag, int64_t now_us)
{
	struct own_asked *asked;

	if (own->count >= OWN_MAX)
		return NULL;
	asked = calloc(1, sizeof(*asked));
	if (!asked)
		return NULL;
	own->count++;
	asked->number = ++own->number;
	asked->tag = tag;
	asked->asked_us = now_us;
	open_up(own, asked);
	return asked;
}

bool own_ask(struct connector *c, const struct ilp_prepare *prepare,
	     struct account *neighbour, uint64_t tag)
{
	struct own_asked *asked = add(&c->own, tag, c->now.monotonic_us);

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

	close_up(own, asked);
	asked->took_us = c->now.monotonic_us - asked->asked_us;
	asked->packet = malloc(packet.len);
	if (asked->packet) {
		memcpy(asked->packet, packet.at, packet.len);
		asked->len = packet.len;
	}
	*own->answered_end = asked;
	own->answered_end = &asked->next;
}

bool own_next_answer(struct connector *c, struct own_answer *out)
{
	struct own *own = &c->own;
	struct own_asked *asked = own->answered;

	drop(own, own->given);
	own->given = asked;
	if (!asked)
		return false;
	own->answered = asked->next;
	if (!own->answered)
		own->answered_end = &own->answered;
	*out = (struct own_answer){ asked->tag,
				    { asked->packet, asked->len },
				    asked->took_us };
	return true;
}
