/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command line as a benchmark: what is run, what is run around it, and which of what it prints is
 * measured. As people write it, it may have parameters and stand for many benchmarks; a benchmark's
 * own has none left, and is split into words.
 */
#ifndef MODEL_BENCH_COMMAND_H
#define MODEL_BENCH_COMMAND_H

#include "base/texts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a command prints metrics of its own on its standard output. */
enum printed {
	PRINTED_NOTHING,
	PRINTED_BMF,      /* Bencher Metric Format */
	PRINTED_JSON,     /* an object of numbers */
	PRINTED_LINES,    /* name value unit */
	PRINTED_PATTERNS, /* a regular expression for each */
};

/* Of the first four, NULL at the end. */
extern const char *const printed_words[];

/* A metric that a regular expression finds. */
struct printed_pattern {
	char *metric, *unit;
	char *pattern; /* extended; its first group is the number, or all of it */
	bool more_is_better;
};

struct printed_patterns {
	struct printed_pattern *items;
	size_t nr, alloc;
};

struct parameter {
	char *name;
	struct texts values;
};

struct parameters {
	struct parameter *items;
	size_t nr, alloc;
};

struct exit_codes {
	int *items;
	size_t nr, alloc;
};

struct bench_command {
	char *name;             /* of the benchmark; NULL: as the command is written */
	char *tier;             /* NULL: the standard one */
	char *text;             /* as it was written */
	char *setup, *cleanup;  /* for sh: before its first run, after its last; or NULL */
	char *prepare;          /* for sh: before each of its runs; or NULL */
	char *input;            /* the file that it reads; NULL: nothing */
	char *folder;           /* that it runs in; NULL: the current one */
	bool shell;             /* sh runs it; what starting sh takes is not counted */
	struct exit_codes good; /* that are no failure; none: 0 alone */
	uint64_t timeout_ns;    /* of each run; 0: as the plan says */
	uint64_t nr_warmups;    /* runs that do not count, before the first */
	enum printed printed;
	struct printed_patterns patterns;
	struct parameters parameters;
	bool is_tool;    /* it runs benchmarks of its own, and prints their results */
	char *format;    /* of these, as an import; NULL: by their content */
	char *results;   /* the file that it writes them to; NULL: its output */
	uint64_t repeat; /* how often it may run on each side; 0: as the plan says */
	/* What the text comes to, for one without a shell. */
	struct texts words;
	char *output, *errors; /* files that it writes; NULL: what it prints is lost */
	bool output_appends, errors_append;
	bool errors_to_output; /* 2>&1 */
	bool is_set_up;        /* its cleanup is due */
	double run_ns;         /* time of its last run; 0: there was none */
};

struct bench_commands {
	struct bench_command *items;
	size_t nr, alloc;
};

void bench_command_release(struct bench_command *command);
void bench_commands_release(struct bench_commands *commands);

/* Is that exit status no failure? */
bool bench_command_is_good(const struct bench_command *command, int status);

/* A command with other texts, each by `spell` (NULL stays NULL), and without parameters and words.
 */
struct bench_command bench_command_with(const struct bench_command *from,
	char *(*spell)(const char *text, void *context), void *context);

#endif
