/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_replay.c - runs a fuzz target over the files of its corpus: what the
 * fuzzer once found, and what it starts from, stays tested everywhere. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool replay(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;
	bool whole = false;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END)) {
		perror(path);
		return false;
	}
	size_t len = (size_t)ftell(file);
	rewind(file);
	/* Exactly as long as the input, so that reading past it shows. */
	uint8_t *data = malloc(len ? len : 1);
	if (data && fread(data, 1, len, file) == len) {
		LLVMFuzzerTestOneInput(data, len);
		whole = true;
	}
	free(data);
	fclose(file);
	return whole;
}

int main(int argc, char **argv)
{
	bool failed = false;
	int count = 0;

	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);
		struct dirent *entry;

		if (!folder) {
			perror(argv[i]);
			return 1;
		}
		while ((entry = readdir(folder)))
			if (entry->d_name[0] != '.') {
				failed |= !replay(argv[i], entry->d_name);
				count++;
			}
		closedir(folder);
	}
	printf("%d inputs\n", count);
	return failed || count == 0; /* an empty corpus tests nothing */
}
