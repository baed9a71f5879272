/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints about the file of the ledger: is it whole, and a copy of it. */
#include <stdio.h>

#include "ilp/timestamp.h"
#include "node/admin/call.h"

/* Whatever has this ending is a copy: nobody can have the node write what
 * something else would read. */
#define ENDING ".backup"

static const struct call_problem in_memory = {
	409, "ledger-in-memory", "The ledger is in memory"
};
static const struct call_problem busy = {
	409, "ledger-busy", "The ledger is being checked or copied already"
};
static const struct call_problem exists = { 409, "backup-exists",
					    "There is such a file" };
static const struct call_problem damaged = {
	500, "ledger-damaged", "The ledger is not as it should be"
};
static const struct call_problem failed = { 500, "keeping-failed",
					    "It could not be done" };
static const struct call_problem invalid = { 400, "backup-invalid",
					     "That is no name for a backup" };
static const struct call_problem forbidden = {
	403, "scope-too-small", "The token does not allow this"
};

static void refuse(struct api_call *call)
{
	const struct task *task = call->task;

	switch (task->result) {
	case TASK_DONE:
		break;
	case TASK_NOT_HERE:
		call_refuse(call, &in_memory, "There is no file of it.");
		break;
	case TASK_BUSY:
		call_refuse(call, &busy, "Ask again when that is done.");
		break;
	case TASK_EXISTS:
		call_refuse(call, &exists, "%s: it is left as it is.",
			    task->reason);
		break;
	case TASK_DAMAGED:
		call_refuse(call, &damaged,
			    "So no copy was made; a check tells all: %s.",
			    task->reason);
		break;
	case TASK_NOTHING:
	case TASK_FAILED:
		call_refuse(call, &failed, "%s.", task->reason);
		break;
	}
}

/* ---- checking ---- */

struct check {
	struct task task;
	const char *room[TASK_LINES_MAX];
	const char *const *lines;
	size_t line_count;
};

#define SUMMARY(field) offsetof(struct check, task.summary.field)

/* clang-format off */
static const struct shape_field check_fields[] = {
	{ "differences", SHAPE_COUNT, .at = SUMMARY(differences),
	  .text = "How much is not as it should be; 0: all is well." },
	{ "found", SHAPE_WORDS, .at = offsetof(struct check, lines),
	  .count_at = offsetof(struct check, line_count),
	  .text = "What is not, for people: the first hundred." },
	{ "sequence", SHAPE_COUNT, .at = SUMMARY(sequence),
	  .text = "The number of the last batch in it." },
	{ "accounts", SHAPE_COUNT, .at = SUMMARY(accounts),
	  .text = "Open accounts, with the node's own." },
	{ "closed", SHAPE_COUNT, .at = SUMMARY(closed),
	  .text = "Accounts that are closed." },
	{ "records", SHAPE_COUNT, .at = SUMMARY(records),
	  .text = "What it remembers beside money." },
	{ "deltas", SHAPE_COUNT, .at = SUMMARY(deltas),
	  .text = "Batches that are not folded into accounts yet." },
};
/* clang-format on */

static const struct shape check_shape =
	SHAPE("LedgerCheck", struct check, check_fields);

static void begin_check(struct api_call *call)
{
	struct check *check = call->state;

	check->task.kind = TASK_CHECK;
	call->task = &check->task;
}

static void finish_check(struct api_call *call)
{
	struct check *check = call->state;
	struct task_summary *summary = &check->task.summary;

	refuse(call);
	if (call->status)
		return;
	check->lines = check->room;
	while (check->line_count < TASK_LINES_MAX &&
	       check->line_count < summary->differences) {
		check->room[check->line_count] =
			summary->lines[check->line_count];
		check->line_count++;
	}
	call_answer(call, 200, &check_shape, check);
}

/* ---- copying ---- */

struct backup_view {
	struct ilp_bytes name; /* as it was asked for; empty: any */
	struct task task;
	char key[TASK_PATH_SIZE + 8];
};

/* clang-format off */
static const struct shape_field backup_fields[] = {
	{ "file", SHAPE_CHARS, .at = offsetof(struct backup_view, task.file),
	  .text = "Where it lies, on the machine of the node." },
	{ "key", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct backup_view, key),
	  .text = "And the key of what is sealed in it, if it was asked for." },
	{ "size", SHAPE_COUNT, .at = offsetof(struct backup_view, task.size),
	  .text = "Its bytes." },
	{ "sha256", SHAPE_CHARS,
	  .at = offsetof(struct backup_view, task.sha256),
	  .text = "Their SHA-256, in hexadecimal digits." },
	{ "sequence", SHAPE_COUNT,
	  .at = offsetof(struct backup_view, task.summary.sequence),
	  .text = "The number of the last batch in it." },
	{ "accounts", SHAPE_COUNT,
	  .at = offsetof(struct backup_view, task.summary.accounts),
	  .text = "Open accounts in it, with the node's own." },
	{ "records", SHAPE_COUNT,
	  .at = offsetof(struct backup_view, task.summary.records),
	  .text = "What it remembers beside money." },
};
/* clang-format on */

