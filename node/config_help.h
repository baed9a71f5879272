/* SPDX-License-Identifier: Apache-2.0 */
/* config_help.h - what can be configured, for somebody at a terminal. */
#ifndef NODE_CONFIG_HELP_H
#define NODE_CONFIG_HELP_H

#include <stdio.h>

/* The options that the command line takes as well, a line each. */
void config_help_arguments(FILE *out);

/* Those of the node that it does not take, likewise. */
void config_help_others(FILE *out);

/* All options, with everything that is to say of each. */
void config_help_all(FILE *out);

#endif
