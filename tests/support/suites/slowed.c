/* SPDX-License-Identifier: MIT-0 */
/*
 * Kernels that take an exact share more time, to see whether a gate calls it. Each works through
 * 1000 items an iteration; built with -DSLOWER_PERMILLE=30 it works through 1030, with the same
 * machine code. The items stand in a circle that the iterations go round without a break, so the
 * stream of items is the same too and each of them gets its share of what is added.
 */
#include <benchgate.h>
#include <string.h>

#ifndef SLOWER_PERMILLE
#define SLOWER_PERMILLE 0
#endif
/* For who wants to count them. */
#ifndef SLOWED_ITEM
#define SLOWED_ITEM()
#endif

enum { ITEMS = 1000, NODES = 4096, HOPS = 4, WORDS = 8, DIMENSIONS = 32, LINE = 16, NUMBERS = 8 };

/* Volatile: the optimiser must not know it. */
static const volatile uint32_t nr_due = ITEMS + ITEMS * SLOWER_PERMILLE / 1000;

static uint32_t draw(uint32_t nr)
{
	static uint32_t state = 1000;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % nr;
}

/* What one item makes of what the items before it left. */
typedef uint64_t item_fn(uint32_t item, uint64_t state);

static inline __attribute__((always_inline)) void go_round(struct bg_run *run, item_fn *work)
{
	const uint32_t due = nr_due;
	uint32_t item = 0;
	uint64_t state = 0;

	BG_LOOP(run) {
		for (uint32_t left = due; left; left--) {
			SLOWED_ITEM();
			state = work(item, state);
			item = item + 1 < ITEMS ? item + 1 : 0;
		}
		BG_KEEP(state);
	}
}

static uint64_t words[ITEMS][WORDS];

static uint64_t hash_words(uint32_t item, uint64_t state)
{
	for (int i = 0; i < WORDS; i++) {
		state = (state ^ words[item][i]) * 0x9e3779b97f4a7c15u;
		state ^= state >> 29;
	}
	return state;
}

BG_BENCH(hash, BG_CRITICAL, BG_ABOUT("64 bytes an item, hashed by multiplications"))
{
	for (int i = 0; i < ITEMS; i++)
		for (int j = 0; j < WORDS; j++)
			words[i][j] = draw(UINT32_MAX);
	go_round(run, hash_words);
}

static float vectors[ITEMS][DIMENSIONS], weights[DIMENSIONS];

static uint64_t weigh(uint32_t item, uint64_t state)
{
	float sum[4] = { 0 };

	for (int i = 0; i < DIMENSIONS; i += 4)
		for (int j = 0; j < 4; j++)
			sum[j] += vectors[item][i + j] * weights[i + j];
	return state + (sum[0] + sum[1] > sum[2] + sum[3]);
}

BG_BENCH(dot_product, BG_CRITICAL, BG_ABOUT("32 floats an item, weighed and summed"))
{
	for (int i = 0; i < ITEMS; i++)
		for (int j = 0; j < DIMENSIONS; j++)
			vectors[i][j] = (float)draw(1000) - 500;
	for (int i = 0; i < DIMENSIONS; i++)
		weights[i] = (float)draw(1000) / 1000;
	go_round(run, weigh);
}

static char lines[ITEMS][LINE];

static uint64_t count_tokens(uint32_t item, uint64_t state)
{
	enum { NOTHING, NAME, NUMBER } in = NOTHING;

	for (const char *at = lines[item]; *at; at++) {
		if (*at >= 'a' && *at <= 'z') {
			state += in == NOTHING;
			in = in == NUMBER ? NUMBER : NAME;
		} else if (*at >= '0' && *at <= '9') {
			state += in == NOTHING ? 3 : 0;
			in = in == NAME ? NAME : NUMBER;
		} else {
			state += *at == ' ' ? 0 : 5;
			in = NOTHING;
		}
	}
	return state;
}

BG_BENCH(tokens, BG_CRITICAL, BG_ABOUT("a line an item, cut into names, numbers and signs"))
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789  ()+;=";

	for (int i = 0; i < ITEMS; i++)
		for (int j = 0; j < LINE - 1; j++)
			lines[i][j] = letters[draw(sizeof letters - 1)];
	go_round(run, count_tokens);
}

/* 256 KiB: one node a cache line. */
static struct {
	uint64_t next;
	char rest[56];
} nodes[NODES];

static uint64_t follow(uint32_t item, uint64_t state)
{
	(void)item;
	for (int i = 0; i < HOPS; i++)
		state = nodes[state].next;
	return state;
}

BG_BENCH(chase, BG_CRITICAL, BG_ABOUT("4 hops an item, along a chain through 256 KiB"))
{
	/* Sattolo 1986: one circle through all. */
	for (uint32_t i = 0; i < NODES; i++)
		nodes[i].next = i;
	for (uint32_t i = NODES - 1; i; i--) {
		uint32_t other = draw(i);
		uint64_t next = nodes[i].next;

		nodes[i].next = nodes[other].next;
		nodes[other].next = next;
	}
	go_round(run, follow);
}

static uint32_t numbers[ITEMS][NUMBERS];

static uint64_t sort_numbers(uint32_t item, uint64_t state)
{
	uint32_t sorted[NUMBERS];

	for (int i = 0; i < NUMBERS; i++) {
		uint32_t number = numbers[item][i];
		int at = i;

		for (; at && sorted[at - 1] > number; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = number;
	}
	return state + sorted[NUMBERS / 2];
}

BG_BENCH(sort, BG_CRITICAL, BG_ABOUT("8 numbers an item, sorted by insertion"))
{
	for (int i = 0; i < ITEMS; i++)
		for (int j = 0; j < NUMBERS; j++)
			numbers[i][j] = draw(UINT32_MAX);
	go_round(run, sort_numbers);
}

static char texts[ITEMS][LINE];

static uint64_t find_word(uint32_t item, uint64_t state)
{
	static const char word[] = "abba";
	const char *text = texts[item];

	for (uint64_t at = 0; at + sizeof word <= LINE; at++)
		if (text[at] == word[0] && !memcmp(text + at + 1, word + 1, sizeof word - 2))
			return state + at;
	return state;
}

BG_BENCH(find, BG_CRITICAL, BG_ABOUT("a word sought in the 15 letters of an item"))
{
	for (int i = 0; i < ITEMS; i++)
		for (int j = 0; j < LINE - 1; j++)
			texts[i][j] = (char)('a' + draw(4));
	go_round(run, find_word);
}
