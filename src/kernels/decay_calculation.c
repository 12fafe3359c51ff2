/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forgetting: each of ten thousand memories has lost strength since it was last used, half of it in
 * each half-life of its kind. One exp() and one division a memory, out of the second-level cache.
 */
#include <benchgate.h>
#include <math.h>

enum { MEMORIES = 10000 };

#define DAY 86400u

struct memory {
	double strength;    /* when last used, up to 1 */
	uint32_t age;       /* seconds since then, up to 30 days */
	uint32_t half_life; /* seconds, from a day up to 8 */
};

static struct memory memories[MEMORIES];
static double strengths[MEMORIES];

static uint32_t decay_calculation_draw(void)
{
	static uint32_t state = 10000;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void decay_calculation_remember(void)
{
	for (int i = 0; i < MEMORIES; i++) {
		memories[i].strength = (decay_calculation_draw() % 1000 + 1) / 1000.0;
		memories[i].age = decay_calculation_draw() % (30 * DAY);
		memories[i].half_life = DAY << (decay_calculation_draw() % 4);
	}
}

static void decay(void)
{
	const double ln2 = 0.693147180559945309417;

	for (int i = 0; i < MEMORIES; i++) {
		const struct memory *memory = &memories[i];

		strengths[i] = memory->strength * exp(-ln2 * memory->age / memory->half_life);
	}
}

/* Another road to the same number: whole half-lives shift the exponent, the rest is a power of two.
 */
static double decayed(const struct memory *memory)
{
	uint32_t halvings = memory->age / memory->half_life;
	double rest = (double)(memory->age % memory->half_life) / memory->half_life;

	return ldexp(memory->strength, -(int)halvings) / pow(2, rest);
}

BG_BENCH(decay_calculation_10000m, BG_CRITICAL,
	BG_ABOUT("exponential decay of 10,000 memories by their age"))
{
	run->bytes = sizeof memories;
	run->items = MEMORIES;
	decay_calculation_remember();

	BG_LOOP(run)
		decay();

	for (int i = 0; i < MEMORIES; i++) {
		double right = decayed(&memories[i]);

		if (!(fabs(strengths[i] / right - 1) < 1e-12))
			bg_fail(run, "memory %d has %g, not %g", i, strengths[i], right);
	}
}
