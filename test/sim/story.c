/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/story.h"

#include <inttypes.h>
#include <string.h>

static const struct {
	const char *text;
	const char *names[4];
} rows[STORY_KINDS] = {
	[STORY_PREPARE] = { "Prepare",
			    { "edge", "from side", "request", "payment" } },
	[STORY_FULFILL] = { "Fulfill",
			    { "edge", "from side", "request", "right" } },
	[STORY_REJECT] = { "Reject",
			   { "edge", "from side", "request", "code" } },
	[STORY_JUNK] = { "junk", { "edge", "from side", "request" } },
	[STORY_HEARS] = { "  arrives",
			  { "edge", "at side", "request", "frame" } },
	[STORY_CONNECTS] = { "connection", { "edge", "from side", "number" } },
	[STORY_NO_CONNECTION] = { "no connection", { "edge", "from side" } },
	[STORY_CLOSES] = { "closes", { "edge", "side", "connection" } },
	[STORY_CUT] = { "cut",
			{ "edge", "connection", "side 0 hears us",
			  "side 1 hears us" } },
	[STORY_SILENCE] = { "silence", { "edge", "us" } },
	[STORY_PARTED] = { "parted", { "edge", "us" } },
	[STORY_CRASH] = { "crash", { "node" } },
	[STORY_START] = { "start", { "node", "life" } },
	[STORY_STEP] = { "clock steps", { "node", "ms" } },
	[STORY_DISK] = { "disk stands still", { "node", "us" } },
	[STORY_SLEEP] = { "node sleeps", { "node", "in us", "for us" } },
	[STORY_DEAF] = { "peer does not read", { "peer", "us" } },
	[STORY_STOPPED] = { "account stopped", { "edge", "side", "stopped" } },
	[STORY_CHANGED] = { "account changed", { "edge", "side", "moves" } },
	[STORY_REMOVED] = { "account removed", { "edge", "side" } },
	[STORY_ADDED] = { "account added", { "edge", "side" } },
	[STORY_EXPIRES] = { "expires",
			    { "edge", "side", "request", "payment" } },
	[STORY_PHASE] = { "phase", { "number" } },
};

void story_begin(struct story *s)
{
	*s = (struct story){ .seed = hash_seed(ilp_text("the story so far")) };
}

/* The code of a Reject is three letters. A request that only one connection
 * knows has its number in front. */
static void tell_number(const char *name, uint64_t number, FILE *to)
{
	if (strcmp(name, "code") == 0)
		fprintf(to, "  %c%c%c", (int)(number >> 16 & 0xff),
			(int)(number >> 8 & 0xff), (int)(number & 0xff));
	else if (strcmp(name, "request") == 0 && number >> 32)
		fprintf(to, "  request %" PRIu64 ".%" PRIu64, number >> 32,
			number & UINT32_MAX);
	else
		fprintf(to, "  %s %" PRId64, name, (int64_t)number);
}

static void tell_line(const struct story_line *line, FILE *to)
{
	fprintf(to, "%12" PRId64 " us  %-18s", line->at_us,
		rows[line->kind].text);
	for (size_t i = 0; i < 4 && rows[line->kind].names[i]; i++)
		tell_number(rows[line->kind].names[i], line->numbers[i], to);
	fprintf(to, "\n");
}

void story_note(struct story *s, int64_t at_us, enum story_kind kind,
		uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	struct story_line *line = &s->last[s->count++ % STORY_LAST];
	const uint64_t words[] = { (uint64_t)at_us, kind, a, b, c, d };

	*line = (struct story_line){ at_us, kind, { a, b, c, d } };
	story_mix(s,
		  (struct ilp_bytes){ (const uint8_t *)words, sizeof(words) });
	if (s->aloud)
		tell_line(line, stdout);
}

void story_mix(struct story *s, struct ilp_bytes bytes)
{
	s->hash = hash_more(&s->seed, s->hash, bytes);
}

void story_tell(const struct story *s, FILE *to)
{
	uint64_t shown = s->count < STORY_LAST ? s->count : STORY_LAST;

	for (uint64_t i = s->count - shown; i < s->count; i++)
		tell_line(&s->last[i % STORY_LAST], to);
}
