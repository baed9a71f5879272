/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what was answered ---- */

static uint64_t number(const struct ilp_json_node *object, const char *name)
{
	uint64_t value = 0;

	ilp_json_u64(&value, ilp_json_get(object, name));
	return value;
}

static ilp_u128 units(const struct ilp_json_node *object, const char *name)
{
	const struct ilp_json_node *node = ilp_json_get(object, name);
	ilp_u128 value = 0;

	if (!node || node->type != ILP_JSON_STRING)
		return 0;
	for (size_t i = 0; i < node->text.len; i++) {
		uint8_t c = node->text.at[i];

		if (c < '0' || c > '9')
			return 0;
		value = value * 10 + (c - '0');
	}
	return value;
}

static void copy(char *out, size_t size, const struct ilp_json_node *node)
{
	struct ilp_bytes text = { NULL, 0 };

	if (!ilp_json_string(&text, node, (uint8_t *)out, size - 1))
		text.len = 0;
	out[text.len] = '\0';
}

static void take_account(struct look_account *out,
			 const struct ilp_json_node *account)
{
	const struct ilp_json_node *packets = ilp_json_get(account, "packets");

	copy(out->id, sizeof(out->id), ilp_json_get(account, "id"));
	copy(out->asset, sizeof(out->asset),
	     ilp_json_get(account, "assetCode"));
	copy(out->state, sizeof(out->state), ilp_json_get(account, "state"));
	copy(out->balance, sizeof(out->balance),
	     ilp_json_get(ilp_json_get(account, "balance"), "current"));
	out->scale = number(account, "assetScale");
	out->number = number(account, "number");
	out->connected = false;
	ilp_json_bool(&out->connected,
		      ilp_json_get(ilp_json_get(account, "link"), "connected"));
	out->fulfilled = number(packets, "fulfilledIn") +
			 number(packets, "fulfilledOut");
	out->rejected = number(packets, "rejectedIn") +
			number(packets, "refusedIn") +
			number(packets, "rejectedOut") +
			number(packets, "expiredOut");
	out->in = units(packets, "valueIn");
	out->out = units(packets, "valueOut");
}

static int by_number(const void *a, const void *b)
{
	const struct look_account *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

bool look_take(struct look *look, int64_t at_ms,
	       const struct ilp_json_node *status,
	       const struct ilp_json_node *accounts)
{
	const struct ilp_json_node *packets = ilp_json_get(status, "packets");
	struct ilp_json_walk walk = ilp_json_walk(accounts);

	*look = (struct look){
		.at_ms = at_ms,
		.prepares = number(packets, "prepares"),
		.fulfills = number(packets, "fulfills"),
		.rejects = number(packets, "rejects") +
			   number(packets, "refusals"),
		.in_flight = number(packets, "inFlight"),
		.accounts = calloc((accounts ? accounts->count : 0) + 1,
				   sizeof(*look->accounts)),
	};
	if (!look->accounts)
		return false;
	while (ilp_json_next(&walk))
		take_account(&look->accounts[look->count++], walk.value);
	qsort(look->accounts, look->count, sizeof(*look->accounts), by_number);
	return true;
}

void look_drop(struct look *look)
{
	free(look->accounts);
	*look = (struct look){ .count = 0 };
}

/* ---- rates ---- */

/* How much a second, times so many. A figure that went down is of another run
 * of the node. */
static ilp_u128 rate(ilp_u128 before, ilp_u128 now, int64_t ms, unsigned times)
{
	if (now < before || ms <= 0)
		return 0;
	return (now - before) * 1000 * times / (uint64_t)ms;
}

static uint64_t tenths(uint64_t before, uint64_t now, int64_t ms)
{
	return (uint64_t)rate(before, now, ms, 10);
}

static const struct look_account *find(const struct look *look,
				       const struct look_account *like)
{
	return look ? bsearch(like, look->accounts, look->count,
			      sizeof(*like), by_number) :
		      NULL;
}

static struct look_rate rate_of(const struct look *before,
				const struct look *now,
				const struct look_account *account)
{
	const struct look_account *old = find(before, account);
	struct look_rate out = { .account = account, .known = old };
	int64_t ms = old ? now->at_ms - before->at_ms : 0;

	if (!old)
		return out;
	out.fulfilled = tenths(old->fulfilled, account->fulfilled, ms);
	out.rejected = tenths(old->rejected, account->rejected, ms);
	out.packets = tenths(old->fulfilled + old->rejected,
			     account->fulfilled + account->rejected, ms);
	out.in = rate(old->in, account->in, ms, 1);
	out.out = rate(old->out, account->out, ms, 1);
	return out;
}

/* Of two numbers without a sign. */
static int compare_digits(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);

	return a_len != b_len ? (a_len > b_len) - (a_len < b_len) :
				strcmp(a, b);
}

static const char *without_sign(const char *units)
{
	return units[0] == '-' ? units + 1 : units;
}

static int by_packets(const void *a, const void *b)
{
	const struct look_rate *x = a, *y = b;

	if (x->packets != y->packets)
		return x->packets < y->packets ? 1 : -1;
	return strcmp(x->account->id, y->account->id);
}

static int by_balance(const void *a, const void *b)
{
	const struct look_account *x = ((const struct look_rate *)a)->account;
	const struct look_account *y = ((const struct look_rate *)b)->account;
	int order = strcmp(x->asset, y->asset);

	if (order == 0 && x->scale != y->scale)
		order = x->scale < y->scale ? -1 : 1;
	if (order == 0)
		order = compare_digits(without_sign(y->balance),
				       without_sign(x->balance));
	return order ? order : strcmp(x->id, y->id);
}

void look_rates(struct look_rate *rates, const struct look *before,
		const struct look *now, enum look_order order)
{
	for (size_t i = 0; i < now->count; i++)
		rates[i] = rate_of(before, now, &now->accounts[i]);
	qsort(rates, now->count, sizeof(*rates),
	      order == LOOK_BY_PACKETS ? by_packets : by_balance);
}

struct look_rate look_total(const struct look *before, const struct look *now)
{
	struct look_rate out = { .known = before };
	int64_t ms = before ? now->at_ms - before->at_ms : 0;

	if (!before)
		return out;
	out.packets = tenths(before->prepares, now->prepares, ms);
	out.fulfilled = tenths(before->fulfills, now->fulfills, ms);
	out.rejected = tenths(before->rejects, now->rejects, ms);
	return out;
}

struct look_text look_tenths(uint64_t value)
{
	struct look_text out;

	snprintf(out.text, sizeof(out.text), "%llu.%llu",
		 (unsigned long long)(value / 10),
		 (unsigned long long)(value % 10));
	return out;
}

struct look_text look_units(ilp_u128 value)
{
	struct look_text out;
	size_t at = sizeof(out.text) - 1;

	out.text[at] = '\0';
	do {
		out.text[--at] = (char)('0' + (int)(value % 10));
		value /= 10;
	} while (value);
	memmove(out.text, out.text + at, sizeof(out.text) - at);
	return out;
}
