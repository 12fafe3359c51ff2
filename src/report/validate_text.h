/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether benchmarks can be relied on: for people, a table, a line for each one that fails, and a
 * sentence at the end; for programs, JSON. */
#ifndef REPORT_VALIDATE_TEXT_H
#define REPORT_VALIDATE_TEXT_H

#include "base/buf.h"
#include "gate/validate.h"

/* other: the path of the other machine's file, or NULL. */
void validate_text(
	const struct validate *validate, const char *other, unsigned width, struct buf *out);
void validate_json(const struct validate *validate, struct buf *out);

#endif
