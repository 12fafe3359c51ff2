/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/merge_out.h"

#include "base/sha256.h"
#include "model/run_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The first shard that measured anything, or the first of all. */
static const struct merge_input *first_of(const struct merge_inputs *inputs)
{
	for (size_t i = 0; i < inputs->nr; i++)
		if (inputs->items[i].head.nr)
			return &inputs->items[i];
	return &inputs->items[0];
}

static int check_machine(
	const struct merge_input *first, const struct merge_input *input, struct error *err)
{
	const struct env *one = &first->head.env, *other = &input->head.env;
	struct buf text = BUF_INIT;
	int rc = 0;

	if (env_differences(one, other, ENV_IDENTITY, &text) ||
		env_differences(one, other, ENV_REFUSES, &text))
		rc = error_set(err, ERR_USAGE,
			"--out: one result file is of one machine and build, and %s is of another than %s: %s",
			input->path, first->path, text.data);
	buf_release(&text);
	return rc;
}

/* What judging takes from the plan. */
static int check_same_plan(
	const struct merge_input *first, const struct merge_input *input, struct error *err)
{
	const struct plan *one = &first->head.plan, *other = &input->head.plan;
	const struct {
		const char *name;
		uint64_t one, other;
	} rows[] = {
		{ "processes", one->nr_processes, other->nr_processes },
		{ "units", one->nr_units, other->nr_units },
		{ "layouts", one->nr_layouts, other->nr_layouts },
		{ "looks", one->looks, other->looks },
		{ "base", *first->head.base_id != '\0', *input->head.base_id != '\0' },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].one != rows[i].other)
			return error_set(err, ERR_USAGE,
				"--out: one result file has one plan, and %s and %s differ in it: %s %" PRIu64
				" and %" PRIu64,
				first->path, input->path, rows[i].name, rows[i].one, rows[i].other);
	return 0;
}

static int check_is_one(const struct merge_inputs *inputs, struct error *err)
{
	const struct merge_input *first = first_of(inputs);

	for (size_t i = 0; i < inputs->nr; i++)
		if (inputs->items[i].head.nr &&
			(check_machine(first, &inputs->items[i], err) ||
				check_same_plan(first, &inputs->items[i], err)))
			return -1;
	return 0;
}

int merge_out_check(
	const struct merge_out *out, const struct merge_inputs *inputs, struct error *err)
{
	const struct merge_input *first = first_of(inputs);

	if (!out->head.path && out->base.path)
		return error_set(err, ERR_USAGE, "--base-out goes with --out");
	if (out->base.path && !*first->head.base_id)
		return error_set(err, ERR_USAGE,
			"--base-out keeps what shards of compare were measured in turn with, and %s was not measured in turn",
			first->path);
	return out->head.path ? check_is_one(inputs, err) : 0;
}

/* The same shards always make a run of the same id. */
static void name_run(struct run *run, const struct merge_inputs *inputs, const char *what)
{
	char hex[SHA256_HEX_MAX];
	struct buf ids = BUF_INIT;

	buf_adds(&ids, what);
	for (size_t i = 0; i < inputs->nr; i++)
		buf_addf(&ids, " %s", inputs->items[i].head.id);
	sha256_hex(ids.data, ids.len, hex);
	snprintf(run->id, sizeof run->id, "%.16s", hex);
	buf_release(&ids);
}

/* What was measured first is the start, and all that was measured took the sum. */
static void take_occasion(struct run *to, const struct run *from)
{
	if (!*to->timestamp || strcmp(from->timestamp, to->timestamp) < 0)
		snprintf(to->timestamp, sizeof to->timestamp, "%s", from->timestamp);
	to->duration_ns += from->duration_ns;
	if (from->status > to->status)
		to->status = from->status;
	counting_merge(&to->counting, &from->counting);
}

static void move_result(struct run *to, struct result *from)
{
	struct result *result = run_add(to, &(struct bench){ .name = from->name });
	struct result empty = *result;

	*result = *from;
	*from = empty;
}

/* A name that is there already came from another shard. */
static void move_named(struct run *to, struct run *from, const char *name)
{
	struct result *result = run_find(from, name);

	if (result && !run_find(to, name))
		move_result(to, result);
}

