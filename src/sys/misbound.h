/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Symbols of a library that the dynamic linker has bound elsewhere: it looks in the program and in
 * the libraries that this is linked with first, so that a library which has a qsort of its own may
 * call that of the C library all the same.
 */
#ifndef SYS_MISBOUND_H
#define SYS_MISBOUND_H

#include <stdbool.h>
#include <stddef.h>

/* Borrowed from the loader. A path is "" for the program itself. */
struct misbound {
	const char *name;    /* of a function or variable */
	const char *user;    /* the file that uses it */
	const char *owner;   /* the file that has it: the library or one that it brought */
	const char *reached; /* the file whose symbol of that name is used instead */
};

/* Remember it before a library is opened. */
size_t misbound_count_loaded(void);

/*
 * Is there one in a library, or in what it brought, since so many files were loaded? A reference
 * that names the version of another library's symbol is not one, and a weak symbol is nobody's own,
 * as those that C++ has in each file. Never where a sanitizer takes the place of functions, and
 * where there is no way to know.
 */
bool misbound_find(void *library, size_t nr_before, struct misbound *found);

#endif
