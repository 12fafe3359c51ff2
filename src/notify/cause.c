/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/cause.h"

#include "base/array.h"
#include "base/str.h"
#include "model/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What must be the same in one message, the plainest first. */
enum kin { KIN_TROUBLE, KIN_ESCALATED, KIN_RESOLVED, KIN_BETTER, KIN_NR };

static enum kin kin_of(const struct notice *notice)
{
	if (notice->kind == NOTICE_ESCALATED)
		return KIN_ESCALATED;
	if (notice->kind == NOTICE_RESOLVED)
		return KIN_RESOLVED;
	return notice->better ? KIN_BETTER : KIN_TROUBLE;
}

static void cause_add(struct bundle *bundle, const struct notice *notice)
{
	size_t at = bundle->nr;

	if (bundle->nr == bundle->alloc) {
		bundle->alloc = 2 * bundle->alloc + 8;
		bundle->items = mem_resize(bundle->items, bundle->alloc, sizeof(struct notice *));
	}
	bundle->nr++;
	for (; at && bundle->items[at - 1]->urgency < notice->urgency; at--)
		bundle->items[at] = bundle->items[at - 1];
	bundle->items[at] = notice;
	bundle->urgency = bundle->items[0]->urgency;
}

void bundle_release(struct bundle *bundle)
{
	free(bundle->title);
	free(bundle->cause);
	ARRAY_RELEASE(bundle);
}

void bundles_release(struct bundles *bundles)
{
	for (size_t i = 0; i < bundles->nr; i++)
		bundle_release(&bundles->items[i]);
	ARRAY_RELEASE(bundles);
}

static struct bundle *cause_begin(struct bundles *bundles)
{
	struct bundle *bundle = ARRAY_ADD(bundles);

	*bundle = (struct bundle){ .nr = 0 };
	return bundle;
}

static void set_title(struct bundle *bundle, const char *shared)
{
	struct buf title = BUF_INIT;

	title_of(bundle->items, bundle->nr, shared, &title);
	free(bundle->title);
	bundle->title = buf_detach(&title);
}

struct bundle cause_take_all(const struct notice *const *notices, size_t nr)
{
	struct bundle bundle = { .nr = 0 };

	for (size_t i = 0; i < nr; i++)
		cause_add(&bundle, notices[i]);
	set_title(&bundle, "");
	return bundle;
}

/* All benchmarks, so that it is none of them. Where only one of several folders is slower, its code
 * is. */
static bool is_everything(const struct bundle *all, const struct census *census)
{
	size_t nr = title_nr_benchmarks(all->items, all->nr);

	if (nr < CAUSE_MIN_ALL || 3 * nr < 2 * census->nr_compared)
		return false;
	for (size_t i = 1; i < all->nr; i++) {
		const char *one = all->items[i - 1]->file, *other = all->items[i]->file;

		if (str_folder_len(one) != str_folder_len(other) ||
			strncmp(one, other, str_folder_len(one)) != 0)
			return true;
	}
	return census->nr_folders < 2;
}

static void say_everything(struct bundle *all, const struct census *census)
{
	size_t nr = title_nr_benchmarks(all->items, all->nr);
	struct buf shared = BUF_INIT, cause = BUF_INIT;

	if (nr <= census->nr_compared)
		buf_addf(&shared, " of %zu", census->nr_compared);
	buf_adds(&cause, "So many at once have one cause");
	if (census->in_turn)
		buf_adds(&cause,
			", and it is not the machine, which timed both sides in turn: look at what all benchmarks share, such as the compiler's flags, an allocator or a common function.");
	else
		buf_adds(&cause,
			", and it is probably the machine, not the code: run 'benchgate doctor' there, and measure again; 'benchgate compare' times both sides in turn and is not misled by the machine.");
	set_title(all, shared.data);
	all->cause = buf_detach(&cause);
	buf_release(&shared);
}

/* Where the compiler was told of sources by whole paths, their ends say enough. */
#define MAX_FOLDERS 2

