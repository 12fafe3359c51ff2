/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "base/str.h"
#include "cmd/verbs.h"
#include "session/measure.h"
#include "sys/process.h"

struct list_options {
	struct select_options select;
	bool json;
};

static const struct opt opts[] = {
	SELECT_OPTS(struct list_options, select),
	OPT_FLAG(0, "json", struct list_options, json, "as JSON, for programs"),
	OPT_END,
};

static void list_print_json(const struct catalog *catalog, struct buf *out)
{
	struct json *root = json_new_object(), *list;

	json_add_text(root, "suite_compiler", catalog->compiler);
	list = json_add_array(root, "benchmarks");
	for (size_t i = 0; i < catalog->benches.nr; i++) {
		const struct bench *bench = &catalog->benches.items[i];
		struct json *to = json_add_object(list, NULL);

		json_add_text(to, "name", bench->name);
		json_add_text(to, "tier", bench->tier);
		json_add_text(to, "about", bench->about);
		json_add_text(to, "file", bench->file);
		json_add_number(to, "line", bench->line);
		json_add_number(to, "threads", bench->nr_threads);
		json_add_bool(to, "latency", bench->latency);
		json_add_text(to, "suite", bench->source);
	}
	json_print(root, out);
	json_free(root);
}

static size_t longer(size_t width, const char *text)
{
	return str_columns(text) > width ? str_columns(text) : width;
}

static void add_padded(struct buf *out, const char *text, size_t width)
{
	size_t columns = str_columns(text);

	buf_add_printable(out, text);
	buf_fill(out, ' ', columns < width ? width - columns : 0);
}

static void list_print_text(const struct benches *benches, struct buf *out)
{
	size_t name_width = 0, tier_width = 0;

	for (size_t i = 0; i < benches->nr; i++) {
		name_width = longer(name_width, benches->items[i].name);
		tier_width = longer(tier_width, benches->items[i].tier);
	}
	for (size_t i = 0; i < benches->nr; i++) {
		const struct bench *bench = &benches->items[i];

		add_padded(out, bench->name, name_width + 2);
		add_padded(out, bench->tier, *bench->about ? tier_width + 2 : 0);
		buf_add_printable(out, bench->about);
		buf_addc(out, '\n');
	}
}

static int list_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct list_options options = { .json = false };
	struct words patterns = { 0 };
	struct settings settings = SETTINGS_INIT;
	struct catalog catalog = CATALOG_INIT;
	struct selection selection = { &options.select, &patterns, &settings, &catalog };
	struct buf text = BUF_INIT;
	int rc = -1;

	(void)outcome;
	if (opts_parse(opts, given, &options, &patterns, err))
		goto out;
	process_setup();
	if (measure_select(&selection, NULL, err))
		goto out;
	if (options.json)
		list_print_json(&catalog, &text);
	else
		list_print_text(&catalog.benches, &text);
	rc = command_print(&text, err);
out:
	buf_release(&text);
	catalog_release(&catalog);
	settings_release(&settings);
	ARRAY_RELEASE(&options.select.suites);
	ARRAY_RELEASE(&options.select.said.commands);
	ARRAY_RELEASE(&patterns);
	return rc;
}

const struct command command_list = {
	.name = "list",
	.group = COMMANDS_GATE,
	.operands = "[PATTERN...]",
	.summary = "list benchmarks",
	.details =
		"Lists the benchmarks whose names match a pattern (all when there is none): name, tier, description.",
	.examples = "benchgate list\n"
		    "benchgate list --suite ./my.so\n",
	.opts = opts,
	.run = list_run,
};
