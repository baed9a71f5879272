/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* realpath */
#include "cli/program.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

#define NAME "ilpd"

/* NULL when we do not know where we are. */
static char *beside_us(void)
{
	char *self = realpath("/proc/self/exe", NULL);
	char *slash = self ? strrchr(self, '/') : NULL;
	size_t folder = slash ? (size_t)(slash - self) + 1 : 0;
	char *path = slash ? malloc(folder + sizeof(NAME)) : NULL;

	if (path) {
		memcpy(path, self, folder);
		memcpy(path + folder, NAME, sizeof(NAME));
	}
	free(self);
	return path;
}

static int spawn(pid_t *pid, char *const *words)
{
	posix_spawn_file_actions_t actions;
	char *path = beside_us();
	int error = posix_spawn_file_actions_init(&actions);

	if (error == 0)
		error = posix_spawn_file_actions_adddup2(&actions, 2, 1);
	if (error == 0)
		error = path ? posix_spawn(pid, path, &actions, NULL, words,
					   environ) :
			       ENOENT;
	if (error == ENOENT)
		error = posix_spawnp(pid, NAME, &actions, NULL, words,
				     environ);
	posix_spawn_file_actions_destroy(&actions);
	free(path);
	return error;
}

int program_ilpd(char *const *words)
{
	int status;
	pid_t pid;

	fflush(NULL);
	if (spawn(&pid, words) != 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