static const char *end_of(const char *folder)
{
	const char *at = folder + strlen(folder);

	for (size_t nr = 0; *folder == '/' && at > folder; at--)
		if (*at == '/' && ++nr == MAX_FOLDERS)
			return at + 1;
	return folder;
}

/* Each key of a notice says where it belongs; "" is nowhere. The caller's to free. */
static char *cause_folder_of(const struct notice *notice)
{
	return mem_copy(notice->file, str_folder_len(notice->file));
}

static char *benchmark_of(const struct notice *notice)
{
	return str_dup(notice->benchmark);
}

static char *cause_tier_of(const struct notice *notice)
{
	return str_dup(notice->tier);
}

static const struct way {
	char *(*key)(const struct notice *notice);
	size_t min; /* benchmarks */
	const char *shared, *cause;
} ways[] = {
	{ cause_folder_of, CAUSE_MIN_FOLDER, " in %s", "All of them are in %s." },
	{ benchmark_of, 1, "", NULL },
	{ cause_tier_of, CAUSE_MIN_TIER, " of tier %s", "All of them are of tier %s." },
};

static char *cause_said(const char *format, const char *key)
{
	const char *hole = format ? strstr(format, "%s") : NULL;
	struct buf text = BUF_INIT;

	if (!format)
		return NULL;
	buf_add(&text, format, hole ? (size_t)(hole - format) : strlen(format));
	if (hole) {
		buf_add_printable(&text, end_of(key));
		buf_adds(&text, hole + 2);
	}
	return buf_detach(&text);
}

/* Takes those of the key out of the pool, where they are enough. */
static bool cause_take(
	struct bundle *pool, const struct way *way, const char *key, struct bundles *bundles)
{
	struct bundle together = { .nr = 0 }, rest = { .nr = 0 };
	char *shared;

	for (size_t i = 0; i < pool->nr; i++) {
		char *own = way->key(pool->items[i]);

		cause_add(strcmp(own, key) == 0 ? &together : &rest, pool->items[i]);
		free(own);
	}
	if (!*key || together.nr < 2 ||
		title_nr_benchmarks(together.items, together.nr) < way->min) {
		bundle_release(&together);
		bundle_release(&rest);
		return false;
	}
	shared = cause_said(way->shared, key);
	set_title(&together, shared);
	together.cause = cause_said(way->cause, key);
	free(shared);
	*cause_begin(bundles) = together;
	bundle_release(pool);
	*pool = rest;
	return true;
}

static void take_way(struct bundle *pool, const struct way *way, struct bundles *bundles)
{
	for (size_t i = 0; i < pool->nr;) {
		char *key = way->key(pool->items[i]);

		if (!cause_take(pool, way, key, bundles))
			i++;
		free(key);
	}
}

static void bundle_troubles(
	struct bundle *pool, const struct census *census, struct bundles *bundles)
{
	if (is_everything(pool, census)) {
		struct bundle *all = cause_begin(bundles);

		*all = *pool;
		*pool = (struct bundle){ .nr = 0 };
		say_everything(all, census);
		return;
	}
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		take_way(pool, &ways[i], bundles);
	for (size_t i = 0; i < pool->nr; i++) {
		struct bundle *single = cause_begin(bundles);

		cause_add(single, pool->items[i]);
		set_title(single, "");
	}
}

static int by_urgency(const void *a, const void *b)
{
	const struct bundle *x = a, *y = b;

	if (x->urgency != y->urgency)
		return y->urgency > x->urgency ? 1 : -1;
	return (y->nr > x->nr) - (y->nr < x->nr);
}

/* The least urgent ones become one. */
static void limit(struct bundles *bundles)
{
	struct bundle *last;

	if (bundles->nr <= CAUSE_MAX_BUNDLES)
		return;
	last = &bundles->items[CAUSE_MAX_BUNDLES - 1];
	for (size_t i = CAUSE_MAX_BUNDLES; i < bundles->nr; i++) {
		for (size_t j = 0; j < bundles->items[i].nr; j++)
			cause_add(last, bundles->items[i].items[j]);
		bundle_release(&bundles->items[i]);
	}
	bundles->nr = CAUSE_MAX_BUNDLES;
	free(last->cause);
	last->cause = NULL;
	set_title(last, "");
}

