/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/side.h"

#include "base/array.h"
#include "base/mem.h"
#include "base/str.h"
#include "harness/command_runner.h"
#include "session/ci.h"
#include "session/measure.h"
#include "session/reading.h"
#include "store/shelf.h"
#include "suite/commands.h"
#include "suite/layouts.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int read_run(
	struct side *side, const char *path, const struct settings *settings, struct error *err)
{
	bool is_result;

	return result_file_read(path, &settings->import, &side->run, &is_result, err);
}

static bool is_file(const char *path)
{
	return !folder_lacks(path) && !folder_is(path);
}

static bool is_suite(const char *path)
{
	const char *machine = "";
	struct error ignored = ERROR_INIT;

	return is_file(path) && file_program(path, &machine, &ignored) != FILE_PROGRAM_NONE;
}

/* A suite, a result file, or a folder of result files. */
static int take_file(struct side *side, const struct settings *settings, struct error *err)
{
	if (!is_suite(side->said))
		return read_run(side, side->said, settings, err);
	texts_add(&side->sources, side->said);
	return 0;
}

static struct side_layout *add_layout(struct side *side)
{
	struct side_layout *layout = ARRAY_ADD(&side->more);

	*layout = (struct side_layout){ .checkout = CHECKOUT_INIT, .catalog = CATALOG_INIT };
	return layout;
}

/* "a1.so,a2.so,a3.so": builds of one suite, or result files, unless a file is called so. */
static bool is_list(const char *said)
{
	return strchr(said, ',') && !is_file(said);
}

static bool begins_with_suite(const char *list)
{
	size_t len;
	const char *item = str_next_item(&list, &len);
	char *path = mem_copy(item ? item : "", item ? len : 0);
	bool begins = !file_is_there(path) || is_suite(path);

	free(path);
	return begins;
}

static int take_list(struct side *side, const struct settings *settings, struct error *err)
{
	const char *rest = side->said, *item;
	size_t len;

	if (!begins_with_suite(side->said))
		return read_run(side, side->said, settings, err);

	while ((item = str_next_item(&rest, &len))) {
		char *path = mem_copy(item, len);
		bool is_build = is_suite(path);

		texts_add(side->sources.nr ? &add_layout(side)->sources : &side->sources, path);
		if (!is_build)
			error_set(err, ERR_USAGE,
				"%s is not a suite (a program or a shared object); a list with commas names builds of one suite",
				path);
		free(path);
		if (!is_build)
			return -1;
	}
	return 0;
}

/* A revision is built, and that takes a command and what comes of it. */
static int check_build(const struct side *side, const struct settings *settings, struct error *err)
{
	const char *what = side->said ? side->said : "the working tree";

	if (!settings->build && !settings->commands.nr)
		return error_set(err, ERR_USAGE,
			"%s is a git revision, but nothing says how to build it: the policy file must have \"build\" and \"suite\" (see 'benchgate help config-file')",
			what);
	if (!settings->suites_said.nr && !settings->commands.nr)
		return error_set(err, ERR_USAGE,
			"%s: \"build\" needs \"suite\" beside it, the file or files that it makes",
			settings->file);
	for (size_t i = 0; i < settings->suites_said.nr; i++)
		if (*settings->suites_said.items[i] == '/')
			return error_set(err, ERR_USAGE,
				"%s: suite %s is outside of what is built; it must be a path from the file's folder",
				settings->file, settings->suites_said.items[i]);
	return 0;
}

static int take_revision(
	struct side *side, const struct side_options *options, const char *head, struct error *err)
{
	const struct settings *settings = options->settings;

	if (check_build(side, settings, err))
		return -1;
	side->has_commands = true;
	if (side->is_base && options->merge_base)
		return revision_merge_base(settings->root, side->said, head, &side->revision, err);
	return revision_resolve(settings->root, side->said, &side->revision, err);
}

/* Without a command to build it, what lies there. */
static int take_working_tree(
	struct side *side, const struct side_options *options, struct error *err)
{
	const struct settings *settings = options->settings;

