/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_replay.c - runs a fuzz target over the files of its corpus: what the
 * fuzzer once found, and what it starts from, stays tested everywhere. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return 0;
	}
	fseek(file, 0, SEEK_END);
	long len = ftell(file);
	rewind(file);
	/* Exactly as long as the input, so that reading past it shows. */
	uint8_t *data = malloc(len > 0 ? (size_t)len : 1);
	size_t got = data ? fread(data, 1, (size_t)len, file) : 0;
	fclose(file);
	if (data && got == (size_t)len)
		LLVMFuzzerTestOneInput(data, got);
	free(data);
	return 1;
}

int main(int argc, char **argv)
{
	int count = 0;

	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);
		struct dirent *entry;

		if (!folder) {
			perror(argv[i]);
			return 1;
		}
		while ((entry = readdir(folder)))
			if (entry->d_name[0] != '.')
				count += replay(argv[i], entry->d_name);
		closedir(folder);
	}
	printf("%d inputs\n", count);
	return count == 0; /* an empty corpus tests nothing */
}
