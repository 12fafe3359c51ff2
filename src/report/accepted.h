/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words about a regression that may stay: by an acceptance on record, or by a trade-off. */
#ifndef REPORT_ACCEPTED_H
#define REPORT_ACCEPTED_H

#include "base/buf.h"
#include "gate/verdict.h"

/* "; accepted by somebody until 2026-12-31: it finds more", or why it is not; nothing where neither
 * speaks of it. */
void accepted_add(const struct comparison *comparison, struct buf *out);

#endif
