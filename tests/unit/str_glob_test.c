/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/str.h"

#define NR(table) (sizeof(table) / sizeof *(table))

TEST(a_glob_matches_the_whole_text)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "a", "", false },
		{ "sort", "sort", true },
		{ "sort", "sorted", false },
		{ "sort", "resort", false },
		{ "*", "", true },
		{ "*", "anything", true },
		{ "**", "", true },
		{ "sort*", "sort", true },
		{ "sort*", "sort/1000/threads:4", true },
		{ "*sort", "resort", true },
		{ "*/1000", "sort/1000", true },
		{ "*/1000", "sort/10000", false },
		{ "a*b*c", "axxbyyc", true },
		{ "a*b*c", "axxbyyd", false },
		{ "*ab*ab", "ababab", true },
		{ "*aab", "aaaab", true },
		{ "?", "", false },
		{ "?", "a", true },
		{ "?", "ab", false },
		{ "s?rt/*", "sort/1", true },
		{ "*?", "", false },
		{ "?*?", "ab", true },
		{ "?*?", "a", false },
		{ "a**b", "ab", true },
		{ "*a", "ab", false },
		{ "[a]", "a", false },
		{ "[a]", "[a]", true },
		{ "Sort", "sort", false },
		{ "a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			false },
	};

	for (size_t i = 0; i < NR(cases); i++)
		if (str_glob(cases[i].pattern, cases[i].text) != cases[i].matches)
			fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].text);
}

TEST(a_glob_of_paths_keeps_to_its_folders)
{
	static const struct {
		const char *pattern, *path;
		bool matches;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "a", "a", true },
		{ "a", "a/b", false },
		{ "a/b", "a/b", true },
		{ "a/b", "a", false },
		{ "*", "a", true },
		{ "*", "a/b", false },
		{ "*.c", "a.c", true },
		{ "*.c", "src/a.c", false },
		{ "src/*.c", "src/a.c", true },
		{ "src/*.c", "src/sub/a.c", false },
		{ "src/*/*.c", "src/sub/a.c", true },
		{ "src/?.c", "src/a.c", true },
		{ "src?a.c", "src/a.c", false },
		{ "s*c/a", "src/a", true },
		{ "s*a", "src/a", false },
		{ "**", "a", true },
		{ "**", "a/b/c", true },
		{ "**", "", true },
		{ "src/**", "src", true },
		{ "src/**", "src/a", true },
		{ "src/**", "src/a/b/c", true },
		{ "src/**", "srcs/a", false },
		{ "src/**", "lib/src/a", false },
		{ "**/src/**", "lib/src/a", true },
		{ "**/a", "a", true },
		{ "**/a", "x/y/a", true },
		{ "**/a", "x/y/ba", false },
		{ "src/**/test", "src/test", true },
		{ "src/**/test", "src/a/b/test", true },
		{ "src/**/test", "src/a/b/test/c", false },
		{ "src/**/*.c", "src/a.c", true },
		{ "src/**/*.c", "src/a/b.c", true },
		{ "src/**/*.c", "src/a/b.h", false },
		{ "**/b/**/c", "a/b/x/b/y/c", true },
		{ "**/b/**/c", "a/c/b", false },
		{ "**/a/b", "a/a/b", true },
		{ "**/a/*/c", "a/a/b/c", true },
		{ "**/**", "a", true },
		{ "a/**/**", "a", true },
		{ "a**b", "axxb", true },
		{ "a**b", "a/b", false },
		{ "a/", "a", false },
		{ "a/", "a/b", false },
		{ "../b/**", "../b/c", true },
		{ "**/a/**/a/**/a/**/a/**/b", "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a",
			false },
	};

	for (size_t i = 0; i < NR(cases); i++)
		if (str_glob_path(cases[i].pattern, cases[i].path) != cases[i].matches)
			fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].path);
}

TEST(a_name_is_matched_by_a_glob_or_by_what_stands_before_a_slash)
{
	static const struct {
		const char *pattern, *name;
		bool matches;
	} cases[] = {
		{ "sort", "sort", true },
		{ "sort", "sort/1000", true },
		{ "sort/1000", "sort/1000/threads:4", true },
		{ "sort", "sorted", false },
		{ "sort", "resort/1000", false },
		{ "sort/10", "sort/1000", false },
		{ "sort/", "sort", false },
		{ "s?rt", "sort/1000", false },
		{ "s?rt/*", "sort/1000", true },
		{ "", "", true },
	};

	for (size_t i = 0; i < NR(cases); i++)
		if (str_matches(cases[i].pattern, cases[i].name) != cases[i].matches)
			fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].name);
}
