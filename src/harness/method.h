/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A way to measure, as the schedule sees it: what a benchmark gets one more of at a time. */
#ifndef HARNESS_METHOD_H
#define HARNESS_METHOD_H

#include "base/buf.h"
#include "model/plan.h"
#include "model/result.h"

struct method {
	const char *noun; /* of what it takes, more than one of them: "processes" */
	/* Adds one to the result. -1 with the fault when there is none; then it is as it was. */
	int (*take)(void *context, const struct bench *bench, const struct plan *plan,
		struct result *result, struct fault *fault);
	size_t (*count)(const struct result *result); /* how many it has */
	uint64_t (*wanted)(const struct plan *plan);  /* how many it is to have */
	void *context;
	/*
	 * For several at once, each in a copy of this process: may the next be taken so, taking one
	 * there (nothing is written where it must be taken alone), and adding it to the result
	 * here. Or all NULL.
	 */
	bool (*may_share)(const struct bench *bench, const struct result *result);
	void (*take_away)(void *context, const struct bench *bench, const struct plan *plan,
		struct result *result, struct buf *out);
	void (*bring_back)(void *context, const struct bench *bench, const struct buf *taken,
		struct result *result);
};

#endif
