/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/init.h"

#include "base/mem.h"
#include "base/str.h"
#include "session/settings.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"
#include "sys/program.h"

#include <stdlib.h>
#include <string.h>

/* Of a project's files, what is looked into: enough to know it by. */
#define MAX_DEPTH 4
#define MAX_FILES 2000
#define PATIENCE_NS (10 * (uint64_t)CLOCK_NS_PER_S)

extern const char bench_mk_txt[];
extern const char cmake_txt[];

#define PLAIN \
	"${CC:-cc} -O2 -g -falign-functions=64 @flags@ -shared -fPIC -o @folder@/first.so @folder@/first.c"
#define PLAIN_SUITE "./@folder@/first.so"

/* A project of CMake often has Makefiles too. */
static const struct init_build builds[] = {
	{ "CMake", "CMakeLists.txt", "@folder@/CMakeLists.txt", cmake_txt,
		"cmake -S @folder@ -B @folder@/build && cmake --build @folder@/build",
		"./@folder@/build/first.so" },
	{ "Meson", "meson.build", NULL, NULL, PLAIN, PLAIN_SUITE },
	{ "make", "Makefile,makefile,GNUmakefile", "@folder@/bench.mk", bench_mk_txt,
		"make -f @folder@/bench.mk", PLAIN_SUITE },
	{ "Cargo", "Cargo.toml", NULL, NULL, PLAIN, PLAIN_SUITE },
	{ NULL, NULL, NULL, NULL, PLAIN, PLAIN_SUITE },
};

static const char *const folders[] = { "bench", "benchgate-bench" };

/* All that we may write to a folder of benchmarks. */
static const char *const ours[] = { "first.c", "benchgate.h", ".gitignore", "bench.mk",
	"CMakeLists.txt" };

static bool is_in(const char *folder, const char *name)
{
	struct buf path = BUF_INIT;
	bool is;

	buf_addf(&path, "%s/%s", folder, name);
	is = file_is_there(path.data);
	buf_release(&path);
	return is;
}

bool init_has_one_of(const char *names)
{
	const char *item;
	size_t len;

	while ((item = str_next_item(&names, &len))) {
		char *name = mem_copy(item, len);
		bool has = file_is_there(name);

		free(name);
		if (has)
			return true;
	}
	return false;
}

static const struct init_build *find_build(void)
{
	const struct init_build *build = builds;

	while (build->files && !init_has_one_of(build->files))
		build++;
	return build;
}

bool init_has_text(const char *path, const char *text)
{
	struct buf content = BUF_INIT;
	struct error ignored = ERROR_INIT;
	bool has = file_read(path, INIT_MAX_BYTES, &content, &ignored) == 0 &&
		strstr(content.data, text);

	buf_release(&content);
	return has;
}

/* Nothing of the user's is in the way there. */
static bool is_free(const char *folder)
{
	bool free_for_us = !file_is_there(folder) || folder_is(folder);
	struct buf first = BUF_INIT;

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		free_for_us &= !is_in(folder, ours[i]);
	buf_addf(&first, "%s/first.c", folder);
	free_for_us |= init_has_text(first.data, "<benchgate.h>");
	buf_release(&first);
	return free_for_us;
}

/* Their files would be found again in each copy of them that somebody has built. */
static bool is_worth_a_look(const char *folder)
{
	static const char *const others[] = { "build*", "cmake-build*", "_build", "target",
		"node_modules", "third_party", "vendor", "subprojects", "out", "venv", "env",
		"dist", "site-packages", "testdata" };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (str_glob(others[i], folder))
			return false;
	return true;
}

static bool is_source(const char *name)
{
	return str_glob("*.c", name) || str_glob("*.cc", name) || str_glob("*.cpp", name) ||
		str_glob("*.cxx", name);
}

static bool is_called_benchmark(const char *name)
{
	return str_glob("bench*", name) || str_glob("*_bench.*", name) ||
		str_glob("*_benchmark.*", name);
}

