/* SPDX-License-Identifier: Apache-2.0 */
/* json_peer - our reading of JSON, for json.js to compare with another.
 *
 *	json_peer [INDENT] < documents
 *
 * Each document comes with its length before it, four bytes big-endian. For
 * each one goes out, in the same framing: the document written again from what
 * was read, or a line "refuse OFFSET PROBLEM", with which no JSON begins.
 */
#include "base/json_writer.h"

#include <stdio.h>
#include <stdlib.h>

#include "test/json_copy.h"

#define DOCUMENT_MAX JSON_COPY_STRING_MAX
#define OUTPUT_MAX (16 * DOCUMENT_MAX)

static struct ilp_json_node nodes[DOCUMENT_MAX];
static uint8_t document[DOCUMENT_MAX], output[OUTPUT_MAX];

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

static bool answer(struct ilp_bytes text, unsigned indent)
{
	struct ilp_json_error error = ilp_json_read(nodes, DOCUMENT_MAX, text);
	struct ilp_json_writer w = ilp_json_writer(output, OUTPUT_MAX, indent);
	char refusal[128];

	if (error.problem) {
		snprintf(refusal, sizeof(refusal), "refuse %zu %s",
			 error.offset, ilp_json_problem_text(error.problem));
		return send(ilp_text(refusal));
	}
	json_copy(&w, nodes);
	return send(ilp_json_written(&w));
}

int main(int argc, char **argv)
{
	unsigned indent = argc > 1 ? (unsigned)atoi(argv[1]) : 0;
	struct ilp_bytes text;

	while (next_document(&text))
		if (!answer(text, indent))
			return 1;
	return ferror(stdin) || fflush(stdout) ? 1 : 0;
}
