/* SPDX-License-Identifier: MIT-0 */
/* Kernels of one kind each, slowed as slowed.h says. */
#include "slowed.h"

#include <string.h>

enum { NODES = 4096, HOPS = 4, WORDS = 8, DIMENSIONS = 32, LINE = 16, NUMBERS = 8 };

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

static struct node nodes[NODES]; /* 256 KiB */

static uint64_t follow(uint32_t item, uint64_t state)
{
	(void)item;
	for (int i = 0; i < HOPS; i++)
		state = nodes[state].next;
	return state;
}

BG_BENCH(chase, BG_CRITICAL, BG_ABOUT("4 hops an item, along a chain through 256 KiB"))
{
	close_circle(nodes, NODES);
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
