/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine that a run was made on, and by what. */
#ifndef MODEL_ENV_H
#define MODEL_ENV_H

#include <stdint.h>

struct env {
	char *os;         /* "Linux" */
	char *kernel;     /* "6.1.0-18-amd64" */
	char *arch;       /* "x86_64" */
	char *cpu;        /* the model's name, or "unknown" */
	char *suite;      /* what compiled the suite */
	uint64_t nr_cpus; /* that we may run on */
	uint64_t memory_bytes;
};

void env_release(struct env *env);

#endif
