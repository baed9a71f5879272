/* SPDX-License-Identifier: Apache-2.0 */
/* moment.h - the time, for who looks again after a while. */
#ifndef CLI_MOMENT_H
#define CLI_MOMENT_H

#include <stdint.h>

/* In milliseconds, on a clock that does not step. */
int64_t moment_now_ms(void);

/* Lets so much of it pass. */
void moment_wait(int64_t ms);

#endif
