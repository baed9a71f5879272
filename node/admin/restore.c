/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/restore.h"

#include <stdio.h>
#include <stdlib.h>

#include "node/config_account.h"
#include "node/config_apply.h"

#define ACCOUNT "account/"
#define STOPPED "stopped/"
#define STOPPED_ALL "stopped-all/"
#define ROUTE "route/"
#define DEFAULT_ROUTE "default"

static bool begins(struct ilp_bytes name, const char *kind)
{
	size_t len = strlen(kind);

	return name.len > len && memcmp(name.at, kind, len) == 0;
}

/* For people: "what: why". */
static bool fail(const struct restore *r, struct ilp_bytes name,
		 const char *why)
{
	snprintf(r->error, r->error_size,
		 "what was made through the API, %.*s: %s", (int)name.len,
		 (const char *)name.at, why);
	return false;
}

/* It is in the way of something in the configuration, or of no use. */
static bool forget(const struct restore *r, struct ilp_bytes name,
		   const char *why)
{
	const struct ilp_bytes nothing = { NULL, 0 };
	uint8_t room[CATALOG_NAME_MAX + CATALOG_OVERHEAD];
	struct ledger_record record;
	char text[256];

	if (!catalog_record(r->catalog, name, nothing, room, &record) ||
	    !shard_note(r->shard, &record))
		return fail(r, name, "no memory");
	snprintf(text, sizeof(text), "forgotten is %.*s: %s", (int)name.len,
		 (const char *)name.at, why);
	r->tell(r->context, text);
	return true;
}

/* It may have money, so it stays what it is, for a start without that. */
static void leave_out(const struct restore *r, struct ilp_bytes name,
		      const struct account *other)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "left out is %.*s: \"%.*s\" has its address now; give one of "
		 "them another ilpAddressSegment",
		 (int)name.len, (const char *)name.at,
		 (int)other->settings.id.len,
		 (const char *)other->settings.id.at);
	r->tell(r->context, text);
}

static bool add_account(const struct restore *r, struct ilp_bytes name,
			struct ilp_bytes text)
{
	struct config_error error;
	struct config *config =
		config_parse_account(text, r->crypto, &error);
	const struct account *other =
		config ? shard_account_by_address(
				 r->shard, &config->accounts->settings) :
			 NULL;
	bool good = config;

	if (other)
		leave_out(r, name, other);
	else if (config)
		good = config_add_account(config->accounts, r->shard, &error);
	config_destroy(config);
	return good || fail(r, name, error.text);
}

static bool restore_account(const struct restore *r, struct ilp_bytes name,
			    struct ilp_bytes text, bool *keep)
{
	struct ilp_bytes id = ilp_bytes_skip(name, strlen(ACCOUNT));

	*keep = !shard_account_find(r->shard, id);
	if (!*keep)
		return forget(r, name, "the configuration has this account");
	return add_account(r, name, text);
}

static bool restore_stopped(const struct restore *r, struct ilp_bytes name,
			    struct ilp_bytes text, bool *keep)
{
	struct ilp_bytes id = ilp_bytes_skip(name, strlen(STOPPED));
	struct account *account = shard_account_find(r->shard, id);

	(void)text;
	*keep = account;
	if (!account)
		return forget(r, name, "there is no such account any more");
	shard_account_stop(r->shard, account, true);
	return true;
}

static bool restore_stopped_all(const struct restore *r, struct ilp_bytes name,
				struct ilp_bytes text, bool *keep)
{
	(void)name;
	(void)text;
	*keep = true;
	shard_stop_all(r->shard, true);
	r->tell(r->context,
		"all accounts are stopped, as the operator said in an earlier "
		"run: no packets are let in");
	return true;
}

static bool restore_route(const struct restore *r, struct ilp_bytes name,
			  struct ilp_bytes id, bool *keep)
{
	struct ilp_bytes prefix = ilp_bytes_skip(name, strlen(ROUTE));
	struct account *account = shard_account_find(r->shard, id);
	const struct account *before;

	if (ilp_bytes_equal(prefix, ilp_text(DEFAULT_ROUTE)))
		prefix.len = 0;
	*keep = false;
	if (!account)
		return forget(r, name, "there is no such account any more");
	if (shard_route_get(r->shard, prefix, &before))
		return forget(r, name, "the configuration has this route");
	*keep = shard_route_set(r->shard, prefix, account);
	return *keep || fail(r, name, "it does not fit, or no memory");
}

/* All of one kind. */
static bool restore_kind(const struct restore *r, const char *kind,
			 bool (*one)(const struct restore *r,
				     struct ilp_bytes name,
				     struct ilp_bytes text, bool *keep))
{
	const struct catalog_item *item = catalog_next(r->catalog, NULL);

	while (item) {
		const struct catalog_item *next =
			catalog_next(r->catalog, item);
		struct ilp_bytes name = catalog_name(item);
		bool keep = true;

		if (begins(name, kind) &&
		    !one(r, name, catalog_text(item), &keep))
			return false;
		if (!keep)
			catalog_remove(r->catalog, name);
		item = next;
	}
	return true;
}

bool restore(const struct restore *r)
{
	return restore_kind(r, ACCOUNT, restore_account) &&
	       restore_kind(r, ROUTE, restore_route) &&
	       restore_kind(r, STOPPED, restore_stopped) &&
	       restore_kind(r, STOPPED_ALL, restore_stopped_all);
}
