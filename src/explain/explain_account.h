/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is known of what was explained: the two sides, and each benchmark with its costs. */
#ifndef EXPLAIN_EXPLAIN_ACCOUNT_H
#define EXPLAIN_EXPLAIN_ACCOUNT_H

#include "explain/machine_code.h"
#include "explain/source_changes.h"

struct explain_subject {
	char *name;    /* of the benchmark; owned */
	char *trouble; /* why it could not be profiled; owned; NULL: it was, and what follows is
			  there */
	uint64_t iterations; /* that were profiled on each side */
	struct costs costs[NR_SIDES];
	struct explanation explanation;
	struct machine_code code[NR_SIDES]; /* of the function that changed most */
	char *note;                         /* on how it was profiled; owned; or NULL */
	char *code_trouble; /* why there is no machine code; owned; NULL: there is, or nothing
			       changed */
};

struct explain_account {
	char *said[NR_SIDES];          /* the sides as people name them; owned */
	struct source_changes changes; /* between the two, where both are revisions */
	bool shows_code;               /* its report has all the machine code */
	char *tool; /* "counted by callgrind of valgrind-3.19.0"; owned; NULL: not known */
	char *why;  /* why by that one; owned; or NULL */
	struct {
		struct explain_subject *items;
		size_t nr, alloc;
	} subjects;
};

/* side: "base", "head", or NULL. */
void explain_subject_trouble(struct explain_subject *subject, const char *side, const char *why);
/* Forgets what was profiled, and its trouble. */
void explain_subject_clear(struct explain_subject *subject);

void explain_account_release(struct explain_account *account);

#endif
