/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Instructions that this process and its threads execute, as the processor counts them: those of
 * programs, without the kernel's. Linux only. */
#ifndef SYS_PERF_H
#define SYS_PERF_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* A counter that stands still; threads that are started later are counted, too. -1 where there is
 * none, and why is appended. */
int perf_open(struct buf *why);

void perf_begin(int counter);
/* Since perf_begin. False: the counter was shared with others, and counted a part only. */
bool perf_end(int counter, uint64_t *instructions);

/* May perf sample processes of ours by the processor's time? Else why not is appended. */
bool perf_samples(struct buf *why);

/* Can there be a counter? Else why not is appended, with what would help. */
bool perf_works(struct buf *why);

#endif
