/* SPDX-License-Identifier: Apache-2.0 */
/* commands.c - all commands, in the order in which help has them. */
#include "cli/command.h"

extern const struct command command_account;
extern const struct command command_accounts;
extern const struct command command_accounts_add;
extern const struct command command_accounts_change;
extern const struct command command_accounts_remove;
extern const struct command command_accounts_start;
extern const struct command command_accounts_stop;
extern const struct command command_adjust;
extern const struct command command_alerts;
extern const struct command command_alerts_dismiss;
extern const struct command command_backup;
extern const struct command command_audit;
extern const struct command command_balance;
extern const struct command command_check;
extern const struct command command_complete;
extern const struct command command_completion;
extern const struct command command_config;
extern const struct command command_decode;
extern const struct command command_doctor;
extern const struct command command_help;
extern const struct command command_import;
extern const struct command command_log;
extern const struct command command_neighbours;
extern const struct command command_peers_add;
extern const struct command command_ping;
extern const struct command command_probe;
extern const struct command command_rates;
extern const struct command command_rates_confirm;
extern const struct command command_resolve;
extern const struct command command_restore;
extern const struct command command_reload;
extern const struct command command_routes;
extern const struct command command_routes_remove;
extern const struct command command_routes_set;
extern const struct command command_start;
extern const struct command command_status;
extern const struct command command_stop;
extern const struct command command_tokens;
extern const struct command command_tokens_add;
extern const struct command command_tokens_remove;
extern const struct command command_tokens_rotate;
extern const struct command command_trace;
extern const struct command command_top;
extern const struct command command_watch;

const struct command *const commands[] = {
	/* Of a node: how it is, */
	&command_status,
	&command_doctor,
	&command_top,
	&command_watch,
	&command_stop,
	&command_start,
	/* its accounts, */
	&command_accounts,
	&command_account,
	&command_balance,
	&command_adjust,
	&command_resolve,
	&command_peers_add,
	&command_accounts_add,
	&command_accounts_change,
	&command_accounts_stop,
	&command_accounts_start,
	&command_accounts_remove,
	/* what is around them, */
	&command_routes,
	&command_routes_set,
	&command_routes_remove,
	&command_neighbours,
	&command_rates,
	&command_rates_confirm,
	&command_alerts,
	&command_alerts_dismiss,
	&command_tokens,
	&command_tokens_add,
	&command_tokens_rotate,
	&command_tokens_remove,
	/* and the network. */
	&command_ping,
	&command_trace,
	&command_probe,
	&command_check,
	&command_backup,
	&command_log,
	&command_audit,
	&command_config,
	&command_reload,
	/* Without one. */
	&command_completion,
	&command_decode,
	&command_help,
	&command_import,
	&command_restore,
	&command_complete,
	NULL,
};
