/* SPDX-License-Identifier: Apache-2.0 */
#include "io/sealing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digits.h"
#include "io/data.h"
#include "io/now.h"

#define KEY_PATH_SIZE (DATA_PATH_SIZE + 8)
#define DIGITS (2 * SEAL_KEY_LEN)

struct key_file {
	char path[KEY_PATH_SIZE];
	bool needed;
	char *error;
	size_t error_size;
};

static bool fail(const struct key_file *f, const char *what)
{
	snprintf(f->error, f->error_size, "the key of the data file, %s: %s",
		 f->path, what);
	return false;
}

/* A key that others can read is none. */
static bool is_private(const struct key_file *f, int fd)
{
	struct stat about;

	if (fstat(fd, &about) != 0)
		return fail(f, strerror(errno));
	return !(about.st_mode & 077) ||
	       fail(f, "others may read it; it must be its owner's alone "
		       "(mode 0600)");
}

static bool parse(const struct key_file *f, const char *digits,
		  uint8_t key[SEAL_KEY_LEN])
{
	for (size_t i = 0; i < SEAL_KEY_LEN; i++) {
		int high = ilp_hex_value((uint8_t)digits[2 * i]);
		int low = ilp_hex_value((uint8_t)digits[2 * i + 1]);

		if (high < 0 || low < 0)
			return fail(f, "it is no key of 64 hexadecimal digits");
		key[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool read_key(const struct key_file *f, int fd,
		     uint8_t key[SEAL_KEY_LEN])
{
	char digits[DIGITS];
	bool good;

	if (!is_private(f, fd))
		return false;
	if (read(fd, digits, sizeof(digits)) != (ssize_t)sizeof(digits))
		return fail(f, "it is too short for a key");
	good = parse(f, digits, key);
	ilp_secret_clear(digits, sizeof(digits));
	return good;
}

/* Its name is there for good when the folder knows of it. */
static bool sync_folder(const char *path)
{
	char folder[KEY_PATH_SIZE];
	char *slash;
	bool good;
	int fd;

	strcpy(folder, path);
	slash = strrchr(folder, '/');
	if (slash)
		slash[1] = '\0';
	fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	good = fsync(fd) == 0;
	close(fd);
	return good;
}

/* Before anything is sealed with it, it is on the disk. It gets its name when
 * it is whole, so that a crash leaves no half of one. */
static bool write_key(const struct key_file *f, const char *unfinished, int fd,
		      const uint8_t key[SEAL_KEY_LEN])
{
	uint8_t digits[DIGITS + 1];
	bool good;

	for (size_t i = 0; i < SEAL_KEY_LEN; i++)
		ilp_hex(digits + 2 * i, key[i]);
	digits[DIGITS] = '\n';
	good = write(fd, digits, sizeof(digits)) == (ssize_t)sizeof(digits) &&
	       fsync(fd) == 0 && rename(unfinished, f->path) == 0 &&
	       sync_folder(f->path);
	ilp_secret_clear(digits, sizeof(digits));
	if (!good) {
		fail(f, strerror(errno));
		unlink(unfinished);
	}
	return good;
}

static bool make_key(const struct key_file *f, uint8_t key[SEAL_KEY_LEN])
{
	char unfinished[KEY_PATH_SIZE + 4];
	bool good;
	int fd;

	snprintf(unfinished, sizeof(unfinished), "%s.new", f->path);
	unlink(unfinished);
	fd = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(f, strerror(errno));
	now_draw(key, SEAL_KEY_LEN);
	good = write_key(f, unfinished, fd, key);
	close(fd);
	return good;
}

static bool find_key(const struct key_file *f, uint8_t key[SEAL_KEY_LEN])
{
	int fd = open(f->path, O_RDONLY | O_CLOEXEC);
	bool good;

	if (fd < 0 && errno != ENOENT)
		return fail(f, strerror(errno));
	if (fd < 0 && f->needed)
		return fail(f, "it is missing, and there is something that "
			       "only it opens");
	if (fd < 0)
		return make_key(f, key);
	good = read_key(f, fd, key);
	close(fd);
	return good;
}

struct seal *sealing_open(const char *data_file, bool needed, char *error,
			  size_t error_size)
{
	struct key_file f = { .needed = needed,
			      .error = error,
			      .error_size = error_size };
	uint8_t key[SEAL_KEY_LEN], seed[32];
	struct seal *seal;

	snprintf(f.path, sizeof(f.path), "%s.key", data_file);
	if (!find_key(&f, key))
		return NULL;
	now_draw(seed, sizeof(seed));
	seal = seal_create(key, seed);
	ilp_secret_clear(key, sizeof(key));
	ilp_secret_clear(seed, sizeof(seed));
	if (!seal)
		fail(&f, "no memory");
	return seal;
}
