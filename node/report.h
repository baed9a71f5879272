/* SPDX-License-Identifier: Apache-2.0 */
/* report.h - what the log is told of peers: who comes, who goes and why, who is
 * not let in, what an operator should look at.
 *
 * A peer may come and go as often as it likes, and a stranger may try as many
 * tokens as it likes: so of each account, and of strangers together, only so
 * much is told in a while, and how much was not. There is never anything in it
 * of what somebody has logged in with.
 */
#ifndef NODE_REPORT_H
#define NODE_REPORT_H

#include "base/log.h"
#include "base/pace.h"
#include "node/account.h"
#include "node/alert.h"
#include "node/refusal.h"
#include "node/session.h"

/* In a minute. */
#define REPORT_ACCOUNT_MOST 10
#define REPORT_LOGINS_MOST 20
#define REPORT_ALERTS_MOST 60
/* Of packets in a second, at LOG_DEBUG only. */
#define REPORT_PACKETS_MOST 10

struct reports {
	struct log *log; /* NULL: nobody is told */
	struct pace logins;
	struct pace alerts;
	struct pace packets;
};

/* A session of an account is up; or has ended, and why. */
void report_up(struct reports *r, struct ilp_time now,
	       const struct session *session);
void report_down(struct reports *r, struct ilp_time now,
		 const struct session *session, const char *reason);

/* It was not let in. */
void report_login(struct reports *r, struct ilp_time now,
		  const struct session *session);

/* This alert is a new one. */
void report_alert(struct reports *r, struct ilp_time now,
		  const struct alert *alert);

/* A Prepare of that account was refused. */
void report_refusal(struct reports *r, struct ilp_time now,
		    const struct account *from, enum refusal refusal);

#endif
