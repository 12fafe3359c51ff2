/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When to stop measuring is not the harness's to say: it asks, after each process. */
#ifndef HARNESS_DECIDER_H
#define HARNESS_DECIDER_H

#include "model/result.h"

struct decider {
	/* Enough for this benchmark? */
	bool (*enough)(void *context, const struct result *result);
	void *context;
};

/* Stops each benchmark at its planned number of processes. */
struct decider decider_fixed(void);

#endif
