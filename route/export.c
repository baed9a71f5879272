/* SPDX-License-Identifier: Apache-2.0 */
#include "route/export.h"

static bool is_below(struct ilp_bytes prefix, struct ilp_bytes other)
{
	return prefix.len > other.len && ilp_address_has_prefix(prefix, other);
}

static bool relation_allows(const struct routes *routes,
			    const struct neighbour_terms *terms, uint32_t hop)
{
	if (hop == ROUTES_HERE || routes_relation(routes, hop) == ROUTE_CHILD)
		return true;
	switch (terms->relation) {
	case ROUTE_CHILD:
		return true;
	case ROUTE_PEER:
		return terms->transit;
	case ROUTE_PARENT:
		break;
	}
	return false;
}

bool export_allows(const struct routes *routes,
		   const struct neighbour_self *self,
		   const struct neighbour_terms *terms, uint32_t destination)
{
	struct ilp_bytes prefix = routes_prefix(routes, destination);
	const struct route *route = routes_best(routes, destination);

	if (!route || route->hop == terms->slot)
		return false;
	if (!is_below(prefix, self->global))
		return false;
	if (route->path.count == 0 && is_below(prefix, self->address))
		return false;
	/* with ourselves it would be too long for those who are told */
	if (route->path.count >= ROUTES_PATH_NODES_MAX)
		return false;
	return relation_allows(routes, terms, route->hop) &&
	       filter_allows(terms->export, prefix);
}
