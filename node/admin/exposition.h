/* SPDX-License-Identifier: Apache-2.0 */
/* exposition.h - writes metrics as Prometheus reads them: its text format,
 * version 0.0.4.
 *
 *     exposition_metric(&e, "ilpd_routes", EXPOSITION_GAUGE, "Routes.");
 *     exposition_sample(&e);
 *     exposition_label(&e, "kind", ilp_text("static"));
 *     exposition_u64(&e, 7);
 *
 *     # HELP ilpd_routes Routes.
 *     # TYPE ilpd_routes gauge
 *     ilpd_routes{kind="static"} 7
 *
 * Numbers are written as they are; that whoever reads them keeps 53 bits is
 * none of our doing. It remembers that there was no room, and writes no more.
 */
#ifndef NODE_ADMIN_EXPOSITION_H
#define NODE_ADMIN_EXPOSITION_H

#include "base/histogram.h"
#include "ilp/oer.h"
#include "node/book.h"

#define EXPOSITION_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

enum exposition_type {
	EXPOSITION_COUNTER,
	EXPOSITION_GAUGE,
	EXPOSITION_HISTOGRAM,
};

struct exposition {
	struct ilp_writer w;
	const char *name; /* of the metric */
	bool labeled;     /* the sample has a label already */
};

/* Into room of the caller's. */
struct exposition exposition(uint8_t *room, size_t size);

/* What was written; and was there room for all of it? */
struct ilp_bytes exposition_written(const struct exposition *e);
bool exposition_is_whole(const struct exposition *e);

/* As the type is called: "counter". */
const char *exposition_type_name(enum exposition_type type);

/* What follows are samples of this metric. The help is one line of text. */
void exposition_metric(struct exposition *e, const char *name,
		       enum exposition_type type, const char *help);

/* A sample: its labels, and then its value, which ends it. */
void exposition_sample(struct exposition *e);
void exposition_label(struct exposition *e, const char *name,
		      struct ilp_bytes value);
void exposition_u64(struct exposition *e, uint64_t value);
void exposition_units(struct exposition *e, signed_units units); /* or ±Inf */
void exposition_seconds(struct exposition *e, uint64_t us);

/* All samples of a histogram, in seconds; with one more label, or NULL. */
void exposition_histogram(struct exposition *e, const struct histogram *h,
			  const char *label, const char *value);

#endif
