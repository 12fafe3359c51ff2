/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/merge_inputs.h"

#include "base/str.h"
#include "store/calibrations.h"
#include "store/shelf.h"
#include "sys/folder.h"

#include <inttypes.h>
#include <string.h>

static int merge_inputs_by_name(const void *a, const void *b)
{
	return strcmp(((const struct shard_owner *)a)->name, ((const struct shard_owner *)b)->name);
}

/* Of the first input: the others have the same. */
static void list_owners(struct merge_inputs *inputs)
{
	const struct texts *selection = &inputs->items[0].head.shard.selection;

	inputs->owners = mem_alloc(selection->nr, sizeof *inputs->owners);
	inputs->nr_owners = selection->nr;
	for (size_t i = 0; i < selection->nr; i++)
		inputs->owners[i] = (struct shard_owner){ selection->items[i], i, NULL };
	qsort(inputs->owners, selection->nr, sizeof *inputs->owners, merge_inputs_by_name);
}

static struct shard_owner *merge_inputs_owner_of(
	const struct merge_inputs *inputs, const char *name)
{
	const struct shard_owner wanted = { name, 0, NULL };

	return bsearch(
		&wanted, inputs->owners, inputs->nr_owners, sizeof wanted, merge_inputs_by_name);
}

struct ranked_item {
	size_t rank, at;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked_item *one = a, *other = b;

	if (one->rank != other->rank)
		return one->rank < other->rank ? -1 : 1;
	return (one->at > other->at) - (one->at < other->at);
}

void merge_inputs_order(const struct merge_inputs *inputs, struct verdict *verdict)
{
	struct ranked_item *order = mem_alloc(verdict->nr, sizeof *order);
	struct comparison *items = mem_alloc(verdict->nr, sizeof *items);

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];
		const struct result *result =
			comparison->head ? comparison->head : comparison->base;
		const struct shard_owner *owner = merge_inputs_owner_of(inputs, result->name);

		items[i] = *comparison;
		order[i] = (struct ranked_item){ owner ? owner->rank : inputs->nr_owners, i };
	}
	qsort(order, verdict->nr, sizeof *order, by_rank);
	for (size_t i = 0; i < verdict->nr; i++)
		verdict->items[i] = items[order[i].at];
	free(items);
	free(order);
}

/* NULL when there is none. */
static const char *first_besides(const struct texts *texts, const struct texts *others)
{
	for (size_t i = 0; i < texts->nr; i++)
		if (!texts_have(others, texts->items[i]))
			return texts->items[i];
	return NULL;
}

static bool merge_inputs_is_same(const struct texts *one, const struct texts *other)
{
	if (one->nr != other->nr)
		return false;
	for (size_t i = 0; i < one->nr; i++)
		if (strcmp(one->items[i], other->items[i]) != 0)
			return false;
	return true;
}

/* Which is in one selection only; the order may differ. */
static int check_selection(
	const struct merge_input *first, const struct merge_input *input, struct error *err)
{
	const struct texts *one = &first->head.shard.selection;
	const struct texts *other = &input->head.shard.selection;
	const struct merge_input *has = first, *lacks = input;
	const char *name;

	if (merge_inputs_is_same(one, other))
		return 0;
	name = first_besides(one, other);
	if (!name) {
		name = first_besides(other, one);
		has = input;
		lacks = first;
	}
	if (!name && one->nr == other->nr)
		return 0;
	return error_set(err, ERR_USAGE,
		"%s and %s are shards of two selections: '%s' is in that of %s, but not in that of %s",
		first->path, input->path, name ? name : "", has->path, lacks->path);
}

static int check_commit(
	const struct merge_input *first, const struct merge_input *input, struct error *err)
{
	const char *one = first->head.env.values[ENV_COMMIT];
	const char *other = input->head.env.values[ENV_COMMIT];

	if (!one || !other || strcmp(one, other) == 0)
		return 0;
	return error_set(err, ERR_USAGE,
		"%s measured the commit %.12s, and %s the commit %.12s: shards are of one commit",
		first->path, one, input->path, other);
}

