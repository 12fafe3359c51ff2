/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "pages/assets.h"
#include "pages/documents.h"
#include "pages/spark.h"

#include "base/array.h"
#include "base/json.h"
#include "base/str.h"
#include "store/baseline.h"

#include "support/playground.h"

#include <math.h>

static struct error err;

#define NR_RUNS 40
#define STEP_AT 30
#define HOSTILE "<img src=x>&\"'\n"

static struct settings settings = SETTINGS_INIT;
static struct history *history;
static struct documents documents = DOCUMENTS_INIT;

static void add_value(struct run *run, const char *name, double value)
{
	struct result *result = run_add(run,
		&(struct bench){
			.name = (char *)name, .tier = (char *)"critical", .file = (char *)"a.c" });

	for (int i = 0; i < 3; i++)
		metrics_add(&result->metrics, &metric_time, value * (1 + .0001 * i));
}

/* "steady" stays, HOSTILE is 20 % slower from a commit on. */
static void add_run(unsigned number, const char *branch, const char *compiler)
{
	const struct history_origin origin = { .branch = branch, .height = number + 1 };
	double noise = 1 + .004 * ((number * 2654435761u >> 8) % 1000 / 1000. - .5);
	struct run run = RUN_INIT;
	bool is_new;

	snprintf(run.id, sizeof run.id, "%016x", number + 1);
	snprintf(run.timestamp, sizeof run.timestamp, "2026-%02u-%02uT00:00:00Z", 1 + number / 28,
		1 + number % 28);
	env_setf(&run.env, ENV_COMMIT, "c0ffee%02u", number);
	env_set(&run.env, ENV_BRANCH, branch);
	env_set(&run.env, ENV_SUITE_COMPILER, compiler);
	env_set(&run.env, ENV_GOVERNOR, "powersave");
	add_value(&run, "steady", 100 * noise);
	add_value(&run, HOSTILE, (number < STEP_AT ? 100 : 120) * noise);
	assert_int_equal(history_add(history, &run, &origin, &is_new, &err), 0);
	run_release(&run);
}

static int open_all(void **state)
{
	const struct settings_options options = { .config = "none" };

	open_playground(state);
	settings = (struct settings)SETTINGS_INIT;
	history = history_open(inside("runs.db"), DB_MAY_NEW, &err);
	for (unsigned i = 0; i < NR_RUNS; i++)
		add_run(i, "main", "GCC 12");
	documents = (struct documents)DOCUMENTS_INIT;
	settings_load(&options, &settings, &err);
	str_set(&settings.baselines, inside("none"));
	return documents_open(&documents, history, &settings, &err) ? -1 : 0;
}

static int close_all(void **state)
{
	documents_release(&documents);
	history_close(history);
	settings_release(&settings);
	return close_playground(state);
}

static struct json *document(const char *name)
{
	struct buf text = BUF_INIT;
	struct json *json;

	if (documents_add(&documents, name, &text, &err))
		fail_msg("%s: %s", name, err.text);
	json = json_parse(text.data, text.len, &err);
	if (!json)
		fail_msg("%s: %s", name, err.text);
	buf_release(&text);
	return json;
}

static const struct json *member(const struct json *list, const char *key, const char *text)
{
	for (const struct json *at = json_first(list); at; at = json_next(at))
		if (strcmp(json_text(json_get(at, key)), text) == 0)
			return at;
	fail_msg("nothing has %s %s", key, text);
	return NULL;
}

static double number(const struct json *object, const char *key)
{
	return json_number(json_get(object, key));
}

TEST_WITH(the_overview_says_what_is_worse_and_since_when, open_all, close_all)
{
	struct json *json = document("overview");
	const struct json *rows = json_get(json, "rows"), *worse, *steady;

	worse = member(rows, "benchmark", HOSTILE);
	steady = member(rows, "benchmark", "steady");
	assert_string_equal(json_text(json_get(worse, "state")), "worse");
	assert_string_equal(json_text(json_get(steady, "state")), "steady");
	assert_true(fabs(number(worse, "value") - 120) < 1);
	assert_true(fabs(number(json_get(worse, "since"), "change_percent") - 20) < 1);
	assert_string_equal(json_text(json_get(json_get(worse, "since"), "commit")), "c0ffee30");
	assert_null(json_get(steady, "since"));
	assert_int_equal((int)number(worse, "points"), NR_RUNS);
	json_free(json);
}

