/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/config_same.h"

#define LINE_MAX 512

/* ---- lines ---- */

__attribute__((format(printf, 2, 3))) static bool
say(struct config_lines *lines, const char *format, ...)
{
	char text[LINE_MAX];
	va_list values;

	if (lines->count == CONFIG_PLAN_LINES_MAX) {
		lines->left_off++;
		return true;
	}
	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	lines->at[lines->count] = strdup(text);
	return lines->at[lines->count] && ++lines->count;
}

static bool open_lines(struct config_lines *lines)
{
	lines->at = calloc(CONFIG_PLAN_LINES_MAX, sizeof(*lines->at));
	return lines->at;
}

static void drop_lines(struct config_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->at[i]);
	free(lines->at);
}

/* ---- sorting ---- */

static int compare_bytes(struct ilp_bytes a, struct ilp_bytes b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.at, b.at, len) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_accounts(const void *a, const void *b)
{
	const struct config_account *const *one = a;
	const struct config_account *const *other = b;

	return compare_bytes((*one)->settings.id, (*other)->settings.id);
}

static int compare_routes(const void *a, const void *b)
{
	const struct config_route *one = a;
	const struct config_route *other = b;

	return compare_bytes(one->prefix, other->prefix);
}

static const struct config_account **sort_accounts(const struct config *c)
{
	const struct config_account **at =
		calloc(c->account_count + 1, sizeof(*at));

	for (size_t i = 0; at && i < c->account_count; i++)
		at[i] = &c->accounts[i];
	if (at)
		qsort(at, c->account_count, sizeof(*at), compare_accounts);
	return at;
}

static size_t count_routes(const struct config *c)
{
	size_t count = c->route_count;

	for (size_t i = 0; i < c->account_count; i++)
		count += c->accounts[i].routes.count;
	return count;
}

/* Those of the accounts as well. */
static struct config_route *sort_routes(const struct config *c)
{
	size_t count = count_routes(c);
	struct config_route *at = calloc(count + 1, sizeof(*at));
	size_t n = c->route_count;

	if (!at)
		return NULL;
	if (n)
		memcpy(at, c->routes, n * sizeof(*at));
	for (size_t i = 0; i < c->account_count; i++)
		for (size_t j = 0; j < c->accounts[i].routes.count; j++)
			at[n++] = (struct config_route){
				.prefix = c->accounts[i].routes.at[j],
				.account = c->accounts[i].settings.id,
			};
	qsort(at, count, sizeof(*at), compare_routes);
	return at;
}

/* ---- accounts ---- */

/* "account "alice": balance.maximum, routes" */
static bool say_changed(struct config_plan *p, const struct config_account *a,
			const struct config_account *b)
{
	const struct config_object *object = config_account_object;
	char names[LINE_MAX / 2] = "";
	size_t len = 0;

	for (size_t i = 0; i < object->option_count; i++) {
		const struct config_option *o = &object->options[i];

		if (config_same(o, a, b) || len >= sizeof(names))
			continue;
		len += (size_t)snprintf(names + len, sizeof(names) - len,
					"%s%s", len ? ", " : "", o->name);
	}
	return say(&p->changes, "account \"%.*s\": %s", (int)b->settings.id.len,
		   (const char *)b->settings.id.at, names);
}

static bool plan_account(struct config_plan *p, const struct config_account *a,
			 const struct config_account *b)
{
	const struct config_account *one = a ? a : b;
	struct ilp_bytes id = one->settings.id;

	if (a && b && config_same_object(config_account_object, a, b))
		return true;
	p->accounts[p->account_count++] = (struct config_account_plan){ a, b };
	if (a && b)
		return say_changed(p, a, b);
	return say(&p->changes, "account \"%.*s\" is %s", (int)id.len,
		   (const char *)id.at, b ? "added" : "removed");
}

/* Both in the order of their ids, side by side. */
static bool plan_accounts(struct config_plan *p)
{
	const struct config_account **now = sort_accounts(p->now);
	size_t before_count = p->before->account_count;
	size_t i = 0, j = 0;
	bool good = now;

	while (good && (i < before_count || j < p->now->account_count)) {
		int order = i == before_count              ? 1 :
			    j == p->now->account_count     ? -1 :
			    compare_accounts(&p->known[i], &now[j]);

		good = plan_account(p, order <= 0 ? p->known[i] : NULL,
				    order >= 0 ? now[j] : NULL);
		i += order <= 0;
		j += order >= 0;
	}
	free(now);
	return good;
}

/* ---- routes ---- */

static bool plan_route(struct config_plan *p, const struct config_route *a,
		       const struct config_route *b)
{
	struct config_route_plan *r = &p->routes[p->route_count];

	if (a && b && ilp_bytes_equal(a->account, b->account))
		return true;
	*r = (struct config_route_plan){ .prefix = a ? a->prefix : b->prefix };
	if (a)
		r->before = a->account;
	if (b)
		r->now = b->account;
	p->route_count++;
	if (!b)
		return say(&p->changes, "route \"%.*s\" is removed",
			   (int)r->prefix.len, (const char *)r->prefix.at);
	return say(&p->changes, "route \"%.*s\" leads to \"%.*s\"",
		   (int)r->prefix.len, (const char *)r->prefix.at,
		   (int)r->now.len, (const char *)r->now.at);
}