	if (settings->build)
		return take_revision(side, options, NULL, err);
	side->has_commands = settings->commands.nr != 0;
	for (size_t i = 0; i < settings->suites.nr; i++)
		texts_add(&side->sources, settings->suites.items[i]);
	if (!settings->suites.nr && !side->has_commands)
		texts_add(&side->sources, "");
	return 0;
}

/* It might have been meant for any of them; git knows what is like it. */
static int unknown_name(struct side *side, const struct settings *settings, struct error *err)
{
	if (revision_resolve(settings->root, side->said, &side->revision, err))
		error_wrap(err, "'%s' is neither a file nor a baseline", side->said);
	return -1;
}

static void tell(const char *line)
{
	struct buf out = BUF_INIT;

	buf_adds(&out, "benchgate: ");
	buf_add_printable(&out, line);
	buf_addc(&out, '\n');
	(void)!file_write_fd(STDERR_FILENO, out.data, out.len);
	buf_release(&out);
}

static void tell_which(const char *said)
{
	struct buf line = BUF_INIT;

	buf_addf(&line,
		"'%s' is a git revision and a baseline; the revision is taken; '" SHELF_BASELINE
		"%s' names the baseline",
		said, said);
	tell(line.data);
	buf_release(&line);
}

/* Where both are, and only one can be meant, nobody needs to be told which. */
static int take_name(
	struct side *side, const struct side_options *options, const char *head, struct error *err)
{
	const struct settings *settings = options->settings;
	bool is_revision = revision_is_known(settings->root, side->said);
	struct buf path = BUF_INIT;
	struct error ignored = ERROR_INIT;
	bool is_baseline = !shelf_named_path(settings->baselines, side->said, &path, &ignored) &&
		is_file(path.data);
	int rc;

	if (is_baseline && is_revision && options->wanted == SIDE_ANY)
		tell_which(side->said);
	if (is_baseline && (!is_revision || options->wanted == SIDE_MEASURED))
		rc = read_run(side, path.data, settings, err);
	else if (is_revision)
		rc = take_revision(side, options, head, err);
	else
		rc = unknown_name(side, settings, err);
	buf_release(&path);
	return rc;
}

static int take_baseline(struct side *side, const struct settings *settings, struct error *err)
{
	struct buf path = BUF_INIT;
	int rc = shelf_named_path(settings->baselines, side->said, &path, err);

	if (!rc && is_file(path.data))
		rc = read_run(side, path.data, settings, err);
	else if (!rc)
		rc = error_set(err, side->is_base ? ERR_NO_BASE : ERR_USAGE,
			"there is no baseline '%s': %s is missing", shelf_name(side->said),
			path.data);
	buf_release(&path);
	return rc;
}

/* A path is no revision, and whoever wrote one wants to hear that it is not there. */
static bool looks_like_path(const char *said)
{
	size_t len = strlen(said);

	return *said == '/' || str_starts(said, "./") || str_starts(said, "../") ||
		(len > 3 && strcmp(said + len - 3, ".so") == 0) ||
		(len > 5 && strcmp(said + len - 5, ".json") == 0);
}

void side_take_command(struct side *side, const struct bench_command *command)
{
	side->command = command;
}

/* A folder may be called as a branch or a baseline is. */
static bool is_folder_meant(const struct side *side, const struct side_options *options)
{
	struct buf path = BUF_INIT;
	struct error ignored = ERROR_INIT;
	bool is_name = strchr(side->said, '/') == NULL &&
		(revision_is_known(options->settings->root, side->said) ||
			(!shelf_named_path(
				 options->settings->baselines, side->said, &path, &ignored) &&
				is_file(path.data)));

	buf_release(&path);
	return !is_name;
}

int side_find(
	struct side *side, const struct side_options *options, const char *head, struct error *err)
{
	if (side->command)
		return 0;
	if (!side->said)
		return take_working_tree(side, options, err);
	if (str_starts(side->said, SHELF_BASELINE))
		return take_baseline(side, options->settings, err);
	if (result_file_is_input(side->said))
		return read_run(side, side->said, options->settings, err);
	if (is_list(side->said))
		return take_list(side, options->settings, err);
	if (is_file(side->said) || (folder_is(side->said) && is_folder_meant(side, options)))
		return take_file(side, options->settings, err);
	if (!looks_like_path(side->said))
		return take_name(side, options, head, err);
	return error_set(err, ERR_USAGE, "there is no file %s", side->said);
}

