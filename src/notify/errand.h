/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program of a channel's that is told of a message, while others are told of theirs. */
#ifndef NOTIFY_ERRAND_H
#define NOTIFY_ERRAND_H

#include "notify/notifier.h"

struct errand;

/* NULL with the error when the program cannot be started. */
struct errand *errand_start(
	const struct outlet *outlet, const struct json *body, struct error *err);

enum errand_end {
	ERRAND_RUNS,
	ERRAND_DONE,
	ERRAND_FAILED, /* the error says how, with the last line of what it printed */
};

/* Waits until then (of clock_now_ns) at most. */
enum errand_end errand_wait(struct errand *errand, uint64_t until_ns, struct error *err);

/* A program that still runs is killed. */
void errand_free(struct errand *errand);

#endif
