/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/tuning.h"

#include "base/array.h"
#include "base/json_fields.h"
#include "base/sha256.h"
#include "base/str.h"
#include "sys/cgroup.h"
#include "sys/cpu.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/hardware.h"
#include "sys/kernel_file.h"
#include "sys/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

#define FORMAT "benchgate-tuning"
#define VERSION 1
#define MAX_FILE_BYTES (16u << 20)

/* A kind of setting. Of rows with the same name, a kernel has one or the other. */
struct tuning_row {
	const char *name;
	const char *pattern; /* of its files, for glob(3) */
	const char *value;   /* that they should have */
	bool may_keep;       /* the kernel keeps some of them as they are */
};

static const struct tuning_row rows[] = {
	{ "frequency governor", "/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
		"performance", false },
	{ "turbo frequencies", "/sys/devices/system/cpu/intel_pstate/no_turbo", "1", false },
	{ "turbo frequencies", "/sys/devices/system/cpu/cpufreq/boost", "0", false },
	{ "address randomisation", "/proc/sys/kernel/randomize_va_space", "2", false },
	{ "huge pages", "/sys/kernel/mm/transparent_hugepage/enabled", "madvise", false },
	{ "defragmentation for huge pages", "/sys/kernel/mm/transparent_hugepage/defrag", "madvise",
		false },
	{ "background defragmentation", "/sys/kernel/mm/transparent_hugepage/khugepaged/defrag",
		"0", false },
	{ "proactive compaction", "/proc/sys/vm/compaction_proactiveness", "0", false },
	/* Those of timers and the like belong to one processor for good. */
	{ "processor for interrupts", "/proc/irq/*/smp_affinity_list", "0", true },
};
#define NR_ROWS (sizeof rows / sizeof *rows)

enum setting_word {
	SETTING_READY, /* to be changed */
	SETTING_SO_ALREADY,
	SETTING_CHANGED,
	SETTING_KEPT,     /* the kernel does not let it change */
	SETTING_FAILED,   /* could not be read or written */
	SETTING_OF_OTHER, /* somebody else changed it since */
	SETTING_GONE,     /* its file is not there any more */
	SETTING_NR_WORDS,
};

/* A file of the kernel's. Texts are owned. */
struct setting {
	size_t row; /* of the table above */
	char *path;
	char *before; /* what it was before the first --fix */
	char *after;  /* what --fix makes of it */
	char *now;    /* NULL: cannot be read */
	char *why;    /* it failed; else NULL */
	enum setting_word word;
};

struct settings_list {
	struct setting *items;
	size_t nr, alloc;
};

static const struct json_field fields[] = {
	JSON_FIELD_TEXT("path", struct setting, path),
	JSON_FIELD_TEXT("before", struct setting, before),
	JSON_FIELD_TEXT("after", struct setting, after),
	JSON_FIELD_END,
};

static void list_release(struct settings_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		struct setting *setting = &list->items[i];

		free(setting->path);
		free(setting->before);
		free(setting->after);
		free(setting->now);
		free(setting->why);
	}
	ARRAY_RELEASE(list);
}

/* NR_ROWS: none. */
static size_t row_of(const char *path)
{
	for (size_t i = 0; i < NR_ROWS; i++)
		if (str_glob_path(rows[i].pattern, path))
			return i;
	return NR_ROWS;
}

/* Only the kinds of settings above: the file must not make us write anywhere else. */
static int check_record(struct setting *setting, struct error *err)
{
	setting->row = row_of(setting->path);
	if (setting->row == NR_ROWS || strstr(setting->path, ".."))
		return error_set(
			err, ERR_IO, "%.200s is no setting that --fix changes", setting->path);
	return 0;
}

static int saved_parse(const struct json *root, struct settings_list *list, struct error *err)
{
	const struct json *settings;
	int rc = json_check_format(root, FORMAT, VERSION, err);

	settings = rc ? NULL : json_member(root, "settings", JSON_ARRAY, JSON_ROOT, err);
	if (!settings)
		return -1;
	for (const struct json *at = json_first(settings); at && !rc; at = json_next(at)) {
		struct setting *setting = ARRAY_ADD(list);

		*setting = (struct setting){ .path = NULL };
		rc = json_fields_read(at, fields, setting, "a setting", err);
		if (!rc)
			rc = check_record(setting, err);
	}
	return rc;
}

/* What was saved; nothing where nothing was. */
static int saved_read(struct settings_list *list, struct error *err)
{
	char *path = kernel_file_path(TUNING_FILE);
	struct buf text = BUF_INIT;
	struct json *root = NULL;
	int rc = 0;

	if (file_is_there(path)) {
		rc = file_read(path, MAX_FILE_BYTES, &text, err);
		root = rc ? NULL : json_parse(text.data, text.len, err);
		if (!root || saved_parse(root, list, err))
			rc = error_wrap(err, "%s", path);
	}
	json_free(root);
	buf_release(&text);
	free(path);
	return rc;
}

