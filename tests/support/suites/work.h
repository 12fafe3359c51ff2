/* SPDX-License-Identifier: MIT-0 */
/* Work whose length a test chooses. */
#ifndef SUITES_WORK_H
#define SUITES_WORK_H

#include <benchgate.h>
#include <stdint.h>

/* There where tests/support/fake_clock.c is preloaded */
extern void fake_clock_pass(uint64_t duration_ns) __attribute__((weak));

/* On the fake clock at once, else by counting, for about so long. */
static inline void work_ns(uint64_t duration_ns)
{
	if (fake_clock_pass) {
		fake_clock_pass(BG_KEEP(duration_ns));
		return;
	}
	for (uint64_t i = 0; i < BG_KEEP(duration_ns) * 10 / 3; i++)
		BG_CLOBBER();
}

#endif
