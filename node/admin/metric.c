/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/metric.h"

#include <assert.h>
#include <stdio.h>

/* ---- those that write themselves ---- */

static void put_build(struct exposition *e, const struct scrape *s)
{
	exposition_sample(e);
	exposition_label(e, "version", ilp_text(s->version));
	exposition_label(e, "ledger", ilp_text(s->ledger));
	exposition_label(e, "durability", ilp_text(s->durability));
	exposition_u64(e, 1);
}

static void put_start(struct exposition *e, const struct scrape *s)
{
	exposition_sample(e);
	exposition_seconds(e, (uint64_t)s->started_ms * 1000);
}

/* All of them from the beginning, since what is not there does not rise. */
static void put_refusals(struct exposition *e, const struct scrape *s)
{
	for (enum refusal r = REFUSAL_NONE + 1; r < REFUSAL_COUNT; r++) {
		const struct ilp_code_row *row = ilp_code_row(refusal_code(r));

		exposition_sample(e);
		exposition_label(e, "code", ilp_text(row->code));
		exposition_label(e, "reason", ilp_text(refusal_word(r)));
		exposition_u64(e, s->counted.refusals[r]);
	}
}

/* ---- the rows ---- */

#define NODE(field) .of = METRIC_NODE, .at = offsetof(struct scrape, field)
#define ASSET(field)                                                           \
	.of = METRIC_ASSET, .number = METRIC_UNITS,                            \
	.at = offsetof(struct scrape_asset, field)
#define ACCOUNT(field)                                                         \
	.of = METRIC_ACCOUNT, .at = offsetof(struct scrape_account, field)
#define PART(field) offsetof(struct scrape_account, field)

static const struct metric_part packets_in[] = {
	{ "fulfilled", PART(counted.in_fulfilled) },
	{ "rejected", PART(counted.in_rejected) },
	{ "failed", PART(counted.in_refused) },
	{ NULL, 0 },
};

static const struct metric_part packets_out[] = {
	{ "fulfilled", PART(counted.out_fulfilled) },
	{ "rejected", PART(counted.out_rejected) },
	{ "failed", PART(counted.out_expired) },
	{ NULL, 0 },
};

static const struct metric_part value_in[] = {
	{ "fulfilled", PART(value_in) },
	{ NULL, 0 },
};

static const struct metric_part value_out[] = {
	{ "fulfilled", PART(value_out) },
	{ NULL, 0 },
};

static const struct metric_part in_flight[] = {
	{ "in", PART(in_flight_in) },
	{ "out", PART(in_flight_out) },
	{ NULL, 0 },
};

static const struct metric_part held[] = {
	{ "in", PART(balance.held_debits) },
	{ "out", PART(balance.held_credits) },
	{ NULL, 0 },
};

static const struct metric_part durations[] = {
	{ "fulfilled", offsetof(struct scrape, counted.fulfilled) },
	{ "rejected", offsetof(struct scrape, counted.rejected) },
	{ NULL, 0 },
};

static const struct metric_part waiting[] = {
	{ "fulfill", offsetof(struct scrape, held) },
	{ "prepare", offsetof(struct scrape, unsent) },
	{ NULL, 0 },
};

static const struct metric_part rates[] = {
	{ "current", offsetof(struct scrape, rates.current) },
	{ "old", offsetof(struct scrape, rates.old) },
	{ "none", offsetof(struct scrape, rates.none) },
	{ NULL, 0 },
};

