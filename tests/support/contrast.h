/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contrast and all that can be asked of it, against a reference. Include after close.h. */
#ifndef TESTS_SUPPORT_CONTRAST_H
#define TESTS_SUPPORT_CONTRAST_H

#include "data/stats_reference.h"
#include "stats/contrast.h"

static inline void assert_contrast(struct contrast c, const struct ref_contrast *r)
{
	struct interval i = contrast_interval(c, 0.9);

	assert_int_equal(c.answer, ANSWER_OK);
	assert_close(c.difference, r->difference);
	assert_close(c.se, r->se);
	assert_close(c.df, r->df);
	assert_close(contrast_p_above(c, 0), r->above_0);
	assert_close(contrast_p_above(c, 0.3), r->above);
	assert_close(contrast_p_below(c, 0.3), r->below);
	assert_close(contrast_p_differs(c, 0), r->differs);
	assert_close(contrast_p_within(c, -1.5, 1.5), r->within);
	assert_close(i.low, r->low90);
	assert_close(i.high, r->high90);
	i = contrast_interval(c, 0.99);
	assert_close(i.low, r->low99);
	assert_close(i.high, r->high99);
}

#endif
