/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Other tools that run benchmarks, as init finds them in a project: by the names of files and what
 * stands in them; and how benchgate is to run them. All paths are from the project's folder, which
 * is the current one.
 */
#ifndef CMD_INIT_TOOLS_H
#define CMD_INIT_TOOLS_H

#include "base/buf.h"
#include "base/texts.h"

#include <stdbool.h>

#define INIT_MAX_MARKS 6
#define INIT_MAX_TOOLS 16
#define INIT_TOOLS_MAX_BYTES (1u << 20)

/*
 * A row of the table; NULL name at the end. In command and build, @each@ is what stands in each for
 * each file, where @file@ is its path and @stem@ its name, with the separator between them.
 */
struct init_tool {
	const char *name;                  /* for people */
	const char *files;                 /* patterns of names of files, with commas */
	const char *marks[INIT_MAX_MARKS]; /* one of them stands in a file of benchmarks */
	const char *root;                  /* the file that its folder has; NULL: the project's */
	const char *command, *each, *separator;
	const char *build;  /* what is run once before; NULL: nothing */
	const char *format; /* of its results, as --format takes it */
	const char *output; /* the file of its results, from its folder; NULL: it prints them */
	const char *rest;   /* what else the policy file says, from a comma on; or NULL */
	const char *needs;  /* lines of benchgate-ci.sh that install it */
	/* What a file must have to print results that can be read, and what to do where it does
	 * not; or NULL. */
	const char *wants, *advice;
};

extern const struct init_tool init_tools[];

/* Files of benchmarks, for each row of the table. All zero is none. */
struct init_tool_files {
	struct texts of[INIT_MAX_TOOLS];
};

/* May a file of this name have benchmarks of a tool? */
bool init_tools_may_know(const char *name);
void init_tools_look_at(struct init_tool_files *found, const char *path);
void init_tools_release(struct init_tool_files *found);

/* The tool that a policy file is to name. */
struct init_tool_use {
	const struct init_tool *tool; /* NULL: there is none */
	const struct texts *files;    /* borrowed */
	char *root;                   /* its folder: "" or "some/where/" */
	struct buf command, build;
	struct buf keys;      /* of "bench" in the policy file */
	struct buf build_key; /* its "build", from a line's end on; or empty */
};

#define INIT_TOOL_USE_INIT \
	{ \
		.command = BUF_INIT, .build = BUF_INIT, .keys = BUF_INIT, .build_key = BUF_INIT \
	}

/* The first of the table that has files, those of one folder. */
void init_tools_choose(const struct init_tool_files *found, struct init_tool_use *use);
void init_tools_use_release(struct init_tool_use *use);

#endif
