/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report on a terminal: what failed first, then a table, then the sum of it. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "base/buf.h"
#include "gate/verdict.h"

struct text_style {
	unsigned width; /* columns */
	bool color;
	unsigned verbose; /* 1: how each benchmark was measured; 2: how it was judged, step by step
			   */
	bool knows_guest; /* its reader was told today that the machine is a hypervisor's guest */
};

void text_report(const struct verdict *verdict, struct text_style style, struct buf *out);

#endif
