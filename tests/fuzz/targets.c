/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct fuzz_target fuzz_targets[] = {
	{ "acceptances", fuzz_acceptances, true },
	{ "proposals", fuzz_proposals, true },
	{ "answers", fuzz_answers, false },
	{ "baseline", fuzz_baseline, true },
	{ "bisect_steps", fuzz_bisect_steps, true },
	{ "bucket_list", fuzz_bucket_list, false },
	{ "calibration", fuzz_calibration, true },
	{ "callgrind", fuzz_callgrind, false },
	{ "command_line", fuzz_command_line, false },
	{ "condition", fuzz_condition, false },
	{ "elf", fuzz_elf, false },
	{ "history", fuzz_history, false },
	{ "import", fuzz_import, false },
	{ "json", fuzz_json, true },
	{ "json_large", fuzz_json_large, true },
	{ "messages", fuzz_messages, false },
	{ "options", fuzz_options, false },
	{ "policy", fuzz_policy, true },
	{ "printed", fuzz_printed, false },
	{ "routes", fuzz_routes, false },
	{ "run", fuzz_run_file, true },
	{ "state", fuzz_state, true },
	{ "words", fuzz_words, false },
	{ "x86", fuzz_x86, false },
	{ "xml", fuzz_xml, false },
	{ "yaml", fuzz_yaml, false },
	{ NULL, NULL, false },
};

void fuzz_target_run(const struct fuzz_target *target, const void *bytes, size_t len)
{
	char *copy = mem_copy(bytes, len);

	target->run(copy, len);
	free(copy);
}

void fuzz_fail(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s\n", what, text);
	abort();
}

void fuzz_check(bool is_so, const char *what, const char *text)
{
	if (!is_so)
		fuzz_fail(what, text);
}

bool fuzz_is_printable(const char *text, bool lines)
{
	struct buf printable = BUF_INIT;
	bool same;

	buf_add_printable(&printable, text);
	for (size_t i = 0; lines && i < printable.len; i++)
		if (text[i] == '\n' || text[i] == '\t')
			printable.data[i] = text[i];
	same = strcmp(printable.data, text) == 0;
	buf_release(&printable);
	return same;
}

void fuzz_check_error(const struct error *err, const char *text)
{
	fuzz_check(err->kind != ERR_NONE && *err->text, "no error", text);
}
