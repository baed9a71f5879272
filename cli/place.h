/* SPDX-License-Identifier: Apache-2.0 */
/* place.h - where the socket of the node on this machine is, when nobody says
 * it: where ilpd puts it by itself.
 */
#ifndef CLI_PLACE_H
#define CLI_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#define PLACE_SIZE 4096

/* The one that is there; of none, the one that there could be. By the
 * environment, as ilpd has it, then beside the books of whoever asks, then
 * beside those of the system. False when nothing says where to look. */
bool place_of_socket(char out[PLACE_SIZE]);

#endif
