/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/diagnosis.h"

#include <stdarg.h>
#include <stdio.h>

#include "cli/show.h"

#define TEXT_SIZE 4096

struct finding {
	const struct diagnosis_facts *facts;
	diagnosis_tell *tell;
	void *context;
	size_t count;
};

__attribute__((format(printf, 3, 4))) static void
found(struct finding *f, const char *remedy, const char *problem, ...)
{
	char text[TEXT_SIZE];
	va_list list;

	va_start(list, problem);
	vsnprintf(text, sizeof(text), problem, list);
	va_end(list);
	f->tell(f->context, text, remedy);
	f->count++;
}

static struct show_text get(const struct ilp_json_node *object,
			    const char *key)
{
	return show_text(ilp_json_get(object, key));
}

static bool is_true(const struct ilp_json_node *object, const char *key)
{
	bool flag = false;

	return ilp_json_bool(&flag, ilp_json_get(object, key)) && flag;
}

/* ---- the node ---- */

static void look_at_node(struct finding *f)
{
	const struct ilp_json_node *status = f->facts->status;
	struct show_text why = get(status, "reason");
	struct show_text trouble =
		get(ilp_json_get(status, "ledger"), "trouble");
	const struct ilp_json_node *configuration =
		ilp_json_get(status, "configuration");
	const struct ilp_json_node *restarts =
		ilp_json_get(configuration, "needRestart");
	struct show_text problem = get(configuration, "problem");

	if (!is_true(status, "ready"))
		found(f,
		      strstr(why.text, "operator") ?
			      "ilp start" :
			      "Its log tells more; when the cause is gone, "
			      "start it again if it does not go on by itself.",
		      "No packets are let in: %s", why.text);
	if (problem.text[0])
		found(f, "Correct it, and ilp reload",
		      "The configuration could not be read again: %s",
		      problem.text);
	if (restarts && restarts->count)
		found(f, "Start the node again when it suits you.",
		      "Options of the configuration wait for a restart: %s",
		      show_text(restarts).text);
	if (trouble.text[0])
		found(f,
		      "See that there is room on the disk, and that the file "
		      "can be written.",
		      "The ledger waits: %s", trouble.text);
}

static void look_at_routes(struct finding *f)
{
	struct ilp_json_walk walk = ilp_json_walk(f->facts->routes);

	if (f->facts->accounts->count == 0)
		found(f, "ilp help peers add",
		      "There are no accounts, so there are no peers");
	while (ilp_json_next(&walk))
		if (!ilp_json_null(ilp_json_get(walk.value, "account")))
			return;
	if (f->facts->accounts->count)
		found(f, "ilp help routes set",
		      "There are no routes, so packets go to nobody");
}

/* ---- accounts ---- */

static void look_at_link(struct finding *f, const struct ilp_json_node *account)
{
	const struct ilp_json_node *link = ilp_json_get(account, "link");
	struct show_text id = get(account, "id");
	struct show_text url = get(link, "url");

	/* Over HTTP there is no line until there is something to ask. */
	if (!url.text[0] || is_true(link, "connected") ||
	    !ilp_json_is(ilp_json_get(link, "kind"), "btp"))
		return;
	found(f,
	      "See that this is its address, that it runs, and that it takes "
	      "the token; the log tells what it says.",
	      "\"%.200s\" is not connected to %.1000s", id.text, url.text);
}

static void look_at_money(struct finding *f,
			  const struct ilp_json_node *account)
{
	const struct ilp_json_node *balance = ilp_json_get(account, "balance");
	const struct ilp_json_node *doubt = ilp_json_get(balance, "inDoubt");
	const struct ilp_json_node *open = ilp_json_get(balance, "unresolved");
	struct show_text id = get(account, "id");
	struct show_text asset = get(account, "assetCode");
	struct coins coins;

	if (show_is_some(doubt)) {
		coins = show_coins(doubt, account);
		found(f,
		      "Nothing yet. When the packets of that time are over it "
		      "is unresolved.",
		      "Of \"%.200s\" %s %.50s are in doubt since a crash",
		      id.text, coins.text, asset.text);
	}
	if (show_is_some(open)) {
		coins = show_coins(open, account);
		found(f,
		      "Compare it with the books of the peer; then \"ilp "
		      "resolve\".",
		      "Of \"%.200s\" %s %.50s are unresolved since a crash",
		      id.text, coins.text, asset.text);
	}
}

