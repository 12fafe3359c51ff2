/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How benchmarks are dealt to shards: each once, balanced, and the same whoever deals. */
#include "support/test.h"

#include "base/random.h"
#include "harness/deal.h"

#include <stdio.h>
#include <string.h>

#define MAX_ITEMS 40
#define MAX_SHARDS 60
#define NR_HANDS 500

struct hand {
	char names[MAX_ITEMS][32];
	struct deal_item items[MAX_ITEMS];
	size_t nr;
};

/* With lengths over three decades, and some that nobody knows. */
static void draw(struct hand *hand, struct random *random)
{
	*hand = (struct hand){ .nr = random_below(random, MAX_ITEMS + 1) };
	for (size_t i = 0; i < hand->nr; i++) {
		uint64_t spent_ns = 1 + random_below(random, 1000);

		snprintf(hand->names[i], sizeof hand->names[i], "bench/%zu", i);
		if (random_below(random, 2))
			spent_ns *= 1000;
		hand->items[i] = (struct deal_item){ hand->names[i],
			random_below(random, 4) ? spent_ns : 0, 0 };
	}
}

static uint64_t load_of(const struct hand *hand, uint64_t shard)
{
	uint64_t load = 0;

	for (size_t i = 0; i < hand->nr; i++)
		load += hand->items[i].shard == shard ? hand->items[i].spent_ns : 0;
	return load;
}

static uint64_t longest_of(const struct hand *hand)
{
	uint64_t longest = 0;

	for (size_t i = 0; i < hand->nr; i++)
		if (hand->items[i].spent_ns > longest)
			longest = hand->items[i].spent_ns;
	return longest;
}

TEST(each_is_dealt_once_and_no_shard_has_much_more_than_another)
{
	struct random random = random_seed(6);

	for (int i = 0; i < NR_HANDS; i++) {
		uint64_t nr_shards = 1 + random_below(&random, MAX_SHARDS), least, most;
		struct hand hand;

		draw(&hand, &random);
		deal(hand.items, hand.nr, nr_shards);
		for (size_t j = 0; j < hand.nr; j++)
			assert_in_range(hand.items[j].shard, 1, nr_shards);
		least = most = load_of(&hand, 1);
		for (uint64_t shard = 2; shard <= nr_shards; shard++) {
			uint64_t load = load_of(&hand, shard);

			least = load < least ? load : least;
			most = load > most ? load : most;
		}
		/* Whoever has most had least before its last. */
		assert_true(most - least <= longest_of(&hand));
	}
}

static const struct deal_item *find(const struct hand *hand, const char *name)
{
	for (size_t i = 0; i < hand->nr; i++)
		if (strcmp(hand->items[i].name, name) == 0)
			return &hand->items[i];
	return NULL;
}

static void shuffle(struct hand *hand, struct random *random)
{
	for (size_t i = hand->nr; i > 1; i--) {
		size_t j = random_below(random, i);
		struct deal_item item = hand->items[i - 1];

		hand->items[i - 1] = hand->items[j];
		hand->items[j] = item;
	}
}

TEST(the_order_of_the_hand_does_not_matter)
{
	struct random random = random_seed(7);

	for (int i = 0; i < NR_HANDS; i++) {
		uint64_t nr_shards = 1 + random_below(&random, 8);
		struct hand hand, other;

		draw(&hand, &random);
		other = hand;
		for (size_t j = 0; j < hand.nr; j++)
			other.items[j].name = other.names[j];
		shuffle(&other, &random);
		deal(hand.items, hand.nr, nr_shards);
		deal(other.items, other.nr, nr_shards);
		for (size_t j = 0; j < hand.nr; j++)
			assert_int_equal(
				hand.items[j].shard, find(&other, hand.items[j].name)->shard);
	}
}

TEST(what_nobody_knows_counts_as_the_median)
{
	struct deal_item items[] = { { "a", 0, 0 }, { "b", 2, 0 }, { "c", 6, 0 }, { "d", 9, 0 } };

	/* 9, then 6 twice (a before c), then 2. */
	deal(items, 4, 2);
	assert_int_equal(items[0].spent_ns, 6);
	assert_int_equal(items[3].shard, 1);
	assert_int_equal(items[0].shard, 2);
	assert_int_equal(items[2].shard, 2);
	assert_int_equal(items[1].shard, 1);
}

TEST(with_nothing_known_all_are_alike)
{
	struct deal_item items[] = { { "d", 0, 0 }, { "b", 0, 0 }, { "a", 0, 0 }, { "c", 0, 0 },
		{ "e", 0, 0 } };

	deal(items, 5, 2);
	assert_int_equal(items[2].shard, 1);
	assert_int_equal(items[1].shard, 2);
	assert_int_equal(items[3].shard, 1);
	assert_int_equal(items[0].shard, 2);
	assert_int_equal(items[4].shard, 1);
}

TEST(of_more_shards_than_benchmarks_some_have_none)
{
	struct deal_item items[] = { { "a", 5, 0 }, { "b", 9, 0 } };

	deal(items, 2, 5);
	assert_int_equal(items[0].shard, 2);
	assert_int_equal(items[1].shard, 1);
	deal(items, 0, 5);
}
