/* SPDX-License-Identifier: Apache-2.0 */
/* places.h - where things lie that nobody has said a place for: by what systemd
 * sets for a service, by the XDG rules, or where they are on every system.
 */
#ifndef IO_PLACES_H
#define IO_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#define PLACE_SIZE 4096

/* The folder of the books. False, and `error` says why, when there is no name
 * for one. */
bool places_books(char out[PLACE_SIZE], char *error, size_t error_size);

enum places_found {
	PLACES_FOUND,
	PLACES_NONE,  /* then `out` is where there could be one; or empty */
	PLACES_ERROR, /* and `error` says which */
};

/* The file of the configuration. */
enum places_found places_config(char out[PLACE_SIZE], char *error,
				size_t error_size);

#endif
