/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "model/run_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Values that a number in JSON cannot hold, a process with samples, and one that failed. */
static void fill(struct run *run)
{
	struct bench bench = { .name = (char[]){ "sort/10" },
		.tier = (char[]){ "critical" },
		.file = (char[]){ "sort.c" },
		.source = (char[]){ "lib/sort.so" },
		.line = 7,
		.nr_threads = 2 };
	struct fault fault = FAULT_INIT;
	struct result *result;
	struct batches batches = { 0 };
	struct process_row row = { .iterations = 100,
		.nr_batches = 2,
		.nr_disturbed = 1,
		.warmup_ns = 25000000,
		.peak_bytes = 1048576,
		.cpu_ns = 12.5,
		.settled = true };

	snprintf(run->id, sizeof run->id, "00c0ffee00c0ffee");
	snprintf(run->timestamp, sizeof run->timestamp, "2026-11-21T04:05:06Z");
	run->duration_ns = 1500000000;
	run->status = RUN_SHORT_OF_TIME;
	run->plan = (struct plan)PLAN_DEFAULT;
	run->plan.seed = UINT64_MAX;
	run->plan.looks = true;
	env_set(&run->env, ENV_ARCH, "x86_64");
	env_set(&run->env, ENV_CPUS, "2");
	*ARRAY_ADD(&batches) = (struct batch){ 100, 1250, 1300, 0, 0 };
	*ARRAY_ADD(&batches) = (struct batch){ 100, 9999, 1310, 3, 2 };
	result = run_add(run, &bench);
	result->bytes = 4096;
	result->clock_ns = 21;
	result->spent_ns = 1500000001;
	result->nr_screened = 5;
	result->note = mem_copy("1 of 10 processes", 17);
	*ARRAY_ADD(&result->processes) = row;
	*ARRAY_ADD(&result->batches) = batches;
	metrics_add(&result->metrics, &(struct metric_kind){ "time", "ns", false }, 12.5);
	metrics_add(&result->metrics, &(struct metric_kind){ "hits", "", true }, NAN);
	bench.name = (char[]){ "broken" };
	bench.source = NULL;
	fault_set(&fault, RESULT_CRASHED, "SIGSEGV; it said: \"a\tb\"");
	result_fault(run_add(run, &bench), &fault);
}

static const char golden_head[] = "{\n"
				  "\t\"format\": \"benchgate-run\",\n"
				  "\t\"version\": 2,\n"
				  "\t\"benchmark_run\": {\n"
				  "\t\t\"id\": \"00c0ffee00c0ffee\",\n"
				  "\t\t\"timestamp\": \"2026-11-21T04:05:06Z\",\n"
				  "\t\t\"duration\": 1.5,\n"
				  "\t\t\"status\": \"short-of-time\"\n"
				  "\t},\n"
				  "\t\"plan\": {\n"
				  "\t\t\"processes\": 10,\n"
				  "\t\t\"time_ns\": 1000000000,\n"
				  "\t\t\"batch_ns\": 250000,\n"
				  "\t\t\"budget_ns\": 0,\n"
				  "\t\t\"timeout_ns\": 60000000000,\n"
				  "\t\t\"memory_limit_bytes\": 0,\n"
				  "\t\t\"seed\": \"18446744073709551615\",\n"
				  "\t\t\"looks\": true\n"
				  "\t},\n"
				  "\t\"system_info\": {\n"
				  "\t\t\"machine\": \"%s\",\n"
				  "\t\t\"arch\": \"x86_64\",\n"
				  "\t\t\"cpus\": 2\n"
				  "\t},\n";

