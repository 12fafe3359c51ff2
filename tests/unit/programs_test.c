/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "respond/programs.h"

#include "sys/clock.h"
#include "sys/process.h"

#include "support/playground.h"
#include "support/responding.h"

TEST_GROUP(open_playground, close_playground);

#define OWN(action) "{'own': {'action': '" action "', 'budget': '10s'}}"

/* Of the first that is due; the metric is the alert's. */
static void expect_shown(const char *response, const char *metric, const char *expected)
{
	struct respond_office office;
	struct program_context context = { .telling = &office.telling, .config = "my.json" };
	struct buf shown = BUF_INIT, whole = BUF_INIT;
	struct error err = ERROR_INIT;
	struct dues dues;
	char *own = process_own_path();

	respond_begin(&office, response);
	dues = respond_dues(&office);
	str_set(&dues.items[0].notice.metric, metric);
	if (programs_show(&context, &dues.items[0], &shown, &err))
		fail_msg("%s", err.text);
	buf_addf(&whole, "%s %s", own, expected);
	assert_string_equal(shown.data, *expected == '/' ? expected : whole.data);
	free(own);
	buf_release(&shown);
	buf_release(&whole);
	dues_release(&dues);
	respond_end(&office);
}

#define REPORT " --report markdown --quiet --config my.json"
#define ENDS "--good " RESPOND_GOOD " --bad " RESPOND_BAD

TEST(programs_of_our_own_get_both_commits_the_metric_and_less_than_the_budget)
{
	expect_shown(OWN("explain"), "time", "explain sort " RESPOND_GOOD " " RESPOND_BAD REPORT);
	expect_shown(OWN("bisect"), "time", "bisect sort " ENDS " --budget 9000ms" REPORT);
	expect_shown(OWN("bisect"), "", "bisect sort " ENDS " --budget 9000ms" REPORT);
	expect_shown(OWN("bisect"), "two words",
		"bisect sort " ENDS " --metric 'two words' --budget 9000ms" REPORT);
}

TEST(a_text_is_for_the_shell_and_a_list_is_a_program)
{
	expect_shown("{'own': {'action': 'command', 'command': 'roll back'}}", "time",
		"/bin/sh -c 'roll back'");
	expect_shown("{'own': {'action': 'command', 'command': ['/roll', 'back']}}", "time",
		"/roll back");
}

/* A state file can say anything. */
TEST(what_would_be_an_option_is_not_run)
{
	static const struct {
		const char *before, *commit, *benchmark, *metric, *said;
	} cases[] = {
		{ NULL, RESPOND_BAD, "sort", "time", "it is not known which commits" },
		{ RESPOND_BAD, RESPOND_BAD, "sort", "time", "it is not known which commits" },
		{ "--upload-pack=x", RESPOND_BAD, "sort", "time", "it is not known which commits" },
		{ RESPOND_GOOD, RESPOND_BAD, "--exec", "time", "begins with a dash" },
		{ RESPOND_GOOD, RESPOND_BAD, "sort", "--exec", "begins with a dash" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct respond_office office;
		struct program_context context = { .telling = &office.telling };
		struct buf shown = BUF_INIT;
		struct error err = ERROR_INIT;
		struct dues dues;

		respond_begin(&office, OWN("bisect"));
		dues = respond_dues(&office);
		str_set(&dues.items[0].before, cases[i].before);
		str_set(&dues.items[0].commit, cases[i].commit);
		str_set(&dues.items[0].notice.benchmark, cases[i].benchmark);
		str_set(&dues.items[0].notice.metric, cases[i].metric);
		assert_int_equal(programs_show(&context, &dues.items[0], &shown, &err), -1);
		assert_non_null(strstr(err.text, cases[i].said));
		buf_release(&shown);
		dues_release(&dues);
		respond_end(&office);
	}
}

/* Runs a command about the first that is due. */
static int run_command(const char *command, uint64_t budget_ns, struct error *err)
{
	struct respond_office office;
	struct program_context context = { .telling = &office.telling };
	struct buf response = BUF_INIT;
	char *finding = NULL;
	struct dues dues;
	int rc;

	buf_addf(&response, "{'own': {'action': 'command', 'command': ['sh', '-c', \"%s\", '%s']}}",
		command, playground);
	respond_begin(&office, response.data);
	dues = respond_dues(&office);
	*err = (struct error)ERROR_INIT;
	rc = programs_run(&context, &dues.items[0], budget_ns, &finding, err);
	assert_null(finding);
	buf_release(&response);
	dues_release(&dues);
	respond_end(&office);
	return rc;
}

TEST(a_command_is_told_of_its_alert_and_what_it_says_is_told_when_it_fails)
{
	char text[8192] = "";
	struct error err;
	FILE *file;

	assert_int_equal(run_command("cat >$0/said; echo $BENCHGATE_BENCHMARK $BENCHGATE_KIND "
				     "$BENCHGATE_GOOD_COMMIT >>$0/said",
				 20 * CLOCK_NS_PER_S, &err),
		0);
	file = fopen(inside("said"), "r");
	assert_non_null(file);
	assert_true(fread(text, 1, sizeof text - 1, file) > 0);
	fclose(file);
	assert_non_null(strstr(text, "\"bad_commit\": \"" RESPOND_BAD "\""));
	assert_non_null(strstr(text, "\nsort new " RESPOND_GOOD "\n"));
	assert_int_equal(run_command("echo one; echo two; exit 7", 20 * CLOCK_NS_PER_S, &err), -1);
	assert_string_equal(err.text, "it exited with 7: two");
	assert_int_equal(run_command("sleep 20", CLOCK_NS_PER_S / 20, &err), -1);
	assert_non_null(strstr(err.text, "it took longer than "));
}
