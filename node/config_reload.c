/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_reload.h"

#include <stdio.h>

#include "node/config_apply.h"

static bool fail(struct config_error *error, const char *kind,
		 struct ilp_bytes name, const char *text)
{
	*error = (struct config_error){ .outside = true };
	snprintf(error->text, sizeof(error->text), "%s \"%.*s\": %s", kind,
		 (int)name.len, (const char *)name.at, text);
	return false;
}

/* ---- does it fit? ---- */

static bool same_asset(const struct ledger_asset *a,
		       const struct ledger_asset *b)
{
	return a->scale == b->scale && strcmp(a->code, b->code) == 0;
}

/* What is wrong with it beside the account that is there; NULL: nothing. */
static const char *id_problem(const struct config_account_plan *p,
			      const struct account *there)
{
	if (there && there->state == ACCOUNT_CLOSING)
		return "it was removed, and is still on its way out; read the "
		       "configuration again when it is gone";
	if (!p->before && there)
		return "it was made through the admin API; remove it there, "
		       "or leave it out of the file";
	if (p->before && !same_asset(&p->before->settings.asset,
				     &p->now->settings.asset))
		return "an account keeps its asset; give the one with another "
		       "asset another id";
	return NULL;
}

/* Two accounts of the file have never the same token, so whoever has it is not
 * in the file, or has another one by the end. */
static bool token_fits(const struct config_plan *plan,
		       const struct shard *shard,
		       const struct account_settings *now)
{
	const struct account *other =
		now->has_token ? shard_account_by_token(shard, now->token_hash) :
				 NULL;

	return !other || config_plan_knows(plan, other->settings.id);
}

/* Nor the same address. */
static bool address_fits(const struct config_plan *plan,
			 const struct shard *shard,
			 const struct account_settings *now)
{
	const struct account *other = shard_account_by_address(shard, now);

	return !other || config_plan_knows(plan, other->settings.id);
}

static bool account_fits(const struct config_plan *plan,
			 const struct config_account_plan *p,
			 const struct shard *shard, struct config_error *error)
{
	const struct account_settings *now = &p->now->settings;
	const char *problem =
		id_problem(p, shard_account_find(shard, now->id));

	if (!problem && !token_fits(plan, shard, now))
		problem = "an account that was made through the admin API has "
			  "its \"incomingToken\"";
	if (!problem && !address_fits(plan, shard, now))
		problem = "a child that was made through the admin API has its "
			  "address";
	return !problem || fail(error, "account", now->id, problem);
}

static bool route_fits(const struct config_route_plan *p,
		       const struct shard *shard, struct config_error *error)
{
	const struct account *to;

	if (p->before.len || !shard_route_get(shard, p->prefix, &to))
		return true;
	return fail(error, "route", p->prefix,
		    to ? "it was made through the admin API; remove it there, "
			 "or leave it out of the file" :
			 "it is the node's own address until the node starts "
			 "anew");
}

bool config_reload_fits(const struct config_plan *plan,
			const struct shard *shard, struct config_error *error)
{
	for (size_t i = 0; i < plan->account_count; i++)
		if (plan->accounts[i].now &&
		    !account_fits(plan, &plan->accounts[i], shard, error))
			return false;
	for (size_t i = 0; i < plan->route_count; i++)
		if (plan->routes[i].now.len &&
		    !route_fits(&plan->routes[i], shard, error))
			return false;
	return true;
}

/* ---- doing it ---- */

static struct account *find(const struct shard *shard,
			    const struct config_account *account)
{
	return shard_account_find(shard, account->settings.id);
}

static bool same_address(const struct config_account_plan *p)
{
	const struct account_settings *a = &p->before->settings;
	const struct account_settings *b = &p->now->settings;

	return a->relation == b->relation &&
	       ilp_bytes_equal(a->segment, b->segment);
}

/* What others are to have is free first: a token may go from one account to
 * another, and so may an address, and a prefix. */
static void make_way(const struct config_plan *plan, struct shard *shard)
{
	for (size_t i = 0; i < plan->route_count; i++)
		if (plan->routes[i].before.len)
			shard_route_remove(shard, plan->routes[i].prefix);
	for (size_t i = 0; i < plan->account_count; i++) {
		const struct config_account_plan *p = &plan->accounts[i];

		struct account *there =
			find(shard, p->before ? p->before : p->now);

		/* A reload that came to half of it may have left it out. */
		if (!there || !p->before)
			continue;
		if (!p->now) {
			shard_account_remove(shard, there);
			continue;
		}
		shard_account_free_token(shard, there,
					 p->now->settings.token_hash);
		if (!same_address(p))
			shard_account_free_address(shard, there);
	}
}

static bool set_account(const struct config_account_plan *p,
			struct shard *shard, struct config_error *error)
{
	const struct account_settings *now = &p->now->settings;
	struct account *there = find(shard, p->now);
	enum account_error problem =
		there ? shard_account_change(shard, there, now) :
			shard_account_add(shard, now);

	return !problem || fail(error, "account", now->id,
				config_account_problem(problem));
}

static bool set_route(const struct config_route_plan *p, struct shard *shard,
		      struct config_error *error)
{
	struct account *to = shard_account_find(shard, p->now);

	return (to && shard_route_set(shard, p->prefix, to)) ||
	       fail(error, "route", p->prefix,
		    to ? "no memory" : "there is no such account");
}

static bool set_all(const struct config_plan *plan, struct shard *shard,
		    struct config_error *error)
{
	for (size_t i = 0; i < plan->account_count; i++)
		if (plan->accounts[i].now &&
		    !set_account(&plan->accounts[i], shard, error))
			return false;
	for (size_t i = 0; i < plan->route_count; i++)
		if (plan->routes[i].now.len &&
		    !set_route(&plan->routes[i], shard, error))
			return false;
	return true;
}

bool config_reload(const struct config_plan *plan, struct shard *shard,
		   struct config_error *error)
{
	struct exchange *exchange = shard_exchange(shard);

	if (plan->reflect)
		shard_reflect(shard, plan->now->connector.reflect);
	if (plan->prices)
		exchange_clear_prices(exchange);
	if (plan->spreads)
		exchange_clear_spreads(exchange);
	make_way(plan, shard);
	return set_all(plan, shard, error) &&
	       (!plan->prices ||
		config_apply_prices(plan->now, exchange, error)) &&
	       (!plan->spreads ||
		config_apply_spreads(plan->now, exchange, error));
}
