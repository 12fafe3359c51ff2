/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inner loop of semantic search: how alike is one embedding to each of a thousand others, by
 * the cosine of the angle between them? Three megabytes of floats stream by, each used twice.
 */
#include <benchgate.h>
#include <math.h>

enum { DIMENSIONS = 768, CANDIDATES = 1000, LANES = 16 };

static float query[DIMENSIONS];
static float candidates[CANDIDATES][DIMENSIONS];
static float scores[CANDIDATES];

/* Numbers from -1 to 1, the same in every process (xorshift; Marsaglia, 2003). */
static void vector_similarity_fill(float *numbers, size_t nr)
{
	static uint32_t state = 768;

	for (size_t i = 0; i < nr; i++) {
		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		numbers[i] = (float)(state >> 8) / 0x1p23f - 1;
	}
}

static float total(const float lanes[LANES])
{
	float sum = 0;

	for (int i = 0; i < LANES; i++)
		sum += lanes[i];
	return sum;
}

/* Sums in lanes that do not wait for one another: the compiler may not reorder one float sum by
 * itself. */
static float dot(const float *a, const float *b)
{
	float lanes[LANES] = { 0 };

	for (int i = 0; i < DIMENSIONS; i += LANES)
		for (int lane = 0; lane < LANES; lane++)
			lanes[lane] += a[i + lane] * b[i + lane];
	return total(lanes);
}

static void compare_all(void)
{
	float length = dot(query, query);

	for (int i = 0; i < CANDIDATES; i++) {
		const float *other = candidates[i];

		scores[i] = dot(query, other) / sqrtf(length * dot(other, other));
	}
}

/* The textbook's way, in doubles. */
static double cosine(const float *a, const float *b)
{
	double ab = 0, aa = 0, bb = 0;

	for (int i = 0; i < DIMENSIONS; i++) {
		ab += (double)a[i] * (double)b[i];
		aa += (double)a[i] * (double)a[i];
		bb += (double)b[i] * (double)b[i];
	}
	return ab / (sqrt(aa) * sqrt(bb));
}

BG_BENCH(vector_similarity_768d_1000c, BG_CRITICAL,
	BG_ABOUT("cosine similarity of one vector of 768 floats with 1,000 others"))
{
	run->bytes = sizeof candidates;
	run->items = CANDIDATES;
	vector_similarity_fill(query, DIMENSIONS);
	vector_similarity_fill(candidates[0], (size_t)CANDIDATES * DIMENSIONS);

	BG_LOOP(run)
		compare_all();

	for (int i = 0; i < CANDIDATES; i++) {
		double right = cosine(query, candidates[i]);

		if (!(fabs((double)scores[i] - right) < 1e-5))
			bg_fail(run, "candidate %d has %g, not %g", i, (double)scores[i], right);
	}
}
