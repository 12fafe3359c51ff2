/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/init.h"

#include "base/str.h"
#include "cmd/command.h"
#include "cmd/shell.h"
#include "cmd/verbs.h"
#include "session/settings.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"

#include <string.h>

extern const char policy_txt[];
extern const char tool_policy_txt[];
extern const char first_c_txt[];
extern const char ignore_txt[];
extern const char ci_tools_txt[];
extern const char ci_python_txt[];
extern const char benchgate_h[];

/* The header, where it is a copy beside the benchmarks, and where it is installed. */
#define OWN_FLAGS "-I@folder@"
#define INSTALLED "pkg-config --cflags benchgate"
#define OWN_INCLUDE "target_include_directories(first PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})"
#define INSTALLED_INCLUDE \
	"find_package(PkgConfig REQUIRED)\n" \
	"pkg_check_modules(BENCHGATE REQUIRED benchgate)\n" \
	"target_include_directories(first PRIVATE ${BENCHGATE_INCLUDE_DIRS})"

/* Where the script installs packages of Python's. */
#define PYTHON_PATH "tools=$HOME/.local/share/benchgate/tools\nPATH=$tools/bin:$PATH\n"

/* What a name between two @ stands for; NULL: for itself. */
static const char *value_of(const struct init_project *project, const char *name, size_t len)
{
	const struct init_tool_use *use = &project->tool;
	const struct init_tool *tool = use->tool;
	bool is_python = tool && strstr(tool->needs, "add_python");
	const struct {
		const char *name, *value;
	} known[] = {
		{ "folder", project->folder },
		{ "source", project->source },
		{ "build", project->build->command },
		{ "make", tool ? use->build.data : project->build->command },
		{ "suite", project->build->suite },
		{ "library", project->library ? project->library : "your_library" },
		{ "flags", project->installed ? "$(" INSTALLED ")" : OWN_FLAGS },
		{ "make_flags", project->installed ? "$(shell " INSTALLED ")" : OWN_FLAGS },
		{ "include", project->installed ? INSTALLED_INCLUDE : OWN_INCLUDE },
		/* A tool writes where it runs, and what builds it may download. */
		{ "sandbox", tool ? "off" : "auto" },
		{ "tool_path", is_python ? PYTHON_PATH : "" },
		{ "tool_python", is_python ? ci_python_txt : "" },
		{ "tool_install", tool ? ci_tools_txt : "" },
		{ "tool_needs", tool ? tool->needs : "" },
		{ "tool_call", tool ? "\tinstall_tools\n" : "" },
		{ "tool_bench", use->keys.data },
		{ "tool_build", use->build_key.data },
		{ "tool_rest", tool && tool->rest ? tool->rest : "" },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i].name) == len && strncmp(known[i].name, name, len) == 0)
			return known[i].value;
	return NULL;
}

/* A value may have names in it, in turn, but the user's own. */
void init_fill(const struct init_project *project, const char *text, struct buf *out)
{
	while (*text) {
		size_t len = *text == '@' ? strcspn(text + 1, "@\n") : 0;
		const char *value = text[0] == '@' && text[len + 1] == '@'
			? value_of(project, text + 1, len)
			: NULL;

		if (value) {
			if (value == project->source || value == project->tool.keys.data ||
				value == project->tool.build_key.data)
				buf_adds(out, value);
			else
				init_fill(project, value, out);
			text += len + 2;
		} else {
			buf_addc(out, *text++);
		}
	}
}

void init_add_command(const struct init_project *project, struct buf *out)
{
	if (project->tool.tool)
		buf_adds(out, project->tool.build.data);
	else
		init_fill(project, project->build->command, out);
}

static int write_new(const char *path, const struct buf *content, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;

	if (folder_make_parents(path, err) || file_new_open(&file, path, err))
		return -1;
	return file_new_commit(&file, content, err);
}

int init_write(const struct init_project *project, const char *path, const char *text,
	struct buf *said, struct error *err)
{
	struct buf name = BUF_INIT, content = BUF_INIT;
	int rc = 0;

