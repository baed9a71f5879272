/* SPDX-License-Identifier: Apache-2.0 */
/* config.h - what the operator wants of a node, read from a text in YAML or in
 * JSON: in the latter when it begins with a brace.
 *
 * A text becomes a struct config that is right in itself, or one error that
 * says where and why. Everything that can be said is a row in
 * config_option.c. Nothing here opens a file: paths are texts for the driver.
 * config_apply.h hands the whole to a shard.
 */
#ifndef NODE_CONFIG_H
#define NODE_CONFIG_H

#include "base/log.h"
#include "node/connector.h"
#include "price/json_prices.h"

/* Texts that are empty, and pointers that are NULL, stand for what was not
 * given, unless there is a default. All memory is the configuration's own. */
struct config_listener {
	const char *host;
	uint16_t port;           /* 0: any that is free */
	const char *certificate; /* paths; NULL: no TLS */
	const char *key;
	const char *client_certificates; /* path of those that sign peers' */
	bool client_certificate_required;
};

/* In `count` 0: no limit. */
struct config_rate_limit {
	int64_t period_ms;
	uint64_t count; /* of packets */
	uint64_t capacity;
};

struct config_throughput {
	int64_t period_ms;
	uint64_t incoming; /* units; 0: no limit */
	uint64_t outgoing;
};

struct config_prefixes {
	struct ilp_bytes *at;
	size_t count;
};

/* Tokens that are signed each time: with a secret that both know, or with a
 * private key. Neither: there are none. */
struct config_jwt {
	struct ilp_bytes secret;
	const char *key; /* path of the peer's public key, or of our private */
	struct ilp_bytes issuer, subject, audience;
	int64_t lifetime_ms; /* of ours */
};

struct config_account {
	struct account_settings settings; /* whole, with the limits below */
	struct config_jwt incoming_jwt;
	struct config_jwt outgoing_jwt;
	const char *tls_ca; /* path of the authority behind the server */
	const char *tls_certificate; /* paths of what it is shown of us */
	const char *tls_key;
	struct config_prefixes routes; /* that lead here */
	struct config_rate_limit rate_limit;
	struct config_throughput throughput;
};

struct config_route {
	struct ilp_bytes prefix;  /* empty: the default route */
	struct ilp_bytes account; /* its id */
};

struct config_price {
	char code[sizeof(((struct ledger_asset *)NULL)->code)];
	struct ilp_rate price; /* of a whole coin */
};

struct config_rates {
	bool one_to_one; /* then there are no prices */
	struct config_price *prices;
	size_t count;
};

/* What things are called at a source, and here. */
struct config_names {
	struct json_name *at;
	size_t count;
};

struct config_codes {
	const char **at;
	size_t count;
};

enum config_source_kind {
	CONFIG_SOURCE_ECB,
	CONFIG_SOURCE_RAFIKI,
	CONFIG_SOURCE_COINGECKO,
	CONFIG_SOURCE_COINCAP,
	CONFIG_SOURCE_FILE, /* as Rafiki's */
	CONFIG_SOURCE_TABLE,
	CONFIG_SOURCE_ONE_TO_ONE,
};

struct config_source {
	const char *name; /* for people */
	enum config_source_kind kind;
	const char *url;
	const char *file; /* path */
	int64_t refresh_ms;
	int64_t timeout_ms;
	int64_t age_max_ms; /* 0: none given, of a table only */
	uint64_t bytes_max;
	const char *header_name;
	const char *header_value;
	const char *tls_ca; /* path of the authorities behind the `url` */
	struct config_names names;
	struct config_rates prices; /* of a table */
	struct config_codes assets; /* of one to one */
};

struct config_spread {
	char from[sizeof(((struct ledger_asset *)NULL)->code)];
	char to[sizeof(((struct ledger_asset *)NULL)->code)];
	uint32_t ppm;
};

enum config_ledger {
	CONFIG_LEDGER_SQLITE,
	CONFIG_LEDGER_MEMORY,
};

enum config_log_format {
	CONFIG_LOG_TEXT,
	CONFIG_LOG_JSON,
};
/* Where a port may be. */
#define CONFIG_NO_DOOR 65536

struct config_block;
struct config_given;
struct config_option;

struct config {
	struct connector_options connector; /* its seed is left to the driver */
	struct config_listener *listeners;
	size_t listener_count;
	struct config_account *accounts;
	size_t account_count;
	struct config_route *routes; /* besides those of the accounts */
	size_t route_count;
	struct config_rates rates;
	struct config_source *sources; /* then there are no rates */
	size_t source_count;
	char measure[sizeof(((struct ledger_asset *)NULL)->code)];
	uint32_t jump_ppm;
	uint32_t jump_repeats;
	uint32_t spread_ppm;
	struct config_spread *spreads; /* of pairs */
	size_t spread_count;
	enum config_ledger ledger;
	const char *data_file; /* path; NULL: the driver knows a place */
	enum log_level log_level;
	enum config_log_format log_format;
	const char *log_file; /* path; NULL: stderr */
	const char *admin_socket; /* path, or "none"; NULL: likewise */
	const char *backup_folder; /* NULL: where the data file is */
	const char *admin_host;
	uint16_t admin_port;
	uint32_t connector_port; /* or CONFIG_NO_DOOR */
	struct config_block *blocks; /* where all of this lies */
	struct config_given *given;  /* what was said, and where */
	size_t given_count;
	size_t given_room;
};

/* One line for people: "line 12, column 7: accounts[2].assetScale: expected a
 * whole number from 0 to 255, found \"six\"". There is never a secret in it. */
#define CONFIG_ERROR_MAX 512

struct config_error {
	char text[CONFIG_ERROR_MAX];
	bool outside; /* it is about a setting, and not in the text */
};

/* What an option is to be whatever the text says (config_setting.h). */
struct config_setting {
	const struct config_option *option; /* of the node */
	const char *name;                   /* as somebody wrote it */
	const char *value;                  /* as without quotes in YAML */
};

struct config_settings {
	const struct config_setting *at;
	size_t count; /* of two for the same option the later one counts */
};

/* What a node is that nobody has configured: it listens on loopback, and has no
 * peers. */
#define CONFIG_ALONE "listen:\n- {}\n"

/* NULL and an error when the text, or a setting, is not a configuration, or
 * there is no memory. Tokens of peers are hashed, and not kept otherwise. */
struct config *config_parse(struct ilp_bytes text,
			    struct config_settings settings,
			    struct ilp_crypto *crypto,
			    struct config_error *error);

/* Wipes the secrets that are in URLs. */
void config_destroy(struct config *config);

#endif
