/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/dynlib.h"

#include <dlfcn.h>
#include <string.h>

void *dynlib_open(const char *path, struct error *err)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		error_set(err, ERR_USAGE, "%s", dlerror());
	return library;
}

dynlib_function *dynlib_find(void *library, const char *name)
{
	void *address = dlsym(library, name);
	dynlib_function *function;

	/* POSIX promises that the bits are the same; ISO C has no cast for it. */
	memcpy(&function, &address, sizeof function);
	return function;
}
