/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/requirements.h"

#include "base/array.h"
#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* This part of a size is enough: the kernel keeps some memory for itself, and makers of disks count
 * in other units. */
#define SIZE_TOLERANCE (15.0 / 16)
/* More stolen time than this says that another guest used our processor. */
#define STEAL_PCT 0.5
#define MAX_RATE 1e6

static const char *fact_of(const struct env *env, enum env_id id)
{
	return env->values[id] ? env->values[id] : "";
}

static enum requirement_word requirements_said(bool met, const char *here, struct buf *out)
{
	buf_adds(out, here);
	return met ? REQUIREMENT_MET : REQUIREMENT_FAILED;
}

static enum requirement_word unknown_because(const char *why, struct buf *here)
{
	buf_adds(here, why);
	return REQUIREMENT_NOT_CHECKED;
}

/* Goes through the words of a text: what lies between blanks, brackets and commas. */
static const char *next_word(const char **at, size_t *len)
{
	static const char between[] = " \t,()";
	const char *word = *at + strspn(*at, between);

	*len = strcspn(word, between);
	*at = word + *len;
	return *len ? word : NULL;
}

/* "22.04" also names "22.04.3"; "22.0" does not. */
static bool requirements_is_word(const char *word, size_t len, const char *of, size_t of_len)
{
	return len <= of_len && strncasecmp(word, of, len) == 0 &&
		(len == of_len || (isdigit((unsigned char)*word) && of[len] == '.'));
}

static bool has_word(const char *text, const char *word, size_t len)
{
	const char *of;
	size_t of_len;

	while ((of = next_word(&text, &of_len)))
		if (requirements_is_word(word, len, of, of_len))
			return true;
	return false;
}

static bool has_words(const char *text, const char *words)
{
	const char *word;
	size_t len;

	while ((word = next_word(&words, &len)))
		if (!has_word(text, word, len))
			return false;
	return true;
}

/* Processors' names have marks that people leave out: "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz".
 */
static char *without_marks(const char *text)
{
	static const char *const marks[] = { "(R)", "(TM)", "(tm)" };
	struct buf out = BUF_INIT;

	while (*text) {
		size_t len = 0;

		for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
			if (str_starts(text, marks[i]))
				len = strlen(marks[i]);
		buf_addc(&out, len ? ' ' : *text);
		text += len ? len : 1;
	}
	return buf_detach(&out);
}

static enum requirement_word check_cpu(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	static const char or_equal[] = " or equivalent";
	const char *cpu = machine->env->values[ENV_CPU];
	const char *open = strstr(asked->asked, or_equal);
	char *name =
		mem_copy(asked->asked, open ? (size_t)(open - asked->asked) : strlen(asked->asked));
	char *plain = without_marks(cpu ? cpu : "");
	bool same = has_words(plain, name);

	free(plain);
	free(name);
	if (!cpu)
		return unknown_because("the processor does not say its name", here);
	if (same || !open)
		return requirements_said(same, cpu, here);
	buf_addf(here, "%s; benchgate cannot tell whether that is equivalent", cpu);
	return REQUIREMENT_NOT_CHECKED;
}

static enum requirement_word requirements_check_number(
	const struct requirement *asked, double number, struct buf *here)
{
	double wanted = 0;

	if (!(number > 0))
		return unknown_because("the system does not say how many", here);
	str_to_double(asked->asked, &wanted);
	buf_addf(here, "%.9g", number);
	return number >= wanted ? REQUIREMENT_MET : REQUIREMENT_FAILED;
}

static enum requirement_word check_cores(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	return requirements_check_number(asked, machine->cores, here);
}

static enum requirement_word check_processors(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	return requirements_check_number(asked, env_number(machine->env, ENV_CPUS), here);
}

static bool is_size(const char *text, size_t len, double *bytes)
{
	const char *unit;
	char *copy = mem_copy(text, len);
	bool is = str_to_amount(copy, bytes, &unit) && strcmp(unit, "B") == 0;

	free(copy);
	return is;
}

