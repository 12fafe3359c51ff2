/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"
#include "session/pieces_parts.h"

#include <inttypes.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct claim *)a)->name, ((const struct claim *)b)->name);
}

/* Of the first piece: the others have the same. */
static void make_claims(struct pieces *pieces)
{
	const struct texts *selection = &pieces->items[0].head.shard.selection;

	pieces->claims = mem_alloc(selection->nr, sizeof *pieces->claims);
	pieces->nr_claims = selection->nr;
	for (size_t i = 0; i < selection->nr; i++)
		pieces->claims[i] = (struct claim){ selection->items[i], i, NULL };
	qsort(pieces->claims, selection->nr, sizeof *pieces->claims, by_name);
}

static struct claim *claim_of(const struct pieces *pieces, const char *name)
{
	const struct claim wanted = { name, 0, NULL };

	return bsearch(&wanted, pieces->claims, pieces->nr_claims, sizeof wanted, by_name);
}

struct ranked_item {
	size_t rank, at;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked_item *one = a, *other = b;

	if (one->rank != other->rank)
		return one->rank < other->rank ? -1 : 1;
	return (one->at > other->at) - (one->at < other->at);
}

void pieces_order(const struct pieces *pieces, struct verdict *verdict)
{
	struct ranked_item *order = mem_alloc(verdict->nr, sizeof *order);
	struct comparison *items = mem_alloc(verdict->nr, sizeof *items);

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];
		const struct result *result =
			comparison->head ? comparison->head : comparison->base;
		const struct claim *claim = claim_of(pieces, result->name);

		items[i] = *comparison;
		order[i] = (struct ranked_item){ claim ? claim->rank : pieces->nr_claims, i };
	}
	qsort(order, verdict->nr, sizeof *order, by_rank);
	for (size_t i = 0; i < verdict->nr; i++)
		verdict->items[i] = items[order[i].at];
	free(items);
	free(order);
}

/* NULL when there is none. */
static const char *first_besides(const struct texts *texts, const struct texts *others)
{
	for (size_t i = 0; i < texts->nr; i++)
		if (!texts_have(others, texts->items[i]))
			return texts->items[i];
	return NULL;
}

static bool is_same(const struct texts *one, const struct texts *other)
{
	if (one->nr != other->nr)
		return false;
	for (size_t i = 0; i < one->nr; i++)
		if (strcmp(one->items[i], other->items[i]) != 0)
			return false;
	return true;
}

/* Which is in one selection only; the order may differ. */
static int check_selection(const struct piece *first, const struct piece *piece, struct error *err)
{
	const struct texts *one = &first->head.shard.selection;
	const struct texts *other = &piece->head.shard.selection;
	const struct piece *has = first, *lacks = piece;
	const char *name;

	if (is_same(one, other))
		return 0;
	name = first_besides(one, other);
	if (!name) {
		name = first_besides(other, one);
		has = piece;
		lacks = first;
	}
	if (!name && one->nr == other->nr)
		return 0;
	return error_set(err, ERR_USAGE,
		"%s and %s are shards of two selections: '%s' is in that of %s, and not of %s",
		first->path, piece->path, name ? name : "", has->path, lacks->path);
}

static int check_commit(const struct piece *first, const struct piece *piece, struct error *err)
{
	const char *one = first->head.env.values[ENV_COMMIT];
	const char *other = piece->head.env.values[ENV_COMMIT];

	if (!one || !other || strcmp(one, other) == 0)
		return 0;
	return error_set(err, ERR_USAGE,
		"%s measured the commit %.12s, and %s the commit %.12s: shards are of one commit",
		first->path, one, piece->path, other);
}

static int check_piece(const struct piece *first, const struct piece *piece, struct error *err)
{
	const struct shard *one = &first->head.shard, *other = &piece->head.shard;

	if (one->of != other->of)
		return error_set(err, ERR_USAGE,
			"%s is one of %" PRIu64 " shards, and %s one of %" PRIu64
			": they do not belong together",
			first->path, one->of, piece->path, other->of);
	if (one->index == other->index)
		return error_set(err, ERR_USAGE,
			"%s and %s are both shard %" PRIu64 " of %" PRIu64 ": give each once",
			first->path, piece->path, one->index, one->of);
	return 0;
}

