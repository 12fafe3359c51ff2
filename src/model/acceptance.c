/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/acceptance.h"

#include "base/array.h"
#include "base/str.h"

void acceptances_release(struct acceptances *acceptances)
{
	for (size_t i = 0; i < acceptances->nr; i++) {
		struct acceptance *acceptance = &acceptances->items[i];

		free(acceptance->benchmark);
		free(acceptance->metric);
		free(acceptance->reason);
		free(acceptance->until);
		free(acceptance->timestamp);
		free(acceptance->commit);
		free(acceptance->by);
	}
	ARRAY_RELEASE(acceptances);
}

const struct acceptance *acceptances_find(
	const struct acceptances *acceptances, const char *benchmark, const char *metric)
{
	for (size_t i = acceptances->nr; i-- > 0;) {
		const struct acceptance *acceptance = &acceptances->items[i];

		if (str_matches(acceptance->benchmark, benchmark) &&
			(!acceptance->metric || str_glob(acceptance->metric, metric)))
			return acceptance;
	}
	return NULL;
}