static void look_at_account(struct finding *f,
			    const struct ilp_json_node *account)
{
	struct show_text id = get(account, "id");
	char remedy[TEXT_SIZE];

	look_at_money(f, account);
	if (ilp_json_is(ilp_json_get(account, "state"), "open")) {
		look_at_link(f, account);
	} else if (ilp_json_is(ilp_json_get(account, "state"), "stopped")) {
		snprintf(remedy, sizeof(remedy), "ilp accounts start %s",
			 id.text);
		found(f, remedy, "\"%.200s\" is stopped", id.text);
	}
}

static void look_at_accounts(struct finding *f)
{
	struct ilp_json_walk walk = ilp_json_walk(f->facts->accounts);

	while (ilp_json_next(&walk))
		look_at_account(f, walk.value);
}

/* ---- rates ---- */

static bool same(const struct ilp_json_node *a, const char *key_a,
		 const struct ilp_json_node *b, const char *key_b)
{
	struct show_text one = get(a, key_a);
	struct show_text other = get(b, key_b);

	return strcmp(one.text, other.text) == 0;
}

static bool same_asset(const struct ilp_json_node *a,
		       const struct ilp_json_node *b)
{
	return same(a, "assetCode", b, "assetCode") &&
	       same(a, "assetScale", b, "assetScale");
}

static const struct ilp_json_node *
find_rate(const struct finding *f, const struct ilp_json_node *from,
	  const struct ilp_json_node *to)
{
	struct ilp_json_walk walk = ilp_json_walk(f->facts->rates);

	while (ilp_json_next(&walk))
		if (same(walk.value, "from", from, "assetCode") &&
		    same(walk.value, "fromScale", from, "assetScale") &&
		    same(walk.value, "to", to, "assetCode") &&
		    same(walk.value, "toScale", to, "assetScale"))
			return walk.value;
	return NULL;
}

static void look_at_rate(struct finding *f, const struct ilp_json_node *from,
			 const struct ilp_json_node *to)
{
	const struct ilp_json_node *rate = find_rate(f, from, to);
	struct show_text a = get(from, "assetCode");
	struct show_text a_scale = get(from, "assetScale");
	struct show_text b = get(to, "assetCode");
	struct show_text b_scale = get(to, "assetScale");

	if (rate && is_true(rate, "current"))
		return;
	found(f,
	      rate ? "See that its source can be reached: the log tells." :
		     "Give the configuration \"rates\" or \"rateSources\".",
	      "The rate of %.50s/%.8s to %.50s/%.8s is %s", a.text,
	      a_scale.text, b.text, b_scale.text,
	      rate ? "too old" : "not known");
}

/* Is it the first account that has its asset? */
static bool is_first(const struct finding *f,
		     const struct ilp_json_node *account)
{
	struct ilp_json_walk walk = ilp_json_walk(f->facts->accounts);

	while (ilp_json_next(&walk))
		if (same_asset(walk.value, account))
			return walk.value == account;
	return false;
}

static void look_at_rates(struct finding *f)
{
	struct ilp_json_walk from = ilp_json_walk(f->facts->accounts);

	while (ilp_json_next(&from)) {
		struct ilp_json_walk to = ilp_json_walk(f->facts->accounts);

		if (!is_first(f, from.value))
			continue;
		while (ilp_json_next(&to))
			if (to.value != from.value && is_first(f, to.value))
				look_at_rate(f, from.value, to.value);
	}
}

static void look_at_alerts(struct finding *f)
{
	struct ilp_json_walk walk = ilp_json_walk(f->facts->alerts);

	while (ilp_json_next(&walk)) {
		struct show_text id = get(walk.value, "id");
		struct show_text account = get(walk.value, "account");
		struct show_text message = get(walk.value, "message");
		char remedy[64];

		snprintf(remedy, sizeof(remedy), "ilp alerts dismiss %.30s",
			 id.text);
		found(f, remedy, "%.200s%s%s", account.text,
		      account.text[0] ? ": " : "", message.text);
	}
}

size_t diagnosis_find(const struct diagnosis_facts *facts,
		      diagnosis_tell *tell, void *context)
{
	struct finding f = { facts, tell, context, 0 };

	look_at_node(&f);
	look_at_routes(&f);
	look_at_accounts(&f);
	look_at_rates(&f);
	look_at_alerts(&f);
	return f.count;
}
