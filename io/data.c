/* SPDX-License-Identifier: Apache-2.0 */
#include "io/data.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/places.h"
#include "ledger/sqlite.h"
#include "node/config.h"

/* A folder is there for good when the one around it knows of it. */
static bool sync_parent(const char *path)
{
	char parent[DATA_PATH_SIZE + 3];
	bool good;
	int fd;

	snprintf(parent, sizeof(parent), "%s/..", path);
	fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	good = fsync(fd) == 0;
	close(fd);
	return good;
}

static bool make_folder(const char *path)
{
	if (mkdir(path, 0700) == 0)
		return sync_parent(path);
	return errno == EEXIST;
}

/* Every folder on the way to the file. */
static bool make_folders(char *path, char *error, size_t error_size)
{
	for (char *at = path + 1; (at = strchr(at, '/')); at++) {
		bool good;

		*at = '\0';
		good = make_folder(path);
		if (!good)
			snprintf(error, error_size, "cannot make %s: %s", path,
				 strerror(errno));
		*at = '/';
		if (!good)
			return false;
	}
	return true;
}

bool data_path(const struct config *config, char out[DATA_PATH_SIZE],
	       char *error, size_t error_size)
{
	char folder[PLACE_SIZE];
	int len;

	if (config->data_file) {
		len = snprintf(out, DATA_PATH_SIZE, "%s", config->data_file);
	} else {
		if (!places_books(folder, error, error_size))
			return false;
		len = snprintf(out, DATA_PATH_SIZE, "%s/ledger.db", folder);
	}
	if (len < DATA_PATH_SIZE)
		return true;
	snprintf(error, error_size, "the path of the data file is too long");
	return false;
}

bool data_make_folders(const struct config *config, char path[DATA_PATH_SIZE],
		       char *error, size_t error_size)
{
	return config->data_file || make_folders(path, error, error_size);
}

struct ledger *data_open(const struct config *config, const char *path,
			 char *error, size_t error_size)
{
	const struct ledger_sqlite_options options = {
		.path = path,
		.journal = config->connector.durability == CONNECTOR_AUDIT,
	};
	struct ledger_sqlite_error problem;
	struct ledger *ledger = ledger_sqlite_open(&options, &problem);

	if (!ledger)
		snprintf(error, error_size, "%s", problem.text);
	return ledger;
}

static void print_difference(void *context, const char *text)
{
	(void)context;
	printf("%s\n", text);
}

bool data_check(const char *path)
{
	struct ledger_sqlite_summary s;
	struct ledger_sqlite_error error;

	if (!ledger_sqlite_check(path, NULL, print_difference, NULL, &s,
				 &error)) {
		fprintf(stderr, "ilpd: %s\n", error.text);
		return false;
	}
	printf("%s: %" PRIu64 " differences; %" PRIu64 " accounts and %" PRIu64
	       " closed, %" PRIu64 " records, %" PRIu64 " deltas up to batch "
	       "%" PRIu64 "\n",
	       path, s.differences, s.accounts, s.closed, s.records, s.deltas,
	       s.batches);
	return s.differences == 0;
}