static int check_indexes(
	const struct merge_input *first, const struct merge_input *input, struct error *err)
{
	const struct shard *one = &first->head.shard, *other = &input->head.shard;

	if (one->of != other->of)
		return error_set(err, ERR_USAGE,
			"%s is one of %" PRIu64 " shards, and %s one of %" PRIu64
			": they do not belong together",
			first->path, one->of, input->path, other->of);
	if (one->index == other->index)
		return error_set(err, ERR_USAGE,
			"%s and %s are both shard %" PRIu64 " of %" PRIu64 ": give each once",
			first->path, input->path, one->index, one->of);
	return 0;
}

static int claim_benchmark(struct merge_inputs *inputs, const struct merge_input *input,
	const char *name, struct error *err)
{
	struct shard_owner *owner = merge_inputs_owner_of(inputs, name);

	if (!owner)
		return error_set(err, ERR_USAGE,
			"%s has '%s', which is not in its own shard.selection", input->path, name);
	if (owner->by && strcmp(owner->by, input->path) != 0)
		return error_set(err, ERR_USAGE,
			"%s and %s both have '%s': they were divided by different durations (give all shards the same --durations)",
			owner->by, input->path, name);
	owner->by = input->path;
	return 0;
}

static int claim_all_benchmarks(struct merge_inputs *inputs, struct error *err)
{
	for (size_t i = 0; i < inputs->nr; i++) {
		const struct merge_input *input = &inputs->items[i];

		for (size_t j = 0; j < input->head.nr; j++)
			if (claim_benchmark(inputs, input, input->head.items[j].name, err))
				return -1;
	}
	return 0;
}

static int check_inputs(struct merge_inputs *inputs, struct error *err)
{
	for (size_t i = 1; i < inputs->nr; i++) {
		for (size_t j = 0; j < i; j++)
			if (check_indexes(&inputs->items[j], &inputs->items[i], err))
				return -1;
		if (check_selection(&inputs->items[0], &inputs->items[i], err) ||
			check_commit(&inputs->items[0], &inputs->items[i], err))
			return -1;
	}
	list_owners(inputs);
	return claim_all_benchmarks(inputs, err);
}

static bool is_given(const struct merge_inputs *inputs, uint64_t index)
{
	for (size_t i = 0; i < inputs->nr; i++)
		if (inputs->items[i].head.shard.index == index)
			return true;
	return false;
}

/* "shard 2 of 3 is missing", "shards 2, 3 of 3 are missing" */
static void say_why_absent(const struct merge_inputs *inputs, struct fault *fault)
{
	uint64_t of = inputs->items[0].head.shard.of, nr = 0;
	struct buf list = BUF_INIT;

	for (uint64_t index = 1; index <= of; index++)
		if (!is_given(inputs, index))
			buf_addf(&list, "%s%" PRIu64, nr++ ? ", " : "", index);
	if (nr)
		fault_set(fault, RESULT_NOT_MEASURED, "shard%s %.200s of %" PRIu64 " %s missing",
			nr > 1 ? "s" : "", list.data, of, nr > 1 ? "are" : "is");
	else
		fault_set(fault, RESULT_NOT_MEASURED,
			"no shard has it: they were divided by different durations");
	buf_release(&list);
}

/* In a base and in no head it is missing, which its shard has noted. */
static bool is_noted(const struct merge_inputs *inputs, const char *name)
{
	for (size_t i = 0; i < inputs->nr; i++)
		if (texts_have(&inputs->items[i].head.shard.missing, name))
			return true;
	return false;
}

static void note_absent(struct merge_inputs *inputs)
{
	const struct texts *selection = &inputs->items[0].head.shard.selection;
	struct fault fault = FAULT_INIT;

	say_why_absent(inputs, &fault);
	for (size_t i = 0; i < selection->nr; i++) {
		struct bench bench = { .name = selection->items[i],
			.tier = (char[]){ "" },
			.file = (char[]){ "" },
			.nr_threads = 1 };

		if (!merge_inputs_owner_of(inputs, bench.name)->by && !is_noted(inputs, bench.name))
			result_fault(run_add(&inputs->absent, &bench), &fault);
	}
}

