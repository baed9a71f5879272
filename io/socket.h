/* SPDX-License-Identifier: Apache-2.0 */
/* socket.h - sockets that listen. */
#ifndef IO_SOCKET_H
#define IO_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

/* On an IP address; port 0 is any that is free, and `bound` which one it is.
 * -1, and errno says why. */
int socket_listen_tcp(const char *host, uint16_t port, uint16_t *bound);

/* Is that short enough for the path of a Unix socket? */
bool socket_path_fits(const char *path);

/* On such a path, where only the owner may come in. What an earlier process has
 * left there gives way, and one that still listens does not. */
int socket_listen_unix(const char *path);

#endif