bool side_must_be_result(const struct side *side)
{
	return !side->command && side->said && !str_starts(side->said, SHELF_BASELINE) &&
		is_file(side->said) && !is_suite(side->said);
}

bool side_both_are_files(const struct side *base, const struct side *head)
{
	return side_must_be_result(base) && side_must_be_result(head);
}

int side_read_both(
	struct side *base, struct side *head, const struct settings *settings, struct error *err)
{
	struct reading readings[2] = { { head->said, &settings->import, &head->run, ERROR_INIT, 0 },
		{ base->said, &settings->import, &base->run, ERROR_INIT, 0 } };

	return reading_both(readings, err);
}

int side_find_auto(struct side *side, const struct side_options *options, const char *commit,
	struct error *err)
{
	const char *root = options->settings->root;

	side->is_base = true;
	if (check_build(side, options->settings, err))
		return -1;
	side->has_commands = true;
	return commit ? revision_resolve(root, commit, &side->revision, err)
		      : revision_before(root, ci_target_branch(), &side->revision, err);
}

static void show_tail(const struct buf *tail)
{
	for (const char *at = tail->data; *at;) {
		size_t len = strcspn(at, "\n");
		char *line = mem_copy(at, len);

		tell(line);
		free(line);
		at += len + (at[len] == '\n');
	}
}

/* Where one layout of a side is to go. */
struct built {
	const struct side *side;
	uint64_t layout; /* 0: there is but one */
	struct checkout *checkout;
	struct texts *sources;
};

static void add_built(const struct built *built, const char *suite)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s", built->checkout->folder, suite);
	texts_add(built->sources, path.data);
	buf_release(&path);
}

bool side_is_before_benchmarks(const struct side *side, const struct settings *settings)
{
	return settings->file &&
		!revision_has_file(settings->root, &side->revision, str_path_name(settings->file));
}

/* A base that names these suites and makes none is broken: to call it a base without benchmarks
 * would let every change pass. So is one whose policy file cannot be read. */
static bool names_suites(const struct side *side, const struct settings *settings)
{
	struct settings own = SETTINGS_INIT;
	struct error ignored = ERROR_INIT;
	bool named = settings_of_revision(settings, &side->revision, &own, &ignored) != 0;

	for (size_t i = 0; i < settings->suites_said.nr && !named; i++)
		named = texts_have(&own.suites_said, settings->suites_said.items[i]);
	settings_release(&own);
	return named;
}

static int before_benchmarks(
	const struct side *side, const struct settings *settings, struct error *err)
{
	struct buf name = BUF_INIT;

	revision_spell(&side->revision, &name);
	err->kind = ERR_NO_BASE;
	error_wrap(err, "%s has no %s yet, so there is nothing to compare with", name.data,
		str_path_name(settings->file));
	buf_release(&name);
	return -1;
}

/* Is the base broken, or has it no benchmarks yet? */
static int not_built(
	const struct built *built, const struct side_options *options, struct error *err)
{
	const struct settings *settings = options->settings;
	bool may_lack = built->side->is_base && err->kind == ERR_MEASURE;

	if (may_lack && side_is_before_benchmarks(built->side, settings))
		return before_benchmarks(built->side, settings, err);
	if (!options->may_fail)
		show_tail(&built->checkout->tail);
	if (may_lack && built->checkout->lacks_suite && !names_suites(built->side, settings))
		err->kind = ERR_NO_BASE;
	return -1;
}

