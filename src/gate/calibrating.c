/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/calibrating.h"

#include "gate/in_turn.h"
#include "gate/looks.h"
#include "gate/question.h"
#include "stats/power.h"
#include "stats/proportion.h"

#include <math.h>
#include <stdio.h>

#define CONFIDENCE 0.95
#define DETECT_POWER 0.9

void calibrating_release(struct calibrating *calibrating)
{
	run_release(&calibrating->sessions);
	run_release(&calibrating->units);
}

static struct result *result_like(struct run *run, const struct result *like)
{
	struct result *found = run_find(run, like->name);

	return found ? found
		     : run_add(run, &(struct bench){ .name = like->name, .tier = like->tier });
}

static void add_times(struct result *to, const struct result *from, const char *timestamp)
{
	const struct metric *time = metrics_time(&from->metrics);
	struct session session = { .nr_values = 0 };

	snprintf(session.timestamp, sizeof session.timestamp, "%s", timestamp);
	for (size_t i = 0; time && i < time->values.nr; i++) {
		if (!(time->values.items[i] > 0) || isinf(time->values.items[i]))
			continue;
		metrics_add(&to->metrics, &metric_time, time->values.items[i]);
		session.nr_values++;
	}
	if (session.nr_values)
		*ARRAY_ADD(&metrics_time(&to->metrics)->sessions) = session;
	to->spent_ns += from->spent_ns;
}

static void calibrating_add_duets(struct result *to, const struct result *from)
{
	const struct metric *time = metrics_time(&from->metrics);

	if (!time || time->ratios.nr != from->duets.nr)
		return;
	for (size_t i = 0; i < from->duets.nr; i++) {
		metrics_add_ratio(&to->metrics, &metric_time, time->ratios.items[i]);
		*ARRAY_ADD(&to->duets) = from->duets.items[i];
	}
	to->spent_ns += from->spent_ns;
}

/* Half a gate says little of how often whole ones cry wolf. */
static void calibrating_count(struct calibration_gates *gates, const struct verdict *verdict)
{
	uint64_t alarms = 0;

	if (verdict->head->status != RUN_COMPLETE)
		return;
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];
		bool tested = comparison->evidence == EVIDENCE_FIRST_LOOK ||
			comparison->evidence == EVIDENCE_IN_TURN;

		if (!tested || comparison->is_limit || comparison->word == VERDICT_UNGATED)
			continue;
		gates->comparisons++;
		alarms += comparison->word == VERDICT_REGRESSION;
	}
	gates->nr++;
	gates->alarms += alarms;
	gates->nr_alarmed += alarms != 0;
}

void calibrating_add_session(
	struct calibrating *calibrating, const struct run *session, const struct verdict *verdict)
{
	for (size_t i = 0; i < session->nr; i++)
		if (session->items[i].word == RESULT_OK)
			add_times(result_like(&calibrating->sessions, &session->items[i]),
				&session->items[i], session->timestamp);
	calibrating->calibration->nr_sessions++;
	if (verdict)
		calibrating_add_gate_alone(calibrating, verdict);
}

void calibrating_add_gate_alone(struct calibrating *calibrating, const struct verdict *verdict)
{
	calibrating_count(&calibrating->calibration->alone, verdict);
	if (verdict->family > calibrating->family_alone)
		calibrating->family_alone = verdict->family;
}

void calibrating_add_gate(struct calibrating *calibrating, const struct verdict *verdict)
{
	const struct run *head = verdict->head;

	for (size_t i = 0; i < head->nr; i++)
		if (head->items[i].word == RESULT_OK)
			calibrating_add_duets(
				result_like(&calibrating->units, &head->items[i]), &head->items[i]);
	calibrating->nr_gates++;
	calibrating_count(&calibrating->calibration->in_turn, verdict);
	if (verdict->family_in_turn > calibrating->family_in_turn)
		calibrating->family_in_turn = verdict->family_in_turn;
}

static double calibrating_detectable(struct contrast planned, double alpha, double threshold)
{
	return expm1(threshold + power_detectable(planned, alpha, DETECT_POWER));
}

/* The spread between processes, pooled inside sessions. */
static double variance_inside(const struct question *question)
{
	double sum = 0, df = 0;

	for (size_t i = 0; i < question->nr_sessions; i++) {
		const struct summary *session = &question->sessions[i];

		if (session->nr < 2)
			continue;
		sum += (double)(session->nr - 1) * session->sd * session->sd;
		df += (double)(session->nr - 1);
	}
	return df > 0 ? sum / df : (double)NAN;
}

/*
 * As `run` would judge with a baseline of CALIBRATION_SESSIONS sessions, each of as many processes
 * as are planned: by their own drift (drift_welch_own). That it will drift as it did here is
 * supposed.
 */
