/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The member "counting" of a result file or a baseline, which only those with counts have. */
#ifndef MODEL_COUNTING_JSON_H
#define MODEL_COUNTING_JSON_H

#include "base/error.h"
#include "base/json.h"
#include "model/counting.h"

#include <stdbool.h>

/* False: nothing was counted, nor tried to be, and there is no such member. */
bool counting_json_add(struct json *root, const struct counting *counting);
int counting_json_read(const struct json *root, struct counting *counting, struct error *err);

#endif
