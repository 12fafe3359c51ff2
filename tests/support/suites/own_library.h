/* SPDX-License-Identifier: MIT-0 */
/*
 * A library whose functions have names that benchgate's libraries have too: cJSON's, which
 * benchgate reads files with, and two of the C library's. How often they were called tells whether
 * they, and no others, were reached. Built with -DSLOWER_PERMILLE=150 each takes 15 % more time.
 */
#ifndef OWN_LIBRARY_H
#define OWN_LIBRARY_H

#include <stddef.h>

extern unsigned own_calls;

#ifdef OWN_CJSON
typedef struct cJSON cJSON;
cJSON *cJSON_Parse(const char *text);
char *cJSON_PrintUnformatted(const cJSON *item);
void cJSON_Delete(cJSON *item);
#endif
#ifdef OWN_QSORT
void qsort(void *items, size_t nr, size_t size, int (*compare)(const void *, const void *));
#endif
#ifdef OWN_MEMCPY
void *memcpy(void *restrict to, const void *restrict from, size_t size);
#endif
#ifdef OWN_MALLOC
void *malloc(size_t size);
void free(void *place);
#endif

#endif