static int saved_write(const struct settings_list *list, struct error *err)
{
	char *path = kernel_file_path(TUNING_FILE);
	struct json *root = json_new_object(), *settings;
	struct file_new file = FILE_NEW_INIT;
	struct buf text = BUF_INIT;
	int rc;

	json_add_text(root, "format", FORMAT);
	json_add_number(root, "version", VERSION);
	settings = json_add_array(root, "settings");
	for (size_t i = 0; i < list->nr; i++)
		json_fields_write(json_add_object(settings, NULL), fields, &list->items[i]);
	json_print(root, &text);
	rc = folder_make_parents(path, err);
	if (!rc)
		rc = file_new_open(&file, path, err);
	if (!rc)
		rc = file_new_commit(&file, &text, err);
	file_new_release(&file);
	json_free(root);
	buf_release(&text);
	free(path);
	return rc;
}

static int saved_remove(struct error *err)
{
	char *path = kernel_file_path(TUNING_FILE);
	int rc = folder_remove(path, err);

	free(path);
	return rc;
}

static void add_settings(size_t number, struct settings_list *list)
{
	const struct tuning_row *row = &rows[number];
	struct texts paths = { 0 };

	kernel_file_find(row->pattern, &paths);
	for (size_t i = 0; i < paths.nr; i++) {
		struct setting *setting = ARRAY_ADD(list);
		char *now = kernel_file_choice(paths.items[i]);

		*setting = (struct setting){ .row = number,
			.path = str_dup(paths.items[i]),
			.before = str_dup(now ? now : ""),
			.after = str_dup(row->value),
			.now = now,
			.why = now ? NULL : str_dup("it cannot be read"),
			.word = !now                           ? SETTING_FAILED
				: strcmp(now, row->value) == 0 ? SETTING_SO_ALREADY
							       : SETTING_READY };
	}
	texts_release(&paths);
}

static const struct setting *list_find(const struct settings_list *list, const char *path)
{
	for (size_t i = 0; i < list->nr; i++)
		if (strcmp(list->items[i].path, path) == 0)
			return &list->items[i];
	return NULL;
}

/* What was saved stays as it was: it is older than what the files say now. */
static void add_new_records(const struct settings_list *list, struct settings_list *saved)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct setting *setting = &list->items[i];

		if (setting->word == SETTING_READY && !list_find(saved, setting->path))
			*ARRAY_ADD(saved) = (struct setting){ .row = setting->row,
				.path = str_dup(setting->path),
				.before = str_dup(setting->before),
				.after = str_dup(setting->after) };
	}
}

/* The kernel may take a value, and keep its own. */
static void tuning_change(struct setting *setting, const char *value)
{
	struct error err = ERROR_INIT;
	int rc = kernel_file_write(setting->path, value, &err);
	char *now = kernel_file_choice(setting->path);
	bool is_set = !rc && now && strcmp(now, value) == 0;

	setting->word = is_set                       ? SETTING_CHANGED
		: rows[setting->row].may_keep && now ? SETTING_KEPT
						     : SETTING_FAILED;
	if (!is_set && rc)
		str_set(&setting->why, err.text);
	else if (!is_set)
		str_set(&setting->why, "the kernel took the value, and did not use it");
	free(now);
}

static const char *word_name(enum setting_word word, const struct tuning_options *options)
{
	static const char *const names[] = {
		[SETTING_SO_ALREADY] = "already so",
		[SETTING_CHANGED] = "changed",
		[SETTING_KEPT] = "kept",
		[SETTING_FAILED] = "failed",
		[SETTING_OF_OTHER] = "left alone",
		[SETTING_GONE] = "gone",
	};

	if (word == SETTING_READY)
		return options->restore ? "would restore" : "would change";
	return word == SETTING_CHANGED && options->restore ? "restored" : names[word];
}

/* The first setting of a kind with that word, and how many there are. */
static void tuning_add_line(const struct setting *setting, size_t nr,
	const struct tuning_options *options, struct buf *text)
{
	const char *to = options->restore ? setting->before : setting->after;
	struct buf line = BUF_INIT;

	buf_addf(&line, "%-13s %s: ", word_name(setting->word, options), rows[setting->row].name);
	if (setting->word == SETTING_READY || setting->word == SETTING_CHANGED)
		buf_addf(&line, "%s -> %s", setting->now, to);
	else if (setting->word == SETTING_SO_ALREADY)
		buf_adds(&line, to);
	else if (setting->word == SETTING_KEPT)
		buf_addf(&line, "the kernel does not let %s change", setting->path);
	else if (setting->word == SETTING_GONE)
		buf_addf(&line, "there is no %s any more", setting->path);
	else if (setting->word == SETTING_FAILED)
		buf_addf(&line, "%s: %s", setting->path, setting->why);
	else
		buf_addf(&line, "%s is %s now, which --fix did not set", setting->path,
			setting->now);
	if (nr > 1)
		buf_addf(&line, " (%zu files)", nr);
	buf_add_printable(text, line.data);
	buf_addc(text, '\n');
	buf_release(&line);
}

static bool kernel_has(const char *name, const struct settings_list *list)
{
	for (size_t i = 0; i < list->nr; i++)
		if (strcmp(rows[list->items[i].row].name, name) == 0)
			return true;
	return false;
}

