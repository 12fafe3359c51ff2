/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/trust.h"

#include "base/str.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *value(const struct env *env, enum env_id id)
{
	return env->values[id] ? env->values[id] : "";
}

static bool is(const struct env *env, enum env_id id, const char *text)
{
	return strcmp(value(env, id), text) == 0;
}

/* A number that is good up to one bound and bad from another. */
static enum trust_grade bounded(double number, double good, double bad)
{
	return number <= good ? TRUST_GOOD : number < bad ? TRUST_CAUTION : TRUST_BAD;
}

static enum trust_grade judge_cpus(const struct env *env)
{
	return env_number(env, ENV_CPUS) > 1 ? TRUST_GOOD : TRUST_CAUTION;
}

static enum trust_grade judge_smt(const struct env *env)
{
	return is(env, ENV_SMT, "on") ? TRUST_CAUTION : TRUST_GOOD;
}

static enum trust_grade judge_hypervisor(const struct env *env)
{
	return is(env, ENV_HYPERVISOR, "none") ? TRUST_GOOD : TRUST_CAUTION;
}

/* With less than one processor, every batch is cut by the end of a period sooner or later. */
static enum trust_grade judge_quota(const struct env *env)
{
	if (is(env, ENV_CPU_QUOTA, "none"))
		return TRUST_GOOD;
	return env_number(env, ENV_CPU_QUOTA) < 1 ? TRUST_BAD : TRUST_CAUTION;
}

static enum trust_grade judge_governor(const struct env *env)
{
	return is(env, ENV_GOVERNOR, "performance") ? TRUST_GOOD : TRUST_CAUTION;
}

static enum trust_grade judge_turbo(const struct env *env)
{
	return is(env, ENV_TURBO, "off") ? TRUST_GOOD : TRUST_CAUTION;
}

static enum trust_grade judge_aslr(const struct env *env)
{
	bool of_shell = is(env, ENV_ASLR, ENV_ASLR_OFF_FOR_SHELL);

	return is(env, ENV_ASLR, "on") || of_shell ? TRUST_GOOD : TRUST_CAUTION;
}

static enum trust_grade judge_always(const struct env *env, enum env_id id)
{
	return is(env, id, "always") ? TRUST_CAUTION : TRUST_GOOD;
}

static enum trust_grade judge_huge_pages(const struct env *env)
{
	return judge_always(env, ENV_HUGE_PAGES);
}

static enum trust_grade judge_defragmentation(const struct env *env)
{
	return judge_always(env, ENV_DEFRAGMENTATION);
}

/* 20 is the kernel's own. */
static enum trust_grade judge_compaction(const struct env *env)
{
	return bounded(env_number(env, ENV_COMPACTION), 20, INFINITY);
}

/* The busiest stands first: "name 42 %, name 7 %". */
static enum trust_grade judge_busy(const struct env *env)
{
	const char *busy = value(env, ENV_BUSY), *at = strstr(busy, " %");

	while (at && at > busy && isdigit((unsigned char)at[-1]))
		at--;
	return at && strtod(at, NULL) >= 50 ? TRUST_CAUTION : TRUST_GOOD;
}

static enum trust_grade judge_background(const struct env *env)
{
	return bounded(
		env_number(env, ENV_BACKGROUND), 0.1, fmax(1, 0.9 * env_number(env, ENV_CPUS)));
}

static enum trust_grade judge_steal(const struct env *env)
{
	return bounded(env_number(env, ENV_STEAL), 0.5, 10);
}

static enum trust_grade judge_throttled(const struct env *env)
{
	return bounded(env_number(env, ENV_THROTTLED), 0, INFINITY);
}

static enum trust_grade judge_thermal(const struct env *env)
{
	return bounded(env_number(env, ENV_THERMAL), 0, INFINITY);
}

static enum trust_grade judge_clock(const struct env *env)
{
	return bounded(env_number(env, ENV_CLOCK_RESOLUTION), 100, 10000);
}

static enum trust_grade judge_build(const struct env *env)
{
	const char *build = value(env, ENV_SUITE_BUILD);

	return str_starts(build, ENV_BUILD_NOT) || strstr(build, ENV_BUILD_SANITISED) ? TRUST_BAD
										      : TRUST_GOOD;
}

static enum trust_grade judge_dirty(const struct env *env)
{
	return is(env, ENV_DIRTY, "yes") ? TRUST_CAUTION : TRUST_GOOD;
}

static enum trust_grade judge_nothing(const struct env *env)
{
	(void)env;
	return TRUST_GOOD;
}

/* For version 2 of control groups; where there is version 1, its file. */
#define UNLIMIT \
	"sudo sh -c 'cd /sys/fs/cgroup; echo max >.$(sed -n s/^0:://p /proc/self/cgroup)/cpu.max ||" \
	" echo -1 >cpu$(sed -n \"s/.*:cpu[^:]*://p\" /proc/self/cgroup)/cpu.cfs_quota_us'"

