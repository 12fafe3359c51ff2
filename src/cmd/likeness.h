/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How alike the machine code of base and head is, benchmark by benchmark. */
#ifndef CMD_LIKENESS_H
#define CMD_LIKENESS_H

#include "model/bench.h"
#include "model/run.h"

/* Notes it in the results of what was measured in turn. Reads the suites' files, so not while
 * anything is measured. */
void likeness_note(const struct benches *base, const struct benches *head, struct run *run);

#endif