struct bundles cause_bundle(
	const struct notice *const *notices, size_t nr, const struct census *census)
{
	struct bundles bundles = { NULL, 0, 0 };
	struct bundle pools[KIN_NR] = { { .nr = 0 } };

	for (size_t i = 0; i < nr; i++)
		cause_add(&pools[kin_of(notices[i])], notices[i]);
	bundle_troubles(&pools[KIN_TROUBLE], census, &bundles);
	bundle_release(&pools[KIN_TROUBLE]);
	for (enum kin kin = KIN_ESCALATED; kin < KIN_NR; kin++) {
		if (!pools[kin].nr)
			continue;
		*cause_begin(&bundles) = pools[kin];
		set_title(&bundles.items[bundles.nr - 1], "");
	}
	if (bundles.nr)
		qsort(bundles.items, bundles.nr, sizeof *bundles.items, by_urgency);
	limit(&bundles);
	return bundles;
}

#define WHO "benchgate: "

static bool cause_is_time(const struct notice *notice)
{
	return strcmp(notice->metric, metric_time.name) == 0;
}

static bool all_times(const struct notice *const *notices, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!cause_is_time(notices[i]))
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

static void cause_add_change(const struct notice *notice, struct buf *out)
{
	double percent = notice->change_percent;

	if (!isfinite(percent))
		return;
	buf_addc(out, ' ');
	if (cause_is_time(notice)) {
		units_add_change(out, percent / 100);
	} else {
		units_add_percent(out, fabs(percent));
		buf_adds(out, percent > 0 ? " worse" : " better");
	}
}

static void cause_add_one(const struct notice *notice, struct buf *out)
{
	const char *urgency = urgency_words[notice->urgency];

	buf_add_printable(out, notice->benchmark);
	if (*notice->metric && !cause_is_time(notice)) {
		buf_addc(out, ' ');
		buf_add_printable(out, notice->metric);
	}
	if (notice->kind == NOTICE_RESOLVED) {
		buf_adds(out, " passes again");
		return;
	}
	cause_add_change(notice, out);
	if (notice->kind == NOTICE_WORSE)
		buf_addf(out, ", now %s,", urgency);
	else
		buf_addf(out, " (%s)", urgency);
}

static void cause_add_figure(double percent, struct buf *out)
{
	buf_addf(out, percent < 9.95 ? "%.1f" : "%.0f", percent);
}

static void cause_add_range(const struct notice *const *notices, size_t nr, struct buf *out)
{
	double low = INFINITY, high = 0;

	for (size_t i = 0; i < nr; i++) {
		double percent = fabs(notices[i]->change_percent);

		low = fmin(low, percent);
		high = fmax(high, percent);
	}
	buf_adds(out, " by ");
	cause_add_figure(low, out);
	if (high - low >= 0.1) {
		buf_adds(out, " to ");
		cause_add_figure(high, out);
	}
	buf_adds(out, " %");
}

static void cause_add_trouble(const struct notice *const *notices, size_t nr, struct buf *out)
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
		cause_add_range(notices, nr, out);
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

static void cause_add_many(
	const struct notice *const *notices, size_t nr, const char *shared, struct buf *out)
{
	size_t nr_names = title_nr_benchmarks(notices, nr);

	if (nr && nr_names == 1) {
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
		cause_add_trouble(notices, nr, out);
}

void title_of(const struct notice *const *notices, size_t nr, const char *shared, struct buf *out)
{
	bool one_kind = all_are(notices, nr, NOTICE_RESOLVED) ||
		all_are(notices, nr, NOTICE_ESCALATED) ||
		(all_are(notices, nr, NOTICE_NEW) &&
			(all_better(notices, nr, false) || all_better(notices, nr, true)));

	buf_adds(out, WHO);
	if (nr == 1)
		cause_add_one(notices[0], out);
	else if (one_kind)
		cause_add_many(notices, nr, shared, out);
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
