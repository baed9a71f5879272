/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "io/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#define BACKLOG 511

/* ---- TCP ---- */

int socket_listen_tcp(const char *host, uint16_t port, uint16_t *bound)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	int on = 1;
	int fd;

	if (uv_ip4_addr(host, port, (struct sockaddr_in *)&address) != 0 &&
	    uv_ip6_addr(host, port, (struct sockaddr_in6 *)&address) != 0) {
		errno = EINVAL;
		return -1;
	}
	fd = socket(address.ss_family,
		    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address,
		 address.ss_family == AF_INET ? sizeof(struct sockaddr_in) :
						sizeof(struct sockaddr_in6)) ||
	    listen(fd, BACKLOG) ||
	    getsockname(fd, (struct sockaddr *)&address, &len)) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	/* Both families have the port in the same place. */
	*bound = ntohs(((struct sockaddr_in *)&address)->sin_port);
	return fd;
}

/* ---- Unix sockets ---- */

/* Any other file is refused in the same way, and is somebody's. */
static bool is_socket(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISSOCK(status.st_mode);
}

/* A socket that nobody answers on is what an earlier run has left. One that has
 * too many waiting for it is not. */
static bool is_left_over(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool refused =
		fd >= 0 && is_socket(address->sun_path) &&
		connect(fd, (const struct sockaddr *)address,
			sizeof(*address)) != 0 &&
		errno == ECONNREFUSED;

	if (fd >= 0)
		close(fd);
	return refused;
}

/* Only its owner may come in; nobody else may in the moment before that is
 * said either. */
static int bind_for_owner(int fd, const struct sockaddr_un *address)
{
	mode_t before = umask(0177);
	int result = bind(fd, (const struct sockaddr *)address,
			  sizeof(*address));

	umask(before);
	return result;
}

/* In the place of one that an earlier run has left. */
static bool take_place(int fd, const struct sockaddr_un *address)
{
	if (bind_for_owner(fd, address) == 0)
		return true;
	if (errno != EADDRINUSE)
		return false;
	if (!is_left_over(address)) {
		errno = EADDRINUSE;
		return false;
	}
	return unlink(address->sun_path) == 0 &&
	       bind_for_owner(fd, address) == 0;
}

bool socket_path_fits(const char *path)
{
	return strlen(path) < sizeof(((struct sockaddr_un *)NULL)->sun_path);
}

int socket_listen_unix(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int error;
	int fd;

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (take_place(fd, &address) && listen(fd, BACKLOG) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}