/* clang-format off */
const struct metric metrics[] = {
	{ "ilpd_build_info", EXPOSITION_GAUGE, .number = METRIC_OTHER,
	  .put = put_build, .labels = "version, ledger, durability",
	  .text = "Always 1; its labels tell what runs." },
	{ "ilpd_start_time_seconds", EXPOSITION_GAUGE, .number = METRIC_OTHER,
	  .put = put_start,
	  .text = "When this run began, in seconds since 1970." },
	{ "ilpd_ready", EXPOSITION_GAUGE, NODE(ready),
	  .text = "1: packets are let in." },
	{ "ilpd_prepares_total", EXPOSITION_COUNTER, NODE(counted.prepares),
	  .text = "Prepares that came in." },
	{ "ilpd_fulfills_total", EXPOSITION_COUNTER, NODE(counted.fulfills),
	  .text = "Fulfills that were passed on, or given again." },
	{ "ilpd_rejects_total", EXPOSITION_COUNTER, NODE(counted.rejects),
	  .text = "Rejects of others that were passed on." },
	{ "ilpd_refusals_total", EXPOSITION_COUNTER, .number = METRIC_OTHER,
	  .put = put_refusals, .labels = "code, reason",
	  .text = "Prepares that this node rejected, or that expired." },
	{ "ilpd_unexpected_answers_total", EXPOSITION_COUNTER,
	  NODE(counted.unexpected),
	  .text = "Answers to nothing that was in flight, or no more." },
	{ "ilpd_late_total", EXPOSITION_COUNTER, NODE(counted.late),
	  .text = "Packets that could not be charged, since the ledger was "
		  "too slow." },
	{ "ilpd_lost_answers_total", EXPOSITION_COUNTER, NODE(counted.lost),
	  .text = "Answers for which there was no room until their asker came "
		  "back, or whose asker did not." },
	{ "ilpd_logins_refused_total", EXPOSITION_COUNTER,
	  NODE(counted.logins),
	  .text = "Times that somebody was not let in as a peer." },
	{ "ilpd_operator_logins_refused_total", EXPOSITION_COUNTER,
	  NODE(operators_refused),
	  .text = "Times that somebody came to the admin API with a token that "
		  "is none." },
	{ "ilpd_log_left_out_total", EXPOSITION_COUNTER, NODE(log_dropped),
	  .text = "Records that the log has left out, since it was not read "
		  "fast enough." },
	{ "ilpd_in_flight", EXPOSITION_GAUGE, NODE(in_flight),
	  .text = "Prepares that wait for their answer." },
	{ "ilpd_waiting_bytes", EXPOSITION_GAUGE, NODE(held),
	  .label = "packet", .parts = waiting,
	  .text = "Fulfills and Prepares that wait for the ledger." },
	{ "ilpd_packet_duration_seconds", EXPOSITION_HISTOGRAM,
	  NODE(counted.fulfilled), .number = METRIC_TIMES,
	  .label = "result", .parts = durations,
	  .text = "From a Prepare's coming in until its Fulfill may leave, or "
		  "it is rejected; of packets that were sent on." },
	{ "ilpd_ledger_commit_seconds", EXPOSITION_HISTOGRAM,
	  NODE(counted.commits), .number = METRIC_TIMES,
	  .text = "From handing the ledger a batch until that is durable; of "
		  "one batch at a time." },
	{ "ilpd_ledger_submitted_total", EXPOSITION_COUNTER, NODE(submitted),
	  .text = "Batches that the ledger has been handed, of all runs." },
	{ "ilpd_ledger_durable_total", EXPOSITION_COUNTER, NODE(durable),
	  .text = "Those of them that will survive." },
	{ "ilpd_ledger_trouble", EXPOSITION_GAUGE, NODE(trouble),
	  .text = "1: the ledger waits for something, such as room on the "
		  "disk." },
	{ "ilpd_ledger_failed", EXPOSITION_GAUGE, NODE(failed),
	  .text = "1: the ledger cannot go on, and the node ends." },
	{ "ilpd_draining", EXPOSITION_GAUGE, NODE(draining),
	  .text = "1: the node is being stopped." },
	{ "ilpd_alerts", EXPOSITION_GAUGE, NODE(alerts),
	  .text = "Alerts that nobody has dismissed." },
	{ "ilpd_routes", EXPOSITION_GAUGE, NODE(routes),
	  .text = "Routes." },
	{ "ilpd_accounts", EXPOSITION_GAUGE, NODE(totals.accounts),
	  .text = "Accounts." },
	{ "ilpd_accounts_connected", EXPOSITION_GAUGE, NODE(totals.connected),
	  .text = "Accounts that are connected." },
	{ "ilpd_accounts_stopped", EXPOSITION_GAUGE, NODE(totals.stopped),
	  .text = "Accounts that are stopped, or on their way out." },
	{ "ilpd_accounts_in_doubt", EXPOSITION_GAUGE, NODE(totals.in_doubt),
	  .text = "Accounts with money in doubt." },
	{ "ilpd_accounts_unresolved", EXPOSITION_GAUGE,
	  NODE(totals.unresolved),
	  .text = "Accounts with money that was in doubt and has to be settled "
		  "with the peer." },
	{ "ilpd_accounts_left_out", EXPOSITION_GAUGE, NODE(accounts_left_out),
	  .text = "Accounts that have no metrics of their own here, since "
		  "there are too many." },
	{ "ilpd_rate_pairs", EXPOSITION_GAUGE, NODE(rates.current),
	  .label = "state", .parts = rates,
	  .text = "Pairs of assets, by what is known of their rate." },
	{ "ilpd_assets_left_out", EXPOSITION_GAUGE, NODE(assets_left_out),
	  .text = "Assets that have no metrics of their own here." },

	{ "ilpd_exchange_balance", EXPOSITION_GAUGE, ASSET(exchange),
	  .text = "Balance of the node's exchange account; negative when the "
		  "node has gained of the asset." },
	{ "ilpd_late_balance", EXPOSITION_GAUGE, ASSET(late),
	  .text = "What could not be charged to a peer since the ledger was "
		  "too slow." },
	{ "ilpd_owed_to_node", EXPOSITION_GAUGE, ASSET(owed_to_us),
	  .text = "What peers owe the node, in all." },
	{ "ilpd_owed_by_node", EXPOSITION_GAUGE, ASSET(owed_by_us),
	  .text = "What the node owes peers, in all." },
	{ "ilpd_in_doubt", EXPOSITION_GAUGE, ASSET(in_doubt),
	  .text = "What may have been on its way when an earlier run ended "
		  "without warning." },
	{ "ilpd_unresolved", EXPOSITION_GAUGE, ASSET(unresolved),
	  .text = "What was in doubt, and has to be settled with peers." },
	{ "ilpd_ceiling", EXPOSITION_GAUGE, ASSET(ceiling),
	  .text = "Most that would be in doubt if the node ended now." },

	{ "ilp_connector_incoming_ilp_packets", EXPOSITION_COUNTER,
	  ACCOUNT(counted.in_fulfilled), .label = "result", .parts = packets_in,
	  .text = "Packets from the peer: fulfilled; rejected by others, or by "
		  "time; refused at once." },
	{ "ilp_connector_incoming_ilp_packet_value", EXPOSITION_COUNTER,
	  ACCOUNT(value_in), .number = METRIC_UNITS,
	  .label = "result", .parts = value_in,
	  .text = "Units of the packets from the peer that were fulfilled." },
	{ "ilp_connector_outgoing_ilp_packets", EXPOSITION_COUNTER,
	  ACCOUNT(counted.out_fulfilled),
	  .label = "result", .parts = packets_out,
	  .text = "Packets to the peer: fulfilled; rejected; not answered in "
		  "time." },
	{ "ilp_connector_outgoing_ilp_packet_value", EXPOSITION_COUNTER,
	  ACCOUNT(value_out), .number = METRIC_UNITS,
	  .label = "result", .parts = value_out,
	  .text = "Units of the packets to the peer that it fulfilled." },
	{ "ilp_connector_rate_limited_ilp_packets", EXPOSITION_COUNTER,
	  ACCOUNT(counted.in_limited),
	  .text = "Packets from the peer that its rate limit refused." },
	{ "ilp_connector_balance", EXPOSITION_GAUGE, ACCOUNT(balance.current),
	  .number = METRIC_UNITS,
	  .text = "Balance in units: positive when the peer owes us." },
	{ "ilpd_account_minimum", EXPOSITION_GAUGE, ACCOUNT(balance.minimum),
	  .number = METRIC_UNITS,
	  .text = "Most that we may owe the peer, as a negative number." },
	{ "ilpd_account_maximum", EXPOSITION_GAUGE, ACCOUNT(balance.maximum),
	  .number = METRIC_UNITS,
	  .text = "Most that the peer may owe us." },
	{ "ilpd_account_connected", EXPOSITION_GAUGE, ACCOUNT(connected),
	  .text = "1: the peer is connected. Over HTTP, lines are opened when "
		  "there is something to ask." },
	{ "ilpd_account_stopped", EXPOSITION_GAUGE, ACCOUNT(stopped),
	  .text = "1: the account is stopped, or on its way out." },
	{ "ilpd_account_in_flight", EXPOSITION_GAUGE, ACCOUNT(in_flight_in),
	  .label = "direction", .parts = in_flight,
	  .text = "Packets from the peer and to it that wait for their "
		  "answer." },
	{ "ilpd_account_held", EXPOSITION_GAUGE, ACCOUNT(balance.held_debits),
	  .number = METRIC_UNITS, .label = "direction", .parts = held,
	  .text = "Units on hold for packets from the peer and to it; the "
		  "latter with what is in doubt." },
	{ "ilpd_account_unexpected_answers_total", EXPOSITION_COUNTER,
	  ACCOUNT(counted.unexpected),
	  .text = "Answers of the peer to nothing that was in flight, or no "
		  "more." },
	{ "ilpd_account_in_doubt", EXPOSITION_GAUGE, ACCOUNT(balance.in_doubt),
	  .number = METRIC_UNITS,
	  .text = "What may have been on its way to the peer when an earlier "
		  "run ended without warning." },
	{ "ilpd_account_unresolved", EXPOSITION_GAUGE,
	  ACCOUNT(balance.unresolved), .number = METRIC_UNITS,
	  .text = "What was in doubt, and has to be settled with the peer." },
	{ "ilpd_account_ceiling", EXPOSITION_GAUGE, ACCOUNT(balance.ceiling),
	  .number = METRIC_UNITS,
	  .text = "Most that would be in doubt if the node ended now." },
};
/* clang-format on */

