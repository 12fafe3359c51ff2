/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/judging.h"

#include "gate/trial.h"
#include "sys/clock.h"

static const struct run *base_run(const struct judging *judging)
{
	return judging->base->found ? &judging->base->run : NULL;
}

struct judge judging_judge(const struct judging *judging)
{
	struct judge judge = judge_new(base_run(judging), judging->policy, judging->head->plan);

	judge.calibration = judging->calibration;
	judge.calibrated = question_calibrated(judging->calibration);
	return judge;
}

static bool has_enough_alone(void *judge, const struct result *result)
{
	return judge_enough(judge, result);
}

static bool has_enough_in_turn(void *judge, const struct result *result)
{
	return judge_enough_in_turn(judge, result);
}

struct decider judging_decider(struct judge *judge)
{
	return (struct decider){ has_enough_alone, judge };
}

struct decider judging_decider_in_turn(struct judge *judge)
{
	return (struct decider){ has_enough_in_turn, judge };
}

struct trial judging_trial(const struct judging *judging, const char *today)
{
	const struct base *base = judging->base;

	return (struct trial){ .head = judging->head,
		.base = base_run(judging),
		.policy = judging->policy,
		.accepted = &base->accepted,
		.today = today,
		.mismatch = base->mismatch,
		.allow_mismatch = judging->allow_mismatch,
		.counts_base = base_of_counts(base),
		.counts_mismatch = judging->in_turn || judging->allow_mismatch || base->counts_found
			? NULL
			: base->counts_mismatch,
		.in_turn = judging->in_turn,
		.calibration = judging->calibration };
}

struct verdict judging_verdict(const struct judging *judging)
{
	char today[CLOCK_TIMESTAMP_MAX];
	struct trial trial = judging_trial(judging, today);

	clock_today(today);
	return trial_judge(&trial);
}
