/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - what script/sim runs: one scenario, or as many as there is time
 * for. A seed that fails is told in full, and ends it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "test/sim/world.h"

struct request {
	uint64_t seed;
	uint64_t seeds;   /* how many, from that one on; 0: no bound */
	unsigned minutes; /* of them; 0: no bound */
	enum plan_plant plant;
	bool aloud;
};

static int usage(void)
{
	fputs("usage: sim [SEED] [--story] [--seeds N] [--minutes N]\n"
	      "           [--plant power|lies|names|early]\n",
	      stderr);
	return 2;
}

static bool read_number(const char *text, uint64_t *out)
{
	char *end;

	*out = text ? strtoull(text, &end, 0) : 0;
	return text && *text && *end == '\0';
}

static bool read_plant(const char *text, enum plan_plant *out)
{
	static const char *const names[PLAN_PLANTS] = {
		[PLANT_NOTHING] = "nothing",
		[PLANT_POWER] = "power",
		[PLANT_LIES] = "lies",
		[PLANT_NAMES] = "names",
		[PLANT_EARLY] = "early",
	};

	for (unsigned i = 0; i < PLAN_PLANTS; i++) {
		*out = (enum plan_plant)i;
		if (strcmp(names[i], text) == 0)
			return true;
	}
	return false;
}

static bool read_arguments(char **at, struct request *out)
{
	uint64_t minutes = 0;
	bool many = false;

	*out = (struct request){ .seed = 1 };
	for (; *at; at++) {
		if (strcmp(*at, "--story") == 0) {
			out->aloud = true;
		} else if (strcmp(*at, "--minutes") == 0 && at[1]) {
			many = read_number(*++at, &minutes) && minutes;
			if (!many)
				return false;
		} else if (strcmp(*at, "--seeds") == 0 && at[1]) {
			many = read_number(*++at, &out->seeds) && out->seeds;
			if (!many)
				return false;
		} else if (strcmp(*at, "--plant") == 0 && at[1]) {
			if (!read_plant(*++at, &out->plant))
				return false;
		} else if (!read_number(*at, &out->seed)) {
			return false;
		}
	}
	out->minutes = (unsigned)minutes;
	if (!many)
		out->seeds = 1;
	return true;
}

static void print_refusals(const struct outcome *o)
{
	for (unsigned i = 0; i < REFUSAL_COUNT; i++)
		if (o->refusals[i])
			printf("%9" PRIu64 " refused: %s\n", o->refusals[i],
			       refusal_text((enum refusal)i));
}

static void print_outcome(const struct outcome *o)
{
	printf("%" PRIu64 " events, %" PRIu64 " packets on %" PRIu64
	       " connections in %" PRIu64 " simulated seconds\n",
	       o->events, o->packets, o->connections,
	       o->simulated_us / 1000000);
	printf("%" PRIu64 " Prepares of senders, %" PRIu64 " paid; %" PRIu64
	       " Fulfills lost on the way\n",
	       o->prepares, o->paid, o->lost);
	if (o->restarts)
		printf("%" PRIu64 " restarts from what a disk had kept\n",
		       o->restarts);
	print_refusals(o);
}

static void run_one(const struct request *request)
{
	struct outcome o =
		world_run(request->seed, request->plant, request->aloud);
	struct plan plan;

	plan_draw(&plan, request->seed);
	plan_plant(&plan, request->plant);
	plan_tell(&plan, stdout);
	print_outcome(&o);
	printf("all invariants hold\n");
	printf("trace %016" PRIx64 "\n", o.trace);
}

static void add(struct outcome *sum, const struct outcome *o)
{
	sum->trace = sum->trace * 31 + o->trace;
	sum->events += o->events;
	sum->packets += o->packets;
	sum->prepares += o->prepares;
	sum->paid += o->paid;
	sum->lost += o->lost;
	sum->restarts += o->restarts;
	sum->connections += o->connections;
	sum->simulated_us += o->simulated_us;
	for (unsigned i = 0; i < REFUSAL_COUNT; i++)
		sum->refusals[i] += o->refusals[i];
}

/* Of CPU. */
static uint64_t used_ms(void)
{
	return (uint64_t)clock() * 1000 / CLOCKS_PER_SEC + 1;
}

static void run_many(const struct request *request)
{
	time_t end = time(NULL) + 60 * (time_t)request->minutes;
	struct outcome sum = { 0 };
	uint64_t seeds = 0;

	while ((!request->seeds || seeds < request->seeds) &&
	       (!request->minutes || time(NULL) < end)) {
		struct outcome o =
			world_run(request->seed + seeds++, request->plant,
				  request->aloud);

		add(&sum, &o);
	}
	print_outcome(&sum);
	printf("%" PRIu64 " seeds/s, %" PRIu64 " packets/ms\n",
	       seeds * 1000 / used_ms(), sum.packets / used_ms());
	printf("%" PRIu64 " seeds from %" PRIu64 " on: all invariants hold\n",
	       seeds, request->seed);
	printf("trace %016" PRIx64 "\n", sum.trace);
}

int main(int argc, char **argv)
{
	struct request request;

	(void)argc;
	if (!read_arguments(argv + 1, &request))
		return usage();
	if (request.seeds == 1)
		run_one(&request);
	else
		run_many(&request);
	return 0;
}