static void add_lines_of(size_t row, const struct settings_list *list,
	const struct tuning_options *options, struct buf *text)
{
	for (int word = 0; word < SETTING_NR_WORDS; word++) {
		const struct setting *first = NULL;
		size_t nr = 0;

		for (size_t i = 0; i < list->nr; i++) {
			const struct setting *setting = &list->items[i];

			if (setting->row != row || (int)setting->word != word)
				continue;
			if (!nr++)
				first = setting;
		}
		if (nr)
			tuning_add_line(first, nr, options, text);
	}
}

static void add_report(
	const struct settings_list *list, const struct tuning_options *options, struct buf *text)
{
	for (size_t i = 0; i < NR_ROWS; i++) {
		add_lines_of(i, list, options, text);
		if (!options->restore && !kernel_has(rows[i].name, list))
			buf_addf(text, "%-13s %s: this kernel has no %s\n", "missing", rows[i].name,
				rows[i].pattern);
	}
}

static bool list_has(const struct settings_list *list, enum setting_word word)
{
	for (size_t i = 0; i < list->nr; i++)
		if (list->items[i].word == word)
			return true;
	return false;
}

/* Isolated processors are a matter of the kernel's command line. */
static void add_isolation(struct buf *text)
{
	char *isolated = kernel_file_line("/sys/devices/system/cpu/isolated");
	char *online = kernel_file_line("/sys/devices/system/cpu/online");
	uint64_t last;

	if (isolated && *isolated)
		buf_addf(text,
			"isolated processors: %s; measure with: taskset -c %s benchgate run\n",
			isolated, isolated);
	else if (online && str_starts(online, "0-") && str_to_u64(online + 2, &last)) {
		const char *others = last > 1 ? "1-" : "";

		buf_addf(text,
			"hint: no processor is isolated; add isolcpus=%s%s to the kernel's command line, restart, and measure with: taskset -c %s%s benchgate run\n",
			others, online + 2, others, online + 2);
	}
	free(online);
	free(isolated);
}

static int check_rights(const struct tuning_options *options, struct error *err)
{
	if (options->dry_run || kernel_file_is_copy() || geteuid() == 0)
		return 0;
	return error_set(err, ERR_USAGE,
		"--%s writes settings of the kernel, which takes root: use sudo; --dry-run says what it would do",
		options->restore ? "restore" : "fix");
}

static int apply(const struct tuning_options *options, struct settings_list *saved,
	struct settings_list *list, struct buf *text, struct error *err)
{
	for (size_t i = 0; i < NR_ROWS; i++)
		add_settings(i, list);
	if (!options->dry_run && list_has(list, SETTING_READY)) {
		add_new_records(list, saved);
		if (saved_write(saved, err))
			return -1;
		for (size_t i = 0; i < list->nr; i++)
			if (list->items[i].word == SETTING_READY)
				tuning_change(&list->items[i], list->items[i].after);
	}
	add_report(list, options, text);
	add_isolation(text);
	if (!options->dry_run && saved->nr)
		buf_adds(text, "to put it back: sudo benchgate doctor --restore\n");
	return 0;
}

static void look_at_record(struct setting *setting)
{
	char *path = kernel_file_path(setting->path);

	setting->now = kernel_file_choice(setting->path);
	if (!file_is_there(path)) {
		setting->word = SETTING_GONE;
	} else if (!setting->now) {
		setting->word = SETTING_FAILED;
		str_set(&setting->why, "it cannot be read");
	} else if (strcmp(setting->now, setting->before) == 0) {
		setting->word = SETTING_SO_ALREADY;
	} else {
		setting->word = strcmp(setting->now, setting->after) == 0 ? SETTING_READY
									  : SETTING_OF_OTHER;
	}
	free(path);
}

static int restore(const struct tuning_options *options, struct settings_list *saved,
	struct buf *text, struct error *err)
{
	if (!saved->nr) {
		buf_adds(text,
			"nothing to restore: --fix changed nothing since the machine started\n");
		return 0;
	}
	for (size_t i = 0; i < saved->nr; i++)
		look_at_record(&saved->items[i]);
	for (size_t i = 0; i < saved->nr && !options->dry_run; i++)
		if (saved->items[i].word == SETTING_READY)
			tuning_change(&saved->items[i], saved->items[i].before);
	add_report(saved, options, text);
	/* What failed can be tried again. */
	if (options->dry_run || list_has(saved, SETTING_FAILED))
		return 0;
	return saved_remove(err);
}

int tuning_run(
	const struct tuning_options *options, struct buf *text, bool *complete, struct error *err)
{
	struct settings_list saved = { 0 }, list = { 0 };
	int rc = -1;

	if (check_rights(options, err) || saved_read(&saved, err))
		goto out;
	rc = options->restore ? restore(options, &saved, text, err)
			      : apply(options, &saved, &list, text, err);
	*complete = !list_has(options->restore ? &saved : &list, SETTING_FAILED);
out:
	list_release(&saved);
	list_release(&list);
	return rc;
}