const size_t metric_count = sizeof(metrics) / sizeof(*metrics);

/* ---- for people ---- */

void metric_labels(char out[METRIC_LABELS_MAX], const struct metric *m)
{
	static const char *const labels[] = {
		[METRIC_NODE] = "",
		[METRIC_ASSET] = "asset, scale",
		[METRIC_ACCOUNT] = "account, asset, scale",
	};
	const char *own = m->labels ? m->labels : m->label ? m->label : "";

	snprintf(out, METRIC_LABELS_MAX, "%s%s%s", labels[m->of],
		 labels[m->of][0] && own[0] ? ", " : "", own);
}

/* ---- writing ---- */

/* One of what there are samples of, and what tells it from others. */
struct thing {
	const void *at;
	const char *id; /* NULL: not an account */
	const struct view_asset *asset;
};

static void put_asset(struct exposition *e, const struct view_asset *asset)
{
	char scale[12];

	snprintf(scale, sizeof(scale), "%u", asset->scale);
	exposition_label(e, "asset", ilp_text(asset->code));
	exposition_label(e, "scale", ilp_text(scale));
}

static const void *inside(const struct thing *thing, size_t at)
{
	return (const uint8_t *)thing->at + at;
}

static void put_times(struct exposition *e, const struct metric *m,
		      const char *value, const void *times)
{
	exposition_histogram(e, times, value ? m->label : NULL, value);
}

