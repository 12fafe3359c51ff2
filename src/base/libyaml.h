/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libyaml's functions, found in the library when a YAML file is read (sys/libyaml.h). For
 * base/yaml.c alone. */
#ifndef BASE_LIBYAML_H
#define BASE_LIBYAML_H

#include <yaml.h>

struct libyaml {
	__typeof__(yaml_parser_initialize) *parser_initialize;
	__typeof__(yaml_parser_delete) *parser_delete;
	__typeof__(yaml_parser_set_input_string) *parser_set_input_string;
	__typeof__(yaml_parser_set_encoding) *parser_set_encoding;
	__typeof__(yaml_parser_parse) *parser_parse;
	__typeof__(yaml_event_delete) *event_delete;
};

/* Holds once libyaml_load has returned 0. */
extern struct libyaml libyaml;

#endif
