/* SPDX-License-Identifier: MIT-0 */
/* Work whose length a test chooses. */
#ifndef SUITES_WORK_H
#define SUITES_WORK_H

#include <benchgate.h>
#include <stdint.h>

/* There where tests/support/fake_clock.c is preloaded */
extern void fake_clock_pass(uint64_t duration_ns) __attribute__((weak));

/* About 300 ns each time: on the fake clock at once, else by counting. */
static inline void work_times(unsigned times)
{
	if (fake_clock_pass) {
		fake_clock_pass(BG_KEEP(times) * UINT64_C(300));
		return;
	}
	for (unsigned i = 0; i < BG_KEEP(times) * 1000; i++)
		BG_CLOBBER();
}

#endif
