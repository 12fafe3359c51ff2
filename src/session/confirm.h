/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A regression in turn is measured again where a control moved: in fresh units of its own. */
#ifndef SESSION_CONFIRM_H
#define SESSION_CONFIRM_H

#include "session/measure.h"

/* base: what verdicts will compare the run with. Of pair->head, those that need it. */
void confirm_take(const struct measure_options *options, const struct measure_pair *pair,
	const struct run *base, struct run *run);

#endif
