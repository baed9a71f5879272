/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/prober.h"

#include <inttypes.h>

#include "base/json_writer.h"
#include "cli/show.h"

#define BODY_SIZE 4096

static void put_text(struct ilp_json_writer *w, const char *key,
		     const char *text)
{
	ilp_json_put_key(w, key);
	ilp_json_put_string(w, ilp_text(text));
}

bool prober_ask(struct node *node, const struct prober_question *question,
		struct node_answer *out)
{
	uint8_t room[BODY_SIZE];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);
	struct node_question q = { .method = "POST", .path = "/v1/probe" };

	ilp_json_begin_object(&w);
	put_text(&w, "destination", question->destination);
	put_text(&w, "kind", question->kind);
	ilp_json_put_key(&w, "amount");
	ilp_json_put_u64_string(&w, question->amount);
	ilp_json_put_key(&w, "lifetime");
	ilp_json_put_u64(&w, question->lifetime_ms);
	ilp_json_end_object(&w);
	q.body = ilp_json_written(&w);
	return node_ask(node, &q, out);
}

bool prober_is_fulfilled(const struct ilp_json_node *answer)
{
	return ilp_json_is(ilp_json_get(answer, "outcome"), "fulfilled");
}

bool prober_is_rejected(const struct ilp_json_node *answer, const char *code)
{
	return ilp_json_is(ilp_json_get(answer, "code"), code);
}

uint64_t prober_microseconds(const struct ilp_json_node *answer)
{
	uint64_t microseconds = 0;

	ilp_json_u64(&microseconds, ilp_json_get(answer, "microseconds"));
	return microseconds;
}

struct prober_time prober_time(uint64_t microseconds)
{
	struct prober_time out;

	snprintf(out.text, sizeof(out.text), "%" PRIu64 ".%03" PRIu64 " ms",
		 microseconds / 1000, microseconds % 1000);
	return out;
}

struct prober_outcome prober_outcome(const struct ilp_json_node *answer)
{
	struct show_text code = show_text(ilp_json_get(answer, "code"));
	struct show_text by = show_text(ilp_json_get(answer, "triggeredBy"));
	struct show_text message = show_text(ilp_json_get(answer, "message"));
	struct prober_outcome out;

	if (!code.text[0])
		snprintf(out.text, sizeof(out.text), "%s",
			 show_text(ilp_json_get(answer, "outcome")).text);
	else
		snprintf(out.text, sizeof(out.text), "%.8s of %.*s: %.2047s", code.text,
			 1024, by.text[0] ? by.text : "nobody", message.text);
	return out;
}
