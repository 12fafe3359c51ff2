/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/verbs.h"
#include "report/reporter.h"
#include "session/retold.h"
#include "sys/process.h"

#include <string.h>

struct export_options {
	struct retold_options retold;
};

static const struct opt opts[] = {
	RETOLD_OPTS(struct export_options, retold),
	OPT_END,
};

/* What a system takes, and which report says the same. */
static const struct {
	const char *name, *reporter;
} systems[] = {
	{ "prometheus", "openmetrics" },
};

#define NR_SYSTEMS (sizeof systems / sizeof *systems)

static const struct reporter *reporter_for(const char *system)
{
	for (size_t i = 0; i < NR_SYSTEMS; i++)
		if (strcmp(systems[i].name, system) == 0)
			return reporter_named(systems[i].reporter);
	return NULL;
}

static int export_print(
	const struct reporter *reporter, const struct retold *retold, struct error *err)
{
	struct verdict verdict = retold_verdict(retold);
	struct buf text = BUF_INIT;
	int rc;

	reporter->render(&verdict, &text);
	rc = command_print(&text, err);
	buf_release(&text);
	verdict_release(&verdict);
	return rc;
}

static int export(const struct export_options *options, const struct words *operands,
	struct retold *retold, struct error *err)
{
	const struct reporter *reporter =
		operands->nr == 2 ? reporter_for(operands->items[0]) : NULL;

	if (operands->nr && !reporter_for(operands->items[0]))
		return error_set(err, ERR_USAGE, "export knows prometheus; '%s' is none",
			operands->items[0]);
	if (!reporter)
		return error_set(
			err, ERR_USAGE, "export takes a format (prometheus) and one result file");
	if (settings_load(&options->retold.settings, &retold->settings, err) ||
		retold_read(retold, &options->retold, operands->items[1], err))
		return -1;
	return export_print(reporter, retold, err);
}

static int export_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct export_options options = { .retold = { .against = NULL } };
	struct retold retold = RETOLD_INIT;
	struct words operands = { NULL, 0, 0 };
	int rc = opts_parse(opts, given, &options, &operands, err);

	(void)outcome;
	process_setup();
	if (!rc)
		rc = export(&options, &operands, &retold, err);
	retold_release(&retold);
	ARRAY_RELEASE(&operands);
	return rc;
}

static void export_add_words(struct buf *out)
{
	for (size_t i = 0; i < NR_SYSTEMS; i++)
		buf_addf(out, "%s ", systems[i].name);
}

const struct command command_export = {
	.name = "export",
	.group = COMMANDS_RESULTS,
	.operands = "prometheus RESULT",
	.summary = "print what was measured as another system takes it",
	.details =
		"Reads a result file, judges it against a base where one is given, and prints its metrics in "
		"Prometheus' text format: the same that a channel of type pushgateway sends.\n"
		"See 'benchgate help channels' for the channel and the dashboard.",
	.examples = "benchgate export prometheus result.json --against base.json\n",
	.opts = opts,
	.add_words = export_add_words,
	.run = export_run,
};
