/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared objects opened at run time; the only door to dlopen. */
#ifndef SYS_DYNLIB_H
#define SYS_DYNLIB_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Stays open until the process ends: what it registered may be called at any time. */
void *dynlib_open(const char *path, struct error *err);

/*
 * The first of those libraries (NULL at the end) that is there; NULL when none is. For what the
 * program itself needs: nothing else binds to what is in it, and what it calls of its own is its
 * own, even if the program exports a function of that name.
 */
void *dynlib_open_apart(const char *const *paths);

/* Is this program linked with everything, also with the C library? Then it opens no shared object:
 * that would bring a second C library along. */
bool dynlib_static_program(void);

/* Does a sanitizer take the place of functions of the C library in this process? */
bool dynlib_sanitized(void);

/* Calls back for each object that is loaded into this process: its path and build id in hex (""
 * when it has none). */
void dynlib_each(
	void (*call)(void *context, const char *path, const char *build_id), void *context);

typedef void dynlib_function(void);

/* NULL when it has no such function. Library NULL: what all libraries see, of the program and of
 * those that it is linked with. */
dynlib_function *dynlib_find(void *library, const char *name);

/* A function of a library, and where in a table of pointers to functions it belongs. A release has
 * small libraries linked in, under names of their own (Makefile, LINKED). */
struct dynlib_slot {
	const char *name;
	size_t at;
	dynlib_function *linked; /* NULL: it is opened at run time */
};

/* Fills a table; slots end with a NULL name. The name of a function that the library lacks, or
 * NULL. */
const char *dynlib_fill(void *library, const struct dynlib_slot *slots, void *table);

/* A library that the program itself needs, and what of it. */
struct dynlib_need {
	const char *library;      /* for people */
	const char *const *names; /* of its file, NULL at the end */
	const struct dynlib_slot *slots;
	const char *missing; /* the error where no such file is there */
	const char *wanted;  /* the error where it lacks a function: "1.7.13 or newer is needed" */
};

/* Fills a table with its functions: with those that are linked in, else it is opened apart. */
int dynlib_load(const struct dynlib_need *need, void *table, struct error *err);

/* Where a function lies in the file that it was loaded from, as that file's symbols count it. False
 * when it lies in none, or where there is no way to know. */
bool dynlib_place(dynlib_function *function, uint64_t *offset);

#endif
