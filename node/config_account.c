/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_account.h"

#include <stdlib.h>

#include "node/config_check.h"
#include "node/config_object.h"

/* Keys and certificates are in files, which are for who starts the node to
 * name; and who signs tokens is read with them. */
static void check_files(struct config_reader *r,
			const struct ilp_json_node *node)
{
	const struct config_account *a = r->config->accounts;

	if (a->tls_ca || a->tls_certificate || a->tls_key)
		config_fail(r, node,
			    "\"tlsCa\", \"tlsCertificate\" and \"tlsKey\" name "
			    "files, so that only the configuration's file can "
			    "have them");
	if (a->incoming_jwt.secret.len || a->incoming_jwt.key ||
	    a->outgoing_jwt.secret.len || a->outgoing_jwt.key)
		config_fail(r, node,
			    "only the configuration's file can have "
			    "\"incomingJwt\" and \"outgoingJwt\"");
}

static void read_account(struct config_reader *r,
			 const struct ilp_json_node *node)
{
	struct config *c = r->config;

	c->accounts = config_take(r, sizeof(*c->accounts));
	if (!c->accounts)
		return;
	c->account_count = 1;
	config_read_object(r, config_account_object, node, c->accounts);
	if (!r->failed)
		config_check_account(r, node);
	if (!r->failed)
		check_files(r, node);
}

/* Every node takes at least one byte. */
static void read_text(struct config_reader *r)
{
	size_t capacity = r->source.len + 1;
	struct ilp_json_node *nodes = calloc(capacity, sizeof(*nodes));
	struct ilp_json_error json;

	if (!nodes) {
		config_fail_memory(r);
		return;
	}
	json = ilp_json_read(nodes, capacity, r->source);
	if (json.problem)
		config_fail_json(r, &json);
	else
		read_account(r, nodes);
	free(nodes);
}

struct config *config_parse_account(struct ilp_bytes text,
				    struct ilp_crypto *crypto,
				    struct config_error *error)
{
	struct config_reader r = {
		.source = text,
		.config = calloc(1, sizeof(*r.config)),
		.crypto = crypto,
		.error = error,
	};

	if (r.config)
		read_text(&r);
	else
		config_fail_memory(&r);
	if (!r.failed)
		return r.config;
	config_destroy(r.config);
	return NULL;
}
