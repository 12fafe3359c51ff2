/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/trust.h"

#include <string.h>

/* A machine with nothing to complain of. */
static struct env good_env(void)
{
	static const struct {
		enum env_id id;
		const char *value;
	} fields[] = { { ENV_ARCH, "x86_64" }, { ENV_OS, "Linux" }, { ENV_CPU, "Any 9000" },
		{ ENV_CPUS, "4" }, { ENV_SMT, "off" }, { ENV_HYPERVISOR, "none" },
		{ ENV_CPU_QUOTA, "none" }, { ENV_KERNEL, "6.1" }, { ENV_MEMORY, "16" },
		{ ENV_GOVERNOR, "performance" }, { ENV_TURBO, "off" }, { ENV_ASLR, "on" },
		{ ENV_HUGE_PAGES, "madvise" }, { ENV_DEFRAGMENTATION, "madvise" },
		{ ENV_COMPACTION, "20" }, { ENV_CONTAINER, "none" }, { ENV_LIBC, "glibc 2.36" },
		{ ENV_LOAD, "0.1" }, { ENV_BACKGROUND, "0.02" }, { ENV_BUSY, "" },
		{ ENV_STEAL, "0.00" }, { ENV_THROTTLED, "0.0" }, { ENV_THERMAL, "0" },
		{ ENV_CLOCK_RESOLUTION, "20" }, { ENV_SUITE_COMPILER, "GCC 12" },
		{ ENV_SUITE_BUILD, "optimised, assertions on" },
		{ ENV_SUITE_LIBRARIES, "libc.so.6 0123" }, { ENV_COMMIT, "0123" },
		{ ENV_BRANCH, "main" }, { ENV_DIRTY, "no" } };
	struct env env = { { NULL } };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		env_set(&env, fields[i].id, fields[i].value);
	return env;
}

static const struct finding *about(const struct findings *findings, enum env_id id)
{
	for (size_t i = 0; i < findings->nr; i++)
		if (findings->items[i].id == id)
			return &findings->items[i];
	fail();
	return NULL;
}

TEST(a_good_machine_is_good_throughout)
{
	struct env env = good_env();
	struct findings findings = trust_judge(&env);

	assert_int_equal(findings.worst, TRUST_GOOD);
	for (size_t i = 0; i < findings.nr; i++)
		assert_null(findings.items[i].mend);
	env_release(&env);
}

TEST(each_trouble_has_its_grade_and_a_command)
{
	static const struct {
		enum env_id id;
		const char *value;
		enum trust_grade grade;
		const char *mend; /* occurs in the command; NULL: there is none */
	} cases[] = {
		{ ENV_CPUS, "1", TRUST_CAUTION, "taskset" },
		{ ENV_SMT, "on", TRUST_CAUTION, "smt/control" },
		{ ENV_HYPERVISOR, "KVM", TRUST_CAUTION, NULL },
		{ ENV_CPU_QUOTA, "1.5", TRUST_CAUTION, "cpu.max" },
		{ ENV_CPU_QUOTA, "0.5", TRUST_BAD, "cpu.max" },
		{ ENV_GOVERNOR, "powersave", TRUST_CAUTION, "cpupower" },
		{ ENV_TURBO, "on", TRUST_CAUTION, "cpufreq/boost" },
		{ ENV_ASLR, "off", TRUST_CAUTION, "randomize_va_space" },
		{ ENV_ASLR, "partly on", TRUST_CAUTION, "randomize_va_space" },
		{ ENV_ASLR, "off for this shell; on in what benchgate measures", TRUST_GOOD, NULL },
		{ ENV_HUGE_PAGES, "always", TRUST_CAUTION, "transparent_hugepage/enabled" },
		{ ENV_HUGE_PAGES, "never", TRUST_GOOD, NULL },
		{ ENV_DEFRAGMENTATION, "always", TRUST_CAUTION, "transparent_hugepage/defrag" },
		{ ENV_DEFRAGMENTATION, "defer+madvise", TRUST_GOOD, NULL },
		{ ENV_COMPACTION, "21", TRUST_CAUTION, "compaction_proactiveness" },
		{ ENV_COMPACTION, "0", TRUST_GOOD, NULL },
		{ ENV_BUSY, "a 49 %, b 12 %", TRUST_GOOD, NULL },
		{ ENV_BUSY, "two words 50 %, b 12 %", TRUST_CAUTION, "ps" },
		{ ENV_BUSY, "a9 150 %", TRUST_CAUTION, "ps" },
		{ ENV_BUSY, " %", TRUST_GOOD, NULL },
		{ ENV_BACKGROUND, "0.5", TRUST_CAUTION, "ps" },
		{ ENV_BACKGROUND, "4.00", TRUST_BAD, "ps" },
		{ ENV_STEAL, "3", TRUST_CAUTION, "vmstat" },
		{ ENV_STEAL, "30", TRUST_BAD, "vmstat" },
		{ ENV_THROTTLED, "12.0", TRUST_CAUTION, "cpu.max" },
		{ ENV_THERMAL, "3", TRUST_CAUTION, NULL },
		{ ENV_CLOCK_RESOLUTION, "1000", TRUST_CAUTION, "clocksource" },
		{ ENV_CLOCK_RESOLUTION, "4000000", TRUST_BAD, "clocksource" },
		{ ENV_SUITE_BUILD, "not optimised, assertions on", TRUST_BAD, "-O2" },
		{ ENV_SUITE_BUILD, "optimised, assertions off, sanitised", TRUST_BAD, "-O2" },
		{ ENV_DIRTY, "yes", TRUST_CAUTION, "git commit" },
		{ ENV_GOVERNOR, NULL, TRUST_UNKNOWN, NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct env env = good_env();
		struct findings findings;
		const struct finding *finding;

		env_set(&env, cases[i].id, cases[i].value);
		findings = trust_judge(&env);
		finding = about(&findings, cases[i].id);
		assert_int_equal(finding->grade, cases[i].grade);
		assert_int_equal(findings.worst, cases[i].grade);
		if (cases[i].mend)
			assert_non_null(strstr(finding->mend, cases[i].mend));
		else
			assert_null(finding->mend);
		env_release(&env);
	}
}

TEST(an_intel_processor_has_its_own_turbo_switch)
{
	struct env env = good_env();
	struct findings findings;

	env_set(&env, ENV_CPU, "Intel(R) Xeon(R)");
	env_set(&env, ENV_TURBO, "on");
	findings = trust_judge(&env);
	assert_non_null(strstr(about(&findings, ENV_TURBO)->mend, "no_turbo"));
	env_release(&env);
}

TEST(the_machine_is_named_by_what_makes_it_incomparable)
{
	struct env env = good_env();
	char name[ENV_MACHINE_MAX], other[ENV_MACHINE_MAX];

	env_machine(&env, name);
	assert_int_equal(strspn(name, "0123456789abcdef"), 8);
	for (int i = 0; i < ENV_NR_FIELDS; i++) {
		struct env changed = good_env();

		env_set(&changed, (enum env_id)i, "77");
		env_machine(&changed, other);
		assert_int_equal(strcmp(name, other) != 0, env_fields[i].kind == ENV_IDENTITY);
		env_release(&changed);
	}
	env_release(&env);
}