static void name_tiers(struct merge_inputs *inputs)
{
	for (size_t i = 0; i < inputs->absent.nr; i++) {
		struct result *result = &inputs->absent.items[i];
		const struct result *known = NULL;

		for (size_t j = 0; j < inputs->nr && !known; j++)
			known = run_find(&inputs->items[j].base.run, result->name);
		if (!known)
			continue;
		free(result->tier);
		result->tier = str_dup(known->tier);
	}
}

static int read_input(struct merge_inputs *inputs, const char *path,
	const struct settings *settings, struct error *err)
{
	struct merge_input *input = ARRAY_ADD(inputs);
	bool is_result;

	*input = (struct merge_input){
		.path = path, .head = RUN_INIT, .base = BASE_INIT, .calibration = CALIBRATION_INIT
	};
	if (result_file_read(path, &settings->import, &input->head, &is_result, err))
		return -1;
	if (inputs->nr == 1 && input->head.format)
		return 0;
	if (!is_result || !input->head.shard.of)
		return error_set(err, ERR_USAGE,
			"%s is not a shard: 'benchgate run --shard I/N --out FILE' writes one",
			path);
	return 0;
}

/* The only shard there is: nothing of it is missing. */
static int read_foreign(struct merge_inputs *inputs, const struct words *paths,
	const struct settings *settings, struct error *err)
{
	struct run *head = &inputs->items[0].head;

	run_release(head);
	*head = (struct run)RUN_INIT;
	if (result_files_read(paths, &settings->import, head, err))
		return -1;
	head->shard.index = head->shard.of = 1;
	for (size_t i = 0; i < head->nr; i++)
		texts_add(&head->shard.selection, head->items[i].name);
	return 0;
}

static int by_index(const void *a, const void *b)
{
	const struct merge_input *one = a, *other = b;

	return (one->head.shard.index > other->head.shard.index) -
		(one->head.shard.index < other->head.shard.index);
}

int merge_inputs_read(struct merge_inputs *inputs, const struct words *paths,
	const struct settings *settings, struct error *err)
{
	bool is_foreign;

	if (read_input(inputs, paths->items[0], settings, err))
		return -1;
	is_foreign = !inputs->items[0].head.shard.of;
	if (is_foreign && read_foreign(inputs, paths, settings, err))
		return -1;
	for (size_t i = 1; i < paths->nr && !is_foreign; i++)
		if (read_input(inputs, paths->items[i], settings, err))
			return -1;
	if (check_inputs(inputs, err))
		return -1;
	qsort(inputs->items, inputs->nr, sizeof *inputs->items, by_index);
	note_absent(inputs);
	return 0;
}

/* With what it was timed in turn; else any that is of its machine. */
static bool is_base_of(const struct run *base, const struct run *head)
{
	char machines[2][ENV_MACHINE_MAX];

	if (*head->base_id)
		return run_is_in_turn_with(head, base);
	env_machine(&base->env, machines[0]);
	env_machine(&head->env, machines[1]);
	return strcmp(machines[0], machines[1]) == 0;
}

/* A file of that name stands before a baseline of that name. */
static int read_given(
	const char *said, const struct settings *settings, struct run *run, struct error *err)
{
	struct buf path = BUF_INIT;
	bool is_result;
	int rc = 0;

	if (folder_lacks(said))
		rc = shelf_named_path(settings->baselines, said, &path, err);
	else
		buf_adds(&path, said);
	if (!rc)
		rc = result_file_read(path.data, &settings->import, run, &is_result, err);
	buf_release(&path);
	return rc;
}

/* One file may be the base of several. */
static int take_given(struct merge_input *input, const char *said, const struct settings *settings,
	struct error *err)
{
	int rc = read_given(said, settings, &input->base.run, err);