static double detectable_alone(const struct calibrating *calibrating,
	const struct question *question, const struct pools *pools)
{
	struct drift own = drift_of(question->sessions, question->nr_sessions);
	struct drift drift = question->nr_sessions >= QUESTION_OWN_SESSIONS ? own : pools->time;
	double nr_processes = (double)calibrating->plan.nr_processes, se, tau = drift_tau(drift);
	double sessions = CALIBRATION_SESSIONS;

	if (!calibrating->family_alone || isnan(tau))
		return NAN;
	se = sqrt((tau * tau + variance_inside(question) / nr_processes) * (1 + 1 / sessions));
	if (!(se > 0))
		return NAN;
	return calibrating_detectable((struct contrast){ ANSWER_OK, 0, se, sessions - 1 },
		calibrating->policy->alpha / (double)calibrating->family_alone,
		question->threshold);
}

static void conclude_alone(const struct calibrating *calibrating, struct calibration_bench *bench,
	const struct tolerance *tolerance, const struct pools *pools)
{
	const struct result *result = run_find(&calibrating->sessions, bench->name);
	const struct metric *time = result ? metrics_time(&result->metrics) : NULL;
	struct question question;

	if (!time)
		return;
	question_of_base(&question, time, time, tolerance);
	question_weigh(&question, pools);
	bench->detectable_alone = detectable_alone(calibrating, &question, pools);
	bench->alone_s = (double)result->spent_ns / 1e9 / (double)time->values.nr *
		(double)calibrating->plan.nr_processes;
}

/* By how much the second is slower: half of what the two duets of a unit differ by. */
static struct summary order_of(const struct result *result, const struct metric *time)
{
	struct doubles biases = { 0 };
	struct summary summary;

	for (size_t i = 0; i + DUETS_A_UNIT <= time->ratios.nr; i += DUETS_A_UNIT) {
		const struct duet *duets = result->duets.items + i;
		const double *ratios = time->ratios.items + i;
		double bias = (ratios[0] - ratios[1]) / 2;

		if (duet_counts(&duets[0]) && duet_counts(&duets[1]) && isfinite(bias) &&
			duets[0].base_first != duets[1].base_first)
			*ARRAY_ADD(&biases) = duets[0].base_first ? bias : -bias;
	}
	summary = summary_of(biases.items, biases.nr);
	ARRAY_RELEASE(&biases);
	return summary;
}

static void conclude_in_turn(const struct calibrating *calibrating, struct calibration_bench *bench,
	const struct tolerance *tolerance)
{
	const struct result *result = run_find(&calibrating->units, bench->name);
	const struct metric *time = result ? metrics_time(&result->metrics) : NULL;
	struct question question;
	struct summary units, order;
	struct interval interval;

	if (!time)
		return;
	question_of_base(&question, time, time, tolerance);
	question_in_turn(&question, &result->duets, 0, result->duets.nr);
	units = question_units(&question, SIZE_MAX);
	order = order_of(result, time);
	interval = interval_of_mean(&order, CONFIDENCE);
	bench->order_ratio = expm1(order.mean);
	bench->order_low = expm1(interval.low);
	bench->order_high = expm1(interval.high);
	bench->in_turn_s = (double)result->spent_ns / 1e9 / (double)calibrating->nr_gates;
	if (units.nr < 2 || !calibrating->family_in_turn)
		return;
	units.nr = calibrating->plan.nr_units;
	bench->detectable_in_turn = calibrating_detectable(contrast_of_one(units),
		calibrating->policy->alpha / (double)calibrating->family_in_turn *
			looks_last_weight(&calibrating->plan),
		question.threshold);
}

static void conclude_bench(const struct calibrating *calibrating, const struct result *result,
	const struct pools *pools)
{
	struct tolerance tolerance =
		policy_tolerance(calibrating->policy, result, metric_time.name);
	struct calibration_bench *bench =
		calibration_add(calibrating->calibration, result->name, result->tier);

	bench->threshold_ratio = tolerance.threshold_ratio;
	bench->target_ratio = tolerance.target_ratio;
	conclude_alone(calibrating, bench, &tolerance, pools);
	conclude_in_turn(calibrating, bench, &tolerance);
}

static void calibrating_bound(struct calibration_gates *gates)
{
	gates->bound = proportion_upper(gates->alarms, gates->comparisons, CONFIDENCE);
	gates->gate_bound = proportion_upper(gates->nr_alarmed, gates->nr, CONFIDENCE);
}

void calibrating_conclude(struct calibrating *calibrating)
{
	struct calibration *calibration = calibrating->calibration;
	struct pools pools = question_pools(&calibrating->sessions);
	const struct run *sessions = &calibrating->sessions, *units = &calibrating->units;

	calibrating_bound(&calibration->alone);
	calibrating_bound(&calibration->in_turn);
	calibration->tau_ratio = expm1(drift_tau(pools.time));
	calibration->tau_df = pools.time.answer == ANSWER_OK ? pools.time.df : (double)NAN;
	for (size_t i = 0; i < sessions->nr; i++)
		conclude_bench(calibrating, &sessions->items[i], &pools);
	for (size_t i = 0; i < units->nr; i++)
		if (!run_find(sessions, units->items[i].name))
			conclude_bench(calibrating, &units->items[i], &pools);
}
