/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions of a profile while it is read: each once, by name, object and file, and named as
 * people know it. */
#ifndef EXPLAIN_COST_NAMES_H
#define EXPLAIN_COST_NAMES_H

#include "explain/costs.h"

struct cost_names {
	struct costs *costs; /* that they are added to; borrowed, as is the next */
	const struct costs_of *whose;
	size_t *slots; /* hash of functions: index + 1, 0 for none */
	size_t nr_slots;
};

/* As a profiler says it; borrowed. */
struct cost_name {
	const char *name;
	size_t object, file; /* of the costs, or COSTS_NONE */
	uint64_t start;      /* of its code in the object; 0: not known */
};

/* Its index; COSTS_NONE: it is of an object that is left out. */
size_t cost_names_function(struct cost_names *names, const struct cost_name *said);

/* That of the same function where it is at work already, as the name "parse'2" says by itself. */
size_t cost_names_again(struct cost_names *names, size_t function);

/* The index of a text that is added where it is not there. */
size_t cost_names_text(struct texts *texts, const char *text);

void cost_names_release(struct cost_names *names);

#endif
