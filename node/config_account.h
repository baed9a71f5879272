/* SPDX-License-Identifier: Apache-2.0 */
/* config_account.h - one account by itself, as it stands in a configuration's
 * list of them: for those that are made while the node runs. */
#ifndef NODE_CONFIG_ACCOUNT_H
#define NODE_CONFIG_ACCOUNT_H

#include "node/config.h"

/* Reads an account in JSON, as config_parse would. What becomes of it has this
 * account, and nothing else. NULL, and an error, when it is none, or wants
 * something that only a file can say. */
struct config *config_parse_account(struct ilp_bytes text,
				    struct ilp_crypto *crypto,
				    struct config_error *error);

#endif
