/* SPDX-License-Identifier: Apache-2.0 */
/* All that can be asked, in the order of the API's document. */
#include "node/admin/call.h"

extern const struct endpoint_list node_endpoints;
extern const struct endpoint_list account_endpoints;
extern const struct endpoint_list correction_endpoints;
extern const struct endpoint_list route_endpoints;
extern const struct endpoint_list neighbour_endpoints;
extern const struct endpoint_list asset_endpoints;
extern const struct endpoint_list alert_endpoints;
extern const struct endpoint_list probe_endpoints;
extern const struct endpoint_list keeping_endpoints;
extern const struct endpoint_list configuration_endpoints;
extern const struct endpoint_list token_endpoints;
extern const struct endpoint_list audit_endpoints;
extern const struct endpoint_list log_endpoints;
extern const struct endpoint_list event_endpoints;
extern const struct endpoint_list metric_endpoints;

const struct endpoint_list *const endpoint_lists[] = {
	&node_endpoints,    &account_endpoints, &correction_endpoints,
	&route_endpoints,   &asset_endpoints,   &alert_endpoints,
	&probe_endpoints,   &keeping_endpoints, &token_endpoints,
	&audit_endpoints,   &log_endpoints,     &event_endpoints,
	&metric_endpoints,  &configuration_endpoints,
	&neighbour_endpoints,
};

extern const struct endpoint_list connector_endpoints;

const struct endpoint_list *const connector_lists[] = {
	&connector_endpoints,
	&metric_endpoints,
};

const size_t connector_list_count =
	sizeof(connector_lists) / sizeof(*connector_lists);

const size_t endpoint_list_count =
	sizeof(endpoint_lists) / sizeof(*endpoint_lists);
