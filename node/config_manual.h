/* SPDX-License-Identifier: Apache-2.0 */
/* config_manual.h - what can be configured, as it stands in the manual: the
 * tables of doc/configuration.md, the pages for man, and the sample. */
#ifndef NODE_CONFIG_MANUAL_H
#define NODE_CONFIG_MANUAL_H

#include <stdio.h>

/* A configuration with every option in it: that of a node which listens on
 * loopback, all else commented out. */
void config_manual_sample(FILE *out);

enum config_manual_form {
	CONFIG_MANUAL_MARKDOWN, /* a table */
	CONFIG_MANUAL_MDOC,     /* a list */
};

/* All options of an object, by its name; those of "settings" are what the
 * options are called outside of the file. Nothing when there is no such
 * object. */
void config_manual_options(FILE *out, enum config_manual_form form,
			   const char *object);

#endif
