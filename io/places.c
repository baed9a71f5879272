/* SPDX-License-Identifier: Apache-2.0 */
#include "io/places.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Like all that is said of files under XDG, only whole paths count. */
static const char *folder_of(const char *variable)
{
	const char *folder = getenv(variable);

	return folder && folder[0] == '/' ? folder : NULL;
}

/* For one kind of file: who may say a folder, and which it is otherwise. */
struct rule {
	const char *service; /* a variable of systemd */
	const char *user;    /* a variable of XDG, */
	const char *home;    /* and what it stands for under HOME */
	const char *system;
};

static const struct rule books = {
	"STATE_DIRECTORY",
	"XDG_DATA_HOME",
	".local/share",
	"/var/lib/ilpd",
};

static const struct rule configuration = {
	"CONFIGURATION_DIRECTORY",
	"XDG_CONFIG_HOME",
	".config",
	"/etc/ilpd",
};

static bool is_service(void)
{
	return geteuid() == 0 || folder_of("STATE_DIRECTORY");
}

/* Of several, separated by colons, the first is meant. Empty when there is
 * none, or it would be too long. */
static void find_folder(const struct rule *rule, char out[PLACE_SIZE])
{
	const char *service = folder_of(rule->service);
	const char *user = folder_of(rule->user);
	const char *home = folder_of("HOME");
	int len = 0;

	out[0] = '\0';
	if (service)
		len = snprintf(out, PLACE_SIZE, "%.*s",
			       (int)strcspn(service, ":"), service);
	else if (user)
		len = snprintf(out, PLACE_SIZE, "%s/ilpd", user);
	else if (is_service())
		len = snprintf(out, PLACE_SIZE, "%s", rule->system);
	else if (home)
		len = snprintf(out, PLACE_SIZE, "%s/%s/ilpd", home,
			       rule->home);
	if (len >= PLACE_SIZE)
		out[0] = '\0';
}

bool places_books(char out[PLACE_SIZE], char *error, size_t error_size)
{
	find_folder(&books, out);
	if (!out[0])
		snprintf(error, error_size,
			 "no \"dataFile\", and neither XDG_DATA_HOME nor HOME "
			 "says where to put it");
	return out[0];
}

/* A folder that may not be looked into has none for us, and we say so. */
static bool is_there(const char *path, int *failure)
{
	if (access(path, F_OK) == 0)
		return true;
	if (errno != ENOENT && errno != ENOTDIR)
		*failure = errno;
	return false;
}

enum places_found places_config(char out[PLACE_SIZE], char *error,
				size_t error_size)
{
	char folder[PLACE_SIZE];
	char other[PLACE_SIZE + 16];
	char yaml[PLACE_SIZE + 16];
	int failure = 0;
	bool one, two;

	find_folder(&configuration, folder);
	out[0] = '\0';
	if (!folder[0])
		return PLACES_NONE;
	snprintf(yaml, sizeof(yaml), "%s/ilpd.yaml", folder);
	snprintf(other, sizeof(other), "%s/ilpd.json", folder);
	one = is_there(yaml, &failure);
	two = is_there(other, &failure);
	if (failure || (one && two) || strlen(yaml) >= PLACE_SIZE) {
		snprintf(error, error_size, "%s: %s", yaml,
			 failure ? strerror(failure) :
			 one     ? "there is an ilpd.json beside it, and only "
				  "one of them can be meant" :
				  "the path is too long");
		return PLACES_ERROR;
	}
	memcpy(out, two ? other : yaml, strlen(yaml) + 1);
	return one || two ? PLACES_FOUND : PLACES_NONE;
}