TEST_WITH(a_series_has_its_points_levels_and_changes, open_all, close_all)
{
	struct json *overview = document("overview"), *json;
	const struct json *row = member(json_get(overview, "rows"), "benchmark", HOSTILE);
	const struct json *first, *second;
	const double *values, *runs;
	char name[32];
	size_t nr;

	snprintf(name, sizeof name, "series/%.0f", number(row, "series"));
	json = document(name);
	values = json_numbers(json_get(json_get(json, "points"), "value"), &nr);
	assert_int_equal(nr, NR_RUNS);
	assert_true(fabs(values[0] - 100) < 1 && fabs(values[NR_RUNS - 1] - 120) < 1);
	runs = json_numbers(json_get(json_get(json, "points"), "run"), &nr);
	assert_int_equal((int)runs[STEP_AT], STEP_AT + 1);
	first = json_first(json_get(json, "levels"));
	second = json_next(first);
	assert_int_equal((int)number(first, "to"), STEP_AT);
	assert_int_equal((int)number(second, "from"), STEP_AT);
	assert_true(fabs(number(second, "first") - 120) < 1);
	assert_null(json_next(second));
	assert_int_equal((int)number(json_first(json_get(json, "changes")), "at"), STEP_AT);
	json_free(json);
	json_free(overview);
}

static const double *column(const struct json *json, const char *name, size_t nr_wanted)
{
	size_t nr;
	const double *numbers = json_numbers(json_get(json, name), &nr);

	assert_int_equal(nr, nr_wanted);
	return numbers;
}

TEST_WITH(a_thinned_series_keeps_what_is_least_and_largest, open_all, close_all)
{
	struct json *whole = document("series/1"), *thin = document("series/1/7"), *chunk;
	const struct json *all = json_get(whole, "points"), *few = json_get(thin, "points");
	const double *values = column(all, "value", NR_RUNS), *means = column(few, "value", 7);
	const double *lows = column(few, "low", 7), *highs = column(few, "high", 7);
	const double *runs = column(few, "run", 7);

	assert_int_equal((int)number(few, "width"), 6);
	assert_int_equal((int)number(thin, "nr_points"), NR_RUNS);
	assert_true(number(thin, "value") == values[NR_RUNS - 1]);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal((int)runs[i], 6 * i + 1);
		assert_true(lows[i] <= means[i] && means[i] <= highs[i]);
	}
	for (size_t i = 0; i < NR_RUNS; i++)
		assert_true(lows[i / 6] <= values[i] && values[i] <= highs[i / 6]);
	chunk = document("points/1-0");
	assert_memory_equal(column(chunk, "value", NR_RUNS), values, NR_RUNS * sizeof *values);
	json_free(chunk);
	json_free(thin);
	json_free(whole);
}

TEST_WITH(a_baseline_of_its_machine_is_beside_a_series, open_all, close_all)
{
	struct json *overview = document("overview"), *json;
	const struct json *row = member(json_get(overview, "rows"), "benchmark", "steady");
	struct run base = RUN_INIT, elsewhere = RUN_INIT;
	char name[32];

	add_value(&base, "steady", 98);
	add_value(&elsewhere, "steady", 50);
	env_set(&elsewhere.env, ENV_CPU, "another");
	snprintf(base.timestamp, sizeof base.timestamp, "2026-01-01T00:00:00Z");
	snprintf(elsewhere.timestamp, sizeof elsewhere.timestamp, "2026-01-01T00:00:00Z");
	assert_int_equal(baseline_write(inside("b.json"), &base, &err), 0);
	assert_int_equal(baseline_write(inside("a.json"), &elsewhere, &err), 0);
	write_file("accepted.json", "{}", 2);
	write_file("damaged.json", "{", 1);
	bases_read(&documents.bases, playground);
	assert_int_equal(documents.bases.nr, 2);
	snprintf(name, sizeof name, "series/%.0f", number(row, "series"));
	json = document(name);
	assert_true(fabs(number(json, "baseline") - 98) < 1);
	json_free(json);
	json_free(overview);
	run_release(&base);
	run_release(&elsewhere);
}

TEST_WITH(a_run_has_its_levels_and_its_processes, open_all, close_all)
{
	struct json *run = document("run/31"), *values = document("values/31");
	const double *levels, *processes;
	size_t nr;

	levels = json_numbers(json_get(json_get(run, "levels"), "value"), &nr);
	assert_int_equal(nr, 2);
	assert_true(fabs(levels[1] - 120) < 1);
	processes = json_numbers(json_get(json_first(json_get(values, "metrics")), "values"), &nr);
	assert_int_equal(nr, 3);
	assert_true(processes[2] > processes[0]);
	json_free(run);
	json_free(values);
}

TEST_WITH(changes_are_told_once_and_stand, open_all, close_all)
{
	struct json *json = document("changes");
	const struct json *row = json_first(json_get(json, "changes"));

	assert_string_equal(json_text(json_get(row, "benchmark")), HOSTILE);
	assert_string_equal(json_text(json_get(row, "range")), "c0ffee29..c0ffee30");
	assert_true(json_bool(json_get(row, "worse")));
	assert_true(json_bool(json_get(row, "stands")));
	assert_null(json_next(row));
	json_free(json);
}

TEST_WITH(what_is_not_there_is_an_error, open_all, close_all)
{
	static const char *const names[] = { "", "nothing", "series/", "series/0", "series/1x",
		"series/1/0", "series/1/", "series/1/x", "points/1", "points/1-1", "points/99-0",
		"series/../runs", "series/99999999999999999999", "run/", "run/0", "run/41",
		"values/41", "spark/1", "spark/.svg", "spark/99.svg", "overview/", "compare/ffff" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct buf text = BUF_INIT;

		if (!documents_add(&documents, names[i], &text, &err))
			fail_msg("'%s' was made", names[i]);
		assert_int_equal(text.len, 0);
		buf_release(&text);
	}
}

