/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/proposal.h"

#include <string.h>

const char *const proposal_status_words[] = { "pending", "approved", "withdrawn", NULL };
const char *const proposal_reason_words[] = { "session", "sustained_improvement",
	"environmental_change", "test_procedures_updated", "manual_override", NULL };

void proposal_release(struct proposal *proposal)
{
	for (size_t i = 0; i < proposal->supports.nr; i++) {
		free(proposal->supports.items[i].run);
		free(proposal->supports.items[i].timestamp);
		free(proposal->supports.items[i].commit);
	}
	ARRAY_RELEASE(&proposal->supports);
	free(proposal->benchmark);
	free(proposal->metric);
	free(proposal->unit);
	free(proposal->note);
	free(proposal->timestamp);
	free(proposal->why);
	free(proposal->approved_by);
}

void proposals_release(struct proposals *proposals)
{
	for (size_t i = 0; i < proposals->nr; i++)
		proposal_release(&proposals->items[i]);
	ARRAY_RELEASE(proposals);
}

struct proposal *proposals_find(const struct proposals *proposals, const char *benchmark)
{
	for (size_t i = 0; i < proposals->nr; i++)
		if (strcmp(proposals->items[i].benchmark, benchmark) == 0)
			return &proposals->items[i];
	return NULL;
}

void proposals_drop(struct proposals *proposals, const bool *gone)
{
	size_t nr = 0;

	for (size_t i = 0; i < proposals->nr; i++) {
		if (gone[i])
			proposal_release(&proposals->items[i]);
		else
			proposals->items[nr++] = proposals->items[i];
	}
	proposals->nr = nr;
}
