/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a machine's fingerprint and conditions mean for the trust in what is measured on it. */
#ifndef GATE_TRUST_H
#define GATE_TRUST_H

#include "model/env.h"

enum trust_grade {
	TRUST_GOOD,
	TRUST_UNKNOWN, /* the machine does not say */
	TRUST_CAUTION, /* makes results noisier or harder to compare */
	TRUST_BAD,     /* makes measuring meaningless */
};

/* About one field. The texts are static. */
struct finding {
	enum env_id id;
	enum trust_grade grade;
	const char *meaning; /* what the field does to results; "" for mere information */
	const char *mend; /* the command, or what else to do; NULL when there is nothing to mend */
};

struct findings {
	struct finding items[ENV_NR_FIELDS];
	size_t nr;
	enum trust_grade worst;
};

struct findings trust_judge(const struct env *env);
const char *trust_grade_name(enum trust_grade grade);

#endif