static int build(const struct built *built, const struct side_options *options, struct error *err)
{
	const struct settings *settings = options->settings;
	struct checkout_request request = { .folder = settings->root,
		.revision = &built->side->revision,
		.build = settings->build,
		.suites = &settings->suites_said,
		.layout = built->layout,
		.sandbox = settings_sandbox(settings),
		.cache = options->cache,
		.tell = options->quiet ? NULL : tell };

	if (checkout_build(&request, built->checkout, err))
		return not_built(built, options, err);
	for (size_t i = 0; i < settings->suites_said.nr; i++)
		add_built(built, settings->suites_said.items[i]);
	return 0;
}

static int build_all(struct side *side, const struct side_options *options, struct error *err)
{
	struct built first = { side, options->nr_layouts ? 1 : 0, &side->checkout, &side->sources };

	if (build(&first, options, err))
		return -1;
	for (uint64_t layout = 2; layout <= options->nr_layouts; layout++) {
		struct side_layout *more = add_layout(side);
		struct built built = { side, layout, &more->checkout, &more->sources };

		if (build(&built, options, err))
			return -1;
	}
	return 0;
}

static int list(const struct texts *sources, const struct sandbox *sandbox, struct catalog *catalog,
	struct error *err)
{
	catalog->sandbox = sandbox;
	for (size_t i = 0; i < sources->nr; i++)
		if (catalog_add(catalog, sources->items[i], err))
			return -1;
	return 0;
}

static bool has_same_files(const struct texts *one, const struct texts *other)
{
	for (size_t i = 0; i < one->nr && i < other->nr; i++)
		if (!file_has_same_content(one->items[i], other->items[i]))
			return false;
	return true;
}

/* What does not pass the flags on builds the same each time. */
static int check_layouts(const struct side *side, struct error *err)
{
	if (!side->more.nr || !has_same_files(&side->sources, &side->more.items[0].sources))
		return 0;
	return error_set(err, ERR_USAGE,
		"two layouts of %s are the same bytes: a build must give $BENCHGATE_CFLAGS to the compiler and $BENCHGATE_LDFLAGS to its linking",
		side->said ? side->said : "the working tree");
}

/* Its command lines run in its own folder. */
static int list_commands(struct side *side, const struct side_options *options, struct error *err)
{
	const struct settings *settings = options->settings;
	const struct bench_commands one = { (struct bench_command *)side->command, 1, 0 };

	if (side->command)
		return commands_add(&one, NULL, &side->catalog.benches, err) ||
				command_runner_find_programs(&side->catalog.benches, err)
			? -1
			: 0;
	if (!side->has_commands)
		return 0;
	if (measure_add_commands(settings,
		    side->checkout.folder ? side->checkout.folder : settings->commands_folder,
		    options->plan, &side->catalog, err) == 0)
		return 0;
	/* A tool's benchmarks came with the policy file. */
	return side->is_base && side->revision.tree && err->kind == ERR_MEASURE &&
			side_is_before_benchmarks(side, settings)
		? before_benchmarks(side, settings, err)
		: -1;
}

int side_prepare(struct side *side, const struct side_options *options, struct error *err)
{
	const struct sandbox *sandbox = settings_sandbox(options->settings);

	if (side->revision.tree && build_all(side, options, err))
		return -1;
	if (check_layouts(side, err) || list(&side->sources, sandbox, &side->catalog, err) ||
		list_commands(side, options, err))
		return -1;
	for (size_t i = 0; i < side->more.nr; i++)
		if (list(&side->more.items[i].sources, sandbox, &side->more.items[i].catalog, err))
			return -1;
	return 0;
}

size_t side_nr_layouts(const struct side *side)
{
	return side->more.nr ? side->more.nr + 1 : 0;
}

void side_release(struct side *side)
{
	texts_release(&side->sources);
	catalog_release(&side->catalog);
	run_release(&side->run);
	checkout_release(&side->checkout);
	revision_release(&side->revision);
	for (size_t i = 0; i < side->more.nr; i++) {
		texts_release(&side->more.items[i].sources);
		catalog_release(&side->more.items[i].catalog);
		checkout_release(&side->more.items[i].checkout);
	}
	ARRAY_RELEASE(&side->more);
}

bool side_can_be_measured(const struct side *side)
{
	return side->sources.nr || side->revision.tree || side->has_commands || side->command;
}