	init_fill(project, path, &name);
	if (file_is_there(name.data)) {
		buf_addf(said, "left alone %s: it is there\n", name.data);
	} else {
		init_fill(project, text, &content);
		rc = write_new(name.data, &content, err);
		if (!rc)
			buf_addf(said, "wrote %s\n", name.data);
	}
	buf_release(&content);
	buf_release(&name);
	return rc;
}

int init_write_all(const struct init_project *project, struct buf *said, struct error *err)
{
	const struct init_build *build = project->build;

	if (project->tool.tool)
		return init_write(project, "benchgate.json", tool_policy_txt, said, err);
	if (init_write(project, "@folder@/first.c", first_c_txt, said, err))
		return -1;
	if (!project->installed &&
		init_write(project, "@folder@/benchgate.h", benchgate_h, said, err))
		return -1;
	if (init_write(project, "@folder@/.gitignore", ignore_txt, said, err))
		return -1;
	if (build->text && init_write(project, build->own, build->text, said, err))
		return -1;
	return init_write(project, "benchgate.json", policy_txt, said, err);
}

/* A line of a text, without its end. */
struct line {
	const char *at;
	size_t len;
};

/* False behind the last one. */
static bool next_line(const char **text, struct line *line)
{
	if (!**text)
		return false;
	*line = (struct line){ *text, strcspn(*text, "\n") };
	*text += line->len + ((*text)[line->len] == '\n');
	while (line->len && strchr(" \t\r", line->at[line->len - 1]))
		line->len--;
	return true;
}

static size_t indent_of(const struct line *line)
{
	size_t indent = strspn(line->at, " \t");

	return indent < line->len ? indent : line->len;
}

/* Is that, between its indent and its end, the whole line? */
static bool line_is(const struct line *line, const char *text)
{
	size_t indent = indent_of(line);

	return line->len - indent == strlen(text) &&
		strncmp(line->at + indent, text, line->len - indent) == 0;
}

static void add_until(const char *text, const char *end, struct buf *out)
{
	buf_add(out, text, (size_t)(end - text));
}

/* A text that does not end its last line would swallow what is put behind it. */
static void add_all_lines(const char *text, struct buf *out)
{
	buf_adds(out, text);
	if (*text && text[strlen(text) - 1] != '\n')
		buf_addc(out, '\n');
}

/* An item in front of the first one of a list that is written a line each. */
static bool add_to_list(const char *text, const char *behind, const char *part, struct buf *out)
{
	const char *rest = behind;
	struct line first = { "", 0 };
	size_t indent;

	while (next_line(&rest, &first) && (!first.len || first.at[indent_of(&first)] == '#'))
		behind = rest;
	indent = indent_of(&first);
	if (!*behind || !str_starts(first.at + indent, "- "))
		return false;
	add_until(text, behind, out);
	buf_add(out, first.at, indent);
	buf_addf(out, "- local: %s\n", part);
	buf_adds(out, behind);
	return true;
}

bool init_wire_gitlab(const char *text, const char *part, struct buf *out)
{
	const char *rest = text;
	struct line line;

	while (next_line(&rest, &line)) {
		if (line_is(&line, "include:") && !indent_of(&line))
			return add_to_list(text, rest, part, out);
		/* One file in another spelling, or several documents. */
		if (str_starts(line.at, "include") || line_is(&line, "---") ||
			line_is(&line, "...") || str_starts(line.at, "\"include") ||
			str_starts(line.at, "'include") || str_starts(line.at, "{"))
			return false;
	}
	add_all_lines(text, out);
	buf_addf(out, "include:\n  - local: %s\n", part);
	return true;
}

/* The end of a block, by its indent: braces may stand in texts, too. NULL: not found. */
static const char *find_end(const char *rest, const struct line *begin)
{
	size_t indent = indent_of(begin);
	struct line line;

	for (const char *at = rest; next_line(&rest, &line); at = rest)
		if (line_is(&line, "}") && indent_of(&line) == indent &&
			strncmp(line.at, begin->at, indent) == 0)
			return at;
	return NULL;
}

