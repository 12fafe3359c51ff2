/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Command lines that people write, and what commands print. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "harness/printed.h"
#include "suite/command_line.h"

#include <math.h>
#include <string.h>

/* Words are no longer than what they were split from. */
void fuzz_command_line(const char *bytes, size_t len)
{
	struct bench_command command = { .text = str_dup(bytes) };
	struct error err = ERROR_INIT;
	size_t sum = 0;

	if (command_line_split(&command, &err)) {
		fuzz_check_error(&err, bytes);
	} else {
		fuzz_check(command.words.nr && *command.words.items[0], "no program", bytes);
		for (size_t i = 0; i < command.words.nr; i++)
			sum += strlen(command.words.items[i]);
		fuzz_check(sum <= len, "longer than the text", bytes);
	}
	bench_command_release(&command);
}

/* The first byte chooses in which way the rest is printed. */
void fuzz_printed(const char *bytes, size_t len)
{
	static char metric[] = "n", regex[] = "n=([^ ]*)";
	static struct printed_pattern pattern = { metric, NULL, regex, false };
	struct bench_command command = { .patterns = { &pattern, 1, 0 } };
	struct buf text = BUF_INIT;
	struct metrics metrics = { 0 };
	struct fault fault = FAULT_INIT;

	if (!len)
		return;
	command.printed = (enum printed)(1 + (unsigned char)*bytes % PRINTED_PATTERNS);
	buf_add(&text, bytes + 1, len - 1);
	if (printed_read(&command, &text, &metrics, &fault))
		fuzz_check(fault.word == RESULT_WRONG && *fault.reason, "no reason", bytes);
	else
		for (size_t i = 0; i < metrics.nr; i++)
			fuzz_check(*metrics.items[i].name &&
					isfinite(metrics.items[i].values.items[0]),
				"no metric", bytes);
	metrics_release(&metrics);
	buf_release(&text);
}
