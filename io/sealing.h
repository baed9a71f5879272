/* SPDX-License-Identifier: Apache-2.0 */
/* sealing.h - the key that seals what is secret in the data file. It lies in a
 * file of its own beside it, for its owner's eyes only. */
#ifndef IO_SEALING_H
#define IO_SEALING_H

#include "node/admin/seal.h"

/* The path of the key is the data file's with ".key" behind it. Made when there
 * is none, unless it is needed for what is there. NULL, and `error` says why. */
struct seal *sealing_open(const char *data_file, bool needed, char *error,
			  size_t error_size);

#endif
