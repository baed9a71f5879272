/* SPDX-License-Identifier: Apache-2.0 */
/* yaml_peer - our reading of YAML, for yaml.js to compare with another.
 *
 *	yaml_peer < documents
 *
 * Each document comes with its length before it, four bytes big-endian. For
 * each one goes out, in the same framing: the JSON that it means, or a line
 * "refuse LINE COLUMN PROBLEM".
 */
#include "base/yaml.h"

#include <stdio.h>

#define DOCUMENT_MAX (1 << 20)

static uint8_t document[DOCUMENT_MAX];

/* The document to be read next; false at the end. */
static bool next_document(struct ilp_bytes *out)
{
	uint8_t head[4];

	if (fread(head, 1, sizeof(head), stdin) != sizeof(head))
		return false;
	*out = (struct ilp_bytes){ document, ilp_load_u32(head) };
	return out->len <= sizeof(document) &&
	       fread(document, 1, out->len, stdin) == out->len;
}

static bool send(struct ilp_bytes reply)
{
	uint8_t head[4];

	ilp_store_u32(head, (uint32_t)reply.len);
	return fwrite(head, 1, sizeof(head), stdout) == sizeof(head) &&
	       fwrite(reply.at, 1, reply.len, stdout) == reply.len;
}

static bool answer(struct ilp_bytes text)
{
	struct yaml_error error;
	struct yaml yaml;
	char refusal[512];
	bool good;

	if (!yaml_read(&yaml, text, &error)) {
		snprintf(refusal, sizeof(refusal), "refuse %zu %zu %s",
			 error.place.line, error.place.column, error.text);
		return send(ilp_text(refusal));
	}
	good = send((struct ilp_bytes){ yaml.json, yaml.len });
	yaml_drop(&yaml);
	return good;
}

int main(void)
{
	struct ilp_bytes text;

	while (next_document(&text))
		if (!answer(text))
			return 1;
	return ferror(stdin) || fflush(stdout) ? 1 : 0;
}
