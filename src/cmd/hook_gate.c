/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"
#include "cmd/hook.h"
#include "cmd/verbs.h"
#include "gate/paths.h"
#include "session/side.h"
#include "suite/git.h"
#include "suite/push.h"
#include "sys/file.h"
#include "sys/process.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than any push has refs. */
#define MAX_INPUT (16u << 20)

struct ranges {
	struct push_range *items;
	size_t nr, alloc;
};

struct gate {
	const struct hook_options *options;
	const struct settings *settings;
	struct git_place place; /* of the project's folder */
	struct ranges ranges;   /* what is pushed, each once */
};

static void gate_release(struct gate *gate)
{
	for (size_t i = 0; i < gate->ranges.nr; i++)
		push_range_release(&gate->ranges.items[i]);
	ARRAY_RELEASE(&gate->ranges);
	git_place_release(&gate->place);
}

static void say(const char *line)
{
	struct buf out = BUF_INIT;

	buf_adds(&out, "benchgate: ");
	buf_add_printable(&out, line);
	fprintf(stderr, "%s\n", out.data);
	buf_release(&out);
}

static bool is_same_range(const struct push_range *one, const struct push_range *other)
{
	return strcmp(one->base, other->base) == 0 && strcmp(one->head, other->head) == 0;
}

/* Takes it over, unless there is nothing to measure in it. */
static void add_range(struct gate *gate, struct push_range range)
{
	bool known = !range.head || (range.base && strcmp(range.base, range.head) == 0);

	if (range.head && !range.base)
		say("nothing was measured: no pushed commit builds on a commit that the remote already has");
	for (size_t i = 0; range.base && !known && i < gate->ranges.nr; i++)
		known = is_same_range(&gate->ranges.items[i], &range);
	if (known || !range.base)
		push_range_release(&range);
	else
		*ARRAY_ADD(&gate->ranges) = range;
}

/* The framework pre-commit keeps git's lines for itself, and says what it makes of them. */
static bool take_from_pre_commit(struct gate *gate)
{
	const char *from = getenv("PRE_COMMIT_FROM_REF"), *to = getenv("PRE_COMMIT_TO_REF");

	if (gate->options->remote || !from || !to)
		return false;
	add_range(gate, push_range_between(gate->settings->root, from, to));
	return true;
}

static int take_lines(struct gate *gate, struct error *err)
{
	const struct settings *settings = gate->settings;
	struct buf lines = BUF_INIT;
	struct pushes pushes = { 0 };
	int rc = -1;

	if (file_read_input(MAX_INPUT, &lines, err) || pushes_read(lines.data, &pushes, err))
		goto out;
	for (size_t i = 0; i < pushes.nr; i++)
		add_range(gate,
			push_range_of(settings->root, gate->options->remote, &pushes.items[i],
				settings->base));
	rc = 0;
out:
	pushes_release(&pushes);
	buf_release(&lines);
	return rc;
}

/* Of a commit that is built, the benchmarks that the files can have changed. */
static int choose(const struct gate *gate, const struct push_range *range,
	const struct texts *files, struct texts *names, struct error *err)
{
	const struct policy *policy = &gate->settings->policy;
	const char *tiers = gate->options->tier;
	const struct side_options options = { .settings = gate->settings,
		.quiet = gate->options->quiet };
	struct side side = SIDE_INIT;
	int rc;

	side.said = range->head;
	rc = side_find(&side, &options, NULL, err) || side_prepare(&side, &options, err);
	for (size_t i = 0; !rc && i < side.catalog.benches.nr; i++) {
		const struct bench *bench = &side.catalog.benches.items[i];
		const struct tier *claiming = tiers_claiming(&policy->tiers, bench->name);
		const char *tier = claiming ? claiming->name : bench->tier;

		if (paths_change(policy, bench->name, bench->tier, files) &&
			(!tiers || str_in_list(tiers, tier)))
			texts_add(names, bench->name);
	}
	side_release(&side);
	return rc ? -1 : 0;
}

