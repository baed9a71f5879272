/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is sent, what is made of it is JSON, and without an error; or there
 * is an error and nothing else. */
#include "node/admin/connector_account.h"

#include "test/fuzz.h"

#define INPUT_MAX 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct connector_account_error error = { "" };
	struct ilp_bytes in = { data, size };
	struct ilp_json_node *nodes, *found;
	size_t room_size = 6 * size + CONNECTOR_ACCOUNT_ROOM;
	struct ilp_bytes out;
	uint8_t *room;

	if (size > INPUT_MAX)
		return 0;
	nodes = calloc(size + 1, sizeof(*nodes));
	found = calloc(room_size + 1, sizeof(*found));
	room = malloc(room_size);
	if (!ilp_json_read(nodes, size + 1, in).problem) {
		out = connector_account(room, room_size, nodes,
					&error);
		require(!out.len == (error.text[0] != '\0'));
		if (out.len)
			require(!ilp_json_read(found, out.len + 1, out).problem);
	}
	free(nodes);
	free(found);
	free(room);
	return 0;
}
