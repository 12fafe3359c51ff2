/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/mentions.h"

#include "base/str.h"
#include "model/counted.h"

#include <string.h>

/* A trigger may be anybody's own; what differs by this much from a usual one is a slip. */
#define SLIP_LETTERS 2

static void add_once(struct texts *texts, const char *text)
{
	if (!texts_have(texts, text))
		texts_add(texts, text);
}

void known_names_add(struct known_names *known, const char *benchmark, const char *tier)
{
	texts_add(&known->benchmarks, benchmark);
	if (tier)
		add_once(&known->tiers, tier);
}

void known_names_add_run(struct known_names *known, const struct run *run)
{
	for (size_t i = 0; i < run->nr; i++) {
		const struct result *result = &run->items[i];

		known_names_add(known, result->name, result->tier);
		for (size_t j = 0; j < result->metrics.nr; j++)
			add_once(&known->metrics, result->metrics.items[j].name);
		for (size_t j = 0; j < result->counts.nr; j++)
			add_once(&known->metrics, result->counts.items[j].name);
	}
}

void known_names_release(struct known_names *known)
{
	texts_release(&known->benchmarks);
	texts_release(&known->tiers);
	texts_release(&known->metrics);
}

static void append_texts(struct texts *to, const struct texts *from)
{
	for (size_t i = 0; i < from->nr; i++)
		texts_add(to, from->items[i]);
}

static void append_words(struct texts *to, const char *const *words)
{
	for (; *words; words++)
		texts_add(to, *words);
}

static void append_tiers(struct texts *to, const struct tiers *tiers)
{
	for (size_t i = 0; i < tiers->nr; i++)
		texts_add(to, tiers->items[i].name);
}

static void append_usual_tiers(struct texts *to)
{
	struct tiers tiers;

	tiers_init(&tiers);
	append_tiers(to, &tiers);
	tiers_release(&tiers);
}

/* All that a mention of that kind can mean. */
static struct texts names_for(
	enum mention_kind kind, const struct policy *policy, const struct known_names *known)
{
	struct texts names = { 0 };

	switch (kind) {
	case MENTION_BENCHMARK:
		append_texts(&names, &known->benchmarks);
		break;
	case MENTION_METRIC:
		for (size_t i = 0; i < NR_BUILTINS; i++)
			texts_add(&names, builtin_metrics[i].kind->name);
		append_texts(&names, &known->metrics);
		break;
	case MENTION_TIER:
		append_tiers(&names, &policy->tiers);
		append_texts(&names, &known->tiers);
		break;
	case MENTION_OWN_TIER:
		append_usual_tiers(&names);
		append_texts(&names, &known->tiers);
		break;
	case MENTION_TRIGGER:
		append_words(&names, tier_triggers);
		break;
	}
	return names;
}

static bool fits_any(const struct mention *mention, const struct texts *names)
{
	for (size_t i = 0; i < names->nr; i++)
		if (mention->fits(mention->text, names->items[i]))
			return true;
	return false;
}

/* "sort" is a good guess where there is sort/1000. */
static void add_families(struct texts *names)
{
	for (size_t i = names->nr; i-- > 0;) {
		size_t len = strcspn(names->items[i], "/");
		char *family = mem_copy(names->items[i], len);

		add_once(names, family);
		free(family);
	}
}

/* A digit behind a p, and no pattern. */
static bool is_percentile(const char *text)
{
	return text[0] == 'p' && text[1] && !text[1 + strspn(text + 1, "0123456789.")];
}

/* Whether it is sure enough that nothing of that name is meant. */
static bool is_sure(const struct mention *mention, const struct str_nearest *nearest,
	const struct known_names *known)
{
	switch (mention->kind) {
	case MENTION_METRIC:
		return is_percentile(mention->text);
	case MENTION_TIER:
		return known->whole || nearest->best;
	case MENTION_TRIGGER:
		return nearest->best && nearest->distance <= SLIP_LETTERS;
	default:
		return known->whole;
	}
}

/* What is wrong, up to the text itself. */
static const char *wrong_about(const struct mention *mention)
{
	switch (mention->kind) {
	case MENTION_BENCHMARK:
		return mention->fits == str_matches || mention->fits == str_glob
			? "no benchmark matches "
			: "no benchmark is called ";
	case MENTION_METRIC:
		return mention->benchmarks.nr ? "none of its benchmarks has a metric "
					      : "no benchmark has a metric ";
	case MENTION_TIER:
		return "no tier is called ";
	case MENTION_OWN_TIER:
		return "no benchmark is in tier ";
	default:
		return "no standard trigger is called ";
	}
}

