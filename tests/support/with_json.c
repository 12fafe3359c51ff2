/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linked into each unit test: it has JSON, as a command has from main.c. */
#include "sys/cjson.h"

#include <stdio.h>
#include <stdlib.h>

__attribute__((constructor)) static void open_cjson(void)
{
	struct error err = ERROR_INIT;

	if (cjson_load(&err)) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
}
