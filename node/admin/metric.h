/* SPDX-License-Identifier: Apache-2.0 */
/* metric.h - all metrics of a node: a row for each, from which the text for
 * Prometheus is written, and doc/metrics.md.
 *
 * Those of ilp-connector keep its names and labels, so that what was made for
 * it goes on; it calls a balance "balance", so do we. All others begin with
 * ilpd_.
 */
#ifndef NODE_ADMIN_METRIC_H
#define NODE_ADMIN_METRIC_H

#include "node/admin/exposition.h"
#include "node/admin/scrape.h"

/* Of what there are samples: one of the node, or one of each. */
enum metric_of {
	METRIC_NODE,
	METRIC_ASSET,
	METRIC_ACCOUNT,
};

enum metric_number {
	METRIC_COUNT, /* uint64_t */
	METRIC_UNITS, /* signed_units */
	METRIC_TIMES, /* struct histogram */
	METRIC_OTHER, /* it writes itself */
};

/* A sample for each of these instead, told apart by a label. */
struct metric_part {
	const char *value; /* of the label */
	size_t at;
};

struct metric {
	const char *name;
	enum exposition_type type;
	enum metric_of of;
	enum metric_number number;
	size_t at; /* where it lies in what it is of */
	const char *label;               /* of its parts, */
	const struct metric_part *parts; /* up to one without a value; or NULL
					  */
	/* Of METRIC_OTHER. */
	void (*put)(struct exposition *e, const struct scrape *scrape);
	const char *labels; /* for people: "code, reason" */
	const char *text;   /* for people */
};

extern const struct metric metrics[];
extern const size_t metric_count;

/* All labels of it, for people; "" when it has none. */
#define METRIC_LABELS_MAX 80
void metric_labels(char out[METRIC_LABELS_MAX], const struct metric *metric);

/* Writes all of them; accounts from the last on are left out, and counted as
 * such, until there is room. */
struct ilp_bytes metric_write(uint8_t *room, size_t size,
			      struct scrape *scrape);

/* Those of ilp-connector, as its GET /stats has them. */
void metric_put_connector(struct ilp_json_writer *w, const struct scrape *scrape);

/* Writes those of accounts only. */
struct ilp_bytes metric_write_accounts(uint8_t *room, size_t size,
				       const struct scrape *scrape);

#endif
