/* SPDX-License-Identifier: Apache-2.0 */
#include "io/management.h"

#include <stdio.h>
#include <string.h>

#include "io/now.h"
#include "io/sealing.h"
#include "node/admin/catalog.h"

bool management_socket(const struct config *config, const char *data_file,
		       char out[MANAGEMENT_PATH_SIZE])
{
	const char *path = config->admin_socket;

	out[0] = '\0';
	if (path && strcmp(path, "none") != 0)
		snprintf(out, MANAGEMENT_PATH_SIZE, "%s", path);
	else if (!path && data_file)
		snprintf(out, MANAGEMENT_PATH_SIZE, "%s.sock", data_file);
	return out[0];
}

static struct api_facts facts_of(const struct config *config,
				 struct node *node, const char *data_file)
{
	static const char *const durabilities[] = {
		[CONNECTOR_STRICT] = "strict",
		[CONNECTOR_RELAXED] = "relaxed",
		[CONNECTOR_AUDIT] = "audit",
	};
	const struct connector_options *options = &config->connector;
	struct ilp_time now = now_read();

	return (struct api_facts){
		.version = ILPD_VERSION,
		.address = options->address,
		.durability = durabilities[options->durability],
		.ledger = node_ledger(node)->ops->name,
		.data_file = data_file,
		.started_ms = now.wall_ms,
		.started_us = now.monotonic_us,
	};
}

/* What lasts is sealed; what is in memory need not be. */
static struct catalog *open_catalog(struct node *node, const char *data_file,
				    char *error, size_t error_size)
{
	struct catalog *catalog;
	struct seal *seal = NULL;
	uint8_t seed[32];

	if (data_file) {
		seal = sealing_open(data_file,
				    catalog_is_kept(node_ledger(node)), error,
				    error_size);
		if (!seal)
			return NULL;
	}
	now_draw(seed, sizeof(seed));
	catalog = catalog_create(seal, seed);
	ilp_secret_clear(seed, sizeof(seed));
	if (!catalog)
		snprintf(error, error_size, "no memory");
	if (!catalog || catalog_restore(catalog, node_ledger(node), error,
					error_size))
		return catalog;
	catalog_destroy(catalog);
	return NULL;
}

static void tell(void *context, const char *text)
{
	logger_say(context, LOG_WARN, "restored", "%s", text);
}

struct api *management_create(const struct config *config, struct node *node,
			      const char *data_file, struct logger *logger,
			      char *error, size_t error_size)
{
	struct api_facts facts = facts_of(config, node, data_file);
	struct catalog *catalog =
		open_catalog(node, data_file, error, error_size);
	struct api *api;
	uint8_t seed[32];

	if (!catalog)
		return NULL;
	facts.log = logger_log(logger);
	facts.log_level = config->log_level;
	now_draw(seed, sizeof(seed));
	api = api_create(&facts, catalog, seed);
	ilp_secret_clear(seed, sizeof(seed));
	if (api && !api_restore_audit(api, node_ledger(node))) {
		api_destroy(api);
		api = NULL;
	}
	if (!api)
		snprintf(error, error_size, "no memory");
	if (!api ||
	    api_restore(api, node_shard(node), tell, logger, error, error_size))
		return api;
	api_destroy(api);
	return NULL;
}
