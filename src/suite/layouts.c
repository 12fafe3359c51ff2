/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/layouts.h"

#include "sys/program.h"

#include <inttypes.h>
#include <stdlib.h>

static bool has_lld(void)
{
	char *path = program_find("ld.lld");
	bool has = path != NULL;

	free(path);
	return has;
}

/* Not all sections: the order of constructors is part of what a program does. */
static void add_shuffle(uint64_t seed, struct buf *ldflags)
{
	static const char *const sections[] = { ".text*", ".rodata*", ".data*", ".bss*" };

	buf_adds(ldflags, "-fuse-ld=lld");
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		buf_addf(ldflags, " -Wl,--shuffle-sections=%s=%" PRIu64, sections[i], seed);
}

/* The others cannot shuffle: functions and loops are aligned otherwise, and sorted. */
static void add_alignment(uint64_t seed, struct buf *cflags, struct buf *ldflags)
{
	static const int functions[] = { 16, 32, 64, 128 }, loops[] = { 1, 16, 32, 64, 8 };
	static const char *const sorts[] = { "", "-Wl,--sort-section=name",
		"-Wl,--sort-section=alignment" };

	buf_addf(cflags, " -falign-functions=%d -falign-loops=%d", functions[seed % 4],
		loops[seed % 5]);
	buf_adds(ldflags, sorts[seed % 3]);
}

void layouts_variables(uint64_t layout, struct buf *cflags, struct buf *ldflags)
{
	buf_adds(cflags, "BENCHGATE_CFLAGS=-ffunction-sections");
	buf_adds(ldflags, "BENCHGATE_LDFLAGS=");
	if (has_lld())
		add_shuffle(layout, ldflags);
	else
		add_alignment(layout, cflags, ldflags);
}

const char *layouts_way(void)
{
	return has_lld() ? "lld shuffles the sections"
			 : "lld is not installed: other alignments and orders, which differ less";
}
