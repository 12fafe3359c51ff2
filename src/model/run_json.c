/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/run_json.h"

#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static void add_u64(struct json *to, const char *name, uint64_t number)
{
	char text[24];

	/* A double holds whole numbers exactly up to 2^53; a seed may be larger and goes as text.
	 */
	if (number <= (UINT64_C(1) << 53)) {
		json_add_number(to, name, (double)number);
		return;
	}
	snprintf(text, sizeof text, "%" PRIu64, number);
	json_add_text(to, name, text);
}

static void add_occasion(struct json *root, const struct run *run)
{
	struct json *to = json_add_object(root, "benchmark_run");

	json_add_text(to, "id", run->id);
	json_add_text(to, "timestamp", run->timestamp);
	json_add_number(to, "duration", (double)run->duration_ns / 1e9);
	json_add_text(to, "status", run_status_name(run->status));
}

static void add_plan(struct json *root, const struct plan *plan)
{
	struct json *to = json_add_object(root, "plan");

	add_u64(to, "processes", plan->nr_processes);
	add_u64(to, "time_ns", plan->time_ns);
	add_u64(to, "batch_ns", plan->batch_ns);
	add_u64(to, "budget_ns", plan->budget_ns);
	add_u64(to, "timeout_ns", plan->timeout_ns);
	add_u64(to, "memory_limit_bytes", plan->memory_limit);
	add_u64(to, "seed", plan->seed);
}

/* Fields that were not found out are left out. */
static void add_system(struct json *root, const struct env *env)
{
	struct json *to = json_add_object(root, "system_info");
	char machine[ENV_MACHINE_MAX];

	env_machine(env, machine);
	json_add_text(to, "machine", machine);
	for (int i = 0; i < ENV_NR_FIELDS; i++) {
		if (!env->values[i])
			continue;
		if (env_fields[i].number)
			json_add_number(to, env_fields[i].name, env_number(env, (enum env_id)i));
		else
			json_add_text(to, env_fields[i].name, env->values[i]);
	}
}

static void add_samples(struct json *to, const struct batches *samples)
{
	double *wall_ns = mem_alloc(samples->nr, sizeof *wall_ns);
	double *cpu_ns = mem_alloc(samples->nr, sizeof *cpu_ns);
	double *switches = mem_alloc(samples->nr, sizeof *switches);

	for (size_t i = 0; i < samples->nr; i++) {
		wall_ns[i] = (double)samples->items[i].wall_ns;
		cpu_ns[i] = (double)samples->items[i].cpu_ns;
		switches[i] = (double)samples->items[i].nr_switches;
	}
	json_add_numbers(to, "batch_wall_ns", wall_ns, samples->nr);
	json_add_numbers(to, "batch_cpu_ns", cpu_ns, samples->nr);
	json_add_numbers(to, "batch_switches", switches, samples->nr);
	free(wall_ns);
	free(cpu_ns);
	free(switches);
}

static void add_process(struct json *processes, const struct process_row *row)
{
	struct json *to = json_add_object(processes, NULL);

	add_u64(to, "iterations", row->iterations);
	add_u64(to, "batches", row->nr_batches);
	add_u64(to, "disturbed", row->nr_disturbed);
	add_u64(to, "warmup_ns", row->warmup_ns);
	json_add_bool(to, "settled", row->settled);
	json_add_number(to, "cpu_ns", row->cpu_ns);
	add_u64(to, "peak_bytes", row->peak_bytes);
	if (row->samples.nr)
		add_samples(to, &row->samples);
}

static void add_benchmark(struct json *benchmarks, const struct result *result)
{
	struct json *to = json_add_object(benchmarks, NULL), *processes;

	json_add_text(to, "name", result->name);
	json_add_text(to, "tier", result->tier);
	json_add_text(to, "file", result->file);
	add_u64(to, "line", result->line);
	add_u64(to, "threads", result->nr_threads);
	json_add_text(to, "status", result_word_name(result->word));
	json_add_text(to, "reason", result->reason);
	json_add_text(to, "note", result->note);
	json_add_number(to, "bytes_per_iteration", result->bytes);
	json_add_number(to, "items_per_iteration", result->items);
	add_u64(to, "clock_ns", result->clock_ns);
	processes = json_add_array(to, "processes");
	for (size_t i = 0; i < result->processes.nr; i++)
		add_process(processes, &result->processes.items[i]);
}

static void add_metrics(struct json *metrics, const struct result *result)
{
	for (size_t i = 0; i < result->metrics.nr; i++) {
		const struct metric *metric = &result->metrics.items[i];
		struct json *to = json_add_object(metrics, NULL);

		json_add_text(to, "benchmark", result->name);
		json_add_text(to, "name", metric->name);
		json_add_text(to, "unit", metric->unit);
		json_add_text(to, "better", metric->more_is_better ? "more" : "less");
		json_add_numbers(to, "process_values", metric->values.items, metric->values.nr);
	}
}

void run_json_print(const struct run *run, struct buf *out)
{
	struct json *root = json_new_object(), *benchmarks, *metrics;

	json_add_text(root, "format", "benchgate-run");
	json_add_number(root, "version", RUN_JSON_VERSION);
	add_occasion(root, run);
	add_plan(root, &run->plan);
	add_system(root, &run->env);
	benchmarks = json_add_array(root, "benchmarks");
	for (size_t i = 0; i < run->nr; i++)
		add_benchmark(benchmarks, &run->items[i]);
	metrics = json_add_array(root, "metrics");
	for (size_t i = 0; i < run->nr; i++)
		add_metrics(metrics, &run->items[i]);
	json_print(root, out);
	json_free(root);
}
