/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A project's start with benchgate: what lies in its folder, and the files that init writes there.
 * All paths are from the project's folder, which is the current one.
 */
#ifndef CMD_INIT_H
#define CMD_INIT_H

#include "base/buf.h"
#include "base/error.h"
#include "base/texts.h"

#include <stdbool.h>
#include <stddef.h>

/* A way to build, known by a file; the last row is the one that is known by none. @folder@ stands
 * for the benchmarks' folder, @flags@ for what finds the header. */
struct init_build {
	const char *name;  /* for people */
	const char *files; /* "Makefile,makefile": one of them is there; NULL at the last */
	const char *own;   /* the file that says how to build the benchmarks, in their folder */
	const char *text;  /* of that; NULL: none is needed */
	const char *command;
	const char *suite; /* what the command makes */
};

/* A CI system; NULL name at the end. */
struct init_ci {
	const char *name;  /* as --ci takes it */
	const char *title; /* for people */
	const char *there; /* the file or folder that it is known by */
	const char *file;  /* what is written */
	const char *text;
	const char *advice; /* what is left to do */
};

extern const struct init_ci init_cis[];

/* What there is. */
struct init_project {
	const struct init_build *build;
	const char *policy;  /* the policy file; NULL: there is none */
	const char *folder;  /* for the benchmarks */
	bool installed;      /* pkg-config finds benchgate's header */
	struct texts google; /* files that include Google Benchmark */
	struct texts named;  /* other C and C++ files that are called benchmarks */
};

#define INIT_PROJECT_INIT \
	{ \
		.build = NULL \
	}

void init_look(struct init_project *project);
void init_project_release(struct init_project *project);

/* The command that builds the benchmarks. */
void init_add_command(const struct init_project *project, struct buf *out);

/* Where some text has @folder@ and the like, what these are here. */
void init_fill(const struct init_project *project, const char *text, struct buf *out);

/* Writes a file, unless there is one, and appends to *said which of the two it was. */
int init_write(const struct init_project *project, const char *path, const char *text,
	struct buf *said, struct error *err);

/* The benchmark, what it needs, and last the policy file. */
int init_write_all(const struct init_project *project, struct buf *said, struct error *err);

#endif
