/* SPDX-License-Identifier: Apache-2.0 */
/* document.h - the API's description in OpenAPI 3.1, made from the tables that
 * it works by. */
#ifndef NODE_ADMIN_DOCUMENT_H
#define NODE_ADMIN_DOCUMENT_H

#include "base/json_writer.h"

/* The whole of it; of that version, a C string. */
void document_write(struct ilp_json_writer *w, const void *version);

#endif
