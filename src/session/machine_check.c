/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/machine_check.h"

#include "base/array.h"
#include "base/sha256.h"
#include "base/str.h"
#include "sys/cgroup.h"
#include "sys/cpu.h"
#include "sys/file.h"
#include "sys/hardware.h"
#include "sys/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PINNED_BYTES (256u << 20)
#define RUSTC_TIMEOUT_NS UINT64_C(5000000000)

/* Of a file whose path is written from the policy file's folder. */
static char *hash_pinned(void *context, const char *path)
{
	const struct settings *settings = context;
	char hex[SHA256_HEX_MAX];
	struct buf full = BUF_INIT, content = BUF_INIT;
	struct error ignored = ERROR_INIT;
	char *hash = NULL;

	if (*path != '/')
		buf_addf(&full, "%s/", settings->root);
	buf_adds(&full, path);
	if (file_read(full.data, MAX_PINNED_BYTES, &content, &ignored) == 0) {
		sha256_hex(content.data, content.len, hex);
		hash = str_dup(hex);
	}
	buf_release(&content);
	buf_release(&full);
	return hash;
}

/* "rustc 1.70.0 (90c541806 2023-05-31)"; NULL where there is none. */
static char *rust_version(void)
{
	static const char *const argv[] = { "rustc", "--version", NULL };
	const struct program program = { .argv = argv, .timeout_ns = RUSTC_TIMEOUT_NS };
	struct buf output = BUF_INIT_MAX(256);
	struct program_end end;
	struct error ignored = ERROR_INIT;
	char *found = program_find("rustc"), *version = NULL;

	if (found && program_run(&program, &output, NULL, &end, &ignored) == 0 &&
		program_is_fine(&end))
		version = mem_copy(output.data, strcspn(output.data, "\n"));
	free(found);
	buf_release(&output);
	return version;
}

static bool asks_for_rust(const struct requirements *asked)
{
	for (size_t i = 0; i < asked->nr; i++)
		if (str_glob("*rust_toolchain", asked->items[i].place))
			return true;
	return false;
}

static double usable_memory(void)
{
	double all = (double)cpu_memory_bytes(), limit = cgroup_memory_bytes();

	return limit > 0 && limit < all ? limit : all;
}

void machine_answer(
	const struct settings *settings, const struct env *env, struct machine_answers *answers)
{
	const struct requirements *asked = &settings->policy.requirements;
	char *distribution = hardware_distribution(), *interfaces = hardware_interfaces();
	char *rust = asks_for_rust(asked) ? rust_version() : NULL;
	struct texts disks = { 0 };
	struct requirement_facts known = { .env = env,
		.distribution = distribution,
		.rust = rust,
		.interfaces = interfaces,
		.disks = &disks,
		.cores = (double)cpu_cores(),
		.ram_bytes = usable_memory(),
		.network_mbps = (double)hardware_network_mbps(),
		.sandboxed = settings->in_sandbox,
		.find_program = program_find,
		.hash_file = hash_pinned,
		.context = (void *)settings };

	hardware_disks(&disks);
	for (size_t i = 0; i < asked->nr; i++)
		requirement_check(&asked->items[i], &known, ARRAY_ADD(answers));
	texts_release(&disks);
	free(rust);
	free(interfaces);
	free(distribution);
}

void machine_answers_release(struct machine_answers *answers)
{
	for (size_t i = 0; i < answers->nr; i++)
		requirement_answer_release(&answers->items[i]);
	ARRAY_RELEASE(answers);
}

static void print_failure(const struct settings *settings, const struct requirement *asked,
	const struct requirement_answer *answer)
{
	struct buf line = BUF_INIT, text = BUF_INIT;

	buf_addf(&text, "%s: %s asks for %s; here: %s", settings->file, asked->place, asked->asked,
		answer->here.data);
	if (*answer->mend)
		buf_addf(&text, "; to mend it: %s", answer->mend);
	buf_add_printable(&line, text.data);
	fprintf(stderr, "benchgate: warning: %s\n", line.data);
	buf_release(&text);
	buf_release(&line);
}

static void print_unchecked(const struct settings *settings, const struct machine_answers *answers)
{
	const struct requirement *asked = settings->policy.requirements.items;
	struct buf line = BUF_INIT, names = BUF_INIT;

	for (size_t i = 0; i < answers->nr; i++)
		if (answers->items[i].word == REQUIREMENT_NOT_CHECKED)
			buf_addf(&names, "%s%s (%s)", names.len ? ", " : "",
				strrchr(asked[i].place, '.') + 1, asked[i].asked);
	buf_add_printable(&line, names.data);
	if (names.len)
		fprintf(stderr,
			"benchgate: not checked of \"environment\": %s; 'benchgate doctor' says why\n",
			line.data);
	buf_release(&names);
	buf_release(&line);
}

int machine_check(const struct settings *settings, const struct env *env, struct error *err)
{
	const struct policy *policy = &settings->policy;
	struct machine_answers answers = { .nr = 0 };
	size_t nr_failed = 0;

	if (!policy->requirements.nr || policy->on_environment == ACTION_PASS)
		return 0;
	machine_answer(settings, env, &answers);
	for (size_t i = 0; i < answers.nr; i++) {
		if (answers.items[i].word != REQUIREMENT_FAILED)
			continue;
		print_failure(settings, &policy->requirements.items[i], &answers.items[i]);
		nr_failed++;
	}
	print_unchecked(settings, &answers);
	machine_answers_release(&answers);
	if (!nr_failed || policy->on_environment != ACTION_FAIL)
		return 0;
	return error_set(err, ERR_MEASURE,
		"nothing was measured: this machine fails %zu of the %zu requirements of %s, and \"on_environment\" is \"fail\"",
		nr_failed, policy->requirements.nr, settings->file);
}
