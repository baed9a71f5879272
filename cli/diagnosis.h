/* SPDX-License-Identifier: Apache-2.0 */
/* diagnosis.h - what is wrong with a node, by what it says of itself, and what
 * its operator can do.
 */
#ifndef CLI_DIAGNOSIS_H
#define CLI_DIAGNOSIS_H

#include "base/json.h"

/* Answers of the node: an object, and arrays of all that there are. */
struct diagnosis_facts {
	const struct ilp_json_node *status;
	const struct ilp_json_node *accounts;
	const struct ilp_json_node *routes;
	const struct ilp_json_node *rates;
	const struct ilp_json_node *alerts;
};

/* Is told of each thing that is wrong. */
typedef void diagnosis_tell(void *context, const char *problem,
			    const char *remedy);

/* How many there are. */
size_t diagnosis_find(const struct diagnosis_facts *facts,
		      diagnosis_tell *tell, void *context);

#endif
