/* SPDX-License-Identifier: Apache-2.0 */
/* rate_source.h - a source of prices, as the configuration has it. */
#ifndef IO_RATE_SOURCE_H
#define IO_RATE_SOURCE_H

#include "node/config.h"
#include "price/source.h"

struct rate_source {
	struct source_options options;
	struct json_form form;
	struct prices *fixed;
	char *header; /* wiped at the end */
	struct source *machine;
};

/* What stays borrowed is the configuration. False when a price cannot be
 * taken, or there is no memory; then it is to be finished all the same. */
bool rate_source_init(struct rate_source *source,
		      const struct config_source *config,
		      struct price_words *problem);
void rate_source_finish(struct rate_source *source);

#endif
