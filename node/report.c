/* SPDX-License-Identifier: Apache-2.0 */
#include "node/report.h"

#include "link/link.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)

/* ---- of accounts ---- */

/* Each question over HTTP may have a line of its own, and each line an end. */
static enum log_level level_of(const struct session *session,
			       enum log_level alone)
{
	return session->number ? LOG_DEBUG : alone;
}

/* May something be told of the account once more? */
static bool begin(struct reports *reports, struct ilp_time now,
		  struct account *account, struct log_record *r,
		  enum log_level level, const char *event, uint32_t *left_out)
{
	if (!log_wants(reports->log, level) ||
	    !pace_allows(&account->told, now.monotonic_us, REPORT_ACCOUNT_MOST,
			 MINUTE_US, left_out))
		return false;
	log_begin(r, level, event, now.wall_ms);
	return true;
}

static void end(struct reports *reports, struct log_record *r,
		const struct account *account, uint32_t left_out)
{
	log_add(r, "account", account->settings.id);
	if (left_out)
		log_add_number(r, "leftOut", left_out);
	log_put(reports->log, r);
}

static const char *way_of(const struct session *session)
{
	return session->dialed ? "we connected" : "it connected";
}

void report_up(struct reports *reports, struct ilp_time now,
	       const struct session *session)
{
	struct account *account = session->account;
	struct ilp_bytes id = account->settings.id;
	struct log_record r;
	uint32_t left_out;

	if (!begin(reports, now, account, &r, level_of(session, LOG_INFO),
		   "link-up", &left_out))
		return;
	log_text(&r, "\"%.*s\" is connected: %s%s%s", (int)id.len,
		 (const char *)id.at, way_of(session),
		 session->from[0] ? " from " : "", session->from);
	if (session->from[0])
		log_add(&r, "from", ilp_text(session->from));
	end(reports, &r, account, left_out);
}

/* One that never was up is more than one that was: nobody could use it. */
void report_down(struct reports *reports, struct ilp_time now,
		 const struct session *session, const char *reason)
{
	struct account *account = session->account;
	struct ilp_bytes id = account->settings.id;
	struct log_record r;
	uint32_t left_out;
	bool good = session->was_up;

	if (!reason)
		reason = "no reason was given";
	if (!begin(reports, now, account, &r,
		   level_of(session, good ? LOG_INFO : LOG_WARN),
		   good ? "link-down" : "link-failed", &left_out))
		return;
	log_text(&r, "\"%.*s\" %s: %s", (int)id.len, (const char *)id.at,
		 good ? "is disconnected" : "could not be connected", reason);
	log_add(&r, "reason", ilp_text(reason));
	end(reports, &r, account, left_out);
}

void report_refusal(struct reports *reports, struct ilp_time now,
		    const struct account *from, enum refusal refusal)
{
	const struct ilp_bytes id = from->settings.id;
	struct log_record r;
	uint32_t left_out;

	if (!log_wants(reports->log, LOG_DEBUG) ||
	    !pace_allows(&reports->packets, now.monotonic_us,
			 REPORT_PACKETS_MOST, SECOND_US, &left_out))
		return;
	log_begin(&r, LOG_DEBUG, "packet-refused", now.wall_ms);
	log_text(&r, "a packet of \"%.*s\" was refused: %s", (int)id.len,
		 (const char *)id.at, refusal_text(refusal));
	log_add(&r, "account", id);
	log_add(&r, "reason", ilp_text(refusal_word(refusal)));
	if (left_out)
		log_add_number(&r, "leftOut", left_out);
	log_put(reports->log, &r);
}

/* ---- of strangers, and what they all do ---- */

void report_login(struct reports *reports, struct ilp_time now,
		  const struct session *session)
{
	const char *from = session->from[0] ? session->from : "somewhere";
	struct log_record r;
	uint32_t left_out;

	if (!log_wants(reports->log, LOG_WARN) ||
	    !pace_allows(&reports->logins, now.monotonic_us, REPORT_LOGINS_MOST,
			 MINUTE_US, &left_out))
		return;
	log_begin(&r, LOG_WARN, "login-refused", now.wall_ms);
	log_text(&r, "somebody from %s was not let in: nobody has this token",
		 from);
	log_add(&r, "from", ilp_text(from));
	if (left_out)
		log_add_number(&r, "leftOut", left_out);
	log_put(reports->log, &r);
}

void report_alert(struct reports *reports, struct ilp_time now,
		  const struct alert *alert)
{
	struct log_record r;
	uint32_t left_out;

	if (!log_wants(reports->log, LOG_WARN) ||
	    !pace_allows(&reports->alerts, now.monotonic_us, REPORT_ALERTS_MOST,
			 MINUTE_US, &left_out))
		return;
	log_begin(&r, LOG_WARN, "alert", now.wall_ms);
	log_text(&r, "alert %llu, of \"%s\": %s", (unsigned long long)alert->id,
		 alert->account_id, alert->message);
	log_add_number(&r, "alert", alert->id);
	log_add(&r, "account", ilp_text(alert->account_id));
	log_add(&r, "message", ilp_text(alert->message));
	if (alert->triggered_by[0])
		log_add(&r, "triggeredBy", ilp_text(alert->triggered_by));
	if (left_out)
		log_add_number(&r, "leftOut", left_out);
	log_put(reports->log, &r);
}
