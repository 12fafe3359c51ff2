/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/trial.h"
#include "report/formats.h"
#include "report/targets.h"
#include "report/verdict_json.h"
#include "support/judged.h"

static const struct metric_kind rate_kind = { "rate", "1/s", true };

/* Its texts are copied. */
static void limit_to(struct judged *judged, struct limit limit)
{
	limit.benchmark = str_dup(limit.benchmark);
	limit.metric = str_dup(limit.metric);
	limit.text = str_dup(limit.text);
	*ARRAY_ADD(&judged->policy.limits) = limit;
}

#define LIMIT(benchmark, metric, value, unit, text) \
	(struct limit) \
	{ \
		(char[]){ benchmark }, (char[]){ metric }, value, unit, (char[]) \
		{ \
			text \
		} \
	}

/* One that is kept, one that is not, one whose benchmark failed, one whose metric is gone. */
static void fill(struct judged *judged)
{
	struct fault fault = FAULT_INIT;

	judged_init(judged);
	judged_pair(judged, "sort", 0);
	judged_values(judged_result(&judged->base, "sort"), &allocs_kind, 4, 0, 10);
	judged_values(judged_result(&judged->head, "sort"), &rate_kind, 50, 0, 10);
	fault_set(&fault, RESULT_CRASHED, "SIGSEGV");
	result_fault(judged_result(&judged->head, "bad"), &fault);
	limit_to(judged, LIMIT("sort", "time", 900, "ns", "900ns"));
	limit_to(judged, LIMIT("sort", "rate", 40, NULL, "40"));
	limit_to(judged, LIMIT("sort", "allocs", 3, NULL, "3"));
	limit_to(judged, LIMIT("bad", "time", 1000, "ns", "1us"));
	limit_to(judged, LIMIT("b*", "time", 2000, "ns", "2us"));
	limit_to(judged, LIMIT("elsewhere", "time", 2000, "ns", "2us"));
}

TEST(a_target_has_its_budget_its_value_and_its_word)
{
	static const char *const expected = "sort time|<= 900ns|1.00 us|REGRESSION\n"
					    "sort rate|>= 40|50.0 1/s|PASS\n"
					    "sort allocs|<= 3|-|MISSING\n"
					    "bad time|<= 1us|-|FAILED\n";
	struct buf text = BUF_INIT;
	struct judged judged;
	struct verdict verdict;
	struct targets targets;

	fill(&judged);
	verdict = trial_judge(&judged.trial);
	targets = targets_of(&verdict);
	for (size_t i = 0; i < targets.nr; i++) {
		targets_add_metric(&targets.items[i], &text);
		buf_addc(&text, '|');
		targets_add_limit(&targets.items[i], &text);
		buf_addc(&text, '|');
		targets_add_current(&targets.items[i], &text);
		buf_addf(&text, "|%s\n", targets_status(&targets.items[i]));
	}
	assert_string_equal(text.data, expected);
	targets_release(&targets);
	verdict_release(&verdict);
	buf_release(&text);
	judged_release(&judged);
}

TEST(every_report_for_people_has_the_table_of_targets_where_there_are_budgets)
{
	static const struct {
		judged_render *render;
		const char *part;
	} cases[] = {
		{ text_plain,
			"Metric         Target   Current      Status\n"
			"sort time    <= 900ns   1.00 us  REGRESSION\n" },
		{ markdown_report, "| `sort time` | &lt;= 900ns | 1.00 us | REGRESSION |\n" },
		{ html_report, "<tr><th scope=\"row\">bad time</th><td>&lt;= 1us</td><td>-</td>" },
		{ junit_report,
			"<property name=\"target sort rate\" value=\"&gt;= 40, current 50.0 1/s, PASS\"/>" },
		{ verdict_json, "\"target\": \"900ns\"" },
		{ github_outputs, "targets=4\ntargets-met=1\n" },
		{ openmetrics_report,
			"benchgate_target_ratio{benchmark=\"sort\",metric=\"rate\",tier=\"critical\"} 1.25\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct judged judged;
		char *text;

		fill(&judged);
		text = judged_rendered(&judged, cases[i].render);
		if (!strstr(text, cases[i].part))
			fail_msg("\"%s\" is not in:\n%s", cases[i].part, text);
		free(text);
		judged_release(&judged);
	}
}

TEST(without_budgets_there_is_no_table_of_targets)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_pair(&judged, "sort", 0.1);
	text = judged_rendered(&judged, text_plain);
	assert_null(strstr(text, "Target"));
	free(text);
	text = judged_rendered(&judged, html_report);
	assert_null(strstr(text, "<h2>Targets</h2>"));
	free(text);
	judged_release(&judged);
}
