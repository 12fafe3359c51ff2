/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is the machine code that a benchmark reaches the same in two builds of a suite? For ELF files of
 * x86-64 and ARM64 that have their symbols. What it reaches is followed through calls, addresses
 * and constants, those of its setup, of constructors and of main included; not into other files,
 * which suite/inputs.h compares. When in doubt it is not the same.
 */
#ifndef SUITE_CODE_H
#define SUITE_CODE_H

#include "base/error.h"
#include "model/code.h"

#include <stdbool.h>
#include <stdint.h>

/* A suite's file, read; opaque. */
struct code;

/* NULL when the file cannot be read. One that is no ELF file, or a spoilt one, is opened, and
 * nothing is known of it. */
struct code *code_open(const char *path, struct error *err);
void code_free(struct code *code);

/* Are the two the same bytes? Each may be NULL. */
bool code_is_same_file(const struct code *base, const struct code *head);

/* Are the functions of a suite that another file's code asks for by name, and all that they reach,
 * the same? For two builds of the suite, and a file that is loaded beside it. NULL for
 * a file that cannot be read: no. */
bool code_has_same_callbacks(
	const struct code *base, const struct code *head, const struct code *caller);

struct code_answer {
	enum code_likeness likeness;
	bool branchy;  /* many conditional jumps for its size: an estimate; how long such code takes
			  depends on where it lies */
	bool may_open; /* it may use files that other benchmarks of its suite do not; false where
			  the code is the same and all that it calls is known to open none */
	uint64_t base_at, head_at; /* its function's addresses in the files; 0: not known */
};

/* Of the benchmark whose body is at these places, as `struct bench` has them; 0: not known. Each
 * side may be NULL. */
struct code_answer code_compare(
	const struct code *base, uint64_t base_body, const struct code *head, uint64_t head_body);

#endif
