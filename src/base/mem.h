/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that is there or the program is not: out of memory prints one line and exits 3. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Zeroed; free() it. nr * size is checked for overflow. */
void *mem_alloc(size_t nr, size_t size);

/* realloc of nr * size bytes; what is new is not zeroed. */
void *mem_resize(void *old, size_t nr, size_t size);

/* A copy of len bytes with a NUL behind it. */
char *mem_copy(const void *bytes, size_t len);

#endif
