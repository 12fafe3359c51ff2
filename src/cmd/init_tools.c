/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/init_tools.h"

#include "base/mem.h"
#include "base/str.h"
#include "cmd/shell.h"
#include "sys/file.h"

#include <stdlib.h>
#include <string.h>

#define JS_FILES "*.js,*.mjs,*.cjs"
/* Without a name of a script that runs them, each file is run by itself. */
#define JS_COMMAND "@each@"
#define JS_EACH "node @file@"
#define JS_NEEDS "	has npm || add_packages nodejs npm\n"
#define RUST_NEEDS "	has cargo || add_packages cargo\n"
#define RUST_EACH " --bench @stem@"

/* A file that fits several belongs to the first. Short measuring, once: benchgate repeats it. What
 * a tool says besides its results goes to standard error, of which the last lines are shown when it
 * fails. */
const struct init_tool init_tools[] = {
	{ .name = "Go",
		.files = "*_test.go",
		.marks = { "func Benchmark" },
		.root = "go.mod",
		.command = "go test -run '^$' -bench . -benchmem -benchtime 500us -count 60 ./...",
		.format = "go",
		.rest = ",\n\n"
			"\t\"overrides\": [\n"
			"\t\t// It has a share of what is allocated once, which varies with the number of iterations.\n"
			"\t\t{ \"benchmark\": \"*\", \"metric\": \"B/op\", \"gated\": false }\n"
			"\t]",
		.needs = "	has go || add_packages golang-go\n" },
	{ .name = "criterion",
		.files = "*.rs",
		.marks = { "criterion_group!", "criterion_main!" },
		.root = "Cargo.toml",
		.command =
			"cargo bench@each@ -- --noplot --sample-size 10 --warm-up-time 1 --measurement-time 1",
		.each = RUST_EACH,
		.build = "cargo bench --no-run@each@",
		.format = "criterion-text",
		.needs = RUST_NEEDS },
	{ .name = "divan",
		.files = "*.rs",
		.marks = { "divan::" },
		.root = "Cargo.toml",
		.command = "cargo bench@each@ -- --color never",
		.each = RUST_EACH,
		.build = "cargo bench --no-run@each@",
		.format = "divan",
		.needs = RUST_NEEDS },
	{ .name = "libtest",
		.files = "*.rs",
		.marks = { "test::Bencher", "&mut Bencher" },
		.root = "Cargo.toml",
		.command = "cargo bench",
		.build = "cargo bench --no-run",
		.format = "libtest",
		.needs = RUST_NEEDS },
	{ .name = "pyperf",
		.files = "*.py",
		.marks = { "pyperf.Runner", "from pyperf import" },
		.command = "d=$(mktemp -d) || exit; trap 'rm -r $d' EXIT; @each@ && cat $d/results",
		.each = "python3 @file@ --processes 1 --append $d/results >&2",
		.separator = " && ",
		.format = "pyperf",
		.needs = "	python3 -c 'import pyperf' || add_python pyperf\n" },
	{ .name = "pytest-benchmark",
		.files = "*.py",
		.marks = { "(benchmark)", "(benchmark,", "(benchmark:", ", benchmark)",
			", benchmark,", ", benchmark:" },
		.command =
			"@path@python3 -m pytest -q --benchmark-only --benchmark-max-time=0.2@patterns@ --benchmark-json=/dev/fd/3 3>&1 >&2",
		.format = "pytest-benchmark",
		.needs =
			"	python3 -c 'import pytest_benchmark' || add_python pytest-benchmark\n" },
	{ .name = "Vitest",
		.files = "*.bench.*",
		.marks = { "vitest" },
		.root = "package.json",
		.command =
			"npx --no-install vitest bench --run --outputJson=node_modules/.benchgate.json",
		.output = "node_modules/.benchgate.json",
		.format = "vitest",
		.needs = JS_NEEDS },
	{ .name = "tinybench",
		.files = JS_FILES,
		.marks = { "'tinybench'", "\"tinybench\"" },
		.root = "package.json",
		.command = JS_COMMAND,
		.each = JS_EACH,
		.separator = " && ",
		.format = "tinybench",
		.wants = "JSON.stringify",
		.advice =
			"let it print its results as JSON: console.log(JSON.stringify(bench.table()))",
		.needs = JS_NEEDS },
	{ .name = "mitata",
		.files = JS_FILES,
		.marks = { "'mitata'", "\"mitata\"" },
		.root = "package.json",
		.command = JS_COMMAND,
		.each = JS_EACH,
		.separator = " && ",
		.format = "mitata",
		.wants = "json",
		.advice = "let it print its results as JSON: await run({ format: 'json' })",
		.needs = JS_NEEDS },
	{ .name = "benchmark.js",
		.files = JS_FILES,
		.marks = { "require('benchmark')", "require(\"benchmark\")", "from 'benchmark'",
			"from \"benchmark\"" },
		.root = "package.json",
		.command = JS_COMMAND,
		.each = JS_EACH,
		.separator = " && ",
		.format = "benchmarkjs",
		.needs = JS_NEEDS },
	{ .name = NULL },
};