static int make_claim(
	struct pieces *pieces, const struct piece *piece, const char *name, struct error *err)
{
	struct claim *claim = claim_of(pieces, name);

	if (!claim)
		return error_set(err, ERR_USAGE,
			"%s has '%s', which is not in its own shard.selection", piece->path, name);
	if (claim->by && strcmp(claim->by, piece->path) != 0)
		return error_set(err, ERR_USAGE,
			"%s and %s both have '%s': they were dealt by different durations (give all shards the same --durations)",
			claim->by, piece->path, name);
	claim->by = piece->path;
	return 0;
}

static int claim_all(struct pieces *pieces, struct error *err)
{
	for (size_t i = 0; i < pieces->nr; i++) {
		const struct piece *piece = &pieces->items[i];

		for (size_t j = 0; j < piece->head.nr; j++)
			if (make_claim(pieces, piece, piece->head.items[j].name, err))
				return -1;
	}
	return 0;
}

int pieces_check(struct pieces *pieces, struct error *err)
{
	for (size_t i = 1; i < pieces->nr; i++) {
		for (size_t j = 0; j < i; j++)
			if (check_piece(&pieces->items[j], &pieces->items[i], err))
				return -1;
		if (check_selection(&pieces->items[0], &pieces->items[i], err) ||
			check_commit(&pieces->items[0], &pieces->items[i], err))
			return -1;
	}
	make_claims(pieces);
	return claim_all(pieces, err);
}

static bool is_given(const struct pieces *pieces, uint64_t index)
{
	for (size_t i = 0; i < pieces->nr; i++)
		if (pieces->items[i].head.shard.index == index)
			return true;
	return false;
}

/* "shard 2 of 3 is missing", "shards 2, 3 of 3 are missing" */
static void say_why(const struct pieces *pieces, struct fault *fault)
{
	uint64_t of = pieces->items[0].head.shard.of, nr = 0;
	struct buf list = BUF_INIT;

	for (uint64_t index = 1; index <= of; index++)
		if (!is_given(pieces, index))
			buf_addf(&list, "%s%" PRIu64, nr++ ? ", " : "", index);
	if (nr)
		fault_set(fault, RESULT_NOT_MEASURED, "shard%s %.200s of %" PRIu64 " %s missing",
			nr > 1 ? "s" : "", list.data, of, nr > 1 ? "are" : "is");
	else
		fault_set(fault, RESULT_NOT_MEASURED,
			"no shard has it: they were dealt by different durations");
	buf_release(&list);
}

/* In a base and in no head it is missing, which its shard has noted. */
static bool is_noted(const struct pieces *pieces, const char *name)
{
	for (size_t i = 0; i < pieces->nr; i++)
		if (texts_have(&pieces->items[i].head.shard.missing, name))
			return true;
	return false;
}

void pieces_note_absent(struct pieces *pieces)
{
	const struct texts *selection = &pieces->items[0].head.shard.selection;
	struct fault fault = FAULT_INIT;

	say_why(pieces, &fault);
	for (size_t i = 0; i < selection->nr; i++) {
		struct bench bench = { .name = selection->items[i],
			.tier = (char[]){ "" },
			.file = (char[]){ "" },
			.nr_threads = 1 };

		if (!claim_of(pieces, bench.name)->by && !is_noted(pieces, bench.name))
			result_fault(run_add(&pieces->absent, &bench), &fault);
	}
}

void pieces_name_tiers(struct pieces *pieces)
{
	for (size_t i = 0; i < pieces->absent.nr; i++) {
		struct result *result = &pieces->absent.items[i];
		const struct result *known = NULL;

		for (size_t j = 0; j < pieces->nr && !known; j++)
			known = run_find(&pieces->items[j].base.run, result->name);
		if (!known)
			continue;
		free(result->tier);
		result->tier = str_dup(known->tier);
	}
}