static void add_stage(const struct line *stages, const char *part, struct buf *out)
{
	static const char *const lines[] = { "\tstage('benchgate') {\n",
		"\t\twhen { changeRequest() }\n", "\t\tsteps { script { load '", "\t}\n" };

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		buf_add(out, stages->at, indent_of(stages));
		buf_adds(out, lines[i]);
		if (i == 2)
			buf_addf(out, "%s' } }\n", part);
	}
}

/* Of a declarative pipeline, a last stage of the outermost stages. */
bool init_wire_jenkins(const char *text, const char *part, struct buf *out)
{
	const char *rest = text, *end = NULL;
	struct line line;

	while (!end && next_line(&rest, &line))
		if (line_is(&line, "stages {")) {
			end = find_end(rest, &line);
			break;
		}
	if (!end)
		return false;
	add_until(text, end, out);
	add_stage(&line, part, out);
	buf_adds(out, end);
	return true;
}

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

static void add_files(
	const char *what, const struct texts *files, const char *then, struct buf *out)
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
	buf_addf(out, "; %s\n", then);
}

static bool wants_more(const struct init_tool *tool, const struct texts *files)
{
	bool wants = false;

	for (size_t i = 0; i < files->nr && tool->wants; i++)
		wants |= !init_has_text(files->items[i], tool->wants);
	return wants;
}

static void add_tools_found(const struct init_project *project, struct init_told *told)
{
	for (size_t i = 0; init_tools[i].name; i++) {
		const struct init_tool *tool = &init_tools[i];
		const struct texts *files = &project->tool_files.of[i];
		bool is_used = tool == project->tool.tool && !project->policy;
		struct buf what = BUF_INIT;

		buf_addf(&what, "benchmarks of %s", tool->name);
		add_files(what.data, files,
			is_used ? "the policy file says how they are run"
				: "they are not in the policy file: it can name one tool as \"bench\"",
			&told->done);
		if (is_used && wants_more(tool, files))
			buf_addf(&told->left, "%s: %s.\n", tool->name, tool->advice);
		buf_release(&what);
	}
}

static void add_found(const struct init_project *project, struct init_told *told)
{
	struct buf *out = &told->done;

	if (project->build->name && !project->tool.tool)
		buf_addf(out, "found a project of %s\n", project->build->name);
	add_tools_found(project, told);
	add_files("benchmarks of Google Benchmark", &project->google,
		"they stay as they are: benchgate runs their program with --bench './PROGRAM --benchmark_format=json' (see 'benchgate help commands')",
		out);
	add_files("files that are called benchmarks", &project->named,
		"they stay as they are: what benchgate measures includes benchgate.h (see 'benchgate help suites')",
		out);
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
	if (!project->policy && project->tool.tool && !project->tool.build.len) {
		shell_add_own_name(out);
		buf_adds(out, " config check");
	} else if (!project->policy) {
		init_add_command(project, out);
	}
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
	if (!project->installed && !project->tool.tool)
		buf_addf(out,
			"%s/benchgate.h is a copy of the header, because pkg-config finds no benchgate that is installed\n",
			project->folder);
	return 0;
}

static int init(const struct init_options *options, struct error *err)
{
	struct init_project project = {
		.ci = options->ci, .source = options->source, .tool = INIT_TOOL_USE_INIT
	};
	struct init_told told = { BUF_INIT, BUF_INIT };
	int rc = -1;

	init_look(&project);
	add_found(&project, &told);
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
		"Looks at the project in the current folder, and writes what it lacks. Where it finds benchmarks of Go, Rust "
		"(criterion, divan, libtest), Python (pytest-benchmark, pyperf) or JavaScript (Vitest, tinybench, mitata, benchmark.js), "
		"benchgate.json says how they are run. Elsewhere: benchgate.json with comments; a "
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
