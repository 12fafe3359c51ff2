/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that a foreign text numbers, so that it says each of them once, as callgrind's files do. */
#ifndef BASE_NUMBERED_NAMES_H
#define BASE_NUMBERED_NAMES_H

#include "base/texts.h"

/* What "(12) name", "(12)" or the name alone stands for. `names` keeps what the numbers mean, by
 * number, NULL where one means nothing yet; then, or where the number is none, it is NULL. */
const char *numbered_name(struct texts *names, const char *text);

#endif
