/* SPDX-License-Identifier: Apache-2.0 */
/* connector_account.h - an account as ilp-connector's POST /addAccount has it,
 * in the words of our own configuration: those with ilp-plugin-btp and
 * ilp-plugin-http.
 */
#ifndef NODE_ADMIN_CONNECTOR_ACCOUNT_H
#define NODE_ADMIN_CONNECTOR_ACCOUNT_H

#include "base/json_writer.h"

/* What is written besides what was there, which may take six times its
 * length. */
#define CONNECTOR_ACCOUNT_ROOM 4096

struct connector_account_error {
	char text[256]; /* without a secret */
};

/* Writes the account. Empty, and why, when it cannot be
 * had: what we would have to leave out is refused, not left out. */
struct ilp_bytes connector_account(uint8_t *room, size_t size,
				   const struct ilp_json_node *body,
				   struct connector_account_error *error);

#endif
