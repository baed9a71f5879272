/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/http.h"

#include "ilp/text.h"

static const char *const names[HTTP_FIELDS] = {
	[HTTP_AUTHORIZATION] = "authorization",
	[HTTP_CONTENT_TYPE] = "content-type",
	[HTTP_ACCEPT] = "accept",
	[HTTP_CALLBACK_URL] = "callback-url",
	[HTTP_REQUEST_ID] = "request-id",
	[HTTP_ILP_PEER_NAME] = "ilp-peer-name",
	[HTTP_KEEP_ALIVE] = "keep-alive",
	[HTTP_IDEMPOTENCY_KEY] = "idempotency-key",
	[HTTP_LAST_EVENT_ID] = "last-event-id",
	[HTTP_ORIGIN] = "origin",
};

const char *http_field_name(enum http_field field)
{
	return names[field];
}

enum http_field http_field_find(struct ilp_bytes name)
{
	enum http_field field = HTTP_AUTHORIZATION;

	while (field < HTTP_FIELDS && !ilp_text_is(name, names[field]))
		field++;
	return field;
}
