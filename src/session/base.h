/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run is compared with: which baseline, whether it may be, and what of it was asked for. */
#ifndef SESSION_BASE_H
#define SESSION_BASE_H

#include "model/acceptance.h"
#include "session/measure.h"
#include "session/settings.h"

struct base_options {
	const char *baseline; /* a name or a file; NULL: this machine's */
	const char *db;       /* a history that the base is taken from, or NULL */
	bool require;
	bool allow_mismatch;
};

#define BASE_OPT_BASELINE(struct_type, field) \
	OPT_WORD('B', "baseline", struct_type, field.baseline, "NAME|FILE", \
		"the baseline of that name (baselines/named/NAME.json) or in that file (default: " \
		"this machine's)", \
		GROUP_EVERYDAY)

#define BASE_OPT_DB(struct_type, field) \
	OPT_WORD(0, "baseline-db", struct_type, field.db, "FILE", \
		"take the base from this history: this machine's runs of the commit that the work " \
		"began at, or else the newest of the branch that it began on", \
		GROUP_BASE)

struct base {
	struct run run;
	bool found;
	struct buf path;   /* of its file, there or not */
	char *mismatch;    /* what makes it incomparable with the head, or NULL */
	struct run counts; /* another machine's, for its counts alone */
	bool counts_found;
	char *counts_mismatch; /* what makes the counts incomparable with the head's, or NULL */
	struct texts others;   /* baselines of other machines */
	struct acceptances accepted;
};

#define BASE_INIT \
	{ \
		.run = RUN_INIT, .counts = RUN_INIT, .path = BUF_INIT \
	}

/* For a head that was prepared. A baseline that was named, or is required, must be there; one that
 * is chosen by machine need not. */
int base_load(struct base *base, const struct base_options *options,
	const struct settings *settings, const struct run *head, struct error *err);
void base_release(struct base *base);

/* Whose counts the head's are compared with; NULL: nobody's. */
const struct run *base_of_counts(const struct base *base);

/* The same without reading anything: where the baseline is. */
int base_find(struct base *base, const char *baseline, const struct settings *settings,
	const struct env *env, struct error *err);

/* The same for whoever makes a baseline where there is none. */
int base_load_if_there(struct base *base, const char *baseline, const struct settings *settings,
	const struct run *head, struct error *err);

/* One machine's counts serve all of its kind: where the head's has no base, or none that has
 * counts, those of the first baseline whose counts are comparable. */
void base_find_counts(struct base *base, const struct settings *settings, const struct run *head);

/* For a base whose run was read: what was accepted, and whether the two are comparable. */
int base_complete(struct base *base, const struct settings *settings, const struct run *head,
	struct error *err);

/* Head's processes are to be like the base's. */
void base_lend_pace(const struct base *base, struct run *head);

/* Marks what nobody asked for this time, so that it is not missed. */
void base_set_aside(struct base *base, const struct selection *selection);

/* Nothing of it was asked for but what head has. */
void base_set_aside_all(struct base *base);

#endif