static void add_word(struct texts *words, const char *option, const char *value)
{
	struct buf word = BUF_INIT;

	buf_addf(&word, "%s%s", option, value);
	texts_add(words, word.data);
	buf_release(&word);
}

/* Those benchmarks, or without any name the tier's. */
static void add_choice(const struct gate *gate, const struct texts *names, struct texts *words)
{
	for (size_t i = 0; i < names->nr; i++)
		add_word(words, "--only=", names->items[i]);
	if (!names->nr)
		add_word(words, "--tier=", gate->options->tier ? gate->options->tier : HOOK_TIER);
}

static void conclude(const struct outcome *came, struct outcome *outcome)
{
	if (came->regressed) {
		outcome->regressed = true;
		say("this push is stopped; 'git push --no-verify' pushes without this check");
	} else if (came->unmeasured || came->incomparable || came->inconclusive) {
		say("not every benchmark could be decided; the push continues");
	}
}

static int compare(const struct gate *gate, const struct push_range *range,
	const struct texts *names, struct outcome *outcome, struct error *err)
{
	uint64_t budget_ns = gate->options->limit_ns / gate->ranges.nr;
	struct outcome came = { .regressed = false };
	struct texts words = { 0 };
	char budget[40];
	int rc;

	texts_add(&words, range->base);
	texts_add(&words, range->head);
	texts_add(&words, "--tip");
	if (gate->settings->policy.only_changed != CHOICE_NO)
		texts_add(&words, "--only-changed");
	snprintf(budget, sizeof budget, "%" PRIu64 "ns", budget_ns ? budget_ns : 1);
	add_word(&words, "--budget=", budget);
	add_choice(gate, names, &words);
	if (gate->options->quiet)
		texts_add(&words, "--quiet");
	rc = command_compare.run((struct arguments){ (int)words.nr, words.items }, &came, err);
	texts_release(&words);
	if (!process_interrupted())
		conclude(&came, outcome);
	return came.regressed ? 0 : rc;
}

static int gate_range(const struct gate *gate, const struct push_range *range,
	struct outcome *outcome, struct error *err)
{
	const struct settings *settings = gate->settings;
	struct texts files = { 0 }, names = { 0 };
	bool mapped = paths_are_said(&settings->policy);
	int rc = push_range_files(settings->root, gate->place.prefix, range, &files, err);

	if (!rc && paths_change_all(&files, str_path_name(settings->file)))
		mapped = false;
	if (!rc && mapped && paths_change_any(&settings->policy, &files))
		rc = choose(gate, range, &files, &names, err);
	if (!rc && mapped && !names.nr)
		say("nothing was measured: no file has changed that a benchmark depends on");
	else if (!rc)
		rc = compare(gate, range, &names, outcome, err);
	texts_release(&names);
	texts_release(&files);
	return rc;
}

/* What cannot be measured of one ref says nothing of the others. */
static int gate_all(const struct gate *gate, struct outcome *outcome, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < gate->ranges.nr && !process_interrupted(); i++) {
		if (rc) {
			error_wrap(err, "nothing was measured");
			say(err->text);
		}
		rc = gate_range(gate, &gate->ranges.items[i], outcome, err);
	}
	return rc;
}

int hook_gate(const struct hook_options *options, const struct settings *settings,
	struct outcome *outcome, struct error *err)
{
	struct gate gate = { .options = options, .settings = settings, .place = GIT_PLACE_INIT };
	int rc = -1;

	/* In a folder of hooks that many projects share it is called for all of them. */
	if (!settings->file)
		return 0;
	if (!git_place_find(settings->root, &gate.place, err) &&
		(take_from_pre_commit(&gate) || !take_lines(&gate, err)))
		rc = gate_all(&gate, outcome, err);
	gate_release(&gate);
	return rc;
}