/* --- all at once -------------------------------------------------------------------------------
 */

static size_t nr_taken, nr_values;

static bool needs_all(const char *name, const struct history_run *run, void *context)
{
	(void)name, (void)run, (void)context;
	return true;
}

static int take_and_ask(
	const char *name, const struct buf *text, void *context, struct error *error)
{
	struct buf asked = BUF_INIT;

	(void)context;
	nr_taken++;
	nr_values += strncmp(name, "values/", 7) == 0;
	assert_int_equal(documents_add(&documents, name, &asked, error), 0);
	assert_string_equal(asked.data, text->data);
	buf_release(&asked);
	return 0;
}

TEST_WITH(all_at_once_are_the_same_as_one_by_one, open_all, close_all)
{
	const struct documents_taker taker = { needs_all, take_and_ask, NULL };

	nr_taken = nr_values = 0;
	documents.nr_levels = 30;
	documents.nr_values = 3;
	assert_int_equal(documents_each(&documents, &taker, &err), 0);
	assert_int_equal(nr_values, 3);
	assert_int_equal(nr_taken, 2 * 2 + 5 + 30 + 3 + 5);
}

/* --- pictures and pages ------------------------------------------------------------------------
 */

TEST_WITH(a_machine_has_what_makes_it_noisy_and_how_much_of_it_is_not_known, open_all, close_all)
{
	struct json *json = document("machines");
	const struct json *machine = json_first(json_get(json, "machines"));
	const struct json *finding = json_first(json_get(machine, "findings"));

	assert_string_equal(json_text(json_get(finding, "value")), "powersave");
	assert_string_equal(json_text(json_get(finding, "grade")), "caution");
	assert_null(json_next(finding));
	/* The governor, the compiler, the commit and the branch are all that these runs say. */
	assert_in_range(
		(int)number(machine, "not_known"), 1, (int)number(machine, "looked_at") - 1);
	json_free(json);
}

TEST_WITH(the_version_of_a_competitor_is_no_compiler_and_two_values_have_no_noise, open_all,
	close_all)
{
	struct json *machines, *overview;
	const struct json *machine, *rows;

	add_run(NR_RUNS, HISTORY_COMPETITOR "zlib", "zlib 1.3");
	add_run(NR_RUNS + 1, HISTORY_COMPETITOR "zlib", "zlib 1.3");
	documents_release(&documents);
	documents = (struct documents)DOCUMENTS_INIT;
	assert_int_equal(documents_open(&documents, history, &settings, &err), 0);
	machines = document("machines");
	machine = json_first(json_get(machines, "machines"));
	assert_int_equal((int)number(machine, "runs"), NR_RUNS);
	assert_null(json_next(json_first(json_get(machine, "compilers"))));
	json_free(machines);
	overview = document("overview");
	rows = json_get(overview, "rows");
	assert_int_equal(json_type(json_get(member(rows, "branch", HISTORY_COMPETITOR "zlib"),
				 "noise_percent")),
		JSON_NULL);
	assert_true(number(member(rows, "branch", "main"), "noise_percent") > 0);
	json_free(overview);
}

TEST(many_values_are_thinned_and_none_too_far_is_lost)
{
	static const struct {
		size_t nr;
		const char *path; /* NULL: whatever, but short */
	} cases[] = { { 1, "M60 14h1" }, { 2, "M2 14L118 14" }, { 100000, NULL } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct moments moments = { 0 };
		struct buf path = BUF_INIT;

		for (size_t j = 0; j < cases[i].nr; j++)
			*ARRAY_ADD(&moments) = (struct moment){ .value = j == 77777 ? 900 : 100 };
		spark_path(&moments, &path);
		if (cases[i].path)
			assert_string_equal(path.data, cases[i].path);
		else
			assert_non_null(strstr(path.data, " 2L"));
		assert_true(path.len < 700);
		ARRAY_RELEASE(&moments);
		buf_release(&path);
	}
}

TEST(the_page_is_told_where_its_documents_are)
{
	static const struct {
		bool live;
		const char *has, *lacks;
	} cases[] = { { true, "data-source=\"live\"", "data-source=\"static\"" },
		{ false, "data-source=\"static\" data-runs=\"9\" data-values=\"7\"",
			"data-source=\"live\"" } };

	for (size_t i = 0; i < 2; i++) {
		struct buf page = BUF_INIT;

		if (cases[i].live)
			assets_live_index(&page);
		else
			assets_site_index(9, 7, &page);
		assert_non_null(strstr(page.data, cases[i].has));
		assert_null(strstr(page.data, cases[i].lacks));
		assert_non_null(strstr(page.data, ASSETS_POLICY));
		assert_string_equal(assets[0].name, "index.html");
		buf_release(&page);
	}
}
