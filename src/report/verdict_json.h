/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verdict's spelling in JSON. Its schema is verdict.schema.json beside this file. */
#ifndef REPORT_VERDICT_JSON_H
#define REPORT_VERDICT_JSON_H

#include "base/buf.h"
#include "gate/verdict.h"

#define VERDICT_JSON_VERSION 4

void verdict_json(const struct verdict *verdict, struct buf *out);

/* Text of the schema. */
extern const char verdict_schema_json[];

#endif