static const char golden_benchmarks[] = "\t\"benchmarks\": [\n"
					"\t\t{\n"
					"\t\t\t\"name\": \"sort/10\",\n"
					"\t\t\t\"tier\": \"critical\",\n"
					"\t\t\t\"suite\": \"sort.so\",\n"
					"\t\t\t\"file\": \"sort.c\",\n"
					"\t\t\t\"line\": 7,\n"
					"\t\t\t\"threads\": 2,\n"
					"\t\t\t\"status\": \"ok\",\n"
					"\t\t\t\"reason\": null,\n"
					"\t\t\t\"note\": \"1 of 10 processes\",\n"
					"\t\t\t\"bytes_per_iteration\": 4096,\n"
					"\t\t\t\"items_per_iteration\": 0,\n"
					"\t\t\t\"clock_ns\": 21,\n"
					"\t\t\t\"spent_ns\": 1500000001,\n"
					"\t\t\t\"screened\": 5,\n"
					"\t\t\t\"processes\": {\n"
					"\t\t\t\t\"iterations\": [100],\n"
					"\t\t\t\t\"batches\": [2],\n"
					"\t\t\t\t\"disturbed\": [1],\n"
					"\t\t\t\t\"warmup_ns\": [25000000],\n"
					"\t\t\t\t\"settled\": [1],\n"
					"\t\t\t\t\"cpu_ns\": [12.5],\n"
					"\t\t\t\t\"peak_bytes\": [1048576],\n"
					"\t\t\t\t\"empty\": [0],\n"
					"\t\t\t\t\"samples\": {\n"
					"\t\t\t\t\t\"wall_ns\": [\n"
					"\t\t\t\t\t\t[1250,9999]\n"
					"\t\t\t\t\t],\n"
					"\t\t\t\t\t\"cpu_ns\": [\n"
					"\t\t\t\t\t\t[1300,1310]\n"
					"\t\t\t\t\t],\n"
					"\t\t\t\t\t\"switches\": [\n"
					"\t\t\t\t\t\t[0,3]\n"
					"\t\t\t\t\t],\n"
					"\t\t\t\t\t\"waits\": [\n"
					"\t\t\t\t\t\t[0,2]\n"
					"\t\t\t\t\t]\n"
					"\t\t\t\t}\n"
					"\t\t\t}\n"
					"\t\t},\n"
					"\t\t{\n"
					"\t\t\t\"name\": \"broken\",\n"
					"\t\t\t\"tier\": \"critical\",\n"
					"\t\t\t\"suite\": null,\n"
					"\t\t\t\"file\": \"sort.c\",\n"
					"\t\t\t\"line\": 7,\n"
					"\t\t\t\"threads\": 2,\n"
					"\t\t\t\"status\": \"crashed\",\n"
					"\t\t\t\"reason\": \"SIGSEGV; it said: \\\"a\\tb\\\"\",\n"
					"\t\t\t\"note\": null,\n"
					"\t\t\t\"bytes_per_iteration\": 0,\n"
					"\t\t\t\"items_per_iteration\": 0,\n"
					"\t\t\t\"clock_ns\": 0,\n"
					"\t\t\t\"spent_ns\": 0,\n"
					"\t\t\t\"screened\": 0,\n"
					"\t\t\t\"processes\": {\n"
					"\t\t\t\t\"iterations\": [],\n"
					"\t\t\t\t\"batches\": [],\n"
					"\t\t\t\t\"disturbed\": [],\n"
					"\t\t\t\t\"warmup_ns\": [],\n"
					"\t\t\t\t\"settled\": [],\n"
					"\t\t\t\t\"cpu_ns\": [],\n"
					"\t\t\t\t\"peak_bytes\": [],\n"
					"\t\t\t\t\"empty\": []\n"
					"\t\t\t}\n"
					"\t\t}\n"
					"\t],\n";

static const char golden_metrics[] = "\t\"metrics\": [\n"
				     "\t\t{\n"
				     "\t\t\t\"benchmark\": \"sort/10\",\n"
				     "\t\t\t\"name\": \"time\",\n"
				     "\t\t\t\"unit\": \"ns\",\n"
				     "\t\t\t\"better\": \"less\",\n"
				     "\t\t\t\"process_values\": [12.5]\n"
				     "\t\t},\n"
				     "\t\t{\n"
				     "\t\t\t\"benchmark\": \"sort/10\",\n"
				     "\t\t\t\"name\": \"hits\",\n"
				     "\t\t\t\"unit\": \"\",\n"
				     "\t\t\t\"better\": \"more\",\n"
				     "\t\t\t\"process_values\": [null]\n"
				     "\t\t}\n"
				     "\t]\n"
				     "}\n";

TEST(a_run_is_spelt_as_the_schema_has_it)
{
	struct run run = RUN_INIT;
	struct buf out = BUF_INIT, expected = BUF_INIT;
	char machine[ENV_MACHINE_MAX];

	fill(&run);
	env_machine(&run.env, machine);
	buf_addf(&expected, golden_head, machine);
	buf_adds(&expected, golden_benchmarks);
	buf_adds(&expected, golden_metrics);
	run_json_print(&run, &out);
	assert_string_equal(out.data, expected.data);
	buf_release(&out);
	buf_release(&expected);
	run_release(&run);
}

