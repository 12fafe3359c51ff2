/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What nobody can guess, from the kernel: for secrets. */
#ifndef SYS_ENTROPY_H
#define SYS_ENTROPY_H

#include "base/error.h"

#include <stddef.h>

#define ENTROPY_MAX_BYTES 64

/* Appends so many random bytes in hexadecimal digits, and a NUL: 2 * nr + 1 characters. */
int entropy_hex(size_t nr, char *hex, struct error *err);

#endif
