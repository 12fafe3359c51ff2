/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/worker.h"
#include "cmd/verbs.h"
#include "sys/process.h"

static const struct opt opts[] = { OPT_END };

static int worker_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	(void)given;
	(void)outcome;
	if (!process_has_channel())
		return error_set(err, ERR_USAGE,
			"worker is started by benchgate itself, with a channel at descriptor %d",
			PROCESS_CHILD_FD);
	worker_serve(PROCESS_CHILD_FD);
	return 0;
}

const struct command command_worker = {
	.name = "worker",
	.operands = "",
	.summary = "serve the worker protocol",
	.details = "Started by benchgate itself; see 'benchgate help protocol'.",
	.opts = opts,
	.hidden = true,
	.without_json = true,
	.run = worker_run,
};
