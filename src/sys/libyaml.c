/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/libyaml.h"

#include "base/libyaml.h"
#include "sys/dynlib.h"

#include <stdbool.h>
#include <stddef.h>

#define FUNCTIONS(each) \
	each(parser_initialize) each(parser_delete) each(parser_set_input_string) \
		each(parser_set_encoding) each(parser_parse) each(event_delete)

#define LINKED(name) extern dynlib_function bg_linked_yaml_##name __attribute__((weak));
#define SLOT(name) { "yaml_" #name, offsetof(struct libyaml, name), bg_linked_yaml_##name },

FUNCTIONS(LINKED)

static const struct dynlib_slot functions[] = { FUNCTIONS(SLOT){ NULL, 0, NULL } };

static const char *const names[] = { "libyaml-0.so.2", "libyaml-0.2.dylib",
	"/opt/homebrew/lib/libyaml-0.2.dylib", NULL };

static const struct dynlib_need need = { "libyaml", names, functions,
	"a YAML file needs libyaml, which is not found: install it (Debian: libyaml-0-2; Fedora, Homebrew and Arch: libyaml; Alpine: yaml), or write the file as JSON",
	"0.2 or newer is needed" };

int libyaml_load(struct error *err)
{
	static bool loaded;

	if (loaded)
		return 0;
	if (dynlib_load(&need, &libyaml, err))
		return -1;
	loaded = true;
	return 0;
}
