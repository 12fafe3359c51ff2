/* SPDX-License-Identifier: MIT-0 */
/* A benchmark that holds -DHELD=n MiB while it runs. */
#include <benchgate.h>
#include <stdlib.h>
#include <string.h>

BG_BENCH(holds, BG_CRITICAL)
{
	size_t size = (size_t)HELD << 20;
	char *held = malloc(size);

	memset(held, 1, size);
	BG_LOOP(run)
		for (int i = 0; i < 1000; i++)
			BG_CLOBBER();
	if (held[size - 1] != 1)
		bg_fail(run, "what it held has changed");
	free(held);
}