static void has(const struct buf *out, const char *text)
{
	if (!strstr(out->data, text))
		fail_msg("%s is not in %s", text, out->data);
}

/* Only what was measured in turn has more members. */
TEST(what_was_measured_in_turn_is_spelt_too)
{
	const struct metric_kind kind = { "time", "ns", false };
	struct run run = RUN_INIT;
	struct buf out = BUF_INIT;
	struct result *result;

	fill(&run);
	run.plan.nr_units = 20;
	run.plan.duet_ns = 60000000;
	snprintf(run.base_id, sizeof run.base_id, "0ddba110ddba1100");
	result = &run.items[0];
	*ARRAY_ADD(&result->duets) = (struct duet){ true, 100, 3, 4, 1, 2500, 51000000, true,
		DUET_PINNED, false, false, 60000000, 300, 2, 30, true, false };
	*ARRAY_ADD(&result->duets) = (struct duet){ false, 100, 0, 0, 0, 2500, 49000000, false,
		DUET_FREE, true, true, 70000000, 200, 1, 0, true, true };
	metrics_add_ratio(&result->metrics, &kind, 0.125);
	metrics_add_ratio(&result->metrics, &kind, NAN);
	run.items[1].identical = true;
	run_json_print(&run, &out);
	has(&out,
		"\t\t\"looks\": true,\n"
		"\t\t\"in_turn\": {\n"
		"\t\t\t\"units\": 20,\n"
		"\t\t\t\"duet_ns\": 60000000,\n"
		"\t\t\t\"base\": \"0ddba110ddba1100\"\n"
		"\t\t}\n"
		"\t},\n");
	has(&out,
		"\t\t\t\"duets\": {\n"
		"\t\t\t\t\"base_first\": [1,0],\n"
		"\t\t\t\t\"quads\": [100,100],\n"
		"\t\t\t\t\"dropped\": [3,0],\n"
		"\t\t\t\t\"base_disturbed\": [4,0],\n"
		"\t\t\t\t\"head_disturbed\": [1,0],\n"
		"\t\t\t\t\"iterations\": [2500,2500],\n"
		"\t\t\t\t\"warmup_ns\": [51000000,49000000],\n"
		"\t\t\t\t\"settled\": [1,0],\n"
		"\t\t\t\t\"place\": [0,1],\n"
		"\t\t\t\t\"parallel\": [0,1],\n"
		"\t\t\t\t\"late\": [0,1],\n"
		"\t\t\t\t\"life_ns\": [60000000,70000000],\n"
		"\t\t\t\t\"counted\": [300,200],\n"
		"\t\t\t\t\"base_bursts\": [2,1],\n"
		"\t\t\t\t\"head_bursts\": [30,0],\n"
		"\t\t\t\t\"base_empty\": [1,1],\n"
		"\t\t\t\t\"head_empty\": [0,1]\n"
		"\t\t\t}\n");
	has(&out,
		"\t\t\t\"process_values\": [12.5],\n"
		"\t\t\t\"duet_log_ratios\": [0.125,null]\n"
		"\t\t},\n");
	has(&out,
		"\t\t\t\"screened\": 0,\n"
		"\t\t\t\"identical\": true,\n");
	buf_release(&out);
	run_release(&run);
}

TEST(whole_numbers_are_exact_at_every_size)
{
	static const struct {
		uint64_t seed;
		const char *text;
	} cases[] = {
		{ 0, "\"seed\": 0,\n" },
		{ 2147483648, "\"seed\": 2147483648,\n" },
		{ 1234567890123457, "\"seed\": 1234567890123457,\n" },
		{ UINT64_C(1) << 53, "\"seed\": 9007199254740992,\n" },
		{ (UINT64_C(1) << 53) + 1, "\"seed\": \"9007199254740993\",\n" },
		{ UINT64_MAX, "\"seed\": \"18446744073709551615\",\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run run = RUN_INIT;
		struct buf out = BUF_INIT;

		run.plan.seed = cases[i].seed;
		run_json_print(&run, &out);
		has(&out, cases[i].text);
		buf_release(&out);
		run_release(&run);
	}
}
