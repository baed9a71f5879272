/* SPDX-License-Identifier: Apache-2.0 */
/* program.h - another program of ours, which is run until it ends. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

/* ilpd with these words, the first of which stands for itself, up to a NULL: the
 * one beside us, else the one that the shell would find. What it prints goes to
 * our stderr. Its exit status; -1 when it could not be run. */
int program_ilpd(char *const *words);

#endif
