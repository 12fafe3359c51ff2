/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was explained, as a result keeps it (model/kept_explanation.h). */
#ifndef REPORT_EXPLANATION_KEEP_H
#define REPORT_EXPLANATION_KEEP_H

#include "explain/explain_account.h"
#include "model/kept_explanation.h"

/* Which stacks are kept. All zero: every one. */
struct explanation_limits {
	double least_share; /* of the whole, on one side at least */
	size_t most_stacks; /* the widest; 0: any number */
};

/* So much that a result file stays small. */
extern const struct explanation_limits explanation_small;

/* Of a subject without a trouble, into one that is all zero. base_commit: or NULL. */
void explanation_keep(const struct explain_account *account, const struct explain_subject *subject,
	const struct explanation_limits *limits, struct kept_explanation *kept);

#endif
