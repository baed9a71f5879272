/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_apply.h"

#include <stdio.h>

const char *config_account_problem(enum account_error error)
{
	switch (error) {
	case ACCOUNT_OK:
		break;
	case ACCOUNT_ID:
		return "the id, or another text, is not valid";
	case ACCOUNT_EXISTS:
		return "there is an account with this id";
	case ACCOUNT_TOKEN:
		return "another account has this token";
	case ACCOUNT_ASSET:
		return "an account keeps its asset";
	case ACCOUNT_RENAMED:
		return "an account keeps its id";
	case ACCOUNT_CLOSED:
		return "the account is on its way out";
	case ACCOUNT_ADDRESS:
		return "its address, which is ours with its "
		       "\"ilpAddressSegment\" behind it, is none, or "
		       "another account's";
	case ACCOUNT_NO_MEMORY:
		return "no memory, or too many assets";
	}
	return "no error";
}

/* Ids of accounts and prefixes have no secrets in them. */
static bool fail(struct config_error *error, const char *list,
		 struct ilp_bytes name, const char *text)
{
	snprintf(error->text, sizeof(error->text), "%s \"%.*s\": %s", list,
		 (int)name.len, (const char *)name.at, text);
	return false;
}

static bool add_account(const struct config_account *account,
			struct shard *shard, struct config_error *error)
{
	const struct account_settings *settings = &account->settings;
	enum account_error problem = shard_account_add(shard, settings);

	if (!problem)
		return true;
	return fail(error, "account", settings->id, config_account_problem(problem));
}

static bool set_route(struct shard *shard, struct ilp_bytes prefix,
		      struct ilp_bytes id, struct config_error *error)
{
	const struct account *account = shard_account_find(shard, id);

	if (!account)
		return fail(error, "account", id, "there is none to route to");
	if (shard_route_set(shard, prefix, account))
		return true;
	return fail(error, "route", prefix,
		    "is no prefix, is our own address, or there is no memory");
}

static bool set_routes(const struct config *c, struct shard *shard,
		       struct config_error *error)
{
	for (size_t i = 0; i < c->route_count; i++)
		if (!set_route(shard, c->routes[i].prefix, c->routes[i].account,
			       error))
			return false;
	for (size_t i = 0; i < c->account_count; i++) {
		const struct config_account *account = &c->accounts[i];

		for (size_t j = 0; j < account->routes.count; j++)
			if (!set_route(shard, account->routes.at[j],
				       account->settings.id, error))
				return false;
	}
	return true;
}

bool config_apply_prices(const struct config *c, struct exchange *exchange,
			 struct config_error *error)
{
	if (c->rates.one_to_one)
		exchange_set_one_to_one(exchange);
	for (size_t i = 0; i < c->rates.count; i++) {
		const struct config_price *price = &c->rates.prices[i];

		if (!exchange_set_price(exchange, price->code, price->price))
			return fail(error, "price", ilp_text(price->code),
				    "is zero, or there is no memory");
	}
	return true;
}

bool config_apply_spreads(const struct config *c, struct exchange *exchange,
			  struct config_error *error)
{
	if (!exchange_set_spread(exchange, c->spread_ppm))
		return fail(error, "spread", ilp_text("all"),
			    "is more than all");
	for (size_t i = 0; i < c->spread_count; i++) {
		const struct config_spread *spread = &c->spreads[i];

		if (!exchange_set_pair_spread(exchange, spread->from,
					      spread->to, spread->ppm))
			return fail(error, "spread", ilp_text(spread->from),
				    "is more than all, or there is no memory");
	}
	return true;
}

bool config_apply(const struct config *config, struct shard *shard,
		  struct config_error *error)
{
	struct exchange *exchange = shard_exchange(shard);

	if (!config_apply_prices(config, exchange, error) ||
	    !config_apply_spreads(config, exchange, error))
		return false;
	for (size_t i = 0; i < config->account_count; i++)
		if (!add_account(&config->accounts[i], shard, error))
			return false;
	return set_routes(config, shard, error);
}

/* ---- one account ---- */

static bool lists(const struct config_prefixes *routes, struct ilp_bytes prefix)
{
	for (size_t i = 0; i < routes->count; i++)
		if (ilp_bytes_equal(routes->at[i], prefix))
			return true;
	return false;
}

/* Is each prefix of its own free, or was its own before? One that leads to it
 * since somebody has said so elsewhere stays his. */
static bool has_free_routes(const struct config_account *account,
			    const struct shard *shard,
			    const struct config_account *before,
			    struct config_error *error)
{
	for (size_t i = 0; i < account->routes.count; i++) {
		const struct ilp_bytes prefix = account->routes.at[i];
		const struct account *to;

		if (shard_route_get(shard, prefix, &to) &&
		    !(before && lists(&before->routes, prefix)))
			return fail(error, "route", prefix,
				    "was made elsewhere already");
	}
	return true;
}

static bool set_own_routes(const struct config_account *account,
			   struct shard *shard, struct config_error *error)
{
	for (size_t i = 0; i < account->routes.count; i++)
		if (!set_route(shard, account->routes.at[i],
			       account->settings.id, error))
			return false;
	return true;
}

bool config_add_account(const struct config_account *account,
			struct shard *shard, struct config_error *error)
{
	if (!has_free_routes(account, shard, NULL, error) ||
	    !add_account(account, shard, error))
		return false;
	if (set_own_routes(account, shard, error))
		return true;
	shard_account_remove(
		shard, shard_account_find(shard, account->settings.id));
	return false;
}

static void drop_routes(const struct config_prefixes *before,
			const struct config_prefixes *now, struct shard *shard)
{
	for (size_t i = 0; i < before->count; i++)
		if (!lists(now, before->at[i]))
			shard_route_remove(shard, before->at[i]);
}

bool config_change_account(const struct config_account *before,
			   const struct config_account *now,
			   struct shard *shard, struct config_error *error)
{
	struct account *account = shard_account_find(shard, now->settings.id);
	enum account_error problem;

	if (!account)
		return fail(error, "account", now->settings.id, "it is gone");
	if (!has_free_routes(now, shard, before, error))
		return false;
	problem = shard_account_change(shard, account, &now->settings);
	if (problem)
		return fail(error, "account", now->settings.id,
			    config_account_problem(problem));
	drop_routes(&before->routes, &now->routes, shard);
	return set_own_routes(now, shard, error);
}