static void put_sample(struct exposition *e, const struct metric *m,
		       const struct thing *thing, const char *value, size_t at)
{
	const void *number = inside(thing, at);

	if (m->number == METRIC_TIMES) {
		put_times(e, m, value, number);
		return;
	}
	exposition_sample(e);
	if (thing->id)
		exposition_label(e, "account", ilp_text(thing->id));
	if (thing->asset)
		put_asset(e, thing->asset);
	if (value)
		exposition_label(e, m->label, ilp_text(value));
	if (m->number == METRIC_COUNT)
		exposition_u64(e, *(const uint64_t *)number);
	else
		exposition_units(e, *(const signed_units *)number);
}

static void put_samples(struct exposition *e, const struct metric *m,
			const struct thing *thing)
{
	const struct metric_part *part = m->parts;

	if (!part)
		put_sample(e, m, thing, NULL, m->at);
	for (; part && part->value; part++)
		put_sample(e, m, thing, part->value, part->at);
}

static size_t things(const struct metric *m, const struct scrape *s)
{
	switch (m->of) {
	case METRIC_NODE:
		return 1;
	case METRIC_ASSET:
		return s->asset_count;
	case METRIC_ACCOUNT:
		return s->account_count;
	}
	return 0;
}

static struct thing thing_at(const struct metric *m, const struct scrape *s,
			     size_t i)
{
	const struct scrape_account *account = &s->accounts[i];

	if (m->of == METRIC_NODE)
		return (struct thing){ s, NULL, NULL };
	if (m->of == METRIC_ASSET)
		return (struct thing){ &s->assets[i], NULL,
				       &s->assets[i].asset };
	return (struct thing){ account, account->id, &account->asset };
}

