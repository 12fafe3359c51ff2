/* SPDX-License-Identifier: MIT-0 */
/* Each benchmark calls the library that the suite brought, and fails when another was reached. */
#include "own_library.h"

#include <benchgate.h>

static inline void check_calls(struct bg_run *run)
{
	if (!own_calls)
		bg_fail(run, "the library that the suite brought was not called");
}

#ifdef OWN_CJSON
BG_BENCH(own_cjson)
{
	BG_LOOP(run) {
		cJSON *item = cJSON_Parse("{}");

		BG_KEEP(cJSON_PrintUnformatted(item));
		cJSON_Delete(item);
	}
	check_calls(run);
}
#endif

#ifdef OWN_QSORT
static int by_size(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

BG_BENCH(own_qsort)
{
	int numbers[] = { 3, 1, 2 };

	own_calls = 0;
	BG_LOOP(run) {
		qsort(numbers, 3, sizeof *numbers, by_size);
		BG_CLOBBER();
	}
	check_calls(run);
	if (numbers[0] != 1)
		bg_fail(run, "not sorted");
}
#endif

#ifdef OWN_MEMCPY
BG_BENCH(own_memcpy)
{
	char from[8] = "abcdefg", to[8] = "";

	own_calls = 0;
	BG_LOOP(run)
		memcpy(BG_KEEP(&to), BG_KEEP(&from), sizeof to);
	check_calls(run);
}
#endif

#ifdef OWN_MALLOC
BG_BENCH(own_malloc)
{
	own_calls = 0;
	BG_LOOP(run)
		free(BG_KEEP(malloc(100)));
	check_calls(run);
}
#endif
