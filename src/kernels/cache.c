/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cache in front of something slow: the least recently used entry makes room. Few keys are asked
 * for often and many seldom, as Zipf's law has it for words, pages and videos. A hash table whose
 * entries are also a list, so nearly every step is a load that depends on the one before it.
 */
#include <benchgate.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS = 16384, REQUESTS = 20000, CAPACITY = 1024, CHAINS = 2048, NONE = 0xffff };

static uint16_t requests[REQUESTS];

/* Entries are numbers; CAPACITY is the ring's head: after it the newest, before it the oldest. */
static struct {
	uint16_t key, chain_next, newer, older;
} entries[CAPACITY + 1];
static uint16_t chains[CHAINS], nr_entries;

static uint32_t cache_draw(void)
{
	static uint32_t state = 1949;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* Zipf (1949): the key of rank k is asked for 1/k as often as the first. */
static void write_requests(struct bg_run *run)
{
	static double up_to[KEYS];
	double sum = 0;

	for (int i = 0; i < KEYS; i++)
		up_to[i] = sum += 1.0 / (i + 1);
	run->items = REQUESTS;
	for (int i = 0; i < REQUESTS; i++) {
		double at = cache_draw() / 0x1p32 * sum;
		uint16_t low = 0, high = KEYS - 1;

		while (low < high) {
			uint16_t middle = (uint16_t)((low + high) / 2);

			if (up_to[middle] <= at)
				low = (uint16_t)(middle + 1);
			else
				high = middle;
		}
		requests[i] = low;
	}
}

static void cache_clear(void)
{
	memset(chains, 0xff, sizeof chains);
	nr_entries = 0;
	entries[CAPACITY].newer = entries[CAPACITY].older = CAPACITY;
}

static void unlink_entry(uint16_t entry)
{
	entries[entries[entry].newer].older = entries[entry].older;
	entries[entries[entry].older].newer = entries[entry].newer;
}

static void make_newest(uint16_t entry)
{
	entries[entry].newer = CAPACITY;
	entries[entry].older = entries[CAPACITY].older;
	entries[entries[entry].older].newer = entry;
	entries[CAPACITY].older = entry;
}

static uint16_t *chain_of(uint16_t key)
{
	return &chains[key * 40503u % 65536 / (65536 / CHAINS)];
}

/* A new entry, or the oldest one taken out of its chain. */
static uint16_t cache_make_room(void)
{
	uint16_t oldest = entries[CAPACITY].newer, *link;

	if (nr_entries < CAPACITY)
		return nr_entries++;
	link = chain_of(entries[oldest].key);
	while (*link != oldest)
		link = &entries[*link].chain_next;
	*link = entries[oldest].chain_next;
	unlink_entry(oldest);
	return oldest;
}

/* Whether the key was there; now it is. */
static int cache_ask(uint16_t key)
{
	uint16_t *chain = chain_of(key), entry = *chain;

	while (entry != NONE && entries[entry].key != key)
		entry = entries[entry].chain_next;
	if (entry != NONE) {
		unlink_entry(entry);
		make_newest(entry);
		return 1;
	}
	entry = cache_make_room();
	entries[entry].key = key;
	entries[entry].chain_next = *chain;
	*chain = entry;
	make_newest(entry);
	return 0;
}

/* The same with one array, the newest key at its front. */
static uint32_t hits_slowly(void)
{
	static uint16_t keys[CAPACITY];
	uint32_t nr = 0, nr_hits = 0;

	for (int i = 0; i < REQUESTS; i++) {
		uint32_t at = 0;

		while (at < nr && keys[at] != requests[i])
			at++;
		nr_hits += at < nr;
		if (at == nr && nr < CAPACITY)
			nr++;
		memmove(keys + 1, keys, (at < nr ? at : nr - 1) * sizeof *keys);
		keys[0] = requests[i];
	}
	return nr_hits;
}

BG_BENCH(cache_efficiency, BG_STANDARD, BG_SETUP(write_requests),
	BG_ABOUT("20,000 requests of a Zipf load to an LRU cache of 1,024 entries"))
{
	uint32_t nr_hits = 0;

	BG_LOOP(run) {
		nr_hits = 0;
		cache_clear();
		for (int i = 0; i < REQUESTS; i++)
			nr_hits += (uint32_t)cache_ask(requests[i]);
	}

	if (nr_hits != hits_slowly())
		bg_fail(run, "%u hits, not %u", (unsigned)nr_hits, (unsigned)hits_slowly());
	bg_metric(run, "hits", 100.0 * nr_hits / REQUESTS, "%", BG_MORE_IS_BETTER);
}
