/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the machine code of a suite comes from: lines, where functions begin, and which functions
 * were inlined. The compiler's debug information says it to addr2line of binutils. */
#ifndef SESSION_SOURCE_PLACES_H
#define SESSION_SOURCE_PLACES_H

#include "explain/costs.h"

/* Fills in what the lines of the suite's own functions lack, and drops lines that stay without a
 * file. Without debug information or addr2line nothing is filled in. */
void source_places_find(struct costs *costs);

#endif
