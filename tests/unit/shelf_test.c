/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "store/baseline.h"
#include "store/shelf.h"

#include "support/playground.h"

static void check_file_name(const char *cpu, const char *expected)
{
	struct env env = { { NULL } };
	struct buf name = BUF_INIT, whole = BUF_INIT;
	char machine[ENV_MACHINE_MAX];

	env_set(&env, ENV_ARCH, "x86_64");
	env_set(&env, ENV_OS, "Linux");
	env_set(&env, ENV_CPU, cpu);
	env_machine(&env, machine);
	buf_addf(&whole, "%s-%s.json", expected, machine);
	baseline_file_name(&env, &name);
	assert_string_equal(name.data, whole.data);
	buf_release(&name);
	buf_release(&whole);
	env_release(&env);
}

TEST(a_file_is_named_after_its_machine)
{
	check_file_name(
		"Intel(R) Xeon(R) Gold 6330 CPU @ 2.00GHz", "x86_64-linux-intel-xeon-gold-6330");
	check_file_name("AMD EPYC 7763 64-Core Processor", "x86_64-linux-amd-epyc-7763-64-core");
	check_file_name("../../etc/passwd\n", "x86_64-linux-etc-passwd");
	check_file_name("\xc3\xa9", "x86_64-linux-unknown");
	check_file_name("", "x86_64-linux-unknown");
	check_file_name(NULL, "x86_64-linux-unknown");
	check_file_name("one two three four five six seven eight nine ten eleven twelve",
		"x86_64-linux-one-two-three-four-five-six-seven-eight-nine-ten");
}

TEST(a_machine_of_another_identity_has_another_file)
{
	struct env env = { { NULL } };
	struct buf one = BUF_INIT, same = BUF_INIT, other = BUF_INIT;

	env_set(&env, ENV_CPU, "some");
	shelf_path("baselines", &env, &one);
	env_set(&env, ENV_SUITE_BUILD, "optimised");
	env_set(&env, ENV_KERNEL, "6.1");
	shelf_path("baselines", &env, &same);
	assert_string_equal(one.data, same.data);
	env_set(&env, ENV_CPUS, "3");
	shelf_path("baselines", &env, &other);
	assert_string_not_equal(one.data, other.data);
	assert_memory_equal(other.data, "baselines/unknown-unknown-some-", 31);
	buf_release(&one);
	buf_release(&same);
	buf_release(&other);
	env_release(&env);
}

TEST(a_name_stands_for_a_file_and_a_path_for_itself)
{
	static const char *const cases[][2] = {
		{ "release", "shelf/named/release.json" },
		{ "v1.2", "shelf/named/v1.2.json" },
		{ "baseline:release", "shelf/named/release.json" },
		{ "baseline:./release", "./release" },
		{ "old.jsonx", "shelf/named/old.jsonx.json" },
		{ "./release", "./release" },
		{ "/tmp/a", "/tmp/a" },
		{ "here.json", "here.json" },
	};
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf path = BUF_INIT;

		assert_int_equal(shelf_named_path("shelf", cases[i][0], &path, &err), 0);
		assert_string_equal(path.data, cases[i][1]);
		buf_release(&path);
	}
}

TEST(a_name_that_cannot_be_one_is_refused)
{
	static const char *const cases[] = { "", ".", "..", ".hidden", "a\nb", "\x1b[31m", "a\x7f",
		"\x01/path" };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf path = BUF_INIT;
		struct error err = ERROR_INIT;

		assert_int_equal(shelf_named_path("shelf", cases[i], &path, &err), -1);
		assert_int_equal(err.kind, ERR_USAGE);
		assert_int_equal(path.len, 0);
		assert_null(strpbrk(err.text, "\n\x1b\x7f\x01"));
	}
}

TEST_WITH(
	the_other_machines_are_neither_this_one_nor_the_accepted, open_playground, close_playground)
{
	struct env env = { { NULL } };
	struct buf own = BUF_INIT;
	struct texts names = { 0 };
	struct error err = ERROR_INIT;

	env_set(&env, ENV_CPU, "some");
	baseline_file_name(&env, &own);
	write_file(own.data, "", 0);
	write_file("z.json", "", 0);
	write_file("b.json", "", 0);
	write_file(SHELF_ACCEPTED, "", 0);
	write_file("README.md", "", 0);
	assert_int_equal(shelf_others(inside(""), &env, &names, &err), 0);
	assert_int_equal(names.nr, 2);
	assert_string_equal(names.items[0], "b.json");
	assert_string_equal(names.items[1], "z.json");
	texts_release(&names);
	assert_int_equal(shelf_others(inside("nowhere"), &env, &names, &err), 0);
	assert_int_equal(names.nr, 0);
	assert_int_equal(shelf_others(inside("z.json"), &env, &names, &err), -1);
	buf_release(&own);
	env_release(&env);
}
