/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doubles that agree to 1e-9 in relative terms: what the tests ask of a statistic. Include after
 * test.h. */
#ifndef TESTS_SUPPORT_CLOSE_H
#define TESTS_SUPPORT_CLOSE_H

#include <math.h>
#include <stdbool.h>

#define NR_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Infinities are close to themselves; a NaN is close to nothing. */
static inline bool is_close(double found, double wanted)
{
	if (isinf(found) || isinf(wanted))
		return found == wanted;
	return fabs(found - wanted) <= 1e-9 * fmax(fabs(found), fabs(wanted));
}

#define assert_close(found, wanted) assert_close_at(found, wanted, #found, __LINE__)
#define assert_nan(found) assert_true(isnan(found))

static inline void assert_close_at(double found, double wanted, const char *what, int line)
{
	if (!is_close(found, wanted))
		fail_msg("line %d: %s is %.17g, not %.17g (%.1e off)", line, what, found, wanted,
			fabs(found / wanted - 1));
}

#endif
