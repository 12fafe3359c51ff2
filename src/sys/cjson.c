/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/cjson.h"

#include "base/cjson.h"
#include "sys/dynlib.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#define FUNCTIONS(each) \
	each(InitHooks) each(CreateNull) each(CreateBool) each(CreateNumber) each(CreateString) \
		each(CreateArray) each(CreateObject) each(AddItemToArray) each(AddItemToObject) \
			each(ParseWithLengthOpts) each(PrintUnformatted) each(Delete) each(free)

#define LINKED(name) extern dynlib_function bg_linked_cJSON_##name __attribute__((weak));
#define SLOT(name) { "cJSON_" #name, offsetof(struct cjson, name), bg_linked_cJSON_##name },

FUNCTIONS(LINKED)

static const struct dynlib_slot functions[] = { FUNCTIONS(SLOT){ NULL, 0, NULL } };

static const char *const names[] = { "libcjson.so.1", "libcjson.1.dylib",
	"/opt/homebrew/lib/libcjson.1.dylib", NULL };

static const struct dynlib_need need = { "libcjson", names, functions,
	"libcjson is not found: install it (Debian: libcjson1; Fedora, Arch, Alpine and Homebrew: cjson)",
	"1.7.13 or newer is needed" };

int cjson_load(struct error *err)
{
	/* base/json.c frees what cJSON has allocated, and the other way round: both must use one
	 * heap, which a suite program may have brought. */
	cJSON_Hooks heap = { malloc, free };
	static bool loaded;

	if (loaded)
		return 0;
	if (dynlib_load(&need, &cjson, err))
		return -1;
	cjson.InitHooks(&heap);
	loaded = true;
	return 0;
}
