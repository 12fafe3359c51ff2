/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/mentions.h"

#include "base/array.h"
#include "base/str.h"

#include <string.h>

static bool is_same_name(const char *text, const char *name)
{
	return strcmp(text, name) == 0;
}

static struct mention *add_mention(
	struct mentions *mentions, enum mention_kind kind, const char *place, const char *text)
{
	struct mention *mention = ARRAY_ADD(mentions);

	*mention = (struct mention){ .kind = kind,
		.place = str_dup(place),
		.text = str_dup(text),
		.fits = kind == MENTION_BENCHMARK ? str_matches
			: kind == MENTION_METRIC  ? str_glob
						  : is_same_name };
	return mention;
}

/* A text or a list of texts. */
static void add_mentions(struct mentions *mentions, enum mention_kind kind, const char *place,
	const struct json *json)
{
	if (json && json_type(json) == JSON_TEXT)
		add_mention(mentions, kind, place, json_text(json));
	else if (json && json_type(json) == JSON_ARRAY)
		for (const struct json *at = json_first(json); at; at = json_next(at))
			add_mention(mentions, kind, place, json_text(at));
}

static void mention_tier(const struct json *tier, struct mentions *mentions)
{
	struct buf place = BUF_INIT;

	buf_addf(&place, "tiers.%.60s", json_name(tier));
	if (!json_get(tier, "benchmarks"))
		add_mention(mentions, MENTION_OWN_TIER, place.data, json_name(tier));
	add_mentions(mentions, MENTION_BENCHMARK, place.data, json_get(tier, "benchmarks"));
	add_mentions(mentions, MENTION_TRIGGER, place.data, json_get(tier, "trigger"));
	buf_release(&place);
}

static void mention_metric(struct mentions *mentions, const char *place, const char *text,
	const struct json *benchmarks)
{
	struct mention *mention = add_mention(mentions, MENTION_METRIC, place, text);

	if (json_type(benchmarks) == JSON_TEXT)
		texts_add(&mention->benchmarks, json_text(benchmarks));
	else
		for (const struct json *at = json_first(benchmarks); at; at = json_next(at))
			texts_add(&mention->benchmarks, json_text(at));
}

static void mention_override(const struct json *override, size_t nr, struct mentions *mentions)
{
	const struct json *benchmarks = json_get(override, "benchmark"),
			  *metric = json_get(override, "metric"),
			  *budgets = json_get(override, "budgets");
	struct buf place = BUF_INIT;

	buf_addf(&place, "overrides[%zu]", nr);
	add_mentions(mentions, MENTION_BENCHMARK, place.data, benchmarks);
	if (metric)
		mention_metric(mentions, place.data, json_text(metric), benchmarks);
	buf_adds(&place, ".budgets");
	for (const struct json *at = budgets ? json_first(budgets) : NULL; at; at = json_next(at))
		mention_metric(mentions, place.data, json_name(at), benchmarks);
	buf_release(&place);
}

static void mention_competitor(const struct json *competitor, size_t nr, struct mentions *mentions)
{
	const struct json *benchmarks = json_get(competitor, "benchmarks");
	size_t before = mentions->nr;
	struct buf place = BUF_INIT;

	buf_addf(&place, "competitors[%zu]", nr);
	add_mentions(mentions, MENTION_BENCHMARK, place.data, benchmarks);
	if (benchmarks && json_type(benchmarks) == JSON_OBJECT)
		for (const struct json *at = json_first(benchmarks); at; at = json_next(at))
			add_mention(mentions, MENTION_BENCHMARK, place.data, json_name(at));
	for (size_t i = before; i < mentions->nr; i++)
		mentions->items[i].fits = is_same_name;
	buf_release(&place);
}

static void mention_tradeoff(const struct json *tradeoff, size_t nr, struct mentions *mentions)
{
	const struct json *benchmarks = json_get(tradeoff, "benchmark"),
			  *payment = json_get(tradeoff, "if"),
			  *weights = json_get(payment, "weights");
	struct buf place = BUF_INIT;

	buf_addf(&place, "tradeoffs[%zu]", nr);
	add_mentions(mentions, MENTION_BENCHMARK, place.data, benchmarks);
	mention_metric(mentions, place.data, json_text(json_get(tradeoff, "metric")), benchmarks);
	buf_adds(&place, ".if");
	if (!weights)
		mention_metric(
			mentions, place.data, json_text(json_get(payment, "metric")), benchmarks);
	for (const struct json *at = weights ? json_first(weights) : NULL; at; at = json_next(at))
		add_mention(mentions, MENTION_BENCHMARK, place.data, json_name(at))->fits =
			is_same_name;
	buf_release(&place);
}

static void mention_rule(const struct rule *rule, size_t nr, struct mentions *mentions)
{
	static const struct {
		const char *fact;
		enum mention_kind kind;
	} rows[] = { { "benchmark", MENTION_BENCHMARK }, { "metric", MENTION_METRIC },
		{ "tier", MENTION_TIER } };
	struct buf place = BUF_INIT;

	buf_addf(&place, "alert_rules[%zu] (%.40s)", nr, rule->name);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *text;
		bool is_pattern;
		size_t at = 0;

		while ((text = condition_next_text(rule->parsed, rows[i].fact, &at, &is_pattern)))
			add_mention(mentions, rows[i].kind, place.data, text)->fits =
				is_pattern ? str_glob : is_same_name;
	}
	buf_release(&place);
}

void mentions_read(const struct json *root, const struct rules *rules, struct mentions *mentions)
{
	const struct json *tiers = root ? json_get(root, "tiers") : NULL,
			  *overrides = root ? json_get(root, "overrides") : NULL,
			  *tradeoffs = root ? json_get(root, "tradeoffs") : NULL,
			  *competitors = root ? json_get(root, "competitors") : NULL;
	size_t nr = 0;

	for (const struct json *at = tiers ? json_first(tiers) : NULL; at; at = json_next(at))
		mention_tier(at, mentions);
	for (const struct json *at = overrides ? json_first(overrides) : NULL; at;
		at = json_next(at))
		mention_override(at, nr++, mentions);
	nr = 0;
	for (const struct json *at = tradeoffs ? json_first(tradeoffs) : NULL; at;
		at = json_next(at))
		mention_tradeoff(at, nr++, mentions);
	nr = 0;
	for (const struct json *at = competitors ? json_first(competitors) : NULL; at;
		at = json_next(at))
		mention_competitor(at, nr++, mentions);
	for (size_t i = 0; i < rules->nr; i++)
		mention_rule(&rules->items[i], i, mentions);
}

void mentions_release(struct mentions *mentions)
{
	for (size_t i = 0; i < mentions->nr; i++) {
		free(mentions->items[i].place);
		free(mentions->items[i].text);
		texts_release(&mentions->items[i].benchmarks);
	}
	ARRAY_RELEASE(mentions);
}

bool mentions_have_benchmark(const struct mentions *mentions)
{
	for (size_t i = 0; i < mentions->nr; i++)
		if (mentions->items[i].kind == MENTION_BENCHMARK)
			return true;
	return false;
}
