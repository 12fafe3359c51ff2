/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/baselines.h"

#include "base/json.h"
#include "base/str.h"
#include "harness/machine.h"
#include "store/baseline.h"

#include <stdio.h>
#include <string.h>

/* What is to be said of one file. */
struct entry {
	const char *path;
	struct error trouble; /* why it cannot be read, or nothing */
	char machine[ENV_MACHINE_MAX];
	bool here;           /* this machine's */
	char *cpu;           /* or NULL */
	size_t nr;           /* benchmarks */
	size_t fewest, most; /* sessions of a benchmark */
	char newest[32];     /* session, or "" */
};

struct entries {
	struct entry *items;
	size_t nr, alloc;
};

static void entries_release(struct entries *entries)
{
	for (size_t i = 0; i < entries->nr; i++)
		free(entries->items[i].cpu);
	ARRAY_RELEASE(entries);
}

static void count_sessions(struct entry *entry, const struct run *baseline)
{
	const char *newest = "";

	for (size_t i = 0; i < baseline->nr; i++) {
		size_t nr = baseline_file_sessions(&baseline->items[i]);
		const char *last = baseline_file_newest(&baseline->items[i]);

		entry->fewest = !i || nr < entry->fewest ? nr : entry->fewest;
		entry->most = nr > entry->most ? nr : entry->most;
		if (last && strcmp(last, newest) > 0)
			newest = last;
	}
	snprintf(entry->newest, sizeof entry->newest, "%s", *newest ? newest : baseline->timestamp);
}

static void look_at(struct entry *entry, const char *machine)
{
	struct run baseline = RUN_INIT;

	if (!baseline_read(entry->path, &baseline, &entry->trouble)) {
		baseline_file_machine(&baseline.env, entry->machine);
		entry->here = strcmp(entry->machine, machine) == 0;
		entry->cpu = str_dup(baseline.env.values[ENV_CPU]);
		entry->nr = baseline.nr;
		count_sessions(entry, &baseline);
	}
	run_release(&baseline);
}

enum { NR_COLUMNS = 6 };

/* Row by row. */
static void add_cell(struct texts *cells, const char *text)
{
	struct buf cell = BUF_INIT;

	buf_add_printable(&cell, text && *text ? text : "-");
	texts_add(cells, cell.data);
	buf_release(&cell);
}

static void add_count(struct texts *cells, size_t fewest, size_t most)
{
	char text[64];

	if (fewest == most)
		snprintf(text, sizeof text, "%zu", most);
	else
		snprintf(text, sizeof text, "%zu..%zu", fewest, most);
	add_cell(cells, text);
}

static void add_row(struct texts *cells, const struct entry *entry)
{
	char machine[64];

	snprintf(machine, sizeof machine, "%s%s", entry->machine,
		entry->here ? ", this machine" : "");
	add_cell(cells, entry->path);
	add_cell(cells, machine);
	add_count(cells, entry->nr, entry->nr);
	add_count(cells, entry->fewest, entry->most);
	add_cell(cells, entry->newest);
	add_cell(cells, entry->cpu);
}

static void print_cells(const struct texts *cells, struct buf *out)
{
	size_t widths[NR_COLUMNS] = { 0 };

	for (size_t i = 0; i < cells->nr; i++) {
		size_t columns = str_columns(cells->items[i]), *width = &widths[i % NR_COLUMNS];

		*width = columns > *width ? columns : *width;
	}
	for (size_t i = 0; i < cells->nr; i++) {
		bool last = i % NR_COLUMNS == NR_COLUMNS - 1;
		size_t left = widths[i % NR_COLUMNS] - str_columns(cells->items[i]);

		buf_adds(out, cells->items[i]);
		buf_fill(out, last ? '\n' : ' ', last ? 1 : left + 2);
	}
}

static void print_text(const struct entries *entries, struct buf *out)
{
	static const char *const headings[NR_COLUMNS] = { "baseline", "machine", "benchmarks",
		"sessions", "newest session", "processor" };
	struct texts cells = { 0 };

	for (size_t i = 0; i < NR_COLUMNS; i++)
		add_cell(&cells, headings[i]);
	for (size_t i = 0; i < entries->nr; i++)
		if (!entries->items[i].trouble.kind)
			add_row(&cells, &entries->items[i]);
	if (cells.nr > NR_COLUMNS)
		print_cells(&cells, out);
	for (size_t i = 0; i < entries->nr; i++) {
		if (!entries->items[i].trouble.kind)
			continue;
		buf_adds(out, "cannot be read: ");
		buf_add_printable(out, entries->items[i].trouble.text);
		buf_addc(out, '\n');
	}
	texts_release(&cells);
}

static void add_json(struct json *list, const struct entry *entry)
{
	struct json *to = json_add_object(list, NULL);
	bool known = strcmp(entry->machine, "-") != 0;

	json_add_text(to, "file", entry->path);
	if (entry->trouble.kind) {
		json_add_text(to, "error", entry->trouble.text);
		return;
	}
	json_add_text(to, "machine", known ? entry->machine : NULL);
	json_add_bool(to, "this_machine", entry->here);
	json_add_text(to, "cpu", entry->cpu);
	json_add_number(to, "benchmarks", (double)entry->nr);
	json_add_number(to, "fewest_sessions", (double)entry->fewest);
	json_add_number(to, "most_sessions", (double)entry->most);
	json_add_text(to, "newest_session", *entry->newest ? entry->newest : NULL);
}

static void print_json(
	const struct entries *entries, const char *folder, const char *machine, struct buf *out)
{
	struct json *root = json_new_object(), *list;

	json_add_text(root, "folder", folder);
	json_add_text(root, "machine", machine);
	list = json_add_array(root, "baselines");
	for (size_t i = 0; i < entries->nr; i++)
		add_json(list, &entries->items[i]);
	json_print(root, out);
	json_free(root);
}

static void print(const struct baselines_work *work, const struct entries *entries,
	const char *machine, struct buf *out)
{
	if (work->options->json) {
		print_json(entries, work->settings.baselines, machine, out);
	} else if (entries->nr) {
		print_text(entries, out);
	} else {
		buf_adds(out, "no baselines in ");
		buf_add_printable(out, work->settings.baselines);
		buf_adds(out, ": 'benchgate update-baselines' records this machine's\n");
	}
}

int baselines_list(struct baselines_work *work, struct error *err)
{
	struct texts paths = { 0 };
	struct entries entries = { 0 };
	struct env env = { { NULL } };
	char machine[ENV_MACHINE_MAX];
	int rc = -1;

	if (work->operands.nr) {
		error_set(err, ERR_USAGE, "baselines list takes no argument, but got '%s'",
			work->operands.items[0]);
		goto out;
	}
	if (settings_load(&work->options->select.settings, &work->settings, err) ||
		baseline_file_list(work->settings.baselines, &paths, err))
		goto out;
	machine_describe(&env);
	env_machine(&env, machine);
	for (size_t i = 0; i < paths.nr; i++) {
		struct entry *entry = ARRAY_ADD(&entries);

		*entry = (struct entry){ .path = paths.items[i], .trouble = ERROR_INIT };
		look_at(entry, machine);
		work->outcome->unmeasured |= entry->trouble.kind != ERR_NONE;
	}
	print(work, &entries, machine, &work->text);
	rc = 0;
out:
	env_release(&env);
	entries_release(&entries);
	texts_release(&paths);
	return rc;
}
