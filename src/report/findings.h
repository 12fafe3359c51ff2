/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How what is to be said of a machine looks, to people and to programs. */
#ifndef REPORT_FINDINGS_H
#define REPORT_FINDINGS_H

#include "base/buf.h"
#include "gate/requirements.h"
#include "gate/trust.h"

void findings_text(
	const struct env *env, const struct findings *findings, bool color, struct buf *out);
/* The same as JSON; with an answer for each requirement. */
void findings_json(const struct env *env, const struct findings *findings,
	const struct requirements *asked, const struct requirement_answer *answers,
	struct buf *out);

/* A line for each requirement of the policy file; nothing where there is none. */
void requirements_text(const struct requirements *asked, const struct requirement_answer *answers,
	bool color, struct buf *out);

#endif
