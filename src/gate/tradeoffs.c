/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/tradeoffs.h"

#include "base/array.h"
#include "base/str.h"

void tradeoffs_release(struct tradeoffs *tradeoffs)
{
	for (size_t i = 0; i < tradeoffs->nr; i++) {
		struct tradeoff *tradeoff = &tradeoffs->items[i];
		struct weights *weights = &tradeoff->payment.weights;

		free(tradeoff->name);
		texts_release(&tradeoff->benchmarks);
		free(tradeoff->metric);
		free(tradeoff->reason);
		free(tradeoff->payment.metric);
		for (size_t k = 0; k < weights->nr; k++)
			free(weights->items[k].benchmark);
		ARRAY_RELEASE(weights);
	}
	ARRAY_RELEASE(tradeoffs);
}

bool tradeoff_is_of(const struct tradeoff *tradeoff, const char *benchmark, const char *metric)
{
	if (!str_glob(tradeoff->metric, metric))
		return false;
	for (size_t i = 0; i < tradeoff->benchmarks.nr; i++)
		if (str_matches(tradeoff->benchmarks.items[i], benchmark))
			return true;
	return false;
}
