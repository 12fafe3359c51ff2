/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The target of a request: "/api/v1/series?benchmark=sort%2F1", taken apart. Pure. What could mean
 * two things to two programs is refused: bad escapes, control characters, "..", empty segments. */
#ifndef SERVE_TARGET_H
#define SERVE_TARGET_H

#include "base/texts.h"

#define TARGET_MAX_BYTES 8192

struct target {
	struct texts segments;      /* decoded; "/" has none */
	struct texts names, values; /* of the query, decoded, in their order */
};

/* Why it is refused, for the client; NULL: it was taken. Release it in any case. */
const char *target_parse(struct target *target, const char *text);
void target_release(struct target *target);

/* The value of the first parameter of that name; NULL: there is none. */
const char *target_value(const struct target *target, const char *name);

#endif
