/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a metric's values are, as result files and baselines spell it: members that only metrics of
 * other tools' files have. */
#ifndef MODEL_BASIS_JSON_H
#define MODEL_BASIS_JSON_H

#include "base/error.h"
#include "base/json.h"
#include "model/result.h"

/* "basis", "is_count" and "shown_only", of a metric. */
void basis_json_add(struct json *to, const struct metric *metric);
int basis_json_read(
	const struct json *from, struct metric *metric, const char *where, struct error *err);

/* A digest, as the member of that name. */
void digest_json_add(struct json *to, const char *name, const struct digest *digest);
int digest_json_read(
	const struct json *from, struct digest *digest, const char *where, struct error *err);

#endif
