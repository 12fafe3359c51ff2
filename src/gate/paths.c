/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/paths.h"

#include "base/str.h"

#include <string.h>

/* Those of make, CMake, Meson, autotools, Bazel, Cargo, SCons, Conan, vcpkg and git's submodules.
 */
static const char *const of_builds[] = { "Makefile", "makefile", "GNUmakefile", "*.mk",
	"CMakeLists.txt", "*.cmake", "CMakePresets.json", "meson.build", "meson.options",
	"meson_options.txt", "configure", "configure.ac", "Makefile.am", "Makefile.in", "BUILD",
	"BUILD.bazel", "WORKSPACE", "MODULE.bazel", "*.bzl", ".bazelrc", "Cargo.toml", "Cargo.lock",
	"build.rs", "SConstruct", "SConscript", "conanfile.txt", "conanfile.py", "vcpkg.json",
	".gitmodules" };

bool paths_are_said(const struct policy *policy)
{
	bool said = policy->mappings.nr > 0;

	for (size_t i = 0; i < policy->tiers.nr; i++)
		said |= policy->tiers.items[i].paths.nr > 0;
	return said;
}

static bool is_of_build(const char *file)
{
	for (size_t i = 0; i < sizeof of_builds / sizeof *of_builds; i++)
		if (str_glob(of_builds[i], str_path_name(file)))
			return true;
	return false;
}

bool paths_change_all(const struct texts *files, const char *policy_file)
{
	for (size_t i = 0; i < files->nr; i++) {
		const char *file = files->items[i];

		if ((policy_file && strcmp(file, policy_file) == 0) || is_of_build(file))
			return true;
	}
	return false;
}

/* As a glob, or as the name of a folder that the file is in. */
static bool covers(const char *path, const char *file)
{
	size_t len;

	while (str_starts(path, "./"))
		path += 2;
	len = strlen(path);
	if (str_glob_path(path, file))
		return true;
	return len && str_starts(file, path) && (path[len - 1] == '/' || file[len] == '/');
}

static bool cover_any(const struct texts *paths, const struct texts *files)
{
	for (size_t i = 0; i < paths->nr; i++)
		for (size_t j = 0; j < files->nr; j++)
			if (covers(paths->items[i], files->items[j]))
				return true;
	return false;
}

bool paths_change_any(const struct policy *policy, const struct texts *files)
{
	for (size_t i = 0; i < policy->mappings.nr; i++)
		if (cover_any(&policy->mappings.items[i].paths, files))
			return true;
	for (size_t i = 0; i < policy->tiers.nr; i++)
		if (cover_any(&policy->tiers.items[i].paths, files))
			return true;
	return false;
}

bool paths_change(const struct policy *policy, const char *benchmark, const char *tier,
	const struct texts *files)
{
	const struct tier *claiming = tiers_claiming(&policy->tiers, benchmark);
	const struct tier *of = claiming ? claiming : tiers_named(&policy->tiers, tier);

	for (size_t i = 0; i < policy->mappings.nr; i++)
		if (str_matches(policy->mappings.items[i].benchmark, benchmark))
			return cover_any(&policy->mappings.items[i].paths, files);
	return cover_any(&of->paths, files);
}
