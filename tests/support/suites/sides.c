/* SPDX-License-Identifier: MIT-0 */
/* What a process of a comparison is told, and what it can keep to itself. */
#include <benchgate.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A new file of this name is made in the process's own folder, and is not there yet. */
BG_BENCH(scratch)
{
	const char *folder = getenv("TMPDIR"), *side = getenv("BENCHGATE_SIDE");
	char path[4096];
	uint64_t x = 0;

	snprintf(path, sizeof path, "%s/note", folder ? folder : "");
	if (access(path, F_OK) == 0)
		bg_fail(run, "%s was there already", path);
	else
		fclose(fopen(path, "w"));
	fprintf(stderr, "%s of %s\n", path, side ? side : "neither");
	BG_LOOP(run) BG_KEEP(x++);
	bg_metric(run, "is_head", side && *side == 'h', "", BG_LESS_IS_BETTER);
}

/* It says of itself that two of its processes cannot live at the same time. */
BG_BENCH(exclusive, BG_EXCLUSIVE)
{
	uint64_t x = 0;

	BG_LOOP(run) BG_KEEP(x++);
}
