/* SPDX-License-Identifier: Apache-2.0 */
/* restore.c - the command that puts a backup in the place of a data file that no
 * node uses. Whatever was there is never replaced: it is moved away, and only if
 * that was asked for. A crash on the way leaves the old file, or none, or the new
 * one, and never half of one or one with the log of another. */
#include <stdlib.h>

#include "base/json_writer.h"
#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/file.h"
#include "cli/program.h"

#define PATH_SIZE 4096
#define AWAY ".before-restore"

enum { FORCE };

static const struct command_option options[] = {
	[FORCE] = {
		.name = "force",
		.text = "Moves away what is there, to names with "
			"\"" AWAY "\" behind the data file's.",
	},
	{ .name = NULL },
};

struct restore {
	struct context *context;
	const char *backup;
	const char *file;
	bool force;
	bool key;     /* it is to be put in place too */
	bool old_key; /* another one is there */
	int lock;     /* of what is there; -1: nothing is */
	struct file_error error;
};

struct path {
	char text[PATH_SIZE];
};

static struct path path(const char *file, const char *ending)
{
	struct path out;

	snprintf(out.text, sizeof(out.text), "%s%s", file, ending);
	return out;
}

static bool is_there(const char *file, const char *ending)
{
	return file_is_there(path(file, ending).text);
}

static bool complain(struct restore *r)
{
	context_complain(r->context, "%s", r->error.text);
	return false;
}

static bool refuse(struct restore *r, const char *file, const char *ending,
		   const char *why)
{
	context_complain(r->context, "%s%s: %s", file, ending, why);
	return false;
}

/* ---- what there is ---- */

static bool names_fit(struct restore *r)
{
	size_t room = PATH_SIZE - sizeof(AWAY "-wal.key");

	if (strlen(r->file) < room && strlen(r->backup) < room)
		return true;
	context_complain(r->context, "a path is too long");
	return false;
}

/* What it finds is told, by ilpd. */
static bool check_backup(struct restore *r)
{
	char *words[] = { (char *)"ilpd", (char *)"--check",
			  (char *)(uintptr_t)r->backup, NULL };
	int status = program_ilpd(words);

	if (status == 0)
		return true;
	if (status == -1)
		return refuse(r, "ilpd", "",
			      "it cannot be run; it checks the backup, so it "
			      "must be beside ilp, or in PATH");
	return refuse(r, r->backup, "",
		      "it is not whole, or cannot be read; nothing was done");
}

static bool lock_old(struct restore *r)
{
	if (!file_is_there(r->file))
		return true;
	r->lock = file_lock(r->file, &r->error);
	return r->lock >= 0 || complain(r);
}

static bool read_key(struct restore *r, const char *of, struct buffer *out)
{
	struct path key = path(of, ".key");

	return file_read(out, key.text, r->context->in, &r->error) ||
	       complain(r);
}

/* Is it to be restored, and does another one have to give way? */
static bool look_at_keys(struct restore *r)
{
	struct buffer new = { NULL, 0, 0 }, old = { NULL, 0, 0 };
	bool good = true;

	r->key = is_there(r->backup, ".key");
	if (r->key && is_there(r->file, ".key")) {
		good = read_key(r, r->backup, &new) &&
		       read_key(r, r->file, &old);
		r->old_key = !ilp_bytes_equal(buffer_bytes(&new),
					      buffer_bytes(&old));
		r->key = r->old_key;
	}
	buffer_drop(&new);
	buffer_drop(&old);
	return good;
}

static bool may_begin(struct restore *r)
{
	if (!r->force && (r->lock >= 0 || is_there(r->file, "-wal")))
		return refuse(r, r->file, "",
			      "it is there; --force moves it away");
	if (!r->force && r->old_key)
		return refuse(r, r->file, ".key",
			      "it is there, and another key than the backup's; "
			      "--force moves it away");
	if (r->force && (is_there(r->file, AWAY) ||
			 is_there(r->file, AWAY "-wal") ||
			 is_there(r->file, AWAY ".key")))
		return refuse(r, r->file, AWAY,
			      "it is there from another time; move it "
			      "elsewhere");
	return true;
}

