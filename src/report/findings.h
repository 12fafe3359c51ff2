/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How what is to be said of a machine looks, to people and to programs. */
#ifndef REPORT_FINDINGS_H
#define REPORT_FINDINGS_H

#include "base/buf.h"
#include "gate/trust.h"

void findings_text(
	const struct env *env, const struct findings *findings, bool color, struct buf *out);
void findings_json(const struct env *env, const struct findings *findings, struct buf *out);

#endif
