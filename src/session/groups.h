/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The groups that the help of a command with many options shows them in, in this order. Options
 * that many commands share are rows of session/, so the groups are, too. */
#ifndef SESSION_GROUPS_H
#define SESSION_GROUPS_H

enum group {
	GROUP_OTHER, /* last */
	GROUP_EVERYDAY,
	GROUP_SELECT,
	GROUP_MEASURE,
	GROUP_BASE,
	GROUP_JUDGE,
	GROUP_RESULTS,
	GROUP_ALERTS,
	GROUP_BUILD,
	NR_GROUPS
};

#endif
