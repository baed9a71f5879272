/* SPDX-License-Identifier: Apache-2.0 */
/* lpm.h - how long does the longest match take? */
#ifndef BENCH_LPM_H
#define BENCH_LPM_H

#include <stddef.h>

struct bench_lpm {
	double find_ns;  /* per find, the median of some passes */
	double best_ns;  /* of the fastest pass */
	double batch_ns; /* per find, median, when many are found at once */
	double set_ns;   /* per prefix while the table was filled */
	double read_ns;  /* of one random read in as much memory: the floor */
	double route_bytes;
};

/* Fills a table with so many random prefixes of 2 to 5 segments, always the
 * same, and looks up 65,536 addresses of 4 to 8 segments that lie behind
 * random ones of them, over and over. Ends the program when there is no
 * memory. */
struct bench_lpm bench_lpm(size_t routes);

#endif
