/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/libyaml.h"

#include "base/libyaml.h"
#include "sys/dynlib.h"

#include <stdbool.h>
#include <stddef.h>

#define FUNCTION(name) \
	{ \
		"yaml_" #name, offsetof(struct libyaml, name) \
	}

static const struct dynlib_slot functions[] = {
	FUNCTION(parser_initialize),
	FUNCTION(parser_delete),
	FUNCTION(parser_set_input_string),
	FUNCTION(parser_set_encoding),
	FUNCTION(parser_parse),
	FUNCTION(event_delete),
	{ NULL, 0 },
};

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
