/* SPDX-License-Identifier: Apache-2.0 */
/* config_same.h - do two configurations say the same of an option? */
#ifndef NODE_CONFIG_SAME_H
#define NODE_CONFIG_SAME_H

#include "node/config_option.h"

/* Both are objects that have this option. Of a list: all that is in it, in the
 * same order. */
bool config_same(const struct config_option *option, const void *a,
		 const void *b);

/* All options of two objects of that kind. */
bool config_same_object(const struct config_object *object, const void *a,
			const void *b);

#endif
