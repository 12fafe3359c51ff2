/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/basis.h"

void basis_add_values(const struct metric *metric, size_t nr, struct buf *out)
{
	const char *plural = nr == 1 ? "" : "s";

	switch (metric->basis) {
	case BASIS_PROCESSES:
		buf_addf(out, "%zu process%s", nr, nr == 1 ? "" : "es");
		break;
	case BASIS_SAMPLES:
		buf_addf(out, "%zu sample%s of one process", nr, plural);
		break;
	case BASIS_MEAN:
		buf_addf(out, "a mean of %zu sample%s", (size_t)metric->digest.nr,
			metric->digest.nr == 1 ? "" : "s");
		break;
	case BASIS_INTERVAL:
		buf_adds(out, "a value with its interval");
		break;
	case BASIS_SINGLE:
		buf_adds(out, "a single value");
		break;
	}
}

bool basis_is_weak(const struct comparison *comparison)
{
	return comparison->metric && comparison->basis != BASIS_PROCESSES &&
		comparison->evidence != EVIDENCE_EXACT;
}

void basis_add_note(const struct comparison *comparison, struct buf *out)
{
	static const char *const notes[] = {
		[BASIS_SAMPLES] = "; from samples of one process",
		[BASIS_MEAN] = "; from a mean and its deviation",
		[BASIS_INTERVAL] = "; from a value and its interval",
	};

	if (basis_is_weak(comparison) && comparison->evidence != EVIDENCE_NONE &&
		comparison->basis != BASIS_SINGLE)
		buf_adds(out, notes[comparison->basis]);
}