/* Is that word a size, or it and the one after it: "2TB", "2 TB"? Then *at goes behind it. */
static bool word_is_size(const char *word, size_t len, const char **at, double *bytes)
{
	const char *end = *at;
	size_t unit_len;

	if (is_size(word, len, bytes))
		return true;
	if (!next_word(&end, &unit_len) || !is_size(word, (size_t)(end - word), bytes))
		return false;
	*at = end;
	return true;
}

static double size_in(const char *text)
{
	const char *word;
	double bytes = 0;
	size_t len;

	while ((word = next_word(&text, &len)))
		if (word_is_size(word, len, &text, &bytes))
			return bytes;
	return 0;
}

static enum requirement_word check_ram(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	double wanted = size_in(asked->asked);

	if (!(machine->ram_bytes > 0))
		return unknown_because("the system does not say how much", here);
	buf_addf(here, "%.3gGB", machine->ram_bytes / 1e9);
	return machine->ram_bytes >= SIZE_TOLERANCE * wanted ? REQUIREMENT_MET : REQUIREMENT_FAILED;
}

static bool names_kind_of_disk(const char *word, size_t len)
{
	return requirements_is_word(word, len, "NVMe", 4) ||
		requirements_is_word(word, len, "SSD", 3) ||
		requirements_is_word(word, len, "HDD", 3);
}

/* A guest does not see of which kind the disks of its host are. */
static enum requirement_word check_disk(const char *asked, const char *disk)
{
	bool is_guest = has_words(disk, "virtual");
	enum requirement_word answer = REQUIREMENT_MET;
	const char *word;
	double bytes;
	size_t len;

	while ((word = next_word(&asked, &len))) {
		if (word_is_size(word, len, &asked, &bytes)) {
			if (size_in(disk) < SIZE_TOLERANCE * bytes)
				return REQUIREMENT_FAILED;
		} else if (!has_word(disk, word, len)) {
			if (names_kind_of_disk(word, len) && !is_guest)
				return REQUIREMENT_FAILED;
			answer = REQUIREMENT_NOT_CHECKED;
		}
	}
	return answer;
}

static enum requirement_word check_storage(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	enum requirement_word best = REQUIREMENT_FAILED;

	for (size_t i = 0; i < machine->disks->nr; i++) {
		const char *disk = machine->disks->items[i];
		enum requirement_word word = check_disk(asked->asked, disk);

		buf_addf(here, "%s%.*s %.3gGB%s", here->len ? ", " : "", (int)strcspn(disk, " "),
			disk, size_in(disk) / 1e9, strrchr(disk, ' '));
		if (word < best)
			best = word;
	}
	if (!machine->disks->nr)
		return unknown_because("no disk can be seen from here", here);
	if (best == REQUIREMENT_NOT_CHECKED)
		buf_adds(here, "; benchgate cannot tell more about it");
	return best;
}

bool requirement_rate_from(const char *text, double *mbps)
{
	static const struct {
		const char *unit;
		double mbps;
	} units[] = { { "Mbps", 1 }, { "Gbps", 1e3 }, { "Tbps", 1e6 }, { "Mbit/s", 1 },
		{ "Gbit/s", 1e3 }, { "Tbit/s", 1e6 } };

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		const char *at = strstr(text, units[i].unit);
		double rate = 0;
		char *number;
		bool is_one;

		if (!at || strcmp(at, units[i].unit) != 0)
			continue;
		while (at > text && at[-1] == ' ')
			at--;
		number = mem_copy(text, (size_t)(at - text));
		is_one = str_to_double(number, &rate) && rate > 0 && rate <= MAX_RATE;
		free(number);
		if (is_one)
			*mbps = rate * units[i].mbps;
		return is_one;
	}
	return false;
}

static enum requirement_word check_network(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	double wanted = 0;

	if (!(machine->network_mbps > 0))
		return unknown_because("no interface says how fast it is", here);
	requirement_rate_from(asked->asked, &wanted);
	buf_addf(here, "%.9gMbps", machine->network_mbps);
	return machine->network_mbps >= wanted ? REQUIREMENT_MET : REQUIREMENT_FAILED;
}

