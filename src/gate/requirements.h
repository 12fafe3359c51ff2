/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the policy file's "environment" asks of the machine, and whether a machine has it. What
 * cannot be found out is "not checked", and never taken for met.
 */
#ifndef GATE_REQUIREMENTS_H
#define GATE_REQUIREMENTS_H

#include "base/buf.h"
#include "base/texts.h"
#include "model/env.h"

#define REQUIREMENT_COMPUTE "compute_instances"
#define REQUIREMENT_ISOLATION "isolation_requirements"

enum requirement_type {
	REQUIREMENT_TEXT,
	REQUIREMENT_NUMBER, /* a whole number, 1 to 1000000 */
	REQUIREMENT_SIZE,   /* "128GB" */
	REQUIREMENT_RATE,   /* "10Gbps" */
	REQUIREMENT_FLAG,   /* false asks nothing */
	REQUIREMENT_TEXTS,  /* a text, or a list of them */
	REQUIREMENT_FILES,  /* an object of SHA-256 by paths */
	REQUIREMENT_HASHES, /* "pinned_sha256" */
};

enum requirement_word {
	REQUIREMENT_MET,
	REQUIREMENT_NOT_CHECKED,
	REQUIREMENT_FAILED,
};

struct requirement;
struct requirement_facts;

/* A key that may stand in "environment". */
struct requirement_kind {
	const char *section; /* that it may stand in, too; NULL: none */
	const char *key;
	enum requirement_type type;
	/* Appends what the machine has. */
	enum requirement_word (*check)(const struct requirement *asked,
		const struct requirement_facts *machine, struct buf *here);
	const char *mend; /* what to do when it fails; "" where it cannot */
};

/* All of them; one without a key is the end. */
extern const struct requirement_kind requirement_kinds[];

struct requirement {
	const struct requirement_kind *kind; /* a row of the table */
	char *place;                         /* "environment.compute_instances.cpu" */
	char *asked;                         /* as the file says it; a pinned file's hash */
	char *path;                          /* of a pinned file, from the policy file; else NULL */
};

struct requirements {
	struct requirement *items;
	size_t nr, alloc;
};

void requirements_release(struct requirements *asked);

/* What is known of a machine. Texts are borrowed; NULL: it does not say. */
struct requirement_facts {
	const struct env *env;
	const char *distribution;  /* "Ubuntu 22.04.3 LTS" */
	const char *rust;          /* what rustc says of its version */
	const char *interfaces;    /* of the network, that are up, but for the loopback */
	const struct texts *disks; /* a text for each, as hardware_disks spells them */
	double cores;              /* that may be used */
	double ram_bytes;          /* that may be used */
	double network_mbps;       /* of the fastest interface; 0: none says it */
	bool sandboxed;            /* suites have no network */
	char *(*find_program)(const char *name); /* owned by the caller; NULL: not in PATH */
	char *(*hash_file)(void *context, const char *path); /* the same; NULL: cannot be read */
	void *context;                                       /* of hash_file */
};

struct requirement_answer {
	enum requirement_word word;
	struct buf here;  /* what there is instead, or why it is not checked */
	const char *mend; /* what would mend it; static */
};

void requirement_check(const struct requirement *asked, const struct requirement_facts *machine,
	struct requirement_answer *answer);
void requirement_answer_release(struct requirement_answer *answer);

/* "10Gbps" or "10 Gbit/s" is 10000 megabits a second. */
bool requirement_rate_from(const char *text, double *mbps);

const char *requirement_word_name(enum requirement_word word); /* "met", "not checked", "fails" */

#endif