static bool fits(const struct init_tool *tool, const char *name)
{
	const char *patterns = tool->files, *item;
	size_t len;

	while ((item = str_next_item(&patterns, &len))) {
		char *pattern = mem_copy(item, len);
		bool is = str_glob(pattern, name);

		free(pattern);
		if (is)
			return true;
	}
	return false;
}

static bool has_mark_of(const struct init_tool *tool, const char *text)
{
	for (size_t i = 0; i < INIT_MAX_MARKS && tool->marks[i]; i++)
		if (strstr(text, tool->marks[i]))
			return true;
	return false;
}

bool init_tools_may_know(const char *name)
{
	for (const struct init_tool *tool = init_tools; tool->name; tool++)
		if (fits(tool, name))
			return true;
	return false;
}

void init_tools_look_at(struct init_tool_files *found, const char *path)
{
	struct error ignored = ERROR_INIT;
	struct buf text = BUF_INIT;

	if (file_read(path, INIT_TOOLS_MAX_BYTES, &text, &ignored) == 0)
		for (size_t i = 0; init_tools[i].name; i++)
			if (fits(&init_tools[i], str_path_name(path)) &&
				has_mark_of(&init_tools[i], text.data)) {
				texts_add(&found->of[i], path);
				break;
			}
	buf_release(&text);
}

void init_tools_release(struct init_tool_files *found)
{
	for (size_t i = 0; i < INIT_MAX_TOOLS; i++)
		texts_release(&found->of[i]);
}

static bool init_tools_is_in(const char *folder, const char *name)
{
	struct buf path = BUF_INIT;
	bool is;

	buf_addf(&path, "%s%s", folder, name);
	is = file_is_there(path.data);
	buf_release(&path);
	return is;
}

/* Of a file: the nearest folder that has the root's file, "" or "some/where/". */
static char *root_of(const char *root, const char *path)
{
	char *folder = str_dup(path), *slash;

	while ((slash = strrchr(folder, '/'))) {
		slash[1] = '\0';
		if (root && init_tools_is_in(folder, root))
			return folder;
		*slash = '\0';
	}
	*folder = '\0';
	return folder;
}

/* A benchmark of Cargo is called as its file, or as the folder whose main.rs it is. */
static void add_stem(const char *path, struct buf *out)
{
	const char *name = str_path_name(path), *end = strrchr(name, '.');
	struct buf stem = BUF_INIT;

	if (strcmp(name, "main.rs") == 0 && name > path) {
		end = name - 1;
		for (name = end; name > path && name[-1] != '/';)
			name--;
	}
	buf_add(&stem, name, end ? (size_t)(end - name) : strlen(name));
	shell_add_word(out, stem.data);
	buf_release(&stem);
}

/* The files of one root, from there. */
static void add_each(const struct init_tool_use *use, const char *each, struct buf *out)
{
	const char *separator = use->tool->separator ? use->tool->separator : "";
	size_t skip = strlen(use->root);
	bool any = false;

	for (size_t i = 0; i < use->files->nr; i++) {
		const char *path = use->files->items[i], *at;

		if (strncmp(path, use->root, skip) != 0)
			continue;
		buf_adds(out, any ? separator : "");
		any = true;
		at = strchr(each, '@');
		buf_add(out, each, (size_t)(at - each));
		if (str_starts(at, "@stem@")) {
			add_stem(path + skip, out);
			buf_adds(out, at + strlen("@stem@"));
		} else {
			shell_add_word(out, path + skip);
			buf_adds(out, at + strlen("@file@"));
		}
	}
}

/* pytest looks for others than these only if it is told to. */
static void add_patterns(const struct texts *files, struct buf *out)
{
	for (size_t i = 0; i < files->nr; i++) {
		const char *name = str_path_name(files->items[i]);

		if (str_glob("test_*.py", name) || str_glob("*_test.py", name))
			continue;
		buf_adds(out,
			" -o python_files='test_*.py *_test.py bench*.py *_bench.py *_benchmark.py'");
		return;
	}
}

/* Does an object of the text have the key? Enough to find one of the scripts in a package.json. */
static bool has_key(const char *text, const char *object, const char *key)
{
	struct buf word = BUF_INIT;
	const char *at, *end, *found;

	buf_addf(&word, "\"%s\"", object);
	at = strstr(text, word.data);
	end = at ? strchr(at, '}') : NULL;
	buf_clear(&word);
	buf_addf(&word, "\"%s\":", key);
	found = end ? strstr(at, word.data) : NULL;
	buf_release(&word);
	return found && found < end;
}