static const struct shape backup_shape =
	SHAPE("LedgerBackup", struct backup_view, backup_fields);

static const struct form_field backup_ask_fields[] = {
	{ "file", FORM_TEXT, .optional = true,
	  .at = offsetof(struct backup_view, name),
	  .max = TASK_NAME_SIZE - 1, .signs = "_.-",
	  .text = "The name of the copy, which begins with a letter or digit and "
		  "ends in " ENDING "; if not given it is made of the time." },
	{ "withKey", FORM_FLAG, .optional = true,
	  .at = offsetof(struct backup_view, task.with_key),
	  .text = "Lays the key of what is sealed in it beside it; takes the "
		  "scope \"admin\"." },
};

static const struct form backup_form = {
	.name = "LedgerBackupSettings",
	.fields = backup_ask_fields,
	.count = sizeof(backup_ask_fields) / sizeof(*backup_ask_fields),
	.optional = true,
};

static bool is_name(struct ilp_bytes name)
{
	struct ilp_bytes ending = ilp_text(ENDING);

	return name.len > ending.len && !memchr("-_.", name.at[0], 3) &&
	       memcmp(name.at + name.len - ending.len, ending.at,
		      ending.len) == 0;
}

static bool read_body(struct api_call *call, struct backup_view *backup)
{
	if (!form_read(call, &backup_form, &invalid, backup))
		return false;
	if (backup->name.len && !is_name(backup->name)) {
		call_refuse(call, &invalid,
			    "\"file\" is to begin with a letter or digit, and "
			    "to end in " ENDING ".");
		return false;
	}
	if (backup->name.len)
		memcpy(backup->task.name, backup->name.at, backup->name.len);
	return true;
}

/* "2026-11-28T17:00:00.000Z" without what files should not have in their
 * names. */
static void name_by_time(struct api_call *call, char out[TASK_NAME_SIZE])
{
	char time[ILP_ISO_TIME_SIZE];
	size_t len = 0;

	ilp_timestamp_iso(time, call->now.wall_ms);
	strcpy(out, "ledger-");
	len = strlen(out);
	for (const char *at = time; *at && *at != '.'; at++)
		if (*at != '-' && *at != ':')
			out[len++] = *at;
	strcpy(out + len, "Z" ENDING);
}

static void begin_backup(struct api_call *call)
{
	struct backup_view *backup = call->state;
	struct task *task = &backup->task;

	task->kind = TASK_BACKUP;
	call->task = task;
	if (!read_body(call, backup))
		return;
	if (task->with_key && call->scope < API_ADMIN)
		call_refuse(call, &forbidden,
			    "A copy of the key takes the scope \"admin\".");
	else if (!task->name[0])
		name_by_time(call, task->name);
}

static void finish_backup(struct api_call *call)
{
	struct backup_view *backup = call->state;

	refuse(call);
	if (call->status)
		return;
	if (backup->task.with_key)
		snprintf(backup->key, sizeof(backup->key), "%s.key",
			 backup->task.file);
	call_answer(call, 201, &backup_shape, backup);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "POST", "/v1/ledger/check", API_OPERATE, "checkLedger",
	  "Is the ledger whole? Copies it while packets flow, adds up every sum "
	  "in the copy again, and compares every row with its check value. It "
	  "answers when that is done.",
	  .answer = &check_shape, .status = 200, .looks = true,
	  .outside = true,
	  .state_size = sizeof(struct check),
	  .begin = begin_check, .finish = finish_check },
	{ "POST", "/v1/ledger/backup", API_OPERATE, "backUpLedger",
	  "Copies the ledger while packets flow, checks the copy, and gives it "
	  "its name when it is whole and on the disk. The name is the body's "
	  "\"file\", in the folder that the configuration says, or made of the "
	  "time. With \"withKey\", which takes the scope admin, a copy of the "
	  "key of what is sealed is laid beside it.",
	  .body = &backup_form, .answer = &backup_shape, .status = 201, .outside = true,
	  .state_size = sizeof(struct backup_view),
	  .begin = begin_backup, .finish = finish_backup },
};
/* clang-format on */

const struct endpoint_list keeping_endpoints = ENDPOINTS("Ledger", endpoints);
