/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "harness/printed.h"

#include <stdlib.h>
#include <string.h>

/* "name value unit" of each metric, ";" between them; or the fault. */
static char *found(const struct bench_command *command, const char *printed)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct metrics metrics = { 0 };
	struct fault fault = FAULT_INIT;

	buf_adds(&text, printed);
	if (printed_read(command, &text, &metrics, &fault))
		buf_addf(&out, "%s: %s", result_word_name(fault.word), fault.reason);
	else
		for (size_t i = 0; i < metrics.nr; i++)
			buf_addf(&out, "%s%s %.9g %s%s", i ? ";" : "", metrics.items[i].name,
				metrics.items[i].values.items[0], metrics.items[i].unit,
				metrics.items[i].more_is_better ? "+" : "");
	metrics_release(&metrics);
	buf_release(&text);
	return buf_detach(&out);
}

TEST(metrics_are_found_in_what_a_command_prints)
{
	struct printed_pattern patterns[] = {
		{ (char[]){ "tokens" }, NULL, (char[]){ "tokens: ([0-9.e+]+)" }, false },
		{ (char[]){ "rate" }, (char[]){ "MB/s" }, (char[]){ "^[0-9]+$" }, true },
	};
	static const struct {
		enum printed printed;
		const char *text, *said;
	} cases[] = {
		{ PRINTED_NOTHING, "a 1", "" },
		{ PRINTED_LINES, "a 1\n noise\nb c: 2.5 ms\r\nd\t3e2\n", "a 1 ;b c 2.5 ms;d 300 " },
		{ PRINTED_LINES, "hello\n",
			"wrong-result: it printed no line with a metric; such a line is 'NAME VALUE' or 'NAME VALUE UNIT'" },
		{ PRINTED_LINES, "a 1\na 2\n", "wrong-result: it printed the metric 'a' twice" },
		{ PRINTED_LINES, "a\303 1\na\304 2\n",
			"wrong-result: it printed the metric 'a?' twice" },
		{ PRINTED_LINES, "time 1\n",
			"wrong-result: it printed the metric 'time', a name that is benchgate's own" },
		{ PRINTED_LINES, "a nan\n",
			"wrong-result: it printed no line with a metric; such a line is 'NAME VALUE' or 'NAME VALUE UNIT'" },
		{ PRINTED_JSON, "{\"a\":1,\"b\":{\"value\":2,\"unit\":\"B\",\"better\":\"more\"}}",
			"a 1 ;b 2 B+" },
		{ PRINTED_JSON, "{\"a\":\"1\"}",
			"wrong-result: it printed no number for the metric 'a', but a text" },
		{ PRINTED_JSON, "[1]",
			"wrong-result: it printed a list as JSON; it must be an object of metrics" },
		{ PRINTED_JSON, "log\n{}",
			"wrong-result: what it printed is no JSON: line 1, column 1: not valid JSON from here on; only the metrics may be on its standard output" },
		{ PRINTED_BMF, "{\"x\":{\"latency\":{\"value\":5},\"throughput\":{\"value\":6}}}",
			"latency 5 ns;throughput 6 +" },
		{ PRINTED_BMF, "{\"x\":{\"m\":{\"value\":5}},\"y\":{\"m\":{\"value\":6}}}",
			"x: m 5 ;y: m 6 " },
		{ PRINTED_BMF, "{\"x\":{\"m\":5}}",
			"wrong-result: it printed no value for the measure 'm'" },
		{ PRINTED_PATTERNS, "used tokens: 12\n34\n", "tokens 12 ;rate 34 MB/s+" },
		{ PRINTED_PATTERNS, "34\n",
			"wrong-result: the pattern of the metric 'tokens' is not found in what it printed" },
		{ PRINTED_PATTERNS, "tokens: e\n34\n",
			"wrong-result: the pattern of the metric 'tokens' found 'e', which is no number" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bench_command command = { .printed = cases[i].printed,
			.patterns = { patterns, 2, 0 } };
		char *said = found(&command, cases[i].text);

		assert_string_equal(said, cases[i].said);
		free(said);
	}
}

TEST(a_metric_whose_name_fills_a_page_is_refused)
{
	struct bench_command command = { .printed = PRINTED_LINES };
	struct buf line = BUF_INIT;
	char *said;

	buf_fill(&line, 'a', 4096);
	buf_adds(&line, " 12");
	said = found(&command, line.data);
	assert_int_equal(strncmp(said, "aaaa", 4), 0);
	free(said);
	buf_adds(&line, " s");
	said = found(&command, line.data);
	assert_non_null(strstr(said,
		"wrong-result: it printed a metric whose name and unit have more than 4096 bytes: 'aaaa"));
	free(said);
	buf_release(&line);
}
