/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policy file's "commands": command lines that are benchmarks. */
#ifndef GATE_COMMANDS_JSON_H
#define GATE_COMMANDS_JSON_H

#include "base/error.h"
#include "base/json.h"
#include "gate/policy_keys.h"
#include "model/bench_command.h"

/* The rows of one of them. */
extern const struct policy_key policy_command_keys[];

/* The rows of "bench", a tool that runs benchmarks. */
extern const struct policy_key policy_bench_keys[];

/* Adds the tool; NULL: the file has none. */
int commands_json_read_bench(
	const struct json *json, struct bench_commands *commands, struct error *err);

/* Adds what the section has; NULL: the file has none. The error names the place. */
int commands_json_read(const struct json *json, struct bench_commands *commands, struct error *err);

#endif
