/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run's spelling in JSON: the result file. Its schema is run.schema.json beside this file. */
#ifndef MODEL_RUN_JSON_H
#define MODEL_RUN_JSON_H

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "model/run.h"

#define RUN_JSON_VERSION 2
#define RUN_JSON_OLDEST 1 /* its time is the typical one alone */

void run_json_print(const struct run *run, struct buf *out);

/* Into an empty run, kept samples aside. The error names the place; on error the run holds what was
 * read so far. */
int run_json_read(const char *text, size_t len, struct run *run, struct error *err);
int run_json_read_tree(const struct json *root, struct run *run, struct error *err);

/* The machine's fields, as they stand in every file that has them. */
void run_json_add_system(struct json *root, const struct env *env);
int run_json_read_system(const struct json *root, struct env *env, struct error *err);

/* Text of the schema. */
extern const char run_schema_json[];

/* Makes a run that was read an empty one, for a json_reader. */
void run_json_forget(void *run);

#endif
