/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Building the index of a search engine: for each word of a text, the places where it stands. Once
 * as most programs do, with one small allocation after the other; and once as if memory were dear,
 * where the places lie in pages of which a sixth fits into memory and the rest is fetched and put
 * away.
 */
#include <benchgate.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 20000, VOCABULARY = 2000 };

static uint32_t text[TEXT]; /* which word stands at each place */
static uint32_t
	begins[VOCABULARY + 1]; /* all places in order of their words: where a word's begin */

static uint32_t memory_draw(uint32_t nr)
{
	static uint32_t state = 2000;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % nr;
}

/* Some words are frequent and most are rare, as in any language. */
static void memory_write_text(struct bg_run *run)
{
	run->items = TEXT;
	for (int i = 0; i < TEXT; i++) {
		text[i] = memory_draw(memory_draw(memory_draw(VOCABULARY) + 1) + 1);
		begins[text[i] + 1]++;
	}
	for (int i = 0; i < VOCABULARY; i++)
		begins[i + 1] += begins[i];
}

/* One reading of the text for one word, to compare an index with. */
static int is_right(uint32_t word, const uint32_t *places, uint32_t nr)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < TEXT; i++) {
		if (text[i] != word)
			continue;
		if (found == nr || places[found] != i)
			return 0;
		found++;
	}
	return found == nr;
}

struct entry {
	uint32_t word, nr, alloc;
	uint32_t *places;
	struct entry *next;
};

static struct entry *table[512];
static double nr_allocs, nr_bytes;

static void *allocate(void *old, size_t size)
{
	void *memory = realloc(old, size);

	if (!memory)
		abort();
	nr_allocs++;
	nr_bytes += (double)size;
	return memory;
}

static struct entry *memory_entry_of(uint32_t word)
{
	struct entry **head = &table[word % 512], *entry = *head;

	while (entry && entry->word != word)
		entry = entry->next;
	if (!entry) {
		entry = allocate(NULL, sizeof *entry);
		*entry = (struct entry){ .word = word, .next = *head };
		*head = entry;
	}
	return entry;
}

static void build_index(void)
{
	nr_allocs = nr_bytes = 0;
	for (uint32_t i = 0; i < TEXT; i++) {
		struct entry *entry = memory_entry_of(text[i]);

		if (entry->nr == entry->alloc) {
			entry->alloc = entry->alloc ? entry->alloc * 2 : 4;
			entry->places =
				allocate(entry->places, entry->alloc * sizeof *entry->places);
		}
		entry->places[entry->nr++] = i;
	}
}

static void free_index(void)
{
	for (int i = 0; i < 512; i++) {
		while (table[i]) {
			struct entry *entry = table[i];

			table[i] = entry->next;
			free(entry->places);
			free(entry);
		}
	}
}

BG_BENCH(memory_usage_baseline, BG_CRITICAL, BG_SETUP(memory_write_text),
	BG_ABOUT("index a text of 20,000 words in small allocations, and free them"))
{
	BG_LOOP(run) {
		free_index();
		build_index();
	}

	for (uint32_t word = 0; word < VOCABULARY; word += 7) {
		const struct entry *entry = memory_entry_of(word);

		if (!is_right(word, entry->places, entry->nr))
			bg_fail(run, "the index lacks places of word %u", (unsigned)word);
	}
	free_index();
	bg_metric(run, "allocations", nr_allocs, "", BG_LESS_IS_BETTER);
	bg_metric(run, "allocated", nr_bytes, "B", BG_LESS_IS_BETTER);
}

enum { PAGE = 64, PAGES = TEXT / PAGE + 1, FRAMES = 52 };

/* Memory is the frames; the store stands for a disk. A clock's hand looks for a page to put away.
 */
static uint32_t store[PAGES][PAGE];
static uint32_t frames[FRAMES][PAGE];
static uint32_t page_in[FRAMES];      /* which page each frame holds, + 1; 0: none */
static uint32_t frame_of[PAGES];      /* where each page is, + 1; 0: not in memory */
static unsigned char is_used[FRAMES]; /* since the hand last came by */
static uint32_t hand, nr_evicted;

static void put_away(uint32_t frame)
{
	if (page_in[frame]) {
		uint32_t page = page_in[frame] - 1;

		memcpy(store[page], frames[frame], sizeof store[page]);
		frame_of[page] = 0;
		page_in[frame] = 0;
		nr_evicted++;
	}
}

/* Second chance (Corbato, 1968): a page that was used since the last round stays. */
static uint32_t fetch(uint32_t page)
{
	while (is_used[hand]) {
		is_used[hand] = 0;
		hand = (hand + 1) % FRAMES;
	}
	put_away(hand);
	memcpy(frames[hand], store[page], sizeof frames[hand]);
	page_in[hand] = page + 1;
	frame_of[page] = hand + 1;
	return hand;
}

static void put_place(uint32_t at, uint32_t place)
{
	uint32_t page = at / PAGE;
	uint32_t frame = frame_of[page] ? frame_of[page] - 1 : fetch(page);

	is_used[frame] = 1;
	frames[frame][at % PAGE] = place;
}

static void build_in_pages(void)
{
	uint32_t nr[VOCABULARY] = { 0 };

	nr_evicted = 0;
	for (uint32_t i = 0; i < TEXT; i++) {
		uint32_t word = text[i];

		put_place(begins[word] + nr[word]++, i);
	}
	for (uint32_t frame = 0; frame < FRAMES; frame++)
		put_away(frame);
}

BG_BENCH(memory_starvation_test, BG_COMPREHENSIVE, BG_SETUP(memory_write_text),
	BG_ABOUT("index the same text where only a sixth of the index fits into memory"))
{
	BG_LOOP(run) {
		memset(store, 0, sizeof store);
		build_in_pages();
	}

	for (uint32_t word = 0; word < VOCABULARY; word += 7)
		if (!is_right(word, &store[0][0] + begins[word], begins[word + 1] - begins[word]))
			bg_fail(run, "the index lacks places of word %u", (unsigned)word);
	bg_metric(run, "evictions", nr_evicted, "", BG_LESS_IS_BETTER);
}
