/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is told of a command's verdict, beside who reads its reports. */
#ifndef CMD_TELL_H
#define CMD_TELL_H

#include "cmd/command.h"
#include "cmd/settings.h"

struct tell_options {
	const char *when; /* "auto", "always", "never"; NULL: auto */
	bool strict;
};

#define TELL_OPTS(struct_type, field) \
	OPT_CHOICE(0, "notify", struct_type, field.when, "auto,always,never", \
		"whether to tell the policy file's channels (default auto: in CI; see 'benchgate help alerting')"), \
		OPT_FLAG(0, "strict-notify", struct_type, field.strict, \
			"what cannot be sent is a failure (exit code 3)")

/* Who was told, and what goes wrong, is said on standard error. */
void tell(const struct tell_options *options, const struct settings *settings,
	const struct verdict *verdict, struct outcome *outcome);

/* What was told, and what waits, is kept in this file; the path is the caller's to free. NULL:
 * there is no place for one. */
char *tell_state_path(const struct settings *settings);

/* Prints what did not go well. */
void tell_warn(const struct told *told);

/* What was not sent is a failure, where that is asked for. */
void tell_strictly(bool strict, const struct settings *settings, const struct told *told,
	struct outcome *outcome);

#endif
