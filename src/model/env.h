/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The machine that a run was made on, how it was at the time, and what made the suite. One table
 * says of each field what a difference in it means; fields that were not found out are NULL. A
 * short hash over the fields that make a machine incomparable is the machine's name.
 */
#ifndef MODEL_ENV_H
#define MODEL_ENV_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum env_id {
	/* what the machine is */
	ENV_ARCH,
	ENV_OS,
	ENV_CPU,
	ENV_CPUS,
	ENV_SMT,
	ENV_HYPERVISOR,
	ENV_CPU_QUOTA,
	/* how it is set up */
	ENV_KERNEL,
	ENV_MEMORY,
	ENV_GOVERNOR,
	ENV_TURBO,
	ENV_ASLR,
	ENV_HUGE_PAGES,
	ENV_DEFRAGMENTATION,
	ENV_COMPACTION,
	ENV_CONTAINER,
	ENV_LIBC,
	/* what it did meanwhile */
	ENV_LOAD,
	ENV_BACKGROUND,
	ENV_BUSY,
	ENV_STEAL,
	ENV_THROTTLED,
	ENV_THERMAL,
	ENV_CLOCK_RESOLUTION,
	/* what was measured */
	ENV_SUITE_COMPILER,
	ENV_SUITE_BUILD,
	ENV_SUITE_LIBRARIES,
	ENV_COMMIT,
	ENV_BRANCH,
	ENV_DIRTY,
	ENV_CI_JOB,
	/* who; only when asked */
	ENV_USER,
	ENV_HOST,
	ENV_NR_FIELDS,
};

/* What ENV_ASLR says where only the shell has it off, and what ENV_SUITE_BUILD may begin with or
 * hold. */
#define ENV_ASLR_OFF_FOR_SHELL "off for this shell; on in what benchgate measures"
#define ENV_BUILD_NOT "not "
#define ENV_BUILD_SANITISED "sanitised"

enum env_kind {
	ENV_IDENTITY, /* another value is another machine: not comparable */
	ENV_REFUSES,  /* another value makes two runs incomparable, on the same machine too */
	ENV_WARNS,    /* another value is worth a warning */
	ENV_INFORMS,  /* for people only */
};

struct env_field {
	const char *name;  /* in files */
	const char *title; /* for people */
	enum env_kind kind;
	bool number; /* its value is one */
};

extern const struct env_field env_fields[ENV_NR_FIELDS];

struct env {
	char *values[ENV_NR_FIELDS]; /* owned */
};

void env_release(struct env *env);

/* *to is one that was in use, or all zero. */
void env_copy(struct env *to, const struct env *from);

/* Sets a field; a NULL text leaves it unknown. */
void env_set(struct env *env, enum env_id id, const char *text);
void env_setf(struct env *env, enum env_id id, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "x86_64-linux", "linux-amd64", "Linux x86_64": each word for itself, as uname has it. */
void env_set_platform(struct env *env, const char *text);

/* The number that a field holds; NaN when it is unknown or none. */
double env_number(const struct env *env, enum env_id id);

/* Eight hex digits over the fields of kind ENV_IDENTITY. */
#define ENV_MACHINE_MAX 9
void env_machine(const struct env *env, char name[ENV_MACHINE_MAX]);

/*
 * Appends "processor: this, here that; ..." for the fields of a kind that both sides know and that
 * differ; returns how many. What a machine did meanwhile is never the same and is left out.
 */
size_t env_differences(
	const struct env *base, const struct env *head, enum env_kind kind, struct buf *out);

/* The same for what makes counts incomparable: architecture, C library, compiler and build. The
 * machine does not. */
size_t env_count_differences(const struct env *base, const struct env *head, struct buf *out);

#endif