/* Of the scripts that package.json names, the one that runs benchmarks; NULL: none does. */
static const char *script_of(const char *root)
{
	static const char *const scripts[] = { "bench", "benchmark", "benchmarks" };
	struct error ignored = ERROR_INIT;
	struct buf path = BUF_INIT, text = BUF_INIT;
	const char *script = NULL;

	buf_addf(&path, "%spackage.json", root);
	if (file_read(path.data, INIT_TOOLS_MAX_BYTES, &text, &ignored) == 0)
		for (size_t i = 0; i < sizeof scripts / sizeof *scripts && !script; i++)
			if (has_key(text.data, "scripts", scripts[i]))
				script = scripts[i];
	buf_release(&text);
	buf_release(&path);
	return script;
}

static void add_cd(const char *root, struct buf *out)
{
	if (!*root)
		return;
	buf_adds(out, "cd ");
	shell_add_word(out, root);
	buf_adds(out, " && ");
}

static void fill_terms(const struct init_tool_use *use, const char *at, struct buf *out)
{
	while (*at)
		if (str_starts(at, "@each@")) {
			add_each(use, use->tool->each, out);
			at += strlen("@each@");
		} else if (str_starts(at, "@path@")) {
			/* Before what is installed: else both sides would measure that. */
			buf_adds(out, file_is_there("src") ? "PYTHONPATH=src " : "");
			at += strlen("@path@");
		} else if (str_starts(at, "@patterns@")) {
			add_patterns(use->files, out);
			at += strlen("@patterns@");
		} else {
			buf_addc(out, *at++);
		}
}

static bool is_of_javascript(const struct init_tool *tool)
{
	return tool->root && strcmp(tool->root, "package.json") == 0;
}

static void fill_command(struct init_tool_use *use)
{
	const char *script =
		is_of_javascript(use->tool) && use->tool->each ? script_of(use->root) : NULL;

	add_cd(use->root, &use->command);
	if (script)
		buf_addf(&use->command, "npm run --silent %s", script);
	else
		fill_terms(use, use->tool->command, &use->command);
}

/* What the packages of JavaScript are installed by, each copy of the project its own. */
static void fill_npm_build(struct init_tool_use *use)
{
	static const struct {
		const char *lock, *command;
	} ways[] = {
		{ "package-lock.json", "npm ci --no-audit --no-fund" },
		{ "pnpm-lock.yaml", "pnpm install --frozen-lockfile" },
		{ "yarn.lock", "yarn install --frozen-lockfile" },
		{ "bun.lock", "bun install --frozen-lockfile" },
		{ NULL, "npm install --no-audit --no-fund" },
	};
	const char *root = use->root;
	size_t i = 0;

	while (ways[i].lock && !init_tools_is_in(root, ways[i].lock))
		i++;
	/* A workspace has one for all of its packages. */
	if (!ways[i].lock && *root)
		for (root = "", i = 0; ways[i].lock && !init_tools_is_in(root, ways[i].lock);)
			i++;
	add_cd(ways[i].lock ? root : use->root, &use->build);
	buf_adds(&use->build, ways[i].command);
}

static void fill_build(struct init_tool_use *use)
{
	if (is_of_javascript(use->tool)) {
		fill_npm_build(use);
	} else if (use->tool->build) {
		add_cd(use->root, &use->build);
		fill_terms(use, use->tool->build, &use->build);
	}
}

static void add_policy_key(const char *name, const char *value, struct buf *out)
{
	buf_addf(out, "\"%s\": \"", name);
	for (; *value; value++) {
		buf_adds(out, strchr("\"\\", *value) ? "\\" : "");
		buf_addc(out, *value);
	}
	buf_adds(out, "\",");
}

static void fill_keys(struct init_tool_use *use)
{
	struct buf output = BUF_INIT;

	add_policy_key("command", use->command.data, &use->keys);
	buf_adds(&use->keys, "\n\t\t");
	add_policy_key("format", use->tool->format, &use->keys);
	if (use->tool->output) {
		buf_addf(&output, "%s%s", use->root, use->tool->output);
		buf_adds(&use->keys, "\n\t\t");
		add_policy_key("output", output.data, &use->keys);
	}
	if (use->build.len) {
		buf_adds(&use->build_key, "\n\n\t// What is run before, once in each copy.\n\t");
		add_policy_key("build", use->build.data, &use->build_key);
	}
	buf_release(&output);
}

void init_tools_choose(const struct init_tool_files *found, struct init_tool_use *use)
{
	size_t i = 0;

	while (init_tools[i].name && !found->of[i].nr)
		i++;
	if (!init_tools[i].name)
		return;
	use->tool = &init_tools[i];
	use->files = &found->of[i];
	use->root = root_of(use->tool->root, use->files->items[0]);
	fill_command(use);
	fill_build(use);
	fill_keys(use);
}

void init_tools_use_release(struct init_tool_use *use)
{
	buf_release(&use->command);
	buf_release(&use->build);
	buf_release(&use->keys);
	buf_release(&use->build_key);
	free(use->root);
}
