/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/paths.h"
#include "gate/policy_json.h"

#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))

static struct policy_file policy_of(const char *text)
{
	struct policy_file file;
	struct error err = ERROR_INIT;

	policy_file_init(&file);
	if (policy_file_read(text, strlen(text), &file, &err))
		fail_msg("%s: %s", text, err.text);
	return file;
}

/* Of one file; "": of none. */
static struct texts files_of(const char *name)
{
	struct texts files = { 0 };

	if (*name)
		texts_add(&files, name);
	return files;
}

TEST(without_paths_nothing_is_said)
{
	struct policy_file file =
		policy_of("{ \"tiers\": { \"critical\": { \"paths\": [] } },"
			  "  \"overrides\": [{ \"benchmark\": \"a\", \"paths\": [] }] }");
	struct texts files = files_of("src/a.c");

	assert_false(paths_are_said(&file.policy));
	assert_false(paths_change_any(&file.policy, &files));
	assert_false(paths_change(&file.policy, "a", "critical", &files));
	texts_release(&files);
	policy_file_release(&file);
}

static const char mapped[] =
	"{ \"tiers\": { \"critical\": { \"paths\": \"src/**\" },"
	"               \"own\": { \"benchmarks\": \"mine\", \"paths\": [\"./lib\", \"*.h\"] } },"
	"  \"overrides\": ["
	"    { \"benchmark\": \"parse*\", \"severity\": \"warn\" },"
	"    { \"benchmark\": [\"parse\", \"lex\"], \"paths\": [\"src/parser/**\", \"../common/\"] },"
	"    { \"benchmark\": \"parse/big\", \"paths\": \"big\" } ] }";

TEST(the_first_override_with_paths_counts_and_then_the_tier)
{
	static const struct {
		const char *benchmark, *tier, *file;
		bool changed;
	} cases[] = {
		{ "sort", "critical", "src/sort.c", true },
		{ "sort", "critical", "src/deep/er/sort.c", true },
		{ "sort", "critical", "lib/sort.c", false },
		{ "sort", "critical", "", false },
		{ "sort", "standard", "src/sort.c", false },
		{ "sort", "nobody's", "src/sort.c", false },
		{ "parse", "critical", "src/parser/a.c", true },
		{ "parse", "critical", "src/sort.c", false },
		{ "parse", "standard", "src/parser/a.c", true },
		{ "parse", "standard", "../common/a.c", true },
		{ "parse", "standard", "common/a.c", false },
		{ "lex", "standard", "src/parser/a.c", true },
		{ "parse/big", "critical", "big", false },
		{ "parse/big", "critical", "src/parser/a.c", true },
		{ "mine", "critical", "src/sort.c", false },
		{ "mine", "critical", "lib/a.c", true },
		{ "mine", "critical", "lib", true },
		{ "mine", "critical", "library/a.c", false },
		{ "mine", "critical", "a.h", true },
		{ "mine", "critical", "src/a.h", false },
	};
	struct policy_file file = policy_of(mapped);

	assert_true(paths_are_said(&file.policy));
	for (size_t i = 0; i < NR(cases); i++) {
		struct texts files = files_of(cases[i].file);

		if (paths_change(&file.policy, cases[i].benchmark, cases[i].tier, &files) !=
			cases[i].changed)
			fail_msg("%s of %s and %s", cases[i].benchmark, cases[i].tier,
				cases[i].file);
		texts_release(&files);
	}
	policy_file_release(&file);
}

TEST(one_of_many_files_is_enough)
{
	struct policy_file file = policy_of(mapped);
	struct texts files = files_of("README.md");

	assert_false(paths_change_any(&file.policy, &files));
	texts_add(&files, "doc/src/x");
	assert_false(paths_change_any(&file.policy, &files));
	assert_false(paths_change(&file.policy, "sort", "critical", &files));
	texts_add(&files, "src/x");
	assert_true(paths_change_any(&file.policy, &files));
	assert_true(paths_change(&file.policy, "sort", "critical", &files));
	texts_release(&files);
	files = files_of("big");
	assert_true(paths_change_any(&file.policy, &files));
	texts_release(&files);
	policy_file_release(&file);
}

TEST(the_policy_file_and_what_builds_change_all)
{
	static const struct {
		const char *file;
		bool changed;
	} cases[] = { { "benchgate.json", true }, { "sub/benchgate.json", false },
		{ "Makefile", true }, { "deep/in/Makefile", true }, { "rules.mk", true },
		{ "CMakeLists.txt", true }, { "cmake/find.cmake", true }, { "meson.build", true },
		{ "core/Cargo.toml", true }, { "Makefile.c", false }, { "src/a.c", false },
		{ "Makefile/a.c", false }, { "", false } };

	for (size_t i = 0; i < NR(cases); i++) {
		struct texts files = files_of(cases[i].file);

		if (paths_change_all(&files, "benchgate.json") != cases[i].changed)
			fail_msg("%s", cases[i].file);
		texts_release(&files);
	}
}

TEST(without_a_policy_file_only_builds_do)
{
	struct texts files = files_of("benchgate.json");

	assert_false(paths_change_all(&files, NULL));
	texts_add(&files, "Makefile");
	assert_true(paths_change_all(&files, NULL));
	texts_release(&files);
}
