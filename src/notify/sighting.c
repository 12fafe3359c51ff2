/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/sighting.h"

#include "base/array.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/* How the base of a limit begins. */
#define BASE_BUDGET "budget of "

static void add_base(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;
	const struct run *base = subject->verdict->parts[comparison->part].base;
	const char *commit = base ? base->env.values[ENV_COMMIT] : NULL;

	if (comparison->is_limit)
		buf_addf(out, BASE_BUDGET "%s", comparison->tolerance.limit->text);
	else if (commit && *commit)
		buf_addf(out, "commit %.12s", commit);
	else if (base)
		buf_adds(out, "baseline");
}

/* An alert of a time is the same, whichever of its two values the runs at hand have. */
static const char *metric_name(const struct metric *metric)
{
	if (!metric)
		return "";
	return metric_is_time(metric) ? metric_time.name : metric->name;
}

static struct notice notice_of(
	const struct alert *alert, const struct subject *subject, const char *now)
{
	const struct comparison *comparison = alert->comparison;
	const struct result *result = comparison->head ? comparison->head : comparison->base;
	struct buf base = BUF_INIT, tier = BUF_INIT;
	struct notice notice = { .kind = NOTICE_NEW,
		.urgency = alert->urgency,
		.benchmark = str_dup(result->name),
		.metric = str_dup(metric_name(comparison->metric)),
		.file = str_dup(result->file ? result->file : ""),
		.line = result->line,
		.branch = str_dup(subject->branch),
		.rule = str_dup(alert->rule->name),
		.text = str_dup(alert->message),
		.since = str_dup(now),
		.change_percent = 100 * verdict_worsening(comparison),
		.nr_runs = 1,
		.better = alert->better };

	add_base(subject, &base);
	notice.base = buf_detach(&base);
	/* The policy's, as rules and messages have it. */
	fact_print(fact_named("tier", strlen("tier")), subject, &tier);
	notice.tier = buf_detach(&tier);
	memcpy(notice.fingerprint, alert->fingerprint, sizeof notice.fingerprint);
	return notice;
}

static struct sighting *find(const struct sightings *sightings, const char *fingerprint)
{
	for (size_t i = 0; i < sightings->nr; i++)
		if (strcmp(sightings->items[i].fingerprint, fingerprint) == 0)
			return &sightings->items[i];
	return NULL;
}

static struct sighting *add(struct sightings *sightings, const char *fingerprint)
{
	struct sighting *sighting = ARRAY_ADD(sightings);

	*sighting = (struct sighting){ .raised = false };
	memcpy(sighting->fingerprint, fingerprint, sizeof sighting->fingerprint);
	return sighting;
}

/* The same once more, as a shard may have it, counts where it is more urgent. */
static void add_alert(struct sightings *sightings, const struct alert *alert,
	const struct subject *subject, const char *now)
{
	struct sighting *sighting = find(sightings, alert->fingerprint);

	if (sighting && sighting->notice.urgency >= alert->urgency)
		return;
	if (!sighting)
		sighting = add(sightings, alert->fingerprint);
	notice_release(&sighting->notice);
	texts_release(&sighting->channels);
	sighting->raised = true;
	sighting->rule = alert->rule;
	sighting->run = *subject->verdict->head->id ? subject->verdict->head->id : NULL;
	sighting->notice = notice_of(alert, subject, now);
	for (size_t i = 0; i < alert->channels.nr; i++)
		texts_add(&sighting->channels, alert->channels.items[i]);
}

/* What the policy no longer asks about is nobody's trouble. Everything that could not be told
 * leaves alone what is known. */
static bool is_passing(enum verdict_word word)
{
	return word == VERDICT_PASS || word == VERDICT_IMPROVEMENT || word == VERDICT_ACCEPTED ||
		word == VERDICT_LAYOUT || word == VERDICT_UNGATED;
}

/* All comparisons of the same fingerprint must pass. */
static void add_word(struct sightings *sightings, const char *fingerprint, bool passes)
{
	struct sighting *sighting = find(sightings, fingerprint);

	if (!sighting)
		add(sightings, fingerprint)->passes = passes;
	else if (!sighting->raised)
		sighting->passes &= passes;
}