static void move_rest(struct run *to, struct run *from)
{
	for (size_t i = 0; i < from->nr; i++)
		if (!run_find(to, from->items[i].name))
			move_result(to, &from->items[i]);
}

static void take_selection(struct shard *shard, const struct merge_inputs *inputs)
{
	const struct texts *selection = &inputs->items[0].head.shard.selection;

	shard->index = shard->of = 1;
	for (size_t i = 0; i < selection->nr; i++)
		texts_add(&shard->selection, selection->items[i]);
	for (size_t i = 0; i < inputs->nr; i++) {
		const struct texts *missing = &inputs->items[i].head.shard.missing;

		for (size_t j = 0; j < missing->nr; j++)
			if (!texts_have(&shard->missing, missing->items[j]))
				texts_add(&shard->missing, missing->items[j]);
	}
}

static void take_heads(struct run *head, struct merge_inputs *inputs)
{
	const struct run *first = &first_of(inputs)->head;

	name_run(head, inputs, "head");
	head->plan = first->plan;
	env_copy(&head->env, &first->env);
	take_selection(&head->shard, inputs);
	for (size_t i = 0; i < inputs->nr; i++)
		take_occasion(head, &inputs->items[i].head);
	for (size_t k = 0; k < head->shard.selection.nr; k++) {
		const char *name = head->shard.selection.items[k];

		for (size_t i = 0; i < inputs->nr; i++)
			move_named(head, &inputs->items[i].head, name);
		move_named(head, &inputs->absent, name);
	}
}

static void take_bases(struct run *base, struct merge_inputs *inputs)
{
	name_run(base, inputs, "base");
	for (size_t i = 0; i < inputs->nr; i++) {
		struct run *from = &inputs->items[i].base.run;

		if (!from->nr)
			continue;
		if (!base->nr) {
			base->plan = from->plan;
			env_copy(&base->env, &from->env);
		}
		take_occasion(base, from);
		move_rest(base, from);
	}
}

static int keep_pair(const struct recorder *recorder, const struct run *head,
	const struct run *base, struct error *err)
{
	struct buf notes = BUF_INIT;
	int rc = recorder_keep(recorder, head, &notes, err);

	if (!rc && run_is_in_turn_with(head, base))
		rc = recorder_keep(recorder, base, &notes, err);
	fputs(notes.data, stderr);
	buf_release(&notes);
	return rc;
}

/* Shards of several machines, or plans, stay what they are. */
static int keep_each(
	const struct recorder *recorder, const struct merge_inputs *inputs, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < inputs->nr && !rc; i++)
		if (inputs->items[i].head.nr)
			rc = keep_pair(
				recorder, &inputs->items[i].head, &inputs->items[i].base.run, err);
	return rc;
}

static int write_run(struct file_new *out, const struct run *run, struct error *err)
{
	struct buf json = BUF_INIT;
	int rc = 0;

	if (out->path) {
		run_json_print(run, &json);
		rc = file_new_commit(out, &json, err);
	}
	buf_release(&json);
	return rc;
}

int merge_out_write(struct merge_out *out, struct merge_inputs *inputs, struct error *err)
{
	struct run head = RUN_INIT, base = RUN_INIT;
	bool in_turn = *first_of(inputs)->head.base_id;
	struct error several = ERROR_INIT;
	int rc;

	if (!out->head.path && !out->recorder.path)
		return 0;
	if (check_is_one(inputs, &several))
		return keep_each(&out->recorder, inputs, err);
	if (in_turn) {
		take_bases(&base, inputs);
		snprintf(head.base_id, sizeof head.base_id, "%s", base.id);
	}
	take_heads(&head, inputs);
	rc = write_run(&out->head, &head, err);
	if (!rc && in_turn)
		rc = write_run(&out->base, &base, err);
	if (!rc)
		rc = keep_pair(&out->recorder, &head, &base, err);
	run_release(&base);
	run_release(&head);
	return rc;
}

void merge_out_release(struct merge_out *out)
{
	file_new_release(&out->base);
	file_new_release(&out->head);
}
