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
#include "cmd/init_tools.h"

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

struct init_file {
	const char *path; /* NULL: none */
	const char *text;
};

#define INIT_MAX_FILES 4

/* What is looked into: a file that is larger was written by no person. */
#define INIT_MAX_BYTES (1u << 20)

/*
 * A CI system; NULL name at the end. A system that reads one file reads its `own`; where that is
 * there already, `wire` makes it include the first of the others.
 */
struct init_ci {
	const char *name;  /* as --ci takes it */
	const char *title; /* for people */
	const char *there; /* files and folders that it is known by, with commas */
	const char *taken; /* files of which one stands in the way of `own`, with commas */
	struct init_file own;
	struct init_file others[INIT_MAX_FILES];
	/* Appends the text of the system's file that includes the part. False: it cannot, or the
	 * file does so already. */
	bool (*wire)(const char *text, const char *part, struct buf *out);
	const char *advice; /* what to do where own is there and does not include the part */
};

extern const struct init_ci init_cis[];

/* What there is. */
struct init_project {
	const struct init_build *build;
	const char *policy;  /* the policy file; NULL: there is none */
	const char *folder;  /* for the benchmarks */
	const char *ci;      /* the CI system, as --ci takes it; NULL: not said */
	const char *source;  /* where CI gets benchgate from, as --source takes it; "": not said */
	bool installed;      /* pkg-config finds benchgate's header */
	char *library;       /* that CMakeLists.txt makes; NULL: none is seen there */
	struct texts google; /* files that include Google Benchmark */
	struct texts named;  /* other C and C++ files that are called benchmarks */
	struct init_tool_files tool_files;
	struct init_tool_use tool; /* what is measured, where its tool is not NULL */
};

/* What the user is told: what was done, and what is left to do. */
struct init_told {
	struct buf done;
	struct buf left;
};

/* The caller says ci and source; the rest is found. */
void init_look(struct init_project *project);
/* Is one of these names, with commas, there? */
bool init_has_one_of(const char *names);
/* Has the file the text? False where it cannot be read. */
bool init_has_text(const char *path, const char *text);
void init_project_release(struct init_project *project);

/* The command that builds the benchmarks. */
void init_add_command(const struct init_project *project, struct buf *out);

/* Where some text has @folder@ and the like, what these are here. */
void init_fill(const struct init_project *project, const char *text, struct buf *out);

/* Writes a file, unless there is one, and appends to *said which of the two it was. */
int init_write(const struct init_project *project, const char *path, const char *text,
	struct buf *said, struct error *err);

/* Writes the script that the files of each CI system call. One that is there gets the source, if
 * its own is empty. */
int init_write_script(
	const struct init_project *project, struct init_told *told, struct error *err);

/* Writes what a CI system takes. A file of the user's comes to include it only if --ci names the
 * system. */
int init_write_ci(const struct init_project *project, const struct init_ci *ci,
	struct init_told *told, struct error *err);

/* Does the script that the CI files call not say where benchgate comes from? */
bool init_lacks_source(const struct init_project *project);

/* For struct init_ci. */
bool init_wire_gitlab(const char *text, const char *part, struct buf *out);
bool init_wire_jenkins(const char *text, const char *part, struct buf *out);

/* The benchmark, what it needs, and last the policy file. */
int init_write_all(const struct init_project *project, struct buf *said, struct error *err);

#endif
