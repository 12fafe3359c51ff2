/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text from outside, as each format wants it. What no format can hold (control characters, bytes
 * that are not UTF-8) is '?'. */
#ifndef REPORT_ESCAPE_H
#define REPORT_ESCAPE_H

#include "base/buf.h"

/* XML and HTML, in text and in quoted attributes. */
void escape_xml(struct buf *out, const char *text);

/* Markdown as GitHub and GitLab read it, in tables too: it shows as it is, links to nothing and
 * notifies nobody. */
void escape_markdown(struct buf *out, const char *text);

/* The same in a code span, with its backquotes. */
void escape_code(struct buf *out, const char *text, bool in_table);

/* A label's value in Prometheus text, without its quotes. */
void escape_label(struct buf *out, const char *text);

/* A field of a CSV file, quoted where it must be. No spreadsheet takes it for a formula: a ' goes
 * before what it would take for one. */
void escape_csv(struct buf *out, const char *text);

/* What follows the :: of a GitHub workflow command; and what stands in one of its properties. */
void escape_message(struct buf *out, const char *text);
void escape_property(struct buf *out, const char *text);

/* One word of a shell command, quoted where it must be. */
void escape_shell(struct buf *out, const char *text);

#endif
