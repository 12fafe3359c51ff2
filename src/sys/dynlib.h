/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared objects opened at run time; the only door to dlopen. */
#ifndef SYS_DYNLIB_H
#define SYS_DYNLIB_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Stays open until the process ends: what it registered may be called at any time. */
void *dynlib_open(const char *path, struct error *err);

/* Calls back for each object that is loaded into this process: its path and build id in hex (""
 * when it has none). */
void dynlib_each(
	void (*call)(void *context, const char *path, const char *build_id), void *context);

typedef void dynlib_function(void);

/* NULL when it has no such function. */
dynlib_function *dynlib_find(void *library, const char *name);

/* Where a function lies in the file that it was loaded from, as that file's symbols count it. False
 * when it lies in none, or where there is no way to know. */
bool dynlib_place(dynlib_function *function, uint64_t *offset);

#endif
