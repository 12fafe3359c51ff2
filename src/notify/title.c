/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/title.h"

#include "model/units.h"

#include <math.h>
#include <string.h>

#define WHO "benchgate: "

static bool is_time(const struct notice *notice)
{
	return strcmp(notice->metric, metric_time.name) == 0;
}

static bool all_times(const struct notice *const *notices, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!is_time(notices[i]))
			return false;
	return true;
}

/* Are they all of that kind? A new one and one that got worse are both troubles. */
static bool all_are(const struct notice *const *notices, size_t nr, enum notice_kind kind)
{
	for (size_t i = 0; i < nr; i++)
		if (notices[i]->kind != kind &&
			!(kind == NOTICE_NEW && notices[i]->kind == NOTICE_WORSE))
			return false;
	return true;
}

static bool all_better(const struct notice *const *notices, size_t nr, bool better)
{
	for (size_t i = 0; i < nr; i++)
		if (notices[i]->better != better)
			return false;
	return true;
}

size_t title_nr_benchmarks(const struct notice *const *notices, size_t nr)
{
	size_t nr_names = 0;

	for (size_t i = 0; i < nr; i++) {
		size_t j = 0;

		while (j < i && strcmp(notices[j]->benchmark, notices[i]->benchmark) != 0)
			j++;
		nr_names += j == i;
	}
	return nr_names;
}

/* Nothing where they are of several branches. */
static void add_branch(const struct notice *const *notices, size_t nr, struct buf *out)
{
	for (size_t i = 0; i < nr; i++)
		if (strcmp(notices[i]->branch, notices[0]->branch) != 0)
			return;
	if (!nr || !*notices[0]->branch)
		return;
	buf_adds(out, " on ");
	buf_add_printable(out, notices[0]->branch);
}

static void add_change(const struct notice *notice, struct buf *out)
{
	double percent = notice->change_percent;

	if (!isfinite(percent))
		return;
	buf_addc(out, ' ');
	if (is_time(notice))
		units_add_change(out, percent / 100);
	else
		buf_addf(out, "%.1f %% %s", fabs(percent), percent > 0 ? "worse" : "better");
}

static void add_one(const struct notice *notice, struct buf *out)
{
	const char *urgency = urgency_words[notice->urgency];

	buf_add_printable(out, notice->benchmark);
	if (*notice->metric && !is_time(notice)) {
		buf_addc(out, ' ');
		buf_add_printable(out, notice->metric);
	}
	if (notice->kind == NOTICE_RESOLVED) {
		buf_adds(out, " passes again");
		return;
	}
	add_change(notice, out);
	if (notice->kind == NOTICE_WORSE)
		buf_addf(out, ", now %s,", urgency);
	else
		buf_addf(out, " (%s)", urgency);
}

static void add_figure(double percent, struct buf *out)
{
	buf_addf(out, percent < 9.95 ? "%.1f" : "%.0f", percent);
}

static void add_range(const struct notice *const *notices, size_t nr, struct buf *out)
{
	double low = INFINITY, high = 0;

	for (size_t i = 0; i < nr; i++) {
		double percent = fabs(notices[i]->change_percent);

		low = fmin(low, percent);
		high = fmax(high, percent);
	}
	buf_adds(out, " by ");
	add_figure(low, out);
	if (high - low >= 0.1) {
		buf_adds(out, " to ");
		add_figure(high, out);
	}
	buf_adds(out, " %");
}

static void add_trouble(const struct notice *const *notices, size_t nr, struct buf *out)
{
	bool better = notices[0]->better, times = all_times(notices, nr), changed = true;
	enum urgency most = URGENCY_INFO;

	for (size_t i = 0; i < nr; i++) {
		changed &= (bool)isfinite(notices[i]->change_percent);
		most = notices[i]->urgency > most ? notices[i]->urgency : most;
	}
	if (!changed)
		buf_adds(out, " in trouble");
	else if (better)
		buf_adds(out, times ? " faster" : " better");
	else
		buf_adds(out, times ? " slower" : " worse");
	if (changed)
		add_range(notices, nr, out);
	buf_addf(out, " (%s)", urgency_words[most]);
}

static void add_counts(const struct notice *const *notices, size_t nr, struct buf *out)
{
	const char *between = "";

	for (size_t kind = 0; kind < NOTICE_NR_KINDS; kind++) {
		size_t times = 0;

		for (size_t i = 0; i < nr; i++)
			times += notices[i]->kind == kind;
		if (!times)
			continue;
		buf_addf(out, "%s%zu %s", between, times, notice_words[kind]);
		between = ", ";
	}
}

static void add_many(
	const struct notice *const *notices, size_t nr, const char *shared, struct buf *out)
{
	size_t nr_names = title_nr_benchmarks(notices, nr);

	if (nr_names == 1) {
		buf_add_printable(out, notices[0]->benchmark);
		buf_addf(out, " (%zu metrics)", nr);
	} else {
		buf_addf(out, "%zu benchmarks", nr_names);
		buf_add_printable(out, shared);
	}
	if (all_are(notices, nr, NOTICE_RESOLVED))
		buf_adds(out, nr_names == 1 ? " passes again" : " pass again");
	else if (all_are(notices, nr, NOTICE_ESCALATED))
		buf_adds(out, " still unresolved");
	else
		add_trouble(notices, nr, out);
}

void title_of(const struct notice *const *notices, size_t nr, const char *shared, struct buf *out)
{
	bool one_kind = all_are(notices, nr, NOTICE_RESOLVED) ||
		all_are(notices, nr, NOTICE_ESCALATED) ||
		(all_are(notices, nr, NOTICE_NEW) &&
			(all_better(notices, nr, false) || all_better(notices, nr, true)));

	buf_adds(out, WHO);
	if (nr == 1)
		add_one(notices[0], out);
	else if (one_kind)
		add_many(notices, nr, shared, out);
	else
		add_counts(notices, nr, out);
	add_branch(notices, nr, out);
	if (nr == 1 && notices[0]->kind == NOTICE_ESCALATED)
		buf_addf(
			out, ", unresolved for %llu runs", (unsigned long long)notices[0]->nr_runs);
}

void title_of_all(const struct notice *const *notices, size_t nr, const char *what, struct buf *out)
{
	buf_addf(out, WHO "%s", what);
	if (nr)
		buf_adds(out, ", ");
	add_counts(notices, nr, out);
	add_branch(notices, nr, out);
}
