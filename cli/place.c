/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BOOKS "ledger.db.sock"
#define SYSTEM "/var/lib/ilpd/" BOOKS

/* One that may not be looked at is there for all that we know. */
static bool is_there(const char *path)
{
	return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static bool take(char out[PLACE_SIZE], int len)
{
	if (len >= PLACE_SIZE)
		out[0] = '\0';
	return out[0];
}

/* Said by somebody: then it is nowhere else. */
static bool take_said(char out[PLACE_SIZE], const char *variable,
		      const char *end)
{
	const char *value = getenv(variable);

	if (!value || !value[0] || strcmp(value, "none") == 0)
		return false;
	return take(out, snprintf(out, PLACE_SIZE, "%s%s", value, end));
}

/* As for all folders of XDG, only whole paths count; and of several of
 * systemd, separated by colons, the first is meant. */
static bool take_folder(char out[PLACE_SIZE], const char *variable,
			const char *middle)
{
	const char *folder = getenv(variable);

	if (!folder || folder[0] != '/')
		return false;
	return take(out, snprintf(out, PLACE_SIZE, "%.*s%s/" BOOKS,
				  (int)strcspn(folder, middle[0] ? "" : ":"),
				  folder, middle));
}

static bool take_own(char out[PLACE_SIZE])
{
	return take_folder(out, "STATE_DIRECTORY", "") ||
	       take_folder(out, "XDG_DATA_HOME", "/ilpd") ||
	       (geteuid() != 0 &&
		take_folder(out, "HOME", "/.local/share/ilpd"));
}

bool place_of_socket(char out[PLACE_SIZE])
{
	out[0] = '\0';
	if (take_said(out, "ILP_SOCKET", "") ||
	    take_said(out, "ILPD_DATA_FILE", ".sock"))
		return true;
	if (take_own(out) && (is_there(out) || !is_there(SYSTEM)))
		return true;
	return take(out, snprintf(out, PLACE_SIZE, "%s", SYSTEM));
}
