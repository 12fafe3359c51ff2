/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A selftest of the gate for people: a table, a line for each benchmark of which it does not hold,
 * and a sentence at the end. */
#ifndef REPORT_SELFTEST_TEXT_H
#define REPORT_SELFTEST_TEXT_H

#include "gate/selftest.h"

void selftest_text(const struct selftest *selftest, unsigned width, struct buf *out);

#endif