static bool plan_routes(struct config_plan *p)
{
	const size_t counts[2] = { count_routes(p->before),
				   count_routes(p->now) };
	struct config_route *before = sort_routes(p->before);
	struct config_route *now = sort_routes(p->now);
	size_t i = 0, j = 0;
	bool good = before && now;

	while (good && (i < counts[0] || j < counts[1])) {
		int order = i == counts[0] ? 1 :
			    j == counts[1] ? -1 :
					     compare_routes(&before[i],
							    &now[j]);

		good = plan_route(p, order <= 0 ? &before[i] : NULL,
				  order >= 0 ? &now[j] : NULL);
		i += order <= 0;
		j += order >= 0;
	}
	free(before);
	free(now);
	return good;
}

/* ---- all else ---- */

/* Those that are there in both, one by one. */
static bool plan_items(struct config_plan *p, const struct config *from,
		       const struct config_option *list,
		       enum config_change change, struct config_lines *lines)
{
	struct config_items a = config_items(list, from);
	struct config_items b = config_items(list, p->now);
	const struct config_object *inside = list->inside;
	bool good = true;

	for (size_t i = 0; i < a.count && i < b.count; i++) {
		for (size_t j = 0; good && j < inside->option_count; j++) {
			const struct config_option *o = &inside->options[j];
			enum config_change own =
				o->change ? o->change : list->change;

			if (own != change ||
			    config_same(o, a.at + i * inside->size,
					b.at + i * inside->size))
				continue;
			good = say(lines, "%s[%zu].%s", list->name, i, o->name);
		}
	}
	return good;
}

/* A socket is opened when the node starts. */
static bool plan_listeners(struct config_plan *p, const struct config *started,
			   const struct config_option *listen)
{
	if (!plan_items(p, p->before, listen, CONFIG_LIVE, &p->changes) ||
	    !plan_items(p, started, listen, CONFIG_RESTART, &p->restarts))
		return false;
	for (size_t i = 0; i < started->listener_count &&
			   i < p->now->listener_count;
	     i++)
		if (!started->listeners[i].certificate !=
			    !p->now->listeners[i].certificate &&
		    !say(&p->restarts, "%s[%zu]: with TLS, or without",
			 listen->name, i))
			return false;
	return started->listener_count == p->now->listener_count ||
	       say(&p->restarts, "%s: how many there are", listen->name);
}

/* Accounts and routes are told one by one. */
static bool is_told_apart(const struct config_option *o)
{
	return strcmp(o->name, "accounts") == 0 ||
	       strcmp(o->name, "routes") == 0;
}

static bool plan_option(struct config_plan *p, const struct config *started,
			const struct config_option *o)
{
	if (is_told_apart(o))
		return true;
	if (strcmp(o->name, "listen") == 0)
		return plan_listeners(p, started, o);
	if (o->change == CONFIG_RESTART)
		return config_same(o, started, p->now) ||
		       say(&p->restarts, "%s", o->name);
	return config_same(o, p->before, p->now) ||
	       say(&p->changes, "%s", o->name);
}

static bool differs(const struct config_plan *p, const char *option)
{
	const struct config_object *node = config_objects[0];
	size_t i = config_option_index(node, ilp_text(option));

	return !config_same(&node->options[i], p->before, p->now);
}

static void plan_prices(struct config_plan *p)
{
	p->sources = differs(p, "rateSources");
	if (p->now->source_count)
		p->sources |= differs(p, "rateMeasure") ||
			      differs(p, "rateJump") ||
			      differs(p, "rateRepeats");
	p->prices = p->now->source_count == 0 &&
		    (p->sources || differs(p, "rates"));
	p->spreads = differs(p, "spread") || differs(p, "spreads");
	p->reflect = differs(p, "reflectPayments");
}

static bool plan_options(struct config_plan *p, const struct config *started)
{
	const struct config_object *node = config_objects[0];

	for (size_t i = 0; i < node->option_count; i++)
		if (!plan_option(p, started, &node->options[i]))
			return false;
	plan_prices(p);
	return true;
}

/* ---- from beginning to end ---- */

static bool make_room(struct config_plan *p)
{
	size_t accounts = p->before->account_count + p->now->account_count;
	size_t routes = count_routes(p->before) + count_routes(p->now);

	p->accounts = calloc(accounts + 1, sizeof(*p->accounts));
	p->routes = calloc(routes + 1, sizeof(*p->routes));
	p->known = sort_accounts(p->before);
	return p->accounts && p->routes && p->known && open_lines(&p->changes) &&
	       open_lines(&p->restarts);
}

struct config_plan *config_plan_create(const struct config *started,
				       const struct config *before,
				       const struct config *now)
{
	struct config_plan *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->before = before;
	p->now = now;
	if (make_room(p) && plan_options(p, started) && plan_accounts(p) &&
	    plan_routes(p))
		return p;
	config_plan_destroy(p);
	return NULL;
}

void config_plan_destroy(struct config_plan *p)
{
	if (!p)
		return;
	drop_lines(&p->changes);
	drop_lines(&p->restarts);
	free(p->accounts);
	free(p->routes);
	free(p->known);
	free(p);
}

bool config_plan_knows(const struct config_plan *p, struct ilp_bytes id)
{
	const struct config_account wanted = { .settings.id = id };
	const struct config_account *key = &wanted;

	return bsearch(&key, p->known, p->before->account_count,
		       sizeof(*p->known), compare_accounts);
}
