/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/init.h"

#include "base/str.h"
#include "cmd/shell.h"
#include "cmd/verbs.h"
#include "session/settings.h"
#include "sys/file.h"
#include "sys/process.h"

#include <string.h>

/* Of several files of a kind, those that are named. */
#define MAX_NAMED 3

struct init_options {
	const char *ci;
};

static const struct opt opts[] = {
	OPT_ROW(OPT_TYPE_WORD, 0, "ci", "SYSTEM", "github,gitlab,jenkins,none",
		FIELD_AT(struct init_options, ci, const char *),
		"write the file for this CI system (default: for each that the project uses)"),
	OPT_END,
};

static void add_files(const char *what, const struct texts *files, struct buf *out)
{
	if (!files->nr)
		return;
	buf_addf(out, "found %s: ", what);
	for (size_t i = 0; i < files->nr && i < MAX_NAMED; i++) {
		buf_adds(out, i ? ", " : "");
		buf_add_printable(out, files->items[i]);
	}
	if (files->nr > MAX_NAMED)
		buf_addf(out, " and %zu more", files->nr - MAX_NAMED);
	buf_adds(out,
		"; they stay as they are: what benchgate measures includes benchgate.h (see 'benchgate help suites')\n");
}

static void add_found(const struct init_project *project, struct buf *out)
{
	if (project->build->name)
		buf_addf(out, "found a project of %s\n", project->build->name);
	add_files("benchmarks of Google Benchmark", &project->google, out);
	add_files("files that are called benchmarks", &project->named, out);
}

static bool is_wanted(const struct init_ci *ci, const char *said)
{
	return said ? strcmp(said, ci->name) == 0 : file_is_there(ci->there);
}

/* Appends to *left what is left to do. */
static int write_ci(const struct init_project *project, const char *said, struct buf *out,
	struct buf *left, struct error *err)
{
	bool any = false;

	for (const struct init_ci *ci = init_cis; ci->name; ci++) {
		if (!is_wanted(ci, said))
			continue;
		any = true;
		if (init_write(project, ci->file, ci->text, out, err))
			return -1;
		buf_addf(left, "For %s: ", ci->title);
		init_fill(project, ci->advice, left);
		buf_adds(left, ".\n");
	}
	if (!any && !said)
		buf_adds(left,
			"In CI: benchgate compare --tier=critical origin/main HEAD, with the whole history fetched; "
			"'benchgate init --ci github' (or gitlab, jenkins) writes a file for it.\n");
	return 0;
}

static int add_command_of_policy(const char *policy, struct buf *out, struct error *err)
{
	const struct settings_options from = { .config = policy };
	struct settings settings = SETTINGS_INIT;
	int rc = settings_load(&from, &settings, err);

	if (!rc && settings.build) {
		buf_adds(out, settings.build);
	} else if (!rc) {
		shell_add_own_name(out);
		buf_adds(out, " config check");
	}
	settings_release(&settings);
	return rc;
}

static int add_next(const struct init_project *project, struct buf *out, struct error *err)
{
	buf_adds(out, "\nNext:\n\t");
	if (project->policy && add_command_of_policy(project->policy, out, err))
		return -1;
	if (!project->policy)
		init_add_command(project, out);
	buf_adds(out, "\n\t");
	shell_add_own_name(out);
	buf_adds(out, " run\n\n");
	return 0;
}

static int write_project(const struct init_project *project, struct buf *out, struct error *err)
{
	if (project->policy) {
		buf_addf(out,
			"left alone %s: it is there, and says what is measured; no benchmark was written\n",
			project->policy);
		return 0;
	}
	if (init_write_all(project, out, err))
		return -1;
	if (!project->installed)
		buf_addf(out,
			"%s/benchgate.h is a copy of the header, because pkg-config finds no benchgate that is installed\n",
			project->folder);
	return 0;
}

static int init(const struct init_options *options, struct error *err)
{
	struct init_project project = INIT_PROJECT_INIT;
	struct buf out = BUF_INIT, left = BUF_INIT;
	int rc = -1;

	init_look(&project);
	add_found(&project, &out);
	if (!write_project(&project, &out, err) &&
		!write_ci(&project, options->ci, &out, &left, err) &&
		!add_next(&project, &out, err))
		rc = 0;
	buf_adds(&out, left.data);
	/* What was written before something failed is said as well. */
	if (command_print(&out, err))
		rc = -1;
	buf_release(&left);
	buf_release(&out);
	init_project_release(&project);
	return rc;
}

static int init_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct init_options options = { .ci = NULL };
	struct words words = { 0 };
	int rc = opts_parse(opts, given, &options, &words, err);

	(void)outcome;
	process_setup();
	if (!rc && words.nr)
		rc = error_set(err, ERR_USAGE,
			"init takes no argument, and works in the current folder; '%s' is one",
			words.items[0]);
	if (!rc)
		rc = init(&options, err);
	ARRAY_RELEASE(&words);
	return rc;
}

const struct command command_init = {
	.name = "init",
	.group = COMMANDS_SETUP,
	.operands = "",
	.summary = "write a policy file, a first benchmark and a CI file",
	.details =
		"Looks at the project in the current folder, and writes what it lacks: benchgate.json with comments; a "
		"benchmark that compiles and runs, in a folder of its own, with what builds it (for CMake and make, "
		"beside your own files; else one command); and a file for each CI system that the project uses. "
		"benchgate.h is put beside the benchmark where pkg-config does not find it.\n"
		"No file that is there is changed. What was written and what was left alone is said, and the two "
		"commands to go on with.",
	.examples = "benchgate init\n"
		    "benchgate init --ci none\n",
	.opts = opts,
	.run = init_run,
};
