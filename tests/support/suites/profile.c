/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One function calls another ten times, which does ROUNDS of work in one that is inlined. */
#include <benchgate.h>

#include <string.h>

static inline __attribute__((always_inline)) long add_digits(long number)
{
	for (int i = 0; i < ROUNDS; i++)
		number = BG_KEEP(number) * 10 + 3;
	return number;
}

static __attribute__((noinline)) long parse_number(long number)
{
	return add_digits(number);
}

static __attribute__((noinline)) long parse_all(long number)
{
	for (int i = 0; i < 10; i++)
		number += parse_number(number);
	return number;
}

BG_BENCH(parse)
{
	static char text[1000], copy[1000];
	size_t size = sizeof text;

	BG_LOOP(run) {
		memcpy(copy, text, BG_KEEP(size));
		BG_KEEP(parse_all(BG_KEEP(7)));
	}
}
