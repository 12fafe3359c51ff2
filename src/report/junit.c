/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A suite a tier, a testcase a benchmark. A failure is the code's (a regression, a benchmark gone),
 * an error is the measuring's, and what stayed undecided is skipped, unless the policy fails it.
 */
#include "report/formats.h"

#include "report/cells.h"
#include "report/describe.h"
#include "report/escape.h"
#include "report/group.h"
#include "report/targets.h"

#include <string.h>

enum fate { FATE_PASSED, FATE_FAILED, FATE_ERROR, FATE_SKIPPED, NR_FATES };

static enum fate fate_of(const struct verdict *verdict, const struct comparison *comparison)
{
	bool fails = verdict_action(verdict, comparison) == ACTION_FAIL;

	switch (comparison->word) {
	case VERDICT_REGRESSION:
	case VERDICT_MISSING:
	case VERDICT_NEW:
	case VERDICT_LAYOUT:
		return fails ? FATE_FAILED : FATE_PASSED;
	case VERDICT_FAILED:
	case VERDICT_NOT_MEASURED:
	case VERDICT_REFUSED:
		return fails ? FATE_ERROR : FATE_SKIPPED;
	case VERDICT_INCONCLUSIVE:
		return fails ? FATE_FAILED : FATE_SKIPPED;
	default:
		return FATE_PASSED;
	}
}

static const char *tier_of_comparison(const struct comparison *comparison)
{
	const char *tier = describe_result(comparison)->tier;

	return tier && *tier ? tier : "benchmarks";
}

static const char *junit_tier_of(const struct group *group)
{
	return tier_of_comparison(group->items);
}

static double seconds_of(const struct group *group)
{
	const struct result *head = group->items->head;

	return head ? (double)head->spent_ns / 1e9 : 0;
}

struct sums {
	size_t nr, fates[NR_FATES];
	double seconds;
};

/* Of a tier, or of all (NULL). */
static struct sums sums_of(const struct verdict *verdict, const char *tier)
{
	struct sums sums = { .nr = 0 };
	struct group group = GROUP_START;

	while (group_next(verdict, &group)) {
		if (tier && strcmp(junit_tier_of(&group), tier) != 0)
			continue;
		sums.nr++;
		sums.fates[fate_of(verdict, group.worst)]++;
		sums.seconds += seconds_of(&group);
	}
	return sums;
}

static void add_attribute(struct buf *out, const char *name, const char *text)
{
	buf_addf(out, " %s=\"", name);
	escape_xml(out, text);
	buf_addc(out, '"');
}

static void add_fate(const struct verdict *verdict, const struct group *group, struct buf *out)
{
	static const char *const elements[NR_FATES] = { NULL, "failure", "error", "skipped" };
	enum fate fate = fate_of(verdict, group->worst);
	const char *word = verdict_word_name(group->worst->word);
	struct buf why = BUF_INIT, mend = BUF_INIT;

	if (fate == FATE_PASSED)
		return;
	buf_addf(&why, "%s: ", word);
	describe_reason(verdict, group->worst, &why);
	describe_advice(group->worst, &mend);
	buf_addf(out, "\t\t\t<%s", elements[fate]);
	if (fate != FATE_SKIPPED)
		add_attribute(out, "type", word);
	add_attribute(out, "message", why.data);
	buf_addc(out, '>');
	escape_xml(out, mend.data);
	buf_addf(out, "</%s>\n", elements[fate]);
	buf_release(&mend);
	buf_release(&why);
}

static void add_note_line(const struct result *head, struct buf *out)
{
	struct buf line = BUF_INIT;

	if (head && head->note) {
		buf_addf(&line, "note: %s", head->note);
		escape_xml(out, line.data);
		buf_addc(out, '\n');
	}
	buf_release(&line);
}

/* A line a comparison, what failed and what did not. */
static void junit_add_lines(
	const struct verdict *verdict, const struct group *group, struct buf *out)
{
	buf_adds(out, "\t\t\t<system-out>");
	for (size_t i = 0; i < group->nr; i++) {
		struct buf line = BUF_INIT;

		verdict_add_name(&group->items[i], &line);
		buf_addf(&line, ": %s: ", verdict_word_name(group->items[i].word));
		describe_reason(verdict, &group->items[i], &line);
		escape_xml(out, line.data);
		buf_addc(out, '\n');
		buf_release(&line);
	}
	add_note_line(group->items->head, out);
	buf_adds(out, "</system-out>\n");
}