static void add_warning(
	const struct mention *mention, const struct str_nearest *nearest, struct texts *lines)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s: %s'%s'", mention->place, wrong_about(mention), mention->text);
	if (nearest->best)
		buf_addf(&line, "; the nearest name is '%s'", nearest->best);
	add_once(lines, line.data);
	buf_release(&line);
}

static struct str_nearest nearest_to(const struct mention *mention, const struct texts *names)
{
	struct str_nearest nearest = str_nearest(mention->text);

	for (size_t i = 0; i < names->nr; i++)
		str_nearest_offer(&nearest, names->items[i]);
	return nearest;
}

static void check_mention(const struct mention *mention, const struct policy *policy,
	const struct known_names *known, struct texts *lines)
{
	struct texts names = names_for(mention->kind, policy, known);
	struct str_nearest nearest;

	if (!fits_any(mention, &names)) {
		if (mention->kind == MENTION_BENCHMARK && mention->fits == str_matches)
			add_families(&names);
		nearest = nearest_to(mention, &names);
		if (is_sure(mention, &nearest, known))
			add_warning(mention, &nearest, lines);
	}
	texts_release(&names);
}

void mentions_check(const struct mentions *mentions, const struct policy *policy,
	const struct known_names *known, struct texts *lines)
{
	for (size_t i = 0; i < mentions->nr; i++)
		check_mention(&mentions->items[i], policy, known, lines);
}

static bool is_meant(const struct mention *mention, const char *benchmark)
{
	for (size_t i = 0; i < mention->benchmarks.nr; i++)
		if (str_matches(mention->benchmarks.items[i], benchmark))
			return true;
	return !mention->benchmarks.nr;
}

/* All that are meant by it; where some benchmarks are not known, only those that it calls by their
 * names. */
static struct texts benchmarks_of(const struct mention *mention, const struct known_names *known)
{
	const struct texts *patterns = &mention->benchmarks;
	struct texts meant = { 0 };

	if (known->whole) {
		for (size_t i = 0; i < known->benchmarks.nr; i++)
			if (is_meant(mention, known->benchmarks.items[i]))
				texts_add(&meant, known->benchmarks.items[i]);
		return meant;
	}
	for (size_t i = 0; i < patterns->nr; i++)
		texts_add(&meant, patterns->items[i]);
	return meant;
}

static bool has_such_metric(const struct mention *mention, const struct result *result)
{
	for (size_t i = 0; i < result->metrics.nr; i++)
		if (mention->fits(mention->text, result->metrics.items[i].name))
			return true;
	/* Whether counts are taken is not the policy's names' concern. */
	for (size_t i = 0; i < NR_COUNTED; i++)
		if (mention->fits(mention->text, counted_metrics[i].kind.name))
			return true;
	return false;
}

/* Were all of them measured, and has none that metric? */
static bool is_lacked(
	const struct mention *mention, const struct texts *benchmarks, const struct run *run)
{
	for (size_t i = 0; i < benchmarks->nr; i++) {
		const struct result *result = run_find(run, benchmarks->items[i]);

		if (!result || result->word != RESULT_OK || !result->metrics.nr ||
			has_such_metric(mention, result))
			return false;
	}
	return benchmarks->nr > 0;
}

static void offer_metrics(struct str_nearest *nearest, const struct result *result)
{
	for (size_t i = 0; i < result->metrics.nr; i++)
		str_nearest_offer(nearest, result->metrics.items[i].name);
}

static void check_values(const struct mention *mention, const struct known_names *known,
	const struct run *run, struct texts *lines)
{
	struct texts names = names_for(MENTION_METRIC, NULL, known);
	struct texts benchmarks = benchmarks_of(mention, known);
	struct str_nearest nearest = str_nearest(mention->text);
	/* What check has told of is not told again. */
	bool is_told = is_percentile(mention->text) && !fits_any(mention, &names);

	if (!is_told && is_lacked(mention, &benchmarks, run)) {
		for (size_t i = 0; i < benchmarks.nr; i++)
			offer_metrics(&nearest, run_find(run, benchmarks.items[i]));
		add_warning(mention, &nearest, lines);
	}
	texts_release(&benchmarks);
	texts_release(&names);
}

void mentions_check_values(const struct mentions *mentions, const struct known_names *known,
	const struct run *run, struct texts *lines)
{
	for (size_t i = 0; i < mentions->nr; i++)
		if (mentions->items[i].kind == MENTION_METRIC)
			check_values(&mentions->items[i], known, run, lines);
}
