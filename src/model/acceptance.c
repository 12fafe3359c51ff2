/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/acceptance.h"

#include "base/array.h"
#include "base/str.h"

void acceptances_release(struct acceptances *acceptances)
{
	for (size_t i = 0; i < acceptances->nr; i++) {
		struct acceptance *acceptance = &acceptances->items[i];

		free(acceptance->benchmark);
		free(acceptance->reason);
		free(acceptance->until);
		free(acceptance->timestamp);
		free(acceptance->commit);
		free(acceptance->by);
	}
	ARRAY_RELEASE(acceptances);
}

const struct acceptance *acceptances_find(
	const struct acceptances *acceptances, const char *benchmark)
{
	for (size_t i = acceptances->nr; i-- > 0;)
		if (str_matches(acceptances->items[i].benchmark, benchmark))
			return &acceptances->items[i];
	return NULL;
}
