/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/init.h"

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
	const char *source;
};

static const struct opt opts[] = {
	OPT_ROW(OPT_TYPE_WORD, 0, "ci", "SYSTEM",
		"github,gitlab,jenkins,azure,circleci,bitbucket,woodpecker,none",
		FIELD_AT(struct init_options, ci, const char *),
		"write the files for this CI system (default: for each that the project uses)"),
	OPT_WORD(0, "source", struct init_options, source, "ADDRESS#PIN",
		"where CI gets benchgate: the address of a release and its SHA-256, or of a repository and "
		"a commit"),
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
	return said ? strcmp(said, ci->name) == 0 : init_has_one_of(ci->there);
}

static bool any_is_wanted(const char *said)
{
	const struct init_ci *ci = init_cis;

	while (ci->name && !is_wanted(ci, said))
		ci++;
	return ci->name;
}

static int write_all_cis(
	const struct init_project *project, struct init_told *told, struct error *err)
{
	const char *said = project->ci;

	if (!any_is_wanted(said)) {
		if (!said)
			buf_adds(&told->left,
				"In CI: benchgate compare --tier=critical origin/main HEAD, with the whole history "
				"fetched; 'benchgate init --ci github' (or gitlab, jenkins, azure, circleci, bitbucket, "
				"woodpecker) writes a file for it.\n");
		return 0;
	}
	if (init_write_script(project, told, err))
		return -1;
	for (const struct init_ci *ci = init_cis; ci->name; ci++)
		if (is_wanted(ci, said) && init_write_ci(project, ci, told, err))
			return -1;
	if (init_lacks_source(project))
		buf_adds(&told->left,
			"In CI the job fails until benchgate is installed there, or 'benchgate init --source "
			"ADDRESS#PIN' has said where it comes from.\n");
	return 0;
}

/* What may stand between two quotes of a shell, and names an address and what must be there. */
static int check_source(const struct init_options *options, struct error *err)
{
	const char *source = options->source;
	const char *pin = source ? strrchr(source, '#') : NULL;
	size_t len = pin ? strspn(pin + 1, "0123456789abcdef") : 0;

	if (!source)
		return 0;
	if (!any_is_wanted(options->ci))
		return error_set(err, ERR_USAGE,
			"--source is for the files of a CI system, and there are none: say which with --ci SYSTEM");
	for (const char *at = source; *at; at++)
		if ((unsigned char)*at <= ' ' || strchr("'\"\\`$|<>{}", *at) || *at == 0x7f)
			return error_set(err, ERR_USAGE,
				"--source takes an address without blanks, quotes and the like");
	if (pin && pin > source && *source != '-' && !pin[1 + len] && (len == 40 || len == 64))
		return 0;
	return error_set(err, ERR_USAGE,
		"--source takes the address of a release, # and its SHA-256, or that of a repository, # and a whole commit; '%s' is neither",
		source);
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
	struct init_project project = { .ci = options->ci, .source = options->source };
	struct init_told told = { BUF_INIT, BUF_INIT };
	int rc = -1;

	init_look(&project);
	add_found(&project, &told.done);
	if (!write_project(&project, &told.done, err) && !write_all_cis(&project, &told, err) &&
		!add_next(&project, &told.done, err))
		rc = 0;
	buf_adds(&told.done, told.left.data);
	/* What was written before something failed is said as well. */
	if (command_print(&told.done, err))
		rc = -1;
	buf_release(&told.left);
	buf_release(&told.done);
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
		rc = check_source(&options, err);
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
		"beside your own files; else one command); and files for each CI system that the project uses. "
		"benchgate.h is put beside the benchmark where pkg-config does not find it.\n"
		"No file that is there is changed, but two: the .gitlab-ci.yml or Jenkinsfile that --ci names includes what "
		"is written, and benchgate-ci.sh gets the --source that it lacks. What was written and what was left alone is said, and the two "
		"commands to go on with.",
	.examples = "benchgate init\n"
		    "benchgate init --ci none\n",
	.opts = opts,
	.run = init_run,
};
