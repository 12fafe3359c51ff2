/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/policy.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

struct tolerance policy_tolerance(const struct policy *policy, const char *tier)
{
	static const struct {
		const char *tier;
		double threshold_ratio;
	} built_in[] = { { "critical", 0.02 }, { "comprehensive", 0.10 } };
	double threshold_ratio = 0.05;

	for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
		if (strcmp(built_in[i].tier, tier) == 0)
			threshold_ratio = built_in[i].threshold_ratio;
	if (!isnan(policy->threshold_ratio))
		threshold_ratio = policy->threshold_ratio;
	return (struct tolerance){ threshold_ratio, 2 * threshold_ratio };
}
