/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How an associative memory recalls: one idea is woken, and in each round every node keeps a part
 * of its activation and passes the rest on along its links. A sparse matrix times a vector, a
 * hundred times: loads from scattered places, each waited for by an addition.
 */
#include <benchgate.h>
#include <math.h>

enum { NODES = 1000, LINKS = 5, EDGES = NODES * LINKS, ROUNDS = 100 };

#define KEPT 0.2f

struct edge {
	uint32_t from, to;
	float weight; /* all weights that leave a node add up to 1 */
};

static struct edge edges[EDGES];    /* as they were drawn, by from */
static struct edge incoming[EDGES]; /* the same, by to ... */
static uint32_t first[NODES + 1];   /* ... where those into one node begin */
static float active[2][NODES];      /* now and in the next round, by turns */

static uint32_t spreading_activation_draw(void)
{
	static uint32_t state = 1000;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void draw_graph(void)
{
	for (uint32_t node = 0; node < NODES; node++) {
		struct edge *out = &edges[node * LINKS];
		float sum = 0;

		for (int i = 0; i < LINKS; i++) {
			out[i].from = node;
			out[i].to = spreading_activation_draw() % NODES;
			out[i].weight = (float)(spreading_activation_draw() % 9 + 1);
			sum += out[i].weight;
		}
		for (int i = 0; i < LINKS; i++)
			out[i].weight /= sum;
	}
}

/* A counting sort by target. */
static void index_graph(void)
{
	uint32_t next[NODES];

	for (int i = 0; i < EDGES; i++)
		first[edges[i].to + 1]++;
	for (int i = 0; i < NODES; i++) {
		first[i + 1] += first[i];
		next[i] = first[i];
	}
	for (int i = 0; i < EDGES; i++)
		incoming[next[edges[i].to]++] = edges[i];
}

static void spreading_activation_spread(const float *now, float *then)
{
	for (uint32_t node = 0; node < NODES; node++) {
		float received = 0;

		for (uint32_t i = first[node]; i < first[node + 1]; i++)
			received += incoming[i].weight * now[incoming[i].from];
		then[node] = KEPT * now[node] + (1 - KEPT) * received;
	}
}

static void recall(void)
{
	for (int i = 0; i < NODES; i++)
		active[0][i] = i == 0;
	for (int round = 0; round < ROUNDS; round++)
		spreading_activation_spread(active[round % 2], active[(round + 1) % 2]);
}

/* The same once more in doubles: each edge pushes, in the order in which it was drawn. */
static void recall_slowly(double now[NODES])
{
	for (int i = 0; i < NODES; i++)
		now[i] = i == 0;
	for (int round = 0; round < ROUNDS; round++) {
		double then[NODES];

		for (int i = 0; i < NODES; i++)
			then[i] = (double)KEPT * now[i];
		for (int i = 0; i < EDGES; i++)
			then[edges[i].to] +=
				(1 - (double)KEPT) * (double)edges[i].weight * now[edges[i].from];
		for (int i = 0; i < NODES; i++)
			now[i] = then[i];
	}
}

BG_BENCH(spreading_activation_1000n_100i, BG_CRITICAL,
	BG_ABOUT("spread activation over a graph of 1,000 nodes and 5,000 edges, 100 rounds"))
{
	double right[NODES];

	run->items = (double)EDGES * ROUNDS;
	draw_graph();
	index_graph();

	BG_LOOP(run)
		recall();

	recall_slowly(right);
	for (int i = 0; i < NODES; i++)
		if (!(fabs((double)active[0][i] - right[i]) < 1e-6))
			bg_fail(run, "node %d has %g, not %g", i, (double)active[0][i], right[i]);
}
