/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A search engine's query: of 4,096 documents, those that hold all three words, the best ten first.
 * The lists of the documents that hold each word are walked side by side, from the rarest word's
 * on; what a word is worth grows with its count in the document and with its rarity.
 */
#include <benchgate.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DOCUMENTS = 4096, TERMS = 256, LENGTH = 128, QUERIES = 16, ASKED = 3, BEST = 10 };

struct posting {
	uint16_t document, count;
};

struct hit {
	uint32_t document, score;
};

static struct query {
	uint32_t terms[ASKED]; /* the rarest first */
	uint32_t nr_hits, nr_best;
	struct hit best[BEST];
} queries[QUERIES];

static uint8_t counts[DOCUMENTS][TERMS];
static uint32_t worths[TERMS];
static uint32_t begins[TERMS + 1]; /* of each term's postings */
static struct posting postings[DOCUMENTS * LENGTH];

static uint32_t search_draw(uint32_t nr)
{
	static uint32_t state = 4096;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % nr;
}

/* Terms with small numbers are frequent. */
static void write_documents(void)
{
	for (int document = 0; document < DOCUMENTS; document++)
		for (int i = 0; i < LENGTH; i++)
			counts[document][search_draw(search_draw(TERMS) + 1)]++;
}

static void index_documents(void)
{
	uint32_t nr = 0;

	for (int term = 0; term < TERMS; term++) {
		begins[term] = nr;
		for (int document = 0; document < DOCUMENTS; document++)
			if (counts[document][term])
				postings[nr++] = (struct posting){ (uint16_t)document,
					counts[document][term] };
		worths[term] = (uint32_t)(100 * log((DOCUMENTS + 1.0) / (nr - begins[term] + 1)));
	}
	begins[TERMS] = nr;
}

static int by_rarity(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return worths[*left] > worths[*right] ? -1 : worths[*left] < worths[*right];
}

static void read_documents(struct bg_run *run)
{
	write_documents();
	index_documents();
	for (int i = 0; i < QUERIES; i++) {
		for (uint32_t asked = 0; asked < ASKED; asked++)
			queries[i].terms[asked] = search_draw(TERMS / 4) + asked * TERMS / 4;
		qsort(queries[i].terms, ASKED, sizeof *queries[i].terms, by_rarity);
	}
	run->items = QUERIES;
}

/* Keeps the ten best; of equals, the one that came first. */
static void add_hit(struct query *query, struct hit hit)
{
	uint32_t at = query->nr_best;

	query->nr_hits++;
	if (at < BEST)
		query->nr_best++;
	else if (query->best[--at].score >= hit.score)
		return;
	for (; at > 0 && query->best[at - 1].score < hit.score; at--)
		query->best[at] = query->best[at - 1];
	query->best[at] = hit;
}

/* How much the term is worth in the document, 0 if it is not there; *at moves on to it. */
static uint32_t score_at(uint32_t *at, uint32_t term, uint32_t document)
{
	while (*at < begins[term + 1] && postings[*at].document < document)
		++*at;
	if (*at == begins[term + 1] || postings[*at].document != document)
		return 0;
	return postings[*at].count * worths[term];
}

static void search(struct query *query)
{
	const uint32_t *terms = query->terms;
	uint32_t second = begins[terms[1]], third = begins[terms[2]];

	query->nr_hits = query->nr_best = 0;
	for (uint32_t i = begins[terms[0]]; i < begins[terms[0] + 1]; i++) {
		uint32_t document = postings[i].document;
		uint32_t score2 = score_at(&second, terms[1], document);
		uint32_t score3 = score2 ? score_at(&third, terms[2], document) : 0;

		if (score3)
			add_hit(query,
				(struct hit){ document,
					postings[i].count * worths[terms[0]] + score2 + score3 });
	}
}

/* By the documents themselves, without lists: 0 if a term lacks. */
static uint32_t score_slowly(const struct query *query, uint32_t document)
{
	uint32_t score = 0;

	for (int i = 0; i < ASKED; i++) {
		uint32_t term = query->terms[i];

		if (!counts[document][term])
			return 0;
		score += counts[document][term] * worths[term];
	}
	return score;
}

static void search_check_query(struct bg_run *run, const struct query *query)
{
	uint32_t nr = 0, nr_better = 0, last;

	for (uint32_t i = 0; i < query->nr_best; i++)
		if (query->best[i].score != score_slowly(query, query->best[i].document))
			bg_fail(run, "document %u has another score",
				(unsigned)query->best[i].document);
	last = query->nr_best ? query->best[query->nr_best - 1].score : 0;
	for (uint32_t document = 0; document < DOCUMENTS; document++) {
		uint32_t score = score_slowly(query, document);

		nr += score > 0;
		nr_better += score > last;
	}
	if (nr != query->nr_hits || nr_better >= BEST)
		bg_fail(run, "%u hits, not %u, and %u better ones than the last shown",
			(unsigned)query->nr_hits, (unsigned)nr, (unsigned)nr_better);
}

BG_BENCH(search_performance, BG_STANDARD, BG_SETUP(read_documents),
	BG_ABOUT("16 queries of 3 words in an index of 4,096 documents, the ten best of each"))
{
	BG_LOOP(run)
		for (int i = 0; i < QUERIES; i++)
			search(&queries[i]);

	for (int i = 0; i < QUERIES; i++)
		search_check_query(run, &queries[i]);
}