static void put_metric(struct exposition *e, const struct metric *m,
		       const struct scrape *s)
{
	size_t count = things(m, s);

	if (count == 0)
		return;
	exposition_metric(e, m->name, m->type, m->text);
	if (m->put)
		m->put(e, s);
	for (size_t i = 0; !m->put && i < count; i++) {
		const struct thing thing = thing_at(m, s, i);

		put_samples(e, m, &thing);
	}
}

/* ---- as ilp-connector has them ---- */

static void put_pair(struct ilp_json_writer *w, const char *key,
		     const char *value)
{
	ilp_json_put_key(w, key);
	ilp_json_put_string(w, ilp_text(value));
}

static void put_value(struct ilp_json_writer *w, const struct metric *m,
		      const struct scrape_account *a, const char *part,
		      size_t at)
{
	const void *number = (const uint8_t *)a + at;
	uint8_t room[BOOK_UNITS_TEXT_MAX];

	ilp_json_begin_object(w);
	ilp_json_put_key(w, "value");
	if (m->number == METRIC_COUNT)
		ilp_json_put_u64(w, *(const uint64_t *)number);
	else
		ilp_json_put_number(w,
				    book_units_text(room, *(const signed_units *)
								  number));
	ilp_json_put_key(w, "labels");
	ilp_json_begin_object(w);
	if (part)
		put_pair(w, m->label, part);
	put_pair(w, "account", a->id);
	put_pair(w, "asset", a->asset.code);
	ilp_json_put_key(w, "scale");
	ilp_json_put_u64(w, a->asset.scale);
	ilp_json_end_object(w);
	ilp_json_end_object(w);
}

static void put_values(struct ilp_json_writer *w, const struct metric *m,
		       const struct scrape *s)
{
	ilp_json_put_key(w, "values");
	ilp_json_begin_array(w);
	for (size_t i = 0; i < s->account_count; i++) {
		const struct metric_part *part = m->parts;

		if (!part)
			put_value(w, m, &s->accounts[i], NULL, m->at);
		for (; part && part->value; part++)
			put_value(w, m, &s->accounts[i], part->value, part->at);
	}
	ilp_json_end_array(w);
}

static void begin_connector(struct ilp_json_writer *w, const char *name,
			    const char *text, bool counter)
{
	ilp_json_begin_object(w);
	put_pair(w, "help", text);
	put_pair(w, "name", name);
	put_pair(w, "type", counter ? "counter" : "gauge");
}

void metric_put_connector(struct ilp_json_writer *w, const struct scrape *s)
{
	for (size_t i = 0; i < metric_count; i++) {
		const struct metric *m = &metrics[i];

		if (strncmp(m->name, "ilp_connector_", 14) != 0)
			continue;
		begin_connector(w, m->name, m->text,
				m->type == EXPOSITION_COUNTER);
		put_values(w, m, s);
		put_pair(w, "aggregator", "sum");
		ilp_json_end_object(w);
	}
}

static struct exposition write_all(uint8_t *room, size_t size,
				   const struct scrape *s)
{
	struct exposition e = exposition(room, size);

	for (size_t i = 0; i < metric_count; i++)
		put_metric(&e, &metrics[i], s);
	return e;
}

/* Without accounts there is room for everything, whatever assets are called.
 */
struct ilp_bytes metric_write(uint8_t *room, size_t size, struct scrape *s)
{
	struct exposition e = write_all(room, size, s);

	while (!exposition_is_whole(&e)) {
		size_t less = s->account_count / 8 + 1;

		assert(s->account_count > 0);
		s->account_count -= less;
		s->accounts_left_out += less;
		e = write_all(room, size, s);
	}
	return exposition_written(&e);
}

struct ilp_bytes metric_write_accounts(uint8_t *room, size_t size,
				       const struct scrape *s)
{
	struct exposition e = exposition(room, size);

	for (size_t i = 0; i < metric_count; i++)
		if (metrics[i].of == METRIC_ACCOUNT)
			put_metric(&e, &metrics[i], s);
	assert(exposition_is_whole(&e));
	return exposition_written(&e);
}
