/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Baselines and result files as verbs read them. */
#ifndef SESSION_BASELINE_FILE_H
#define SESSION_BASELINE_FILE_H

#include "base/opts.h"
#include "store/result_file.h"

/* Appends the paths of the baselines of machines. */
int baseline_file_list_machines(const char *folder, struct texts *paths, struct error *err);
/* Appends the paths of all baselines on the shelf: the machines', then those with a name. */
int baseline_file_list(const char *folder, struct texts *paths, struct error *err);

/* All its values count, and at once: with which base they were looked at meanwhile is not known. */
void baseline_file_forget_looks(struct run *head);

/* Is there no pattern, or does one match? */
bool baseline_file_chosen(const struct words *patterns, const char *name);

/* A pattern that matches nothing in either of two runs (one may be NULL) is a mistake. */
int baseline_file_check_patterns(const struct words *patterns, const struct run *one,
	const struct run *other, struct error *err);

/* How many sessions of a benchmark are kept; what is left as a digest is one. */
size_t baseline_file_sessions(const struct result *result);

/* The newest session of a benchmark by name, or NULL where its time is not known. */
const char *baseline_file_newest(const struct result *result);

/* The machine's name; "-" where the file says too little to name one. */
void baseline_file_machine(const struct env *env, char name[ENV_MACHINE_MAX]);

#endif
