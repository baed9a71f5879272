/* SPDX-License-Identifier: Apache-2.0 */
/* words.h - what the operator is told about prices, as text.
 *
 * Prices come from strangers, and what is wrong with an answer is rarely what
 * we foresaw: so it is said where it is, by line and column or by path, and
 * what was found there. What is not printable ASCII becomes a question mark,
 * since a stranger's bytes should not reach a terminal; what is too long is
 * cut.
 */
#ifndef PRICE_WORDS_H
#define PRICE_WORDS_H

#include <stdbool.h>

#define PRICE_WORDS_SIZE 256

struct price_words {
	char text[PRICE_WORDS_SIZE];
};

__attribute__((format(printf, 2, 3))) void price_say(struct price_words *words,
						     const char *format, ...);

/* Says why something was refused. Always false, so that a reader can end with
 * it. */
__attribute__((format(printf, 2, 3))) bool
price_refuse(struct price_words *words, const char *format, ...);

#endif
