/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/measure.h"

#include <stdio.h>
#include <time.h>

#define PASSES 60
#define PASS_NS 3e6

static volatile uint64_t sink;

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double time_ns(operation *run, void *context, size_t count)
{
	double start = now_ns();

	sink += run(context, count);
	return now_ns() - start;
}

double measure_ns(operation *run, void *context)
{
	size_t count = 64;
	double least = 0;

	while (time_ns(run, context, count) < PASS_NS)
		count *= 2;
	for (size_t i = 0; i < PASSES; i++) {
		double ns = time_ns(run, context, count) / (double)count;

		if (i == 0 || ns < least)
			least = ns;
	}
	return least;
}

void report(bool json, const char *bench, const char *name, double value,
	    const char *vs, double vs_value)
{
	if (json) {
		printf("{\"bench\":\"%s\",\"case\":\"%s\",\"value\":%.2f,"
		       "\"unit\":\"ns\"",
		       bench, name, value);
		if (vs)
			printf(",\"vs\":\"%s\",\"ratio\":%.2f", vs,
			       vs_value / value);
		printf("}\n");
	} else if (vs) {
		printf("%-16s %10.1f ns   %10.1f ns %-20s %7.2f x\n", name,
		       value, vs_value, vs, vs_value / value);
	} else {
		printf("%-16s %10.1f ns\n", name, value);
	}
	fflush(stdout);
}

void report_unit(bool json, const char *bench, const char *name,
		 const char *unit, double value)
{
	if (json)
		printf("{\"bench\":\"%s\",\"case\":\"%s\",\"value\":%.2f,"
		       "\"unit\":\"%s\"}\n",
		       bench, name, value, unit);
	else
		printf("%-16s %10.1f %s\n", name, value, unit);
}
