/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/version.h"
#include "cmd/verbs.h"
#include "harness/message.h"
#include "suite/native.h"

static const struct opt opts[] = { OPT_END };

static int version_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct words operands = { 0 };
	struct buf text = BUF_INIT;
	int rc = opts_parse(opts, given, NULL, &operands, err);

	(void)outcome;
	if (!rc && operands.nr)
		rc = error_set(err, ERR_USAGE, "version takes no argument; '%s' is one",
			operands.items[0]);
	if (!rc) {
		buf_addf(&text, "benchgate %s (suite ABI %d, worker protocol %d)\n",
			BENCHGATE_VERSION, BG_ABI, PROTOCOL_NEWEST);
		rc = command_print(&text, err);
	}
	buf_release(&text);
	ARRAY_RELEASE(&operands);
	return rc;
}

const struct command command_version = {
	.name = "version",
	.group = COMMANDS_HELP,
	.operands = "",
	.summary = "print the version",
	.details =
		"Prints the version of the program, of the ABI of suites, and of the worker protocol.",
	.opts = opts,
	.without_json = true,
	.run = version_run,
};
