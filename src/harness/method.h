/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A way to measure, as the schedule sees it: what a benchmark gets one more of at a time. */
#ifndef HARNESS_METHOD_H
#define HARNESS_METHOD_H

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
};

#endif