	if (!rc && is_base_of(&input->base.run, &input->head))
		return base_complete(&input->base, settings, &input->head, err);
	run_release(&input->base.run);
	return rc;
}

static int merge_inputs_find_base(struct merge_input *input, const struct words *given,
	const struct settings *settings, struct error *err)
{
	for (size_t i = 0; i < given->nr && !input->base.found; i++)
		if (take_given(input, given->items[i], settings, err))
			return -1;
	if (input->base.found || !input->head.nr)
		return 0;
	if (*input->head.base_id)
		return error_set(err, ERR_NO_BASE,
			"%s was measured in turn with a base that is not here: --against takes what compare wrote with --base-out",
			input->path);
	if (base_load_if_there(&input->base, NULL, settings, &input->head, err))
		return -1;
	base_find_counts(&input->base, settings, &input->head);
	return 0;
}

/* What run measured in turn stands beside its baseline. */
static bool was_in_turn(const struct run *head)
{
	if (*head->base_id)
		return true;
	for (size_t i = 0; i < head->nr; i++)
		if (head->items[i].duets.nr || head->items[i].identical)
			return true;
	return false;
}

/* Its own shard has noted what is missing; another may have, too. */
static void set_missing_aside(struct merge_input *input, struct texts *told)
{
	const struct texts *missing = &input->head.shard.missing;

	for (size_t i = 0; i < input->base.run.nr; i++) {
		struct result *result = &input->base.run.items[i];

		result->aside =
			!texts_have(missing, result->name) || texts_have(told, result->name);
		if (!result->aside)
			texts_add(told, result->name);
	}
}

/* Where others have a baseline, the lack of one is not passed over. */
static void note_lack(struct merge_input *input, const struct settings *settings)
{
	char machine[ENV_MACHINE_MAX];
	struct buf text = BUF_INIT;

	if (input->base.found || !input->head.nr)
		return;
	env_machine(&input->head.env, machine);
	buf_addf(&text, "there is no baseline of its machine (%s) in %s", machine,
		settings->baselines);
	input->base.mismatch = buf_detach(&text);
}

int merge_inputs_find_bases(struct merge_inputs *inputs, const struct words *given,
	const struct settings *settings, struct error *err)
{
	struct texts told = { 0 };
	int rc = 0;

	for (size_t i = 0; i < inputs->nr && !rc; i++) {
		struct merge_input *input = &inputs->items[i];

		rc = merge_inputs_find_base(input, given, settings, err);
		if (!rc)
			rc = calibrations_read(
				settings->baselines, &input->head.env, &input->calibration, err);
		input->in_turn = was_in_turn(&input->head);
		set_missing_aside(input, &told);
	}
	for (size_t i = 0; i < inputs->nr && merge_inputs_have_base(inputs); i++)
		note_lack(&inputs->items[i], settings);
	name_tiers(inputs);
	texts_release(&told);
	return rc;
}

bool merge_inputs_have_base(const struct merge_inputs *inputs)
{
	for (size_t i = 0; i < inputs->nr; i++)
		if (inputs->items[i].base.found)
			return true;
	return false;
}

size_t merge_inputs_count_machines(const struct merge_inputs *inputs)
{
	struct texts machines = { 0 };
	char machine[ENV_MACHINE_MAX];
	size_t nr;

	for (size_t i = 0; i < inputs->nr; i++) {
		env_machine(&inputs->items[i].head.env, machine);
		if (!texts_have(&machines, machine))
			texts_add(&machines, machine);
	}
	nr = machines.nr;
	texts_release(&machines);
	return nr;
}

void merge_inputs_release(struct merge_inputs *inputs)
{
	for (size_t i = 0; i < inputs->nr; i++) {
		struct merge_input *input = &inputs->items[i];

		calibration_release(&input->calibration);
		base_release(&input->base);
		run_release(&input->head);
	}
	run_release(&inputs->absent);
	free(inputs->owners);
	ARRAY_RELEASE(inputs);
}