static bool is_bare_metal(const struct env *env)
{
	return strcmp(fact_of(env, ENV_HYPERVISOR), "none") == 0;
}

/* Stolen time proves that the host has other guests; its absence proves nothing. */
static enum requirement_word check_dedicated(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	double steal_pct = env_number(machine->env, ENV_STEAL);

	(void)asked;
	if (is_bare_metal(machine->env))
		return requirements_said(true, "no hypervisor", here);
	if (steal_pct > STEAL_PCT) {
		buf_addf(
			here, "the hypervisor gave %.3g %% of the time to other guests", steal_pct);
		return REQUIREMENT_FAILED;
	}
	buf_addf(here, "a guest of %s; benchgate cannot tell whether the host has others",
		machine->env->values[ENV_HYPERVISOR] ? machine->env->values[ENV_HYPERVISOR]
						     : "an unknown hypervisor");
	return REQUIREMENT_NOT_CHECKED;
}

static enum requirement_word check_network_isolation(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	(void)asked;
	if (machine->sandboxed)
		return requirements_said(true, "suites run in a sandbox without network", here);
	if (!*machine->interfaces)
		return requirements_said(true, "no network is up", here);
	buf_addf(here, "%s up, and suites can use it", machine->interfaces);
	return REQUIREMENT_FAILED;
}

static enum requirement_word check_guarantees(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	const char *quota = fact_of(machine->env, ENV_CPU_QUOTA);

	(void)asked;
	if (*quota && strcmp(quota, "none") != 0) {
		buf_addf(here, "a CPU quota of %s processors", quota);
		return REQUIREMENT_FAILED;
	}
	if (is_bare_metal(machine->env))
		return requirements_said(true, "no quota, and no hypervisor", here);
	return unknown_because(
		"no quota here; benchgate cannot tell what the host guarantees", here);
}

static enum requirement_word check_consistency(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	const char *governor = fact_of(machine->env, ENV_GOVERNOR);
	const char *turbo = fact_of(machine->env, ENV_TURBO);
	bool varies =
		(*governor && strcmp(governor, "performance") != 0) || strcmp(turbo, "on") == 0;

	(void)asked;
	buf_addf(here, "frequency governor %s, turbo %s", *governor ? governor : "unknown",
		*turbo ? turbo : "unknown");
	if (varies)
		return REQUIREMENT_FAILED;
	return *governor && *turbo ? REQUIREMENT_MET : REQUIREMENT_NOT_CHECKED;
}

static enum requirement_word check_system(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	const char *name =
		machine->distribution ? machine->distribution : fact_of(machine->env, ENV_OS);

	if (!*name)
		return unknown_because("the system does not say its name", here);
	return requirements_said(has_words(name, asked->asked), name, here);
}

static enum requirement_word check_rust(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	const char *words = asked->asked, *word;
	bool is_open = false;
	size_t len;

	if (!machine->rust)
		return requirements_said(false, "no rustc in PATH", here);
	buf_adds(here, machine->rust);
	while ((word = next_word(&words, &len))) {
		bool is_stable = requirements_is_word(word, len, "stable", 6);

		if (requirements_is_word(word, len, "latest", 6))
			is_open = true;
		else if (is_stable
				? strstr(machine->rust, "nightly") || strstr(machine->rust, "beta")
				: !has_word(machine->rust, word, len))
			return REQUIREMENT_FAILED;
	}
	if (!is_open)
		return REQUIREMENT_MET;
	buf_adds(here, "; benchgate cannot tell whether it is the latest");
	return REQUIREMENT_NOT_CHECKED;
}

static enum requirement_word check_tool(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	/* A name, not a path: only PATH is searched. */
	char *path = strchr(asked->asked, '/') ? NULL : machine->find_program(asked->asked);

	if (!path)
		return unknown_because(
			"no program of that name in PATH; it may be a library", here);
	buf_adds(here, path);
	free(path);
	return REQUIREMENT_MET;
}

/* requirements_read gives it the path of a pinned file where there is one. */
static enum requirement_word check_versions(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	(void)machine;
	return asked->path ? requirements_said(true, "each file of \"pinned\" is checked", here)
			   : requirements_said(false, "no file is pinned", here);
}

