/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/forward/process.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PATH_SIZE 300

static void add(struct process_cpu *out, const char *name, uint64_t ns)
{
	struct process_thread *thread = out->threads;
	struct process_thread *end = thread + out->count;

	while (thread < end && strcmp(thread->name, name) != 0)
		thread++;
	if (thread == end) {
		if (out->count == PROCESS_THREADS_MAX)
			return;
		out->count++;
		memset(thread, 0, sizeof(*thread));
		snprintf(thread->name, PROCESS_NAME_SIZE, "%s", name);
	}
	thread->ns += ns;
}

static void add_thread(struct process_cpu *out, int pid, const char *id)
{
	char path[PATH_SIZE];
	char name[PROCESS_NAME_SIZE] = "";
	uint64_t ns = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%s/comm", pid, id);
	file = fopen(path, "r");
	if (!file)
		return;
	if (fgets(name, sizeof(name), file))
		name[strcspn(name, "\n")] = '\0';
	fclose(file);
	snprintf(path, sizeof(path), "/proc/%d/task/%s/schedstat", pid, id);
	file = fopen(path, "r");
	if (!file)
		return;
	if (fscanf(file, "%" SCNu64, &ns) == 1)
		add(out, name, ns);
	fclose(file);
}

void process_cpu(struct process_cpu *out, int pid)
{
	char path[PATH_SIZE];
	DIR *tasks;

	out->count = 0;
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = opendir(path);
	if (!tasks)
		return;
	for (struct dirent *task; (task = readdir(tasks));)
		if (task->d_name[0] != '.')
			add_thread(out, pid, task->d_name);
	closedir(tasks);
}

uint64_t process_memory_kib(int pid, const char *key)
{
	char path[PATH_SIZE];
	char line[128];
	uint64_t kib = 0;
	size_t len = strlen(key);
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, key, len) == 0 && line[len] == ':')
			sscanf(line + len + 1, "%" SCNu64, &kib);
	if (file)
		fclose(file);
	return kib;
}
