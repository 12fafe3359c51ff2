/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/code.h"

#include <stddef.h>

const char *const code_words[] = {
	[CODE_UNKNOWN] = "unknown",
	[CODE_SAME] = "same",
	[CODE_MOVED] = "moved",
	[CODE_CHANGED] = "changed",
	NULL,
};
