/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/verbs.h"
#include "model/run_json.h"
#include "session/recorder.h"
#include "store/result_file.h"
#include "sys/file.h"
#include "sys/process.h"

#include <stdio.h>
#include <string.h>

struct import_options {
	struct settings_options settings;
	const char *out, *db;
};

static const struct opt opts[] = {
	OPT_WORD('o', "out", struct import_options, out, "FILE",
		"write the result file here (default: standard output)", GROUP_RESULTS),
	DB_OPT(struct import_options, db),
	FORMAT_OPT(struct import_options, settings),
	CONFIG_OPT(struct import_options, settings),
	OPT_END,
};

static int import_write(const char *path, const struct run *run, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	struct buf text = BUF_INIT;
	int rc;

	run_json_print(run, &text);
	if (!path)
		rc = command_print(&text, err);
	else if (!(rc = file_new_open(&file, path, err)))
		rc = file_new_commit(&file, &text, err);
	file_new_release(&file);
	buf_release(&text);
	return rc;
}

static int import_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct import_options options = { .out = NULL };
	struct settings settings = SETTINGS_INIT;
	struct words paths = { NULL, 0, 0 };
	struct recorder recorder = { .path = NULL };
	struct buf notes = BUF_INIT;
	struct run run = RUN_INIT;
	int rc = opts_parse(opts, given, &options, &paths, err);

	(void)outcome;
	process_setup();
	if (!rc && !paths.nr)
		rc = error_set(err, ERR_USAGE,
			"import takes result files of other tools (see 'benchgate help imports')");
	if (!rc)
		rc = settings_load(&options.settings, &settings, err);
	if (!rc)
		rc = recorder_open(&recorder, options.db, &settings, err);
	if (!rc)
		rc = result_files_read(&paths, &settings.import, &run, err);
	if (!rc)
		rc = recorder_keep(&recorder, &run, &notes, err);
	/* Who asks for a history alone wants nothing on standard output. */
	if (!rc && (options.out || !options.db || !recorder.path))
		rc = import_write(options.out, &run, err);
	fputs(notes.data, stderr);
	buf_release(&notes);
	run_release(&run);
	settings_release(&settings);
	ARRAY_RELEASE(&paths);
	return rc;
}

const struct command command_import = {
	.name = "import",
	.group = COMMANDS_RESULTS,
	.operands = "FILE...",
	.summary = "write what other tools measured as a result file",
	.details =
		"Reads result files of other tools, and writes one of our own, which every command takes. That is not "
		"needed to compare them: compare, report, notify, push, merge and baselines diff take files of other "
		"tools as they are.\n"
		"Several files of the same benchmarks become one run, in which each file is a process.\n"
		"See 'benchgate help imports' for the formats, and for what a file is worth.",
	.examples = "benchgate import bench.txt --out run.json\n"
		    "benchgate import --format bmf results.json --out run.json\n",
	.opts = opts,
	.run = import_run,
};
