/* SPDX-License-Identifier: Apache-2.0 */
/* lpm.h - how long does the longest match take? */
#ifndef BENCH_LPM_H
#define BENCH_LPM_H

#include <stddef.h>

/* Nanoseconds, as measure.h has them. On a shared machine the caches belong to
 * the neighbours as well; what a read of memory costs tells how much. */
struct bench_lpm {
	double single_ns;  /* a find by itself */
	double round_ns;   /* a find, when sixteen are made at once */
	double chained_ns; /* a random read in as much memory, by itself */
	double read_ns;    /* and one when others are under way */
};

/* Fills a table with so many random prefixes of 2 to 5 segments, always the
 * same, and looks up 65,536 addresses of 4 to 8 segments that lie behind
 * random ones of them, over and over. Ends the program when there is no
 * memory, or a route is missing. */
struct bench_lpm bench_lpm(size_t routes);

#endif
