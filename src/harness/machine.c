/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/machine.h"

#include "suite/git.h"
#include "sys/clock.h"
#include "sys/cpu.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GIT_TIMEOUT_NS 2000000000u

void machine_describe(struct env *env)
{
	static const struct {
		enum env_id id;
		char *(*read)(void);
	} sources[] = {
		{ ENV_ARCH, cpu_arch },
		{ ENV_OS, cpu_os },
		{ ENV_CPU, cpu_model },
		{ ENV_SMT, cpu_smt },
		{ ENV_HYPERVISOR, cpu_hypervisor },
		{ ENV_CPU_QUOTA, cpu_quota },
		{ ENV_KERNEL, cpu_kernel },
		{ ENV_GOVERNOR, cpu_governor },
		{ ENV_TURBO, cpu_turbo },
		{ ENV_ASLR, cpu_aslr },
		{ ENV_HUGE_PAGES, cpu_huge_pages },
		{ ENV_DEFRAGMENTATION, cpu_defragmentation },
		{ ENV_COMPACTION, cpu_compaction },
		{ ENV_CONTAINER, cpu_container },
		{ ENV_LIBC, cpu_libc },
	};

	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		free(env->values[sources[i].id]);
		env->values[sources[i].id] = sources[i].read();
	}
	if (env->values[ENV_ASLR] && strcmp(env->values[ENV_ASLR], "shell") == 0)
		env_set(env, ENV_ASLR, ENV_ASLR_OFF_FOR_SHELL);
	env_setf(env, ENV_CPUS, "%" PRIu64, cpu_count());
	env_setf(env, ENV_MEMORY, "%.0f", (double)cpu_memory_bytes() / 0x1p30);
	env_setf(env, ENV_CLOCK_RESOLUTION, "%" PRIu64, clock_resolution_ns());
}

void machine_watch(struct load_look *look)
{
	load_look(look);
}

/* No part of the run that was watched before had more of it. */
static bool is_most(const struct env *env, enum env_id id, double value)
{
	return isfinite(value) && !(env_number(env, id) > value);
}

static void keep_most(struct env *env, enum env_id id, const char *format, double value)
{
	if (is_most(env, id, value))
		env_setf(env, id, format, value);
}

void machine_watched(struct env *env, struct load_look *look)
{
	struct load_look after;
	struct load_change change;

	load_look(&after);
	change = load_between(look, &after);
	if (is_most(env, ENV_BACKGROUND, change.background_cpus))
		env_set(env, ENV_BUSY, change.busy);
	keep_most(env, ENV_BACKGROUND, "%.2f", change.background_cpus);
	keep_most(env, ENV_STEAL, "%.2f", change.steal_pct);
	keep_most(env, ENV_LOAD, "%.2f", load_average());
	keep_most(env, ENV_THROTTLED, "%.1f", change.throttled_ms);
	if (change.nr_thermal != LOAD_UNKNOWN)
		keep_most(env, ENV_THERMAL, "%.0f", (double)change.nr_thermal);
	load_look_release(look);
	load_look_release(&after);
}

void machine_describe_suite(struct env *env, const struct catalog *catalog)
{
	env_set(env, ENV_SUITE_COMPILER, catalog->compiler);
	env_set(env, ENV_SUITE_LIBRARIES, catalog->libraries);
	/* Nobody knows how commands were built. */
	if (!catalog->forms)
		return;
	env_setf(env, ENV_SUITE_BUILD, "%soptimised, assertions %s%s, %s",
		catalog->build & BG_BUILD_OPTIMIZED ? "" : ENV_BUILD_NOT,
		catalog->build & BG_BUILD_ASSERTS ? "on" : "off",
		catalog->build & BG_BUILD_SANITIZED ? ", " ENV_BUILD_SANITISED : "",
		catalog->forms);
}

/* What only looks like a repository, deep in somebody's files, is not asked. */
#define NO_EMBEDDED "-c", "safe.bareRepository=explicit"

void machine_describe_source(struct env *env)
{
	static const char *const names[] = { NO_EMBEDDED, "rev-parse", "HEAD", "--abbrev-ref",
		"HEAD", NULL };
	static const char *const diff[] = { NO_EMBEDDED, "diff", "--quiet", "--no-ext-diff",
		"--no-textconv", "HEAD", "--", NULL };
	const struct git git = { .timeout_ns = GIT_TIMEOUT_NS };
	struct error ignored = ERROR_INIT;
	struct buf out = BUF_INIT_MAX(4096);
	int status = git_run(&git, names, &out, &ignored);
	char *branch = strchr(out.data, '\n');

	if (status == 0 && branch &&
		strspn(out.data, "0123456789abcdef") == (size_t)(branch - out.data)) {
		*branch++ = '\0';
		branch[strcspn(branch, "\n")] = '\0';
		env_set(env, ENV_COMMIT, out.data);
		env_set(env, ENV_BRANCH, strcmp(branch, "HEAD") == 0 ? NULL : branch);
		buf_clear(&out);
		status = git_run(&git, diff, &out, &ignored);
		if (status == 0 || status == 1)
			env_set(env, ENV_DIRTY, status ? "yes" : "no");
	}
	buf_release(&out);
}

void machine_describe_person(struct env *env)
{
	char *host = cpu_host();

	env_set(env, ENV_USER, getenv("USER"));
	env_set(env, ENV_HOST, host);
	free(host);
}
