/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* renameat2 */
#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
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

static bool write_bytes(int file, struct ilp_bytes left)
{
	while (left.len) {
		ssize_t written = write(file, left.at, left.len);

		if (written < 0 && errno != EINTR)
			return false;
		left = ilp_bytes_skip(left, written < 0 ? 0 : (size_t)written);
	}
	return true;
}

static bool write_all(int file, struct ilp_bytes all)
{
	return write_bytes(file, all) && fsync(file) == 0;
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

bool file_is_there(const char *path)
{
	struct stat about;

	return lstat(path, &about) == 0 || errno != ENOENT;
}

/* ---- locks ---- */

/* From the first byte to the last that there can be, those by which SQLite
 * locks among them. */
int file_lock(const char *path, struct file_error *error)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int file = open(path, O_RDWR | O_CLOEXEC);

	if (file >= 0 && fcntl(file, F_SETLK, &whole) == 0)
		return file;
	fail(error, path,
	     errno == EACCES || errno == EAGAIN ? "it is in use" :
						  strerror(errno));
	if (file >= 0)
		close(file);
	return -1;
}

void file_unlock(int lock)
{
	if (lock >= 0)
		close(lock);
}

/* ---- copies ---- */

static bool copy_all(int from, int to)
{
	uint8_t part[65536];
	ssize_t got;

	while ((got = read(from, part, sizeof(part))) > 0)
		if (!write_bytes(to, (struct ilp_bytes){ part, (size_t)got }))
			return false;
	return got == 0 && fsync(to) == 0;
}

bool file_copy(const char *from, const char *to, struct file_error *error)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = in < 0 ? -1 :
			   open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
				0600);
	bool good = out >= 0 && copy_all(in, out);

	if (!good)
		fail(error, in < 0 ? from : to, strerror(errno));
	if (out >= 0)
		close(out);
	if (out >= 0 && !good)
		unlink(to);
	if (in >= 0)
		close(in);
	return good;
}

/* Where the file system cannot see to it, we look. */
bool file_rename(const char *from, const char *to, struct file_error *error)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return true;
	if ((errno == EINVAL || errno == ENOSYS) && !file_is_there(to) &&
	    rename(from, to) == 0)
		return true;
	return fail(error, to, strerror(errno));
}

bool file_sync_folder(const char *path, struct file_error *error)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) :
			       strdup(".");
	int file = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) :
			    -1;
	bool good = file >= 0 && fsync(file) == 0;

	if (!good)
		fail(error, path, strerror(errno));
	if (file >= 0)
		close(file);
	free(folder);
	return good;
}

void file_remove(const char *path)
{
	unlink(path);
}
