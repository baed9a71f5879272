/* SPDX-License-Identifier: Apache-2.0 */
/* export.h - which routes a neighbour is told of.
 *
 * Whoever is told of a route will send packets along it; so to tell is to
 * offer to carry them:
 *
 *	                      to a child   to a peer      to a parent
 *	ours, and children's  yes          yes            yes
 *	of peers and parents  yes          with transit   no
 *
 * Nobody hears of what leads back to himself; nor of what is not below the
 * global prefix, such as the default route; nor, one by one, of our children's
 * addresses below our own, since ours says it all.
 */
#ifndef ROUTE_EXPORT_H
#define ROUTE_EXPORT_H

#include "route/neighbour.h"

bool export_allows(const struct routes *routes,
		   const struct neighbour_self *self,
		   const struct neighbour_terms *terms, uint32_t destination);

#endif
