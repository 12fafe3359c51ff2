/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/why.h"

#include "gate/judge.h"

#include <string.h>

#define TEXT_OF(number) TEXT_OF_(number)
#define TEXT_OF_(number) #number

#define IN_TURN "measure it in turn with the base (--base REVISION|FILE)"

static void add_more_processes(const struct comparison *comparison, struct buf *out)
{
	if (comparison->evidence == EVIDENCE_IN_TURN)
		buf_addf(out,
			"more units may tell (--units %zu), or a quieter machine (benchgate doctor)",
			2 * comparison->nr_units);
	else if (comparison->is_limit)
		buf_addf(out,
			"more processes may tell (--processes %zu), or a quieter machine (benchgate doctor)",
			2 * comparison->nr_head);
	else
		buf_addf(out,
			IN_TURN
			", with more processes (--processes %zu), or on a quieter machine (benchgate doctor)",
			2 * comparison->nr_head);
}

static void add_more_sessions(const struct comparison *comparison, struct buf *out)
{
	size_t nr = comparison->nr_sessions;

	if (nr < QUESTION_OWN_SESSIONS)
		buf_addf(out,
			IN_TURN ", or record %zu more session%s of it: benchgate update-baselines",
			QUESTION_OWN_SESSIONS - nr, QUESTION_OWN_SESSIONS - nr == 1 ? "" : "s");
	else
		buf_adds(out,
			IN_TURN ", record more sessions of it (benchgate update-baselines), or "
				"set a larger target in the policy");
}

static void add_enough_processes(const struct comparison *comparison, struct buf *out)
{
	if (comparison->nr_head < JUDGE_MIN_PROCESSES)
		buf_addf(out, "--processes %d or more", JUDGE_MIN_PROCESSES);
	else
		buf_adds(out, "record more for the base: benchgate update-baselines");
}

void why_add_mend(const struct comparison *comparison, struct buf *out)
{
	if (comparison->word == VERDICT_MISSING) {
		buf_addf(out, "if it was removed on purpose: benchgate %s",
			comparison->metric ? "update-baselines" : "baselines prune");
		return;
	}
	switch (comparison->why) {
	case WHY_NOT_ENOUGH:
	case WHY_NOT_CONFIRMED:
	case WHY_AT_LIMIT:
		add_more_processes(comparison, out);
		break;
	case WHY_DRIFT:
		add_more_sessions(comparison, out);
		break;
	case WHY_TOO_FEW_PROCESSES:
		add_enough_processes(comparison, out);
		break;
	case WHY_NOT_REPEATED:
	case WHY_DISTURBED:
		buf_adds(out,
			"a quieter machine may tell (benchgate doctor), or more time (--budget)");
		break;
	case WHY_TOO_FEW_UNITS:
		buf_adds(out,
			"more units may tell (--units), or more time (--budget), or a quieter machine (benchgate doctor)");
		break;
	case WHY_NO_SPREAD:
		buf_adds(out, "make an iteration do more, or set \"gated\": false in the policy");
		break;
	case WHY_NO_RATIO:
		buf_adds(out, "give it a budget, or set \"gated\": false in the policy");
		break;
	case WHY_OTHER_UNIT:
		buf_adds(out, "start it anew: benchgate update-baselines --replace");
		break;
	case WHY_LIMIT_UNIT:
		buf_adds(out, "write the budget in the metric's unit");
		break;
	case WHY_OTHER_MACHINE:
		buf_adds(out, "--allow-mismatch compares all the same");
		break;
	case WHY_NO_BASE:
		buf_adds(out, "on that machine, benchgate update-baselines records one");
		break;
	default:
		break;
	}
}

const char *why_of_many(enum why why)
{
	switch (why) {
	case WHY_NOT_CONFIRMED:
		return "suspected of more than is tolerated, which fresh processes neither confirm nor "
		       "clear";
	case WHY_DRIFT:
		return "cannot be told from the change that must not pass unseen; more measuring will "
		       "not help, the base itself is too uncertain";
	case WHY_TOO_FEW_PROCESSES:
		return "fewer than " TEXT_OF(JUDGE_MIN_PROCESSES) " processes cannot be judged";
	case WHY_NO_SPREAD:
		return "the values are all the same, which leaves a test nothing to weigh a change by";
	case WHY_NO_RATIO:
		return "some values are zero or negative, and have no ratio";
	case WHY_NOT_REPEATED:
		return "seemed surely more than is tolerated, but a control moved, too, and fresh units do not "
		       "say it again";
	case WHY_DISTURBED:
		return "too many batches had to be dropped, because other programs took the processor";
	case WHY_TOO_FEW_UNITS:
		return "too few units count to judge";
	case WHY_AT_LIMIT:
		return "too near the budget to tell";
	default:
		return "cannot be told from the change that must not pass unseen";
	}
}

const char *why_mark(const struct verdict_part *part)
{
	char base[ENV_MACHINE_MAX], head[ENV_MACHINE_MAX];

	if (!part->base || !part->mismatch)
		return NULL;
	env_machine(&part->base->env, base);
	env_machine(&part->head->env, head);
	return strcmp(base, head) == 0 ? "other build" : "other machine";
}