/* ---- what is done ---- */

static bool copy(struct restore *r, const char *ending, const char *to)
{
	file_remove(path(r->file, to).text);
	return file_copy(path(r->backup, ending).text, path(r->file, to).text,
			 &r->error) ||
	       complain(r);
}

static bool rename_to(struct restore *r, const char *from, const char *to)
{
	return file_rename(path(r->file, from).text, path(r->file, to).text,
			   &r->error) ||
	       complain(r);
}

static bool move_away(struct restore *r, const char *from, const char *to)
{
	return !is_there(r->file, from) || rename_to(r, from, to);
}

static bool sync_folder(struct restore *r)
{
	return file_sync_folder(r->file, &r->error) || complain(r);
}

/* The file before its log: a log without its file counts for nothing. And all of
 * it for good, before the new one comes. */
static bool make_way(struct restore *r)
{
	return move_away(r, "", AWAY) && move_away(r, "-wal", AWAY "-wal") &&
	       (!r->old_key || move_away(r, ".key", AWAY ".key")) &&
	       sync_folder(r);
}

static bool put_in_place(struct restore *r)
{
	return copy(r, "", ".restoring") &&
	       (!r->key || copy(r, ".key", ".key.restoring")) && make_way(r) &&
	       (!r->key || rename_to(r, ".key.restoring", ".key")) &&
	       rename_to(r, ".restoring", "") && sync_folder(r);
}

/* ---- what is said ---- */

static void put_json(struct restore *r)
{
	uint8_t room[4 * PATH_SIZE];
	struct ilp_json_writer w = ilp_json_writer(room, sizeof(room), 0);

	ilp_json_begin_object(&w);
	ilp_json_put_key(&w, "file");
	ilp_json_put_string(&w, ilp_text(r->file));
	ilp_json_put_key(&w, "key");
	ilp_json_put_bool(&w, is_there(r->file, ".key"));
	ilp_json_end_object(&w);
	context_put(r->context, ilp_json_written(&w));
	fputc('\n', r->context->out);
}

static void tell(struct restore *r)
{
	FILE *out = r->context->out;

	fprintf(out, "%s is what %s was.\n", r->file, r->backup);
	if (is_there(r->file, AWAY))
		fprintf(out, "What was there is %s" AWAY " now.\n", r->file);
	if (!is_there(r->file, ".key"))
		fprintf(out,
			"If something was made through the API, the key of that "
			"node must be put to %s.key before it starts.\n",
			r->file);
	fprintf(out,
		"Next, start ilpd with it. It does not know what has happened "
		"since the backup was made: compare each account with the books "
		"of the peer, and tell the node by \"ilp adjust\" and \"ilp "
		"resolve\".\n");
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	struct restore r = { .context = c,
			     .backup = a->operands[0],
			     .file = a->operands[1],
			     .force = a->options[FORCE],
			     .lock = -1 };
	bool good = names_fit(&r) && check_backup(&r) && lock_old(&r) && look_at_keys(&r) &&
		    may_begin(&r) && put_in_place(&r);

	file_unlock(r.lock);
	if (good && c->json)
		put_json(&r);
	else if (good)
		tell(&r);
	return good ? COMMAND_OK : COMMAND_FAILED;
}

const struct command command_restore = {
	.name = "restore",
	.summary = "Puts a backup in the place of a data file",
	.operands = "BACKUP DATA-FILE",
	.operands_min = 2,
	.operands_max = 2,
	.file = true,
	.options = options,
	.text = "Checks a backup with \"ilpd --check\", copies it to the name "
		"of a data file, and with it the key that lies beside the "
		"backup, if one does. The node must not run. What is there "
		"already is left as it is, unless --force moves it away.\n\n"
		"What has happened since the backup was made is not in it: the "
		"balances are those of then.",
	.example = "  ilp restore monday.backup /var/lib/ilpd/ledger.db\n",
	.run = run,
};
