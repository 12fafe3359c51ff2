/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/env.h"

#include "base/str.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct env_field env_fields[ENV_NR_FIELDS] = {
	[ENV_ARCH] = { "arch", "architecture", ENV_IDENTITY, false },
	[ENV_OS] = { "os", "operating system", ENV_IDENTITY, false },
	[ENV_CPU] = { "cpu", "processor", ENV_IDENTITY, false },
	[ENV_CPUS] = { "cpus", "processors to run on", ENV_IDENTITY, true },
	[ENV_SMT] = { "smt", "hyper-threading", ENV_IDENTITY, false },
	[ENV_HYPERVISOR] = { "hypervisor", "hypervisor", ENV_IDENTITY, false },
	[ENV_CPU_QUOTA] = { "cpu_quota", "CPU quota (processors)", ENV_IDENTITY, false },
	[ENV_KERNEL] = { "kernel", "kernel", ENV_WARNS, false },
	[ENV_MEMORY] = { "memory_gib", "memory (GiB)", ENV_WARNS, true },
	[ENV_GOVERNOR] = { "governor", "frequency governor", ENV_WARNS, false },
	[ENV_TURBO] = { "turbo", "turbo frequencies", ENV_WARNS, false },
	[ENV_ASLR] = { "aslr", "address randomisation", ENV_WARNS, false },
	[ENV_HUGE_PAGES] = { "huge_pages", "huge pages", ENV_WARNS, false },
	[ENV_DEFRAGMENTATION] = { "defragmentation", "defragmentation for huge pages", ENV_WARNS,
		false },
	[ENV_COMPACTION] = { "compaction", "proactive compaction (0 to 100)", ENV_WARNS, true },
	[ENV_CONTAINER] = { "container", "container", ENV_WARNS, false },
	[ENV_LIBC] = { "libc", "C library", ENV_WARNS, false },
	[ENV_LOAD] = { "load_average", "load average", ENV_INFORMS, true },
	[ENV_BACKGROUND] = { "background_cpus", "processors others keep busy", ENV_WARNS, true },
	[ENV_BUSY] = { "busy_processes", "busy processes", ENV_INFORMS, false },
	[ENV_STEAL] = { "steal_pct", "time stolen by the hypervisor (%)", ENV_WARNS, true },
	[ENV_THROTTLED] = { "throttled_ms", "time throttled (ms)", ENV_WARNS, true },
	[ENV_THERMAL] = { "thermal_events", "times slowed for heat", ENV_WARNS, true },
	[ENV_CLOCK_RESOLUTION] = { "clock_resolution_ns", "clock resolution (ns)", ENV_WARNS,
		true },
	[ENV_SUITE_COMPILER] = { "suite_compiler", "compiler of the suite", ENV_WARNS, false },
	[ENV_SUITE_BUILD] = { "suite_build", "build of the suite", ENV_REFUSES, false },
	[ENV_SUITE_LIBRARIES] = { "suite_libraries", "libraries of the suite", ENV_INFORMS, false },
	[ENV_COMMIT] = { "git_commit", "commit", ENV_INFORMS, false },
	[ENV_BRANCH] = { "git_branch", "branch", ENV_INFORMS, false },
	[ENV_DIRTY] = { "git_dirty", "uncommitted changes", ENV_INFORMS, false },
	[ENV_CI_JOB] = { "ci_job", "CI job", ENV_INFORMS, false },
	[ENV_USER] = { "user", "user", ENV_INFORMS, false },
	[ENV_HOST] = { "host", "host", ENV_INFORMS, false },
};

void env_release(struct env *env)
{
	for (size_t i = 0; i < ENV_NR_FIELDS; i++)
		free(env->values[i]);
	*env = (struct env){ { NULL } };
}

void env_set(struct env *env, enum env_id id, const char *text)
{
	char *copy = str_dup(text);

	free(env->values[id]);
	env->values[id] = copy;
}

