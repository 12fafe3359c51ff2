/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The member "profile" of a benchmark, which only those that were asked for it have. */
#ifndef MODEL_PROFILE_JSON_H
#define MODEL_PROFILE_JSON_H

#include "base/error.h"
#include "base/json.h"
#include "model/profile.h"

void profile_json_add(struct json *to, const struct profile *profile);
int profile_json_read(
	const struct json *from, struct profile *profile, const char *where, struct error *err);

#endif