void side_describe_source(const struct side *side, struct env *env)
{
	if (!side->revision.tree)
		return;
	env_set(env, ENV_COMMIT, side->revision.commit);
	if (side->revision.is_working_tree)
		return;
	env_set(env, ENV_BRANCH, NULL);
	env_set(env, ENV_DIRTY, "no");
}

bool side_has_same_suites(const struct side *one, const struct side *other)
{
	bool same = one->sources.nr && one->sources.nr == other->sources.nr;

	for (size_t i = 0; same && i < one->sources.nr; i++)
		same = *one->sources.items[i] && *other->sources.items[i] &&
			file_has_same_content(one->sources.items[i], other->sources.items[i]);
	return same;
}

bool side_shares_benchmark(const struct side *head, const struct side *base)
{
	for (size_t i = 0; i < base->catalog.benches.nr; i++)
		if (benches_find(&head->catalog.benches, base->catalog.benches.items[i].name))
			return true;
	for (size_t i = 0; i < base->run.nr; i++)
		if (benches_find(&head->catalog.benches, base->run.items[i].name))
			return true;
	return false;
}

static int check_number(uint64_t nr, const char *said, struct error *err)
{
	if (!nr || (nr >= LAYOUTS_MIN && nr <= LAYOUTS_MAX))
		return 0;
	return error_set(err, ERR_USAGE,
		"%s: a comparison takes %d to %d layouts; %" PRIu64 " is not", said, LAYOUTS_MIN,
		LAYOUTS_MAX, nr);
}

static int check_asked(
	const struct side *side, const struct side_options *options, struct error *err)
{
	if (!options->layouts_wanted || side->revision.tree || side->more.nr)
		return 0;
	return error_set(err, ERR_USAGE,
		"--layouts builds git revisions, but %s is not one: give several builds of each side instead, separated by commas",
		side->said ? side->said : "the head");
}

/* Has each further layout what the first has? */
static int check_benches(const struct side *side, struct error *err)
{
	for (size_t i = 0; i < side->more.nr; i++)
		for (size_t j = 0; j < side->catalog.benches.nr; j++) {
			const char *name = side->catalog.benches.items[j].name;

			if (!benches_find(&side->more.items[i].catalog.benches, name))
				return error_set(err, ERR_USAGE,
					"benchmark %s is not in %s: all builds of one side must have the same",
					name, side->more.items[i].sources.items[0]);
		}
	return 0;
}

static int check_pairs(const struct side *base, const struct side *head, struct error *err)
{
	size_t nr_base = side_nr_layouts(base), nr_head = side_nr_layouts(head);

	if (nr_base != nr_head)
		return error_set(err, ERR_USAGE,
			"the base has %zu build%s and the head %zu: give as many of both",
			nr_base ? nr_base : 1, nr_base ? "s" : "", nr_head ? nr_head : 1);
	if (check_number(nr_base, "the list of builds", err) || check_benches(base, err))
		return -1;
	return check_benches(head, err);
}

int side_layouts_prepare(
	struct side *base, struct side *head, const struct side_options *options, struct error *err)
{
	struct side_options used = *options;

	if (check_number(options->nr_layouts,
		    options->layouts_wanted ? "--layouts" : "layouts in the policy file", err) ||
		check_asked(base, options, err) || check_asked(head, options, err))
		return -1;
	if (!base->revision.tree || !head->revision.tree)
		used.nr_layouts = options->layouts_wanted ? options->nr_layouts : 0;
	if (used.nr_layouts && !used.quiet)
		fprintf(stderr, "benchgate: %" PRIu64 " layouts: %s\n", used.nr_layouts,
			layouts_way());
	if (side_prepare(base, &used, err) || side_prepare(head, &used, err))
		return -1;
	return check_pairs(base, head, err);
}

const struct benches **side_layouts_benches(const struct side *side)
{
	/* Pointers are what is wanted. */
	const struct benches **all = mem_alloc(side->more.nr, sizeof *all); /* NOLINT */

	for (size_t i = 0; i < side->more.nr; i++)
		all[i] = &side->more.items[i].catalog.benches;
	return all;
}