static const struct {
	enum env_id id;
	enum trust_grade (*judge)(const struct env *env);
	const char *meaning;
	const char *mend;
	const char *mend_intel; /* where Intel's processors need another command */
} rows[] = {
	{ ENV_ARCH, judge_nothing, "results of another architecture are refused", NULL, NULL },
	{ ENV_OS, judge_nothing, "results of another system are refused", NULL, NULL },
	{ ENV_CPU, judge_nothing, "results of another processor are refused", NULL, NULL },
	{ ENV_CPUS, judge_cpus,
		"with one processor, benchgate and all else that runs take turns with the benchmark",
		"taskset -pc 0-$(($(nproc --all) - 1)) $$", NULL },
	{ ENV_SMT, judge_smt,
		"what runs on the other half of a core slows the benchmark on this half",
		"echo off | sudo tee /sys/devices/system/cpu/smt/control", NULL },
	{ ENV_HYPERVISOR, judge_hypervisor,
		"other guests of the host change the speed from minute to minute; compare base and head close in time",
		NULL, NULL },
	{ ENV_CPU_QUOTA, judge_quota,
		"when the quota of a period is used up, everything stops until the next; under one processor that hits every benchmark",
		UNLIMIT, NULL },
	{ ENV_KERNEL, judge_nothing, "", NULL, NULL },
	{ ENV_MEMORY, judge_nothing, "", NULL, NULL },
	{ ENV_GOVERNOR, judge_governor,
		"the frequency follows the load, so a short benchmark meets a slow processor",
		"sudo cpupower frequency-set -g performance", NULL },
	{ ENV_TURBO, judge_turbo, "the frequency depends on heat and on what the other cores do",
		"echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost",
		"echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo" },
	{ ENV_ASLR, judge_aslr,
		"without it every process has the same memory layout, be it fast or slow; benchgate turns it on for what it measures if the kernel allows it",
		"echo 2 | sudo tee /proc/sys/kernel/randomize_va_space", NULL },
	{ ENV_HUGE_PAGES, judge_huge_pages,
		"the kernel makes huge pages of any memory, where it finds room: which, differs from process to process",
		"echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled", NULL },
	{ ENV_DEFRAGMENTATION, judge_defragmentation,
		"the kernel moves memory to make room for huge pages, in the middle of a batch",
		"echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/defrag", NULL },
	{ ENV_COMPACTION, judge_compaction, "the kernel moves memory in the background",
		"echo 0 | sudo tee /proc/sys/vm/compaction_proactiveness", NULL },
	{ ENV_CONTAINER, judge_nothing, "", NULL, NULL },
	{ ENV_LIBC, judge_nothing, "", NULL, NULL },
	{ ENV_LOAD, judge_nothing, "", NULL, NULL },
	{ ENV_BACKGROUND, judge_background,
		"other processes take the processor in the middle of a batch",
		"ps -eo pid,pcpu,comm --sort=-pcpu | head -4", NULL },
	{ ENV_BUSY, judge_busy,
		"another process takes half a processor or more: stop it, or wait until it ends",
		"ps -eo pid,pcpu,comm --sort=-pcpu | head -4", NULL },
	{ ENV_STEAL, judge_steal,
		"the hypervisor gave our processor to other guests: wait, or use a machine with processors of its own",
		"vmstat 1 10", NULL },
	{ ENV_THROTTLED, judge_throttled, "the control group's quota kept us from running", UNLIMIT,
		NULL },
	{ ENV_THERMAL, judge_thermal, "the processor became too hot and slowed down", NULL, NULL },
	{ ENV_CLOCK_RESOLUTION, judge_clock, "a coarse clock shows in every batch",
		"echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource",
		NULL },
	{ ENV_SUITE_COMPILER, judge_nothing, "", NULL, NULL },
	{ ENV_SUITE_BUILD, judge_build,
		"code without optimisation, or with sanitisers, is not the code that users run",
		"cc -O2 -shared -fPIC -o my.so my.c", NULL },
	{ ENV_SUITE_LIBRARIES, judge_nothing, "", NULL, NULL },
	{ ENV_COMMIT, judge_nothing, "", NULL, NULL },
	{ ENV_BRANCH, judge_nothing, "", NULL, NULL },
	{ ENV_DIRTY, judge_dirty, "the code that was measured is not that of the commit",
		"git commit -a", NULL },
};

struct findings trust_judge(const struct env *env)
{
	struct findings findings = { .nr = 0 };
	bool intel = strstr(value(env, ENV_CPU), "Intel");

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct finding *finding = &findings.items[findings.nr++];
		bool known = env->values[rows[i].id];
		enum trust_grade grade = known ? rows[i].judge(env) : TRUST_UNKNOWN;
		bool mends = grade == TRUST_CAUTION || grade == TRUST_BAD;

		*finding = (struct finding){ rows[i].id, grade, rows[i].meaning,
			!mends                                ? NULL
				: intel && rows[i].mend_intel ? rows[i].mend_intel
							      : rows[i].mend };
		if (grade > findings.worst)
			findings.worst = grade;
	}
	return findings;
}

const char *trust_grade_name(enum trust_grade grade)
{
	static const char *const names[] = {
		[TRUST_GOOD] = "good",
		[TRUST_UNKNOWN] = "unknown",
		[TRUST_CAUTION] = "caution",
		[TRUST_BAD] = "bad",
	};

	return names[grade];
}
