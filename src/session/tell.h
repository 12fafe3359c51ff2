/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is told of a command's verdict, beside who reads its reports. */
#ifndef SESSION_TELL_H
#define SESSION_TELL_H

#include "session/output.h"
#include "session/settings.h"

struct tell_options {
	const char *when;        /* "auto", "always", "never"; NULL: auto */
	const char *policy_from; /* "auto", "base", "head"; NULL: auto */
	bool strict;
};

#define POLICY_FROM_OPT(struct_type, field) \
	OPT_CHOICE(0, "policy-from", struct_type, field, "auto,base,head", \
		"whose policy file says who is told, and of what: that of the branch that the change is for, " \
		"or the change's own (default auto: base for a pull request)", \
		GROUP_ALERTS)

#define TELL_OPTS(struct_type, field, usual) \
	OPT_CHOICE(0, "notify", struct_type, field.when, "auto,always,never", \
		"whether to tell the policy file's channels (auto: in CI; default " usual \
		"; see 'benchgate help alerting')", \
		GROUP_ALERTS), \
		OPT_FLAG(0, "strict-notify", struct_type, field.strict, \
			"what cannot be sent is a failure (exit code 3)", GROUP_ALERTS), \
		POLICY_FROM_OPT(struct_type, field.policy_from)

/* Who was told, and what goes wrong, is said on standard error. */
void tell(const struct tell_options *options, const struct settings *settings,
	const struct verdict *verdict, struct outcome *outcome);

/*
 * *by: the settings whose channels and alert rules hold: the given ones, or *of_base, which is
 * filled from the base's policy file and must be released. A change could send any secret anywhere
 * by channels of its own. An error: the base's file cannot be read.
 */
int tell_settings(const char *policy_from, const struct settings *settings,
	struct settings *of_base, const struct settings **by, struct error *err);

/* Does the policy file name channels, or responses? */
bool tell_has_anybody(const struct settings *settings);

/* What was told, and what waits, is kept in this file; the path is the caller's to free. NULL with
 * the error: there is no place for one. */
char *tell_state_path(const struct settings *settings, struct error *err);

/* Appends the files that differ between two commits; none where git does not know both. */
void tell_changed_files(const char *from, const char *to, struct texts *files);

/* Prints what did not go well. */
void tell_warn(const struct told *told);

/* What was not sent is a failure, where that is asked for. */
void tell_strictly(bool strict, const struct settings *settings, const struct told *told,
	struct outcome *outcome);

#endif
