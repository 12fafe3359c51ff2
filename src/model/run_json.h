/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run's spelling in JSON: the result file. Its schema is run.schema.json beside this file. */
#ifndef MODEL_RUN_JSON_H
#define MODEL_RUN_JSON_H

#include "base/buf.h"
#include "model/run.h"

#define RUN_JSON_VERSION 1

void run_json_print(const struct run *run, struct buf *out);

/* Text of the schema. */
extern const char run_schema_json[];

#endif
