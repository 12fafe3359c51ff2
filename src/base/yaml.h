/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * YAML as people write it in a configuration file, read into the tree of base/json.h. The process
 * must have opened libyaml (libyaml_load of sys/libyaml.h).
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/error.h"
#include "base/json.h"

#include <stddef.h>

/*
 * One document whose root is an object. An unquoted value is a number, true, false or null where
 * JSON spells it so ("~" and nothing are null, too), and a text otherwise: `2%` and `yes` are
 * texts. Anchors, aliases, tags and keys that occur twice are errors. NULL on error, which says
 * line and column.
 */
struct json *yaml_parse(const char *text, size_t len, struct error *err);

#endif
