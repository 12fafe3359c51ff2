/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The processes and duets of a result in JSON. */
#ifndef MODEL_PROCESSES_JSON_H
#define MODEL_PROCESSES_JSON_H

#include "base/error.h"
#include "base/json.h"
#include "model/result.h"

/* Adds the member "processes", and "duets" where there are any. */
void processes_json_add(struct json *to, const struct result *result);

/* Into a result that has none, kept samples aside: those are for other programs. `where` names the
 * object in the error. */
int processes_json_read(
	const struct json *from, struct result *result, const char *where, struct error *err);

#endif