static void add_case(const struct verdict *verdict, const struct group *group, struct buf *out)
{
	buf_adds(out, "\t\t<testcase");
	add_attribute(out, "classname", junit_tier_of(group));
	add_attribute(out, "name", describe_result(group->items)->name);
	buf_addf(out, " time=\"%.3f\">\n", seconds_of(group));
	add_fate(verdict, group, out);
	junit_add_lines(verdict, group, out);
	buf_adds(out, "\t\t</testcase>\n");
}

/* "cpu", or of shards "shard 2: cpu". */
static void add_properties(const struct verdict *verdict, size_t part, struct buf *out)
{
	const struct env *env = &verdict->parts[part].head->env;

	for (int id = 0; id < ENV_NR_FIELDS; id++) {
		struct buf name = BUF_INIT;

		if (!env->values[id])
			continue;
		describe_shard(verdict, part, &name);
		buf_adds(&name, env_fields[id].name);
		buf_adds(out, "\t\t\t<property");
		add_attribute(out, "name", name.data);
		add_attribute(out, "value", env->values[id]);
		buf_adds(out, "/>\n");
		buf_release(&name);
	}
}

/* "target parse time" is "<= 20us, current 19.2 us, PASS". */
static void junit_target(const struct target *target, struct buf *out)
{
	struct buf name = BUF_INIT, value = BUF_INIT;

	buf_adds(&name, "target ");
	targets_add_metric(target, &name);
	targets_add_limit(target, &value);
	buf_adds(&value, ", current ");
	targets_add_current(target, &value);
	buf_addf(&value, ", %s", targets_status(target));
	buf_adds(out, "\t\t\t<property");
	add_attribute(out, "name", name.data);
	add_attribute(out, "value", value.data);
	buf_adds(out, "/>\n");
	buf_release(&value);
	buf_release(&name);
}

static void junit_targets(const struct verdict *verdict, const char *tier, struct buf *out)
{
	struct targets targets = targets_of(verdict);

	for (size_t i = 0; i < targets.nr; i++)
		if (strcmp(tier_of_comparison(targets.items[i].comparison), tier) == 0)
			junit_target(&targets.items[i], out);
	targets_release(&targets);
}

static void add_all_properties(const struct verdict *verdict, const char *tier, struct buf *out)
{
	buf_adds(out, "\t\t<properties>\n");
	for (size_t i = 0; i < verdict->nr_parts; i++)
		add_properties(verdict, i, out);
	junit_targets(verdict, tier, out);
	buf_adds(out, "\t\t</properties>\n");
}

static void add_suite(const struct verdict *verdict, const char *tier, struct buf *out)
{
	struct sums sums = sums_of(verdict, tier);
	struct group group = GROUP_START;
	struct buf when = BUF_INIT;

	/* ISO 8601 without a zone is what its readers take. */
	buf_addf(&when, "%.19s", verdict->head->timestamp);
	buf_adds(out, "\t<testsuite");
	add_attribute(out, "name", tier);
	buf_addf(out,
		" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\"",
		sums.nr, sums.fates[FATE_FAILED], sums.fates[FATE_ERROR], sums.fates[FATE_SKIPPED],
		sums.seconds);
	add_attribute(out, "timestamp", when.data);
	buf_adds(out, ">\n");
	add_all_properties(verdict, tier, out);
	while (group_next(verdict, &group))
		if (strcmp(junit_tier_of(&group), tier) == 0)
			add_case(verdict, &group, out);
	buf_release(&when);
	buf_adds(out, "\t</testsuite>\n");
}

static bool junit_is_first_of_tier(const struct verdict *verdict, const struct group *group)
{
	struct group before = GROUP_START;

	while (group_next(verdict, &before) && before.items != group->items)
		if (strcmp(junit_tier_of(&before), junit_tier_of(group)) == 0)
			return false;
	return true;
}

void junit_report(const struct verdict *verdict, struct buf *out)
{
	struct sums sums = sums_of(verdict, NULL);
	struct group group = GROUP_START;

	buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	buf_addf(out,
		"<testsuites name=\"benchgate\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"%.3f\">\n",
		sums.nr, sums.fates[FATE_FAILED], sums.fates[FATE_ERROR], sums.seconds);
	while (group_next(verdict, &group))
		if (junit_is_first_of_tier(verdict, &group))
			add_suite(verdict, junit_tier_of(&group), out);
	buf_adds(out, "</testsuites>\n");
}
