/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Has perf sample a benchmark in base and head: two fresh workers, warmed up, that work in turn on
 * one processor, so that what disturbs the machine falls on both. perf looks at the stack each half
 * a millisecond that they work, and not at what they do in the kernel. What it writes goes to a
 * scratch folder; nothing is left behind.
 */
#ifndef HARNESS_SAMPLER_H
#define HARNESS_SAMPLER_H

#include "base/buf.h"
#include "model/bench.h"
#include "model/plan.h"
#include "model/result.h"

#include <stdbool.h>

/* No round number: a body that takes as long would be seen at the same place each time. */
#define SAMPLER_PERIOD_NS 499979

struct sampler {
	char *perf;    /* its path; NULL: it cannot be used */
	char *version; /* "perf version 6.1" */
};

#define SAMPLER_INIT \
	{ \
		NULL, NULL \
	}

/* False: it cannot be used, and why is appended. Release it in any case. */
bool sampler_open(struct sampler *sampler, struct buf *why);
void sampler_release(struct sampler *sampler);

#define SAMPLER_SIDES 2 /* base, head */

struct sampled {
	const struct bench *bench;
	const struct plan *plan;
};

/* Of one side; what one pair of processes says is added. */
struct samples {
	uint64_t iterations;
	double time_ns;    /* an iteration of the last pair; NaN: not known */
	struct buf script; /* what "perf script" prints */
};

/* Samples one pair of processes. */
int sampler_take(const struct sampler *sampler, const struct sampled sampled[SAMPLER_SIDES],
	struct samples samples[SAMPLER_SIDES], struct fault *fault);

#endif
