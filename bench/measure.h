/* SPDX-License-Identifier: Apache-2.0 */
/* measure.h - how long one operation takes, and a table of such figures. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Does something `count` times, and gives a number that depends on all of it,
 * so that the compiler leaves nothing out. */
typedef uint64_t operation(void *context, size_t count);

/* The nanoseconds of one operation in the fastest of many passes, of some
 * milliseconds each: whatever else a machine does only adds to them. The
 * peers are measured in the same way. */
double measure_ns(operation *run, void *context);

/* Prints one figure: a row of the table, or a JSON object on a line. `vs` and
 * `vs_value` name what was measured beside it in the same run; NULL and 0 when
 * there is nothing. The ratio is how many times ours is faster. */
void report(bool json, const char *bench, const char *name, double value,
	    const char *vs, double vs_value);

/* One in another unit than nanoseconds. */
void report_unit(bool json, const char *bench, const char *name,
		 const char *unit, double value);

#endif
