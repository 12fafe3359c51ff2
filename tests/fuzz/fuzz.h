/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A target is a reader of foreign bytes and what must hold of any bytes; where it does not, the
 * program is aborted. libFuzzer runs it (make fuzz), and a unit test runs it over the kept inputs.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>

typedef void fuzz_run(const char *bytes, size_t len); /* a NUL stands behind the bytes */

struct fuzz_target {
	const char *name; /* and the folder of its inputs, beside this file */
	fuzz_run *run;
	bool is_json; /* inputs are JSON: they are changed as trees too */
};

/* NULL name at the end. */
extern const struct fuzz_target fuzz_targets[];

/* A copy of the bytes with a NUL behind them, and nothing behind that. */
void fuzz_target_run(const struct fuzz_target *target, const void *bytes, size_t len);

/* Changes one value, name or list of a JSON text of len bytes in place; the new length, or 0 where
 * the text is no JSON or the result has no room. */
size_t fuzz_json_change(char *text, size_t len, size_t room, unsigned seed);

void fuzz_fail(const char *what, const char *text) __attribute__((noreturn));
void fuzz_check(bool is_so, const char *what, const char *text);

/* What people read: nothing that steers a terminal, no broken UTF-8; with `lines`, several. */
bool fuzz_is_printable(const char *text, bool lines);

struct error;
/* Is the error one line that can be read? */
void fuzz_check_error(const struct error *err, const char *text);

/* A channel of each kind that talks to a server. */
struct outlets *fuzz_outlets(void);

fuzz_run fuzz_condition, fuzz_command_line, fuzz_printed;
fuzz_run fuzz_history;
fuzz_run fuzz_routes;
fuzz_run fuzz_run_file, fuzz_baseline, fuzz_import;
fuzz_run fuzz_acceptances, fuzz_bisect_steps, fuzz_proposals, fuzz_calibration, fuzz_state;
fuzz_run fuzz_policy;
fuzz_run fuzz_json, fuzz_json_large, fuzz_xml, fuzz_yaml, fuzz_bucket_list, fuzz_answers;
fuzz_run fuzz_messages, fuzz_words, fuzz_options;
fuzz_run fuzz_elf, fuzz_x86, fuzz_callgrind;

#endif