static enum requirement_word check_pinned(
	const struct requirement *asked, const struct requirement_facts *machine, struct buf *here)
{
	char *hash = machine->hash_file(machine->context, asked->path);
	bool same = hash && strcasecmp(hash, asked->asked) == 0;

	buf_adds(here, hash ? hash : "no file that can be read");
	free(hash);
	return same ? REQUIREMENT_MET : REQUIREMENT_FAILED;
}

const struct requirement_kind requirement_kinds[] = {
	{ REQUIREMENT_COMPUTE, "cpu", REQUIREMENT_TEXT, check_cpu,
		"measure on a machine with that processor" },
	{ REQUIREMENT_COMPUTE, "cores", REQUIREMENT_NUMBER, check_cores,
		"measure on a machine with more cores, or lift the control group's quota; "
		"hyper-threads are asked for with \"processors\"" },
	{ REQUIREMENT_COMPUTE, "processors", REQUIREMENT_NUMBER, check_processors,
		"measure on a machine with more processors, or let benchgate use more of them (taskset)" },
	{ REQUIREMENT_COMPUTE, "ram", REQUIREMENT_SIZE, check_ram,
		"measure on a machine with more memory" },
	{ REQUIREMENT_COMPUTE, "storage", REQUIREMENT_TEXT, check_storage,
		"measure on a machine with such a disk" },
	{ REQUIREMENT_COMPUTE, "network", REQUIREMENT_RATE, check_network,
		"measure on a machine with a faster network" },
	{ REQUIREMENT_ISOLATION, "dedicated_instances", REQUIREMENT_FLAG, check_dedicated,
		"measure on a host of its own (bare metal, or a dedicated instance)" },
	{ REQUIREMENT_ISOLATION, "network_isolation", REQUIREMENT_FLAG, check_network_isolation,
		"\"sandbox\": \"on\" in the policy file, or --sandbox=on" },
	{ REQUIREMENT_ISOLATION, "resource_guarantees", REQUIREMENT_FLAG, check_guarantees,
		"lift the control group's CPU quota" },
	{ REQUIREMENT_ISOLATION, "consistent_performance", REQUIREMENT_FLAG, check_consistency,
		"sudo benchgate doctor --fix" },
	{ NULL, "operating_system", REQUIREMENT_TEXT, check_system,
		"measure in an image of that system" },
	{ NULL, "rust_toolchain", REQUIREMENT_TEXT, check_rust, "rustup toolchain install" },
	{ NULL, "benchmark_tools", REQUIREMENT_TEXTS, check_tool, "" },
	{ NULL, "dependency_versions", REQUIREMENT_HASHES, check_versions,
		"\"pinned\": {\"Cargo.lock\": \"SHA256\"} beside it, from 'sha256sum Cargo.lock'" },
	{ NULL, "pinned", REQUIREMENT_FILES, check_pinned,
		"restore the file, or pin what 'sha256sum' says of it now" },
	{ .key = NULL },
};

void requirements_release(struct requirements *asked)
{
	for (size_t i = 0; i < asked->nr; i++) {
		free(asked->items[i].place);
		free(asked->items[i].asked);
		free(asked->items[i].path);
	}
	ARRAY_RELEASE(asked);
}

void requirement_check(const struct requirement *asked, const struct requirement_facts *machine,
	struct requirement_answer *answer)
{
	*answer = (struct requirement_answer){ .here = BUF_INIT };
	answer->word = asked->kind->check(asked, machine, &answer->here);
	answer->mend = answer->word == REQUIREMENT_FAILED ? asked->kind->mend : NULL;
}

void requirement_answer_release(struct requirement_answer *answer)
{
	buf_release(&answer->here);
}

const char *requirement_word_name(enum requirement_word word)
{
	static const char *const names[] = {
		[REQUIREMENT_MET] = "met",
		[REQUIREMENT_NOT_CHECKED] = "not checked",
		[REQUIREMENT_FAILED] = "fails",
	};

	return names[word];
}