void env_copy(struct env *to, const struct env *from)
{
	for (int i = 0; i < ENV_NR_FIELDS; i++)
		env_set(to, (enum env_id)i, from->values[i]);
}

void env_setf(struct env *env, enum env_id id, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vaddf(&text, format, args);
	va_end(args);
	env_set(env, id, text.data);
	buf_release(&text);
}

double env_number(const struct env *env, enum env_id id)
{
	double number = NAN;

	if (env->values[id])
		str_to_double(env->values[id], &number);
	return number;
}

void env_machine(const struct env *env, char name[ENV_MACHINE_MAX])
{
	uint64_t hash = STR_HASH_START;

	for (size_t i = 0; i < ENV_NR_FIELDS; i++)
		if (env_fields[i].kind == ENV_IDENTITY)
			hash = str_hash(hash, env->values[i] ? env->values[i] : "?");
	snprintf(name, ENV_MACHINE_MAX, "%08" PRIx32, (uint32_t)(hash ^ hash >> 32));
}

/* Numbers as numbers: a file says 0.5 where a run said 0.50. */
static bool differs(const struct env *base, const struct env *head, enum env_id id)
{
	const char *one = base->values[id], *other = head->values[id];

	if (!one || !other || strcmp(one, other) == 0)
		return false;
	return !env_fields[id].number || env_number(base, id) != env_number(head, id);
}

static void add_difference(const struct env *base, const struct env *head, enum env_id id,
	size_t nr_before, struct buf *out)
{
	buf_addf(out, "%s%s: ", nr_before ? "; " : "", env_fields[id].title);
	buf_add_printable(out, base->values[id]);
	buf_adds(out, ", here ");
	buf_add_printable(out, head->values[id]);
}

size_t env_differences(
	const struct env *base, const struct env *head, enum env_kind kind, struct buf *out)
{
	size_t nr = 0;

	for (int i = 0; i < ENV_NR_FIELDS; i++) {
		bool meanwhile = i >= ENV_LOAD && i <= ENV_CLOCK_RESOLUTION;

		if (env_fields[i].kind != kind || meanwhile || !differs(base, head, (enum env_id)i))
			continue;
		add_difference(base, head, (enum env_id)i, nr++, out);
	}
	return nr;
}

void env_set_platform(struct env *env, const char *text)
{
	static const struct {
		const char *word, *value;
		enum env_id id;
	} words[] = {
		{ "linux", "Linux", ENV_OS },
		{ "darwin", "Darwin", ENV_OS },
		{ "macos", "Darwin", ENV_OS },
		{ "freebsd", "FreeBSD", ENV_OS },
		{ "x86_64", "x86_64", ENV_ARCH },
		{ "amd64", "x86_64", ENV_ARCH },
		{ "x64", "x86_64", ENV_ARCH },
		{ "i686", "i686", ENV_ARCH },
		{ "aarch64", "aarch64", ENV_ARCH },
		{ "arm64", "arm64", ENV_ARCH },
		{ "armv7l", "armv7l", ENV_ARCH },
		{ "riscv64", "riscv64", ENV_ARCH },
		{ "ppc64le", "ppc64le", ENV_ARCH },
		{ "s390x", "s390x", ENV_ARCH },
	};

	for (size_t len; *text; text += len + (text[len] != '\0')) {
		len = strcspn(text, "- /");
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (strlen(words[i].word) == len &&
				strncasecmp(words[i].word, text, len) == 0)
				env_set(env, words[i].id, words[i].value);
	}
}

size_t env_count_differences(const struct env *base, const struct env *head, struct buf *out)
{
	static const enum env_id ids[] = { ENV_ARCH, ENV_LIBC, ENV_SUITE_COMPILER,
		ENV_SUITE_BUILD };
	size_t nr = 0;

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (differs(base, head, ids[i]))
			add_difference(base, head, ids[i], nr++, out);
	return nr;
}
