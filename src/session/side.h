/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one side of a comparison turns out to be: something that can be measured (a shared object, a
 * program, what a git revision builds to), or a run that was (a result file, a baseline).
 */
#ifndef SESSION_SIDE_H
#define SESSION_SIDE_H

#include "harness/catalog.h"
#include "model/run.h"
#include "session/settings.h"
#include "suite/checkout.h"

/* One more build of a side's suites, whose code lies elsewhere. */
struct side_layout {
	struct checkout checkout;
	struct texts sources;
	struct catalog catalog;
};

struct side_layouts {
	struct side_layout *items;
	size_t nr, alloc;
};

struct side {
	const char *said;                    /* as it was written; NULL: the working tree */
	bool is_base;                        /* for who reads an error, and for its exit code */
	struct revision revision;            /* that it is; its tree NULL: it is none */
	struct checkout checkout;            /* of the revision, once it is built */
	struct texts sources;                /* suites to measure; "": what is linked in */
	bool has_commands;                   /* those of the settings are measured, too */
	const struct bench_command *command; /* that it is, and nothing else; NULL: it is none */
	struct catalog catalog;              /* of the sources, once they are listed */
	struct side_layouts more;            /* further builds: layout 2 and up; mostly none */
	struct run run;                      /* as read, or to be measured */
};

#define SIDE_INIT \
	{ \
		.revision = REVISION_INIT, .checkout = CHECKOUT_INIT, .catalog = CATALOG_INIT, \
		.run = RUN_INIT \
	}

/* What a name can mean where it stands. */
enum side_kind {
	SIDE_ANY,
	SIDE_MEASURED,  /* a baseline before a revision */
	SIDE_MEASURABLE /* a revision before a baseline */
};

struct side_options {
	const struct settings *settings;
	const struct plan *plan; /* how tools that list their benchmarks are run; NULL: as usual */
	enum side_kind wanted;
	uint64_t nr_layouts; /* that a revision is built in; 0: one, as the command makes it */
	bool layouts_wanted; /* on the command line, not in the policy file alone */
	const char *cache;   /* for what revisions build to; NULL: the user's cache folder */
	bool merge_base;     /* a base that is a revision means where head branched off from it */
	bool quiet;          /* say nothing of builds */
	bool may_fail;       /* a build that fails is no surprise: do not show its log */
};

/* Finds out what it is, and reads what was measured; nothing is built. A revision's merge base is
 * that with HEAD, or with head where that is another revision (or NULL). */
int side_find(
	struct side *side, const struct side_options *options, const char *head, struct error *err);

/* Is it a file, and nothing else than a result file? */
bool side_must_be_result(const struct side *side);

/* Are both result files? Then they can be found at once, in less time. */
bool side_both_are_files(const struct side *base, const struct side *head);
int side_read_both(
	struct side *base, struct side *head, const struct settings *settings, struct error *err);

/* The same for a command line, called by that name. */
void side_take_command(struct side *side, const struct bench_command *command);

/* The same for a base that nobody named: that commit, or where none is given the one that the
 * present work began at (revision_before). */
int side_find_auto(struct side *side, const struct side_options *options, const char *commit,
	struct error *err);

/* Is its revision from before there was a policy file? Then what does not build has nothing to
 * compare with; any other is broken. */
bool side_is_before_benchmarks(const struct side *side, const struct settings *settings);

/* In how many layouts it can be measured; 0: in the one that there is. */
size_t side_nr_layouts(const struct side *side);

/* Builds a revision, in all its layouts, and lists the benchmarks of what can be measured. */
int side_prepare(struct side *side, const struct side_options *options, struct error *err);

void side_release(struct side *side);

bool side_can_be_measured(const struct side *side);

/* Says in the run's environment which source it is of, where that is known. */
void side_describe_source(const struct side *side, struct env *env);

/* Has head any of the benchmarks of base? */
bool side_shares_benchmark(const struct side *head, const struct side *base);

/* Are the suites of the two the same bytes? What else they use is in_turn_take_unchanged's to say.
 */
bool side_has_same_suites(const struct side *one, const struct side *other);

/* side_prepare of both, in the layouts that the options ask for or that a list has. Whoever asks
 * for layouts on the command line wants them; the policy file speaks of revisions alone. */
int side_layouts_prepare(struct side *base, struct side *head, const struct side_options *options,
	struct error *err);

/* The benchmarks of a side's further layouts, in order; the caller's to free. */
const struct benches **side_layouts_benches(const struct side *side);

#endif