static void look_at(struct init_project *project, const char *path)
{
	if (init_has_text(path, "benchgate.h"))
		return;
	if (init_has_text(path, "benchmark/benchmark.h"))
		texts_add(&project->google, path);
	else if (is_called_benchmark(str_path_name(path)))
		texts_add(&project->named, path);
}

struct walk {
	struct init_project *project;
	size_t left; /* files that may still be looked at */
};

/* folder: "" or "some/where/" */
static void look_through(struct walk *walk, const char *folder, unsigned depth)
{
	struct texts files = { 0 }, below = { 0 };
	struct error ignored = ERROR_INIT;
	struct buf path = BUF_INIT;

	folder_list(*folder ? folder : ".", "", &files, &ignored);
	folder_list_folders(*folder ? folder : ".", &below, &ignored);
	for (size_t i = 0; i < files.nr && walk->left; i++) {
		bool is_of_tool = init_tools_may_know(files.items[i]);

		if (!is_of_tool && !is_source(files.items[i]))
			continue;
		buf_clear(&path);
		buf_addf(&path, "%s%s", folder, files.items[i]);
		if (is_of_tool)
			init_tools_look_at(&walk->project->tool_files, path.data);
		else
			look_at(walk->project, path.data);
		walk->left--;
	}
	for (size_t i = 0; i < below.nr && depth < MAX_DEPTH; i++) {
		buf_clear(&path);
		buf_addf(&path, "%s%s/", folder, below.items[i]);
		if (is_worth_a_look(below.items[i]))
			look_through(walk, path.data, depth + 1);
	}
	buf_release(&path);
	texts_release(&below);
	texts_release(&files);
}

static bool is_installed(void)
{
	char *program = program_find("pkg-config");
	char *argv[] = { program, "--exists", "benchgate", NULL };
	struct buf output = BUF_INIT_MAX(4096);
	bool is = program && process_capture(argv, PATIENCE_NS, &output) == 0;

	buf_release(&output);
	free(program);
	return is;
}

/* Behind the bracket of add_library: its name, if it is code that can be linked, or NULL. */
static char *library_name(const char *at)
{
	static const char *const no_code[] = { "INTERFACE", "IMPORTED", "ALIAS" };
	const char *name = at + strspn(at, " \t\r\n");
	size_t len =
		strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.");
	const char *next = name + len + strspn(name + len, " \t\r\n");

	if (!len || next == name + len)
		return NULL;
	for (size_t i = 0; i < sizeof no_code / sizeof *no_code; i++)
		if (str_starts(next, no_code[i]))
			return NULL;
	return mem_copy(name, len);
}

static char *find_library(void)
{
	static const char call[] = "add_library(";
	struct buf text = BUF_INIT;
	struct error ignored = ERROR_INIT;
	char *name = NULL;

	if (file_read("CMakeLists.txt", INIT_MAX_BYTES, &text, &ignored) == 0)
		for (const char *at = text.data; !name && (at = strcasestr(at, call));)
			name = library_name(at += strlen(call));
	buf_release(&text);
	return name;
}

void init_look(struct init_project *project)
{
	struct walk walk = { project, MAX_FILES };

	project->build = find_build();
	project->source = project->source ? project->source : "";
	project->installed = is_installed();
	project->library = find_library();
	project->folder = folders[is_free(folders[0]) ? 0 : 1];
	for (const char *const *name = settings_file_names; *name && !project->policy; name++)
		if (file_is_there(*name))
			project->policy = *name;
	look_through(&walk, "", 0);
	init_tools_choose(&project->tool_files, &project->tool);
}

void init_project_release(struct init_project *project)
{
	init_tools_use_release(&project->tool);
	init_tools_release(&project->tool_files);
	free(project->library);
	texts_release(&project->google);
	texts_release(&project->named);
}
