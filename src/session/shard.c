/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/shard.h"

#include "base/str.h"
#include "harness/deal.h"
#include "session/baseline_file.h"
#include "store/shelf.h"
#include "sys/folder.h"

#include <inttypes.h>
#include <string.h>

/* What is dealt: the benchmarks of all sides, each once, their names borrowed. */
struct hand {
	struct deal_item *items;
	size_t nr, alloc;
};

static int shard_parse(const char *said, struct shard *shard, struct error *err)
{
	const char *slash = strchr(said, '/');
	char *index = slash ? mem_copy(said, (size_t)(slash - said)) : NULL;
	uint64_t of = 0;
	bool good = index && str_to_u64(index, &shard->index) && str_to_u64(slash + 1, &of) &&
		shard->index && shard->index <= of && of <= SHARD_MAX;

	free(index);
	if (!good)
		return error_set(err, ERR_USAGE,
			"--shard takes I/N, the I-th of N parts (of %d at most), like 2/4; '%s' is not",
			SHARD_MAX, said);
	shard->of = of;
	return 0;
}

/* In the order of the sides. */
static void take_up(struct hand *hand, const struct selection *sides, size_t nr)
{
	for (size_t side = 0; side < nr; side++) {
		const struct benches *benches = &sides[side].catalog->benches;

		for (size_t i = 0; i < benches->nr; i++)
			if (!side ||
				!benches_find(&sides[0].catalog->benches, benches->items[i].name))
				*ARRAY_ADD(hand) =
					(struct deal_item){ benches->items[i].name, 0, 0 };
	}
}

/* Of what is not known yet. */
static int learn_from(struct hand *hand, const char *path, struct error *err)
{
	struct run run = RUN_INIT;
	bool is_result;
	int rc = result_file_read(path, NULL, &run, &is_result, err);

	for (size_t i = 0; !rc && i < hand->nr; i++) {
		const struct result *known = run_find(&run, hand->items[i].name);

		if (known && known->word == RESULT_OK && !hand->items[i].spent_ns)
			hand->items[i].spent_ns = known->spent_ns;
	}
	run_release(&run);
	return rc ? error_wrap(err, "durations") : 0;
}

/* Those of all machines, in the order of their names: each job may be on another one. */
static int learn_from_shelf(struct hand *hand, const char *folder, struct error *err)
{
	struct texts names = { 0 };
	struct buf path = BUF_INIT;
	int rc = folder_list(folder, ".json", &names, err);

	for (size_t i = 0; !rc && i < names.nr; i++) {
		if (strcmp(names.items[i], SHELF_ACCEPTED) == 0)
			continue;
		buf_clear(&path);
		buf_addf(&path, "%s/%s", folder, names.items[i]);
		rc = learn_from(hand, path.data, err);
	}
	buf_release(&path);
	texts_release(&names);
	return rc;
}

static int learn(const struct shard_options *options, const struct settings *settings,
	struct hand *hand, struct error *err)
{
	if (!options->durations.nr)
		return learn_from_shelf(hand, settings->baselines, err);
	for (size_t i = 0; i < options->durations.nr; i++)
		if (learn_from(hand, options->durations.items[i], err))
			return -1;
	return 0;
}

static int shard_by_name(const void *a, const void *b)
{
	return strcmp(((const struct deal_item *)a)->name, ((const struct deal_item *)b)->name);
}

/* The others were not chosen for here. The hand is sorted by name. */
static void shard_keep(const struct hand *hand, uint64_t shard, struct catalog *catalog)
{
	struct benches all = catalog->benches;

	catalog->benches = (struct benches){ 0 };
	for (size_t i = 0; i < all.nr; i++) {
		const struct deal_item wanted = { all.items[i].name, 0, 0 }, *dealt;
		struct benches *to;

		dealt = bsearch(&wanted, hand->items, hand->nr, sizeof *hand->items, shard_by_name);
		to = dealt->shard == shard ? &catalog->benches : &catalog->others;
		*ARRAY_ADD(to) = all.items[i];
	}
	ARRAY_RELEASE(&all);
}

int shard_take(const struct shard_options *options, const struct selection *sides, size_t nr,
	struct shard *shard, struct error *err)
{
	struct hand hand = { 0 };
	int rc;

	if (!options->shard && options->durations.nr)
		return error_set(err, ERR_USAGE, "--durations goes with --shard: give both");
	if (!options->shard)
		return 0;
	if (shard_parse(options->shard, shard, err))
		return -1;
	take_up(&hand, sides, nr);
	for (size_t i = 0; i < hand.nr; i++)
		texts_add(&shard->selection, hand.items[i].name);
	rc = learn(options, sides->settings, &hand, err);
	if (!rc) {
		deal(hand.items, hand.nr, shard->of);
		if (hand.nr)
			qsort(hand.items, hand.nr, sizeof *hand.items, shard_by_name);
		for (size_t i = 0; i < nr; i++)
			shard_keep(&hand, shard->index, sides[i].catalog);
	}
	ARRAY_RELEASE(&hand);
	return rc;
}

void shard_note_missing(struct shard *shard, struct base *base, const struct benches *benches)
{
	if (!shard->of)
		return;
	for (size_t i = 0; i < base->run.nr; i++) {
		const struct result *result = &base->run.items[i];

		if (!result->aside && !benches_find(benches, result->name))
			texts_add(&shard->missing, result->name);
	}
	base_set_aside_all(base);
}

void shard_add_note(const struct run *run, struct buf *text)
{
	const struct shard *shard = &run->shard;

	if (!shard->of)
		return;
	buf_addf(text, "shard %" PRIu64 " of %" PRIu64, shard->index, shard->of);
	if (run->nr)
		buf_addf(text,
			": %zu of %zu benchmarks; 'benchgate merge' judges all shards as one run\n",
			run->nr, shard->selection.nr);
	else
		buf_addf(text, " has none of the %zu benchmarks: there is nothing to measure\n",
			shard->selection.nr);
}
