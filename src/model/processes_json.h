/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The processes of a result in JSON: a list for each thing that there is one of a process, for a
 * parser meets a few lists of numbers sooner than a hundred thousand objects.
 */
#ifndef MODEL_PROCESSES_JSON_H
#define MODEL_PROCESSES_JSON_H

#include "base/error.h"
#include "base/json.h"
#include "model/result.h"

/* Adds the member "processes". */
void processes_json_add(struct json *to, const struct process_rows *rows);

/* Into no rows, kept samples aside: those are for other programs. `where` names the object in the
 * error. */
int processes_json_read(
	const struct json *from, struct process_rows *rows, const char *where, struct error *err);

#endif