/* A regression ends an improvement, too. */
static void add_comparison(struct sightings *sightings, const struct subject *subject)
{
	char fingerprint[ALERT_FINGERPRINT_MAX];
	enum verdict_word word = subject->comparison->word;

	alert_fingerprint(subject, false, fingerprint);
	add_word(sightings, fingerprint, is_passing(word));
	alert_fingerprint(subject, true, fingerprint);
	add_word(sightings, fingerprint, is_passing(word) || word == VERDICT_REGRESSION);
}

/* A benchmark that has values, whatever they are, neither fails nor is missing any longer. */
static void add_benchmark(struct sightings *sightings, const struct subject *subject)
{
	struct comparison whole = *subject->comparison;
	struct subject of_whole = *subject;
	char fingerprint[ALERT_FINGERPRINT_MAX];

	if (!whole.head || !whole.metric || !whole.nr_head)
		return;
	whole.metric = NULL;
	whole.is_limit = false;
	of_whole.comparison = &whole;
	alert_fingerprint(&of_whole, false, fingerprint);
	add_word(sightings, fingerprint, true);
}

static const char *file_of(const struct comparison *comparison)
{
	return comparison->head && comparison->head->file ? comparison->head->file : "";
}

static void add_folder(struct texts *folders, const char *file)
{
	char *folder = mem_copy(file, str_folder_len(file));

	if (!texts_have(folders, folder))
		texts_add(folders, folder);
	free(folder);
}

static struct census count(const struct verdict *verdict)
{
	struct census census = { 0, 0, verdict->nr > 0 };
	struct texts folders = { 0 };
	const struct result *last = NULL;

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		if (!comparison->metric || !comparison->head || !comparison->base)
			continue;
		census.in_turn &= comparison->evidence == EVIDENCE_IN_TURN ||
			comparison->evidence == EVIDENCE_IDENTICAL ||
			comparison->evidence == EVIDENCE_EXACT ||
			comparison->evidence == EVIDENCE_COUNTED;
		census.nr_compared += comparison->head != last;
		last = comparison->head;
		add_folder(&folders, file_of(comparison));
	}
	census.nr_folders = folders.nr;
	texts_release(&folders);
	return census;
}

struct sightings sightings_take(
	const struct subject *subject, const struct alerts *alerts, const char *now)
{
	struct sightings sightings = {
		.nr = 0, .census = count(subject->verdict), .run = subject->verdict->head->id
	};
	struct subject one = *subject;

	for (size_t i = 0; i < alerts->nr; i++) {
		one.comparison = alerts->items[i].comparison;
		add_alert(&sightings, &alerts->items[i], &one, now);
	}
	for (size_t i = 0; i < subject->verdict->nr; i++) {
		one.comparison = &subject->verdict->items[i];
		add_comparison(&sightings, &one);
		add_benchmark(&sightings, &one);
	}
	return sightings;
}

static bool is_identical(const struct subject *subject, const char *benchmark)
{
	const struct verdict *verdict = subject->verdict;

	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict->items[i].evidence == EVIDENCE_IDENTICAL && verdict->items[i].head &&
			strcmp(verdict->items[i].head->name, benchmark) == 0)
			return true;
	return false;
}

void sightings_add_identical(struct sightings *sightings, const struct subject *subject,
	const struct tracked_alerts *known)
{
	for (size_t i = 0; i < known->nr; i++) {
		const struct notice *notice = &known->items[i].notice;

		if (strcmp(notice->branch, subject->branch) == 0 &&
			!str_starts(notice->base, BASE_BUDGET) &&
			is_identical(subject, notice->benchmark))
			add_word(sightings, notice->fingerprint, true);
	}
}

void sightings_release(struct sightings *sightings)
{
	for (size_t i = 0; i < sightings->nr; i++) {
		notice_release(&sightings->items[i].notice);
		texts_release(&sightings->items[i].channels);
	}
	ARRAY_RELEASE(sightings);
}
