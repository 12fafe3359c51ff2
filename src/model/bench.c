/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/bench.h"

#include "base/array.h"
#include "model/bench_command.h"

#include <string.h>

void benches_release(struct benches *benches)
{
	for (size_t i = 0; i < benches->nr; i++) {
		struct bench *bench = &benches->items[i];

		free(bench->name);
		free(bench->called);
		free(bench->tier);
		free(bench->about);
		free(bench->file);
		free(bench->source);
		if (bench->command)
			bench_command_release(bench->command);
		free(bench->command);
	}
	ARRAY_RELEASE(benches);
}

const struct bench *benches_find(const struct benches *benches, const char *name)
{
	for (size_t i = 0; i < benches->nr; i++)
		if (strcmp(benches->items[i].name, name) == 0)
			return &benches->items[i];
	return NULL;
}

bool benches_have_tier(const struct benches *benches, const char *tier, size_t len)
{
	for (size_t i = 0; i < benches->nr; i++)
		if (strlen(benches->items[i].tier) == len &&
			strncmp(benches->items[i].tier, tier, len) == 0)
			return true;
	return false;
}
