/* SPDX-License-Identifier: Apache-2.0 */
/* Words for a shell, as somebody would type them again. */
#ifndef TOOLS_QUOTE_H
#define TOOLS_QUOTE_H

#include <stddef.h>

/** One word, in quotes where it needs them; to be freed. */
char *quote_word(const char *word);

/** Words with a zero byte before each, in `size` bytes, spaces between them; what
 * stands before the first zero byte is no word. */
char *quote_words(const char *bytes, size_t size);

#endif
