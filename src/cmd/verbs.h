/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs: each is the last line of the file of its name. */
#ifndef CMD_VERBS_H
#define CMD_VERBS_H

#include "cmd/command.h"

extern const struct command command_run;
extern const struct command command_report;
extern const struct command command_merge;
extern const struct command command_compare;
extern const struct command command_bisect;
extern const struct command command_explain;
extern const struct command command_update_baselines;
extern const struct command command_import;
extern const struct command command_baselines;
extern const struct command command_accept;
extern const struct command command_init;
extern const struct command command_hook;
extern const struct command command_notify;
extern const struct command command_alerts;
extern const struct command command_history;
extern const struct command command_trends;
extern const struct command command_site;
extern const struct command command_serve;
extern const struct command command_export;
extern const struct command command_push;
extern const struct command command_pull;
extern const struct command command_list;
extern const struct command command_doctor;
extern const struct command command_selftest;
extern const struct command command_validate;
extern const struct command command_config;
extern const struct command command_help_verb;
extern const struct command command_version;
extern const struct command command_completion;
extern const struct command command_worker;

#endif
