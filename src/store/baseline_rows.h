/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a baseline's file and its structs have in common: printing and parsing share these rows. */
#ifndef STORE_BASELINE_ROWS_H
#define STORE_BASELINE_ROWS_H

#include "base/json_fields.h"

extern const struct json_field baseline_bench_rows[];   /* of a struct result */
extern const struct json_field baseline_spent_rows[];   /* the same, where it is known */
extern const struct json_field baseline_counted_rows[]; /* the same, where it has counts */
extern const struct json_field baseline_digest_rows[];  /* of a struct digest */
extern const struct json_field baseline_change_rows[];  /* of a struct change, its interval aside */
extern const struct json_field baseline_metric_rows[];  /* of a struct metric_line */

/* A metric's kind as the file spells it. */
struct metric_line {
	char *unit;
	unsigned better; /* place in better_words */
};

#endif
