/* SPDX-License-Identifier: Apache-2.0 */
#include "node/alert.h"

#include <stdlib.h>

/* What is looked at for each alert that is raised lies together, apart from
 * the texts: a peer may raise one with each packet. */
struct place {
	uint64_t key; /* of account and texts; others may have the same */
	uint64_t account;
	uint64_t turn; /* when it was raised last: clocks may step */
	bool used;
};

struct alerts {
	uint64_t last_id;
	uint64_t turn; /* counts what was raised */
	struct place places[ALERTS_MAX];
	struct alert at[ALERTS_MAX];
};

struct alerts *alerts_create(void)
{
	return calloc(1, sizeof(struct alerts));
}

void alerts_destroy(struct alerts *alerts)
{
	free(alerts);
}

static void copy_text(char *out, size_t size, struct ilp_bytes text)
{
	size_t len = text.len < size ? text.len : size - 1;

	if (len)
		memcpy(out, text.at, len);
	out[len] = '\0';
}

/* FNV-1a */
static uint64_t mix(uint64_t key, const char *text)
{
	for (; *text; text++)
		key = (key ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return key;
}

static uint64_t key_of(const struct alert *alert)
{
	return mix(mix(alert->account, alert->message), alert->triggered_by);
}

static bool same(const struct alert *a, const struct alert *b)
{
	return a->account == b->account &&
	       strcmp(a->message, b->message) == 0 &&
	       strcmp(a->triggered_by, b->triggered_by) == 0;
}

/* The place of an alert like that one; ALERTS_MAX when there is none. */
static size_t find(const struct alerts *alerts, const struct alert *like)
{
	uint64_t key = key_of(like);
	size_t i = 0;

	while (i < ALERTS_MAX &&
	       !(alerts->places[i].used && alerts->places[i].key == key &&
		 same(&alerts->at[i], like)))
		i++;
	return i;
}

/* Of the places that count, the one that was quiet for the longest; one that
 * is empty has been so for ever. Either all count, or those of an account. */
static size_t quietest(const struct alerts *alerts, const uint64_t *account)
{
	size_t quiet = ALERTS_MAX;

	for (size_t i = 0; i < ALERTS_MAX; i++) {
		const struct place *place = &alerts->places[i];

		if (account && (!place->used || place->account != *account))
			continue;
		if (!account && !place->used)
			return i;
		if (quiet == ALERTS_MAX ||
		    place->turn < alerts->places[quiet].turn)
			quiet = i;
	}
	return quiet;
}

static size_t count_of(const struct alerts *alerts, uint64_t account)
{
	size_t count = 0;

	for (size_t i = 0; i < ALERTS_MAX; i++)
		count += alerts->places[i].used &&
			 alerts->places[i].account == account;
	return count;
}

static size_t add(struct alerts *alerts, const struct alert *like)
{
	bool full = count_of(alerts, like->account) >= ALERTS_PER_ACCOUNT;
	size_t i = quietest(alerts, full ? &like->account : NULL);

	alerts->at[i] = *like;
	alerts->at[i].id = ++alerts->last_id;
	alerts->places[i] = (struct place){ .key = key_of(like),
					    .account = like->account,
					    .used = true };
	return i;
}

const struct alert *
alerts_raise(struct alerts *alerts, struct ilp_time now,
		  struct alert_account account, const char *message,
		  struct ilp_bytes triggered_by)
{
	struct alert like = { .account = account.number,
			      .created_ms = now.wall_ms };
	size_t i;

	copy_text(like.account_id, sizeof(like.account_id), account.id);
	copy_text(like.message, sizeof(like.message), ilp_text(message));
	copy_text(like.triggered_by, sizeof(like.triggered_by), triggered_by);
	i = find(alerts, &like);
	if (i == ALERTS_MAX)
		i = add(alerts, &like);
	alerts->at[i].count++;
	alerts->at[i].updated_ms = now.wall_ms;
	alerts->places[i].turn = ++alerts->turn;
	return &alerts->at[i];
}

const struct alert *alerts_next(const struct alerts *alerts, uint64_t after)
{
	const struct alert *next = NULL;

	for (size_t i = 0; i < ALERTS_MAX; i++) {
		const struct alert *alert = &alerts->at[i];

		if (alert->id > after && (!next || alert->id < next->id))
			next = alert;
	}
	return next;
}

bool alerts_dismiss(struct alerts *alerts, uint64_t id)
{
	for (size_t i = 0; i < ALERTS_MAX; i++) {
		if (id && alerts->at[i].id == id) {
			alerts->at[i].id = 0;
			alerts->places[i].used = false;
			return true;
		}
	}
	return false;
}
