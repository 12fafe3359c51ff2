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

/*
 * Many small pieces will be allocated, of so many bytes together: malloc gets room for them from
 * the system at once, in pages as large as there are. Without it a page costs as much to get as to
 * fill. A hint: what is not used costs nothing, and there may be more.
 */
void mem_expect(size_t size);

#endif
