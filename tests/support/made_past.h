/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A past of one run a day, for tests. draw.h goes before. */
#ifndef SUPPORT_MADE_PAST_H
#define SUPPORT_MADE_PAST_H

#include "base/array.h"
#include "base/date.h"
#include "gate/past.h"

#include <stdio.h>
#include <string.h>

enum { MADE_MAX = 200 };

struct made_past {
	struct past past;
	char times[MADE_MAX][DATE_TIME_MAX];
	char commits[MADE_MAX][41];
};

/* Appends a run; commits are 000..., 010101..., 020202... in hexadecimal digits. */
static inline void made_add(struct made_past *made, double value, const char *compiler)
{
	size_t at = made->past.points.nr;

	snprintf(made->times[at], DATE_TIME_MAX, "2026-01-01T00:00:00Z");
	date_add_seconds(made->times[at], (int64_t)at * 86400);
	for (size_t i = 0; i < 20; i++)
		snprintf(made->commits[at] + 2 * i, 3, "%02zx", at);
	*ARRAY_ADD(&made->past.points) = (struct past_point){ .value = value,
		.error = NAN,
		.time = made->times[at],
		.commit = made->commits[at],
		.compiler = compiler,
		.run = made->commits[at] };
}

static inline void made_look(struct made_past *made)
{
	const struct past_settings usual = { 0 };

	past_look(&made->past, &usual);
}

/* For the next one. */
static inline void made_clear(struct made_past *made)
{
	past_release(&made->past);
	memset(&made->past, 0, sizeof made->past);
}

#endif
