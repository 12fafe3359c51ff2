/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/command_counts.h"

#include "base/texts.h"
#include "harness/callgrind.h"
#include "harness/command_runner.h"
#include "sys/file.h"
#include "sys/folder.h"

#define MAX_FILE_BYTES (256u << 20)

static int add_counts_of(
	const char *folder, const char *name, uint64_t *instructions, struct error *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	uint64_t total = 0;
	int rc;

	buf_addf(&path, "%s/%s", folder, name);
	rc = file_read(path.data, MAX_FILE_BYTES, &text, err);
	if (!rc)
		rc = callgrind_total(text.data, text.len, &total, err);
	*instructions += total;
	buf_release(&text);
	buf_release(&path);
	return rc;
}

/* Each program that it started left a file. */
static int add_all_counts(const char *folder, uint64_t *instructions, struct error *err)
{
	struct texts names = { 0 };
	int rc = folder_list(folder, COMMAND_RUNNER_COUNTS, &names, err);

	for (size_t i = 0; i < names.nr && !rc; i++)
		rc = add_counts_of(folder, names.items[i], instructions, err);
	if (!rc && !names.nr)
		rc = error_set(err, ERR_MEASURE, "valgrind wrote no file of it");
	texts_release(&names);
	return rc;
}

int command_counts_take(const struct bench *bench, const struct plan *plan, const char *valgrind,
	uint64_t *instructions, struct fault *fault)
{
	struct command_runner runner;
	struct error err = ERROR_INIT;
	struct spawn_end end;
	int rc = command_runner_open(&runner, bench, plan, NULL, fault);

	*instructions = 0;
	if (!rc && command_runner_count_by(&runner, valgrind, &err))
		rc = fault_set(fault, RESULT_NOT_MEASURED, "%s", err.text);
	if (!rc)
		rc = command_runner_set_up(&runner, fault);
	if (!rc)
		rc = command_runner_run(&runner, &end, fault);
	if (!rc && add_all_counts(runner.scratch.path, instructions, &err))
		rc = fault_set(fault, RESULT_NOT_MEASURED, "%s", err.text);
	command_runner_close(&runner);
	return rc;
}
