/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static bool fail(struct file_error *error, const char *path, const char *why)
{
	snprintf(error->text, sizeof(error->text), "%.200s: %s", path, why);
	return false;
}

static const char *read_all(struct buffer *out, FILE *file)
{
	uint8_t part[16384];

	while (!feof(file)) {
		size_t len = fread(part, 1, sizeof(part), file);

		if (ferror(file))
			return strerror(errno);
		if (len > FILE_MAX - out->len)
			return "too large";
		if (!buffer_add(out, (struct ilp_bytes){ part, len }, FILE_MAX))
			return "no memory";
	}
	return NULL;
}

bool file_read(struct buffer *out, const char *path, FILE *in,
	       struct file_error *error)
{
	bool given = strcmp(path, "-") == 0;
	FILE *file = given ? in : fopen(path, "rb");
	const char *problem = file ? read_all(out, file) : strerror(errno);

	if (file && !given)
		fclose(file);
	return problem ? fail(error, given ? "standard input" : path, problem) :
			 true;
}

static bool write_all(int file, struct ilp_bytes left)
{
	while (left.len) {
		ssize_t written = write(file, left.at, left.len);

		if (written < 0 && errno != EINTR)
			return false;
		left = ilp_bytes_skip(left, written < 0 ? 0 : (size_t)written);
	}
	return fsync(file) == 0;
}

bool file_write(const char *path, struct ilp_bytes content,
		struct file_error *error)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good = file >= 0 && write_all(file, content);

	if (!good)
		fail(error, path, strerror(errno));
	if (file >= 0)
		close(file);
	return good;
}
