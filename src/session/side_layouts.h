/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two sides in several layouts: as many builds of the one as of the other, pair by pair. */
#ifndef SESSION_SIDE_LAYOUTS_H
#define SESSION_SIDE_LAYOUTS_H

#include "session/side.h"

/* side_prepare of both, in the layouts that the options ask for or that a list has. Whoever asks
 * for layouts on the command line wants them; the policy file speaks of revisions alone. */
int side_layouts_prepare(struct side *base, struct side *head, const struct side_options *options,
	struct error *err);

/* The benchmarks of a side's further layouts, in order; the caller's to free. */
const struct benches **side_layouts_benches(const struct side *side);

#endif
