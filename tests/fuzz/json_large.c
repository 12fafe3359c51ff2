/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz/json_large.h"

#include "fuzz/fuzz.h"

void fuzz_json_large(const char *bytes, size_t len)
{
	json_large_holds(bytes, len);
}
