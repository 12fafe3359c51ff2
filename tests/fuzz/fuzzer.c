/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer's side: FUZZ_TARGET in the environment names the target. */
#include "fuzz/fuzz.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t len, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t room, unsigned seed);

static const struct fuzz_target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("FUZZ_TARGET");

	(void)argc;
	(void)argv;
	for (target = fuzz_targets; target->name; target++)
		if (name && strcmp(target->name, name) == 0)
			return 0;
	fprintf(stderr, "FUZZ_TARGET is %s; it must be one of:", name ? name : "not set");
	for (target = fuzz_targets; target->name; target++)
		fprintf(stderr, " %s", target->name);
	fprintf(stderr, "\n");
	exit(2);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	fuzz_target_run(target, bytes, len);
	return 0;
}

/* One in four changes is of bytes all the same: what is no JSON must be refused. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t room, unsigned seed)
{
	size_t changed = 0;

	if (target->is_json && seed % 4)
		changed = fuzz_json_change((char *)bytes, len, room, seed / 4);
	return changed ? changed : LLVMFuzzerMutate(bytes, len, room);
}
