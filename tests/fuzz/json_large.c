/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz/json_large.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	fuzz_json_large(bytes, len);
	return 0;
}
