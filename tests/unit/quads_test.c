/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "harness/quads.h"

#include "base/random.h"

#include "support/close.h"

#define MAX_QUADS 200

/* The batches of both sides. */
struct scene {
	struct batch first_items[2 * (MAX_QUADS + 1)], second_items[2 * MAX_QUADS];
	struct batches first, second;
	struct duet duet;
};

/* Every batch of the first side takes `outer`, of the second `inner`. */
static void set_scene(struct scene *scene, size_t nr_quads, uint64_t outer, uint64_t inner)
{
	*scene = (struct scene){ .duet = { .base_first = true } };
	scene->first = (struct batches){ scene->first_items, 2 * (nr_quads + 1), 0 };
	scene->second = (struct batches){ scene->second_items, 2 * nr_quads, 0 };
	for (size_t i = 0; i < scene->first.nr; i++)
		scene->first_items[i] = (struct batch){ .n = 1, .wall_ns = outer };
	for (size_t i = 0; i < scene->second.nr; i++)
		scene->second_items[i] = (struct batch){ .n = 1, .wall_ns = inner };
}

static double value_of(struct scene *scene, bool drop)
{
	scene->duet.nr_base_disturbed = scene->duet.nr_head_disturbed = 0;
	return quads_value(&scene->first, &scene->second, drop, &scene->duet);
}

TEST(the_value_is_the_log_ratio_of_second_to_first)
{
	struct scene scene;

	set_scene(&scene, 20, 1000, 1100);
	assert_close(value_of(&scene, true), log(1.1));
	assert_int_equal(scene.duet.nr_quads, 20);
	assert_int_equal(scene.duet.nr_dropped, 0);
	set_scene(&scene, 20, 1100, 1000);
	assert_close(value_of(&scene, true), -log(1.1));
	set_scene(&scene, 20, 1000, 1000);
	assert_true(value_of(&scene, true) == 0);
}

/*
 * A B in pairs: a0 a1 | b0 b1 | a2 a3 | b2 b3 | a4 a5. The first quad is a1 + a2 around b0 + b1,
 * the second a3 + a4 around b2 + b3; what comes before and after them counts for nothing.
 */
TEST(a_quad_is_two_batches_within_two)
{
	static const uint64_t first[] = { 9999, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000,
		9999 };
	static const uint64_t second[] = { 330, 300, 770, 700, 1200, 1300, 1600, 1700, 2000, 2100 };
	struct scene scene;
	double logs[5];

	set_scene(&scene, 5, 0, 0);
	for (size_t i = 0; i < NR_OF(first); i++)
		scene.first_items[i].wall_ns = first[i];
	for (size_t i = 0; i < NR_OF(second); i++)
		scene.second_items[i].wall_ns = second[i];
	logs[0] = log((330.0 + 300) / (100 + 200));
	logs[1] = log((770.0 + 700) / (300 + 400));
	logs[2] = log((1200.0 + 1300) / (500 + 600));
	logs[3] = log((1600.0 + 1700) / (700 + 800));
	logs[4] = log((2000.0 + 2100) / (900 + 1000));
	/* The least and the largest are left out. */
	assert_close(value_of(&scene, true), (logs[1] + logs[3] + logs[4]) / 3);
	assert_int_equal(scene.duet.nr_quads, 5);
}

/* A fifth at each end may be anything. */
TEST(a_fifth_at_each_end_does_not_count)
{
	struct scene scene;

	set_scene(&scene, 20, 1000, 1100);
	for (size_t i = 0; i < 4; i++) {
		scene.second_items[2 * i].wall_ns = 1;
		scene.second_items[39 - 2 * i].wall_ns = UINT64_C(1) << 40;
	}
	assert_close(value_of(&scene, true), log(1.1));
	scene.second_items[20].wall_ns = UINT64_C(1) << 40;
	assert_true(value_of(&scene, true) > log(1.1) + 0.1);
}

/* Which batch of a quad was switched away from, and whose it is. */
static const struct {
	bool of_second;
	size_t at; /* of quad 3 */
} places[] = { { false, 7 }, { false, 8 }, { true, 6 }, { true, 7 } };

TEST(a_quad_with_any_disturbed_batch_is_dropped)
{
	for (size_t i = 0; i < NR_OF(places); i++)
		for (int base_first = 0; base_first < 2; base_first++) {
			bool of_base = places[i].of_second != (base_first != 0);
			struct scene scene;
			struct batch *batch;

			set_scene(&scene, 10, 1000, 1100);
			scene.duet.base_first = base_first;
			batch = places[i].of_second ? &scene.second_items[places[i].at]
						    : &scene.first_items[places[i].at];
			batch->nr_switches = 3;
			batch->wall_ns = 5000000;
			assert_close(value_of(&scene, true), log(1.1));
			assert_int_equal(scene.duet.nr_quads, 10);
			assert_int_equal(scene.duet.nr_dropped, 1);
			assert_int_equal(scene.duet.nr_base_disturbed, of_base);
			assert_int_equal(scene.duet.nr_head_disturbed, !of_base);
			/* Where it is not wanted, nothing is dropped; it is counted all the same.
			 */
			value_of(&scene, false);
			assert_int_equal(scene.duet.nr_dropped, 0);
			assert_int_equal(scene.duet.nr_base_disturbed, of_base);
		}
}

/* The outermost batches belong to no quad. */
TEST(what_is_in_no_quad_disturbs_none)
{
	struct scene scene;

	set_scene(&scene, 10, 1000, 1100);
	scene.first_items[0].nr_switches = scene.first_items[21].nr_switches = 1;
	scene.first_items[0].wall_ns = scene.first_items[21].wall_ns = 0;
	assert_close(value_of(&scene, true), log(1.1));
	assert_int_equal(scene.duet.nr_dropped, 0);
	assert_int_equal(scene.duet.nr_base_disturbed + scene.duet.nr_head_disturbed, 0);
}

TEST(every_batch_is_counted_once)
{
	struct scene scene;

	set_scene(&scene, 50, 1000, 1000);
	for (size_t i = 0; i < scene.first.nr; i++)
		scene.first_items[i].nr_switches = 1;
	for (size_t i = 0; i < scene.second.nr; i++)
		scene.second_items[i].nr_switches = i % 4 == 0;
	assert_nan(value_of(&scene, true));
	assert_int_equal(scene.duet.nr_base_disturbed, 100);
	assert_int_equal(scene.duet.nr_head_disturbed, 25);
	assert_int_equal(scene.duet.nr_dropped, 50);
}

TEST(fewer_quads_than_needed_are_no_value)
{
	for (size_t nr = 0; nr < 12; nr++) {
		struct scene scene;

		set_scene(&scene, nr, 1000, 1100);
		/* Where none was dropped, any number is as many as were wanted. */
		assert_int_equal(isnan(value_of(&scene, true)), !nr);
		assert_int_equal(duet_counts(&scene.duet), nr != 0);
	}
	for (size_t nr_dropped = 0; nr_dropped <= 12; nr_dropped++) {
		struct scene scene;

		set_scene(&scene, 12, 1000, 1100);
		for (size_t i = 0; i < nr_dropped; i++)
			scene.second_items[2 * i].nr_switches = 1;
		assert_int_equal(isnan(value_of(&scene, true)),
			nr_dropped && 12 - nr_dropped < DUET_MIN_QUADS);
		assert_int_equal(scene.duet.nr_dropped, nr_dropped);
	}
}

/* A quad one of whose sides took no time has no ratio, dropping or not. */
TEST(quads_without_time_are_dropped)
{
	for (int drop = 0; drop < 2; drop++) {
		struct scene scene;

		set_scene(&scene, 10, 1000, 1100);
		scene.first_items[1].wall_ns = scene.first_items[2].wall_ns = 0;
		scene.second_items[4].wall_ns = scene.second_items[5].wall_ns = 0;
		/* Half of one is time enough. */
		scene.second_items[8].wall_ns = 0;
		scene.second_items[9].wall_ns = 2200;
		assert_close(value_of(&scene, drop), log(1.1));
		assert_int_equal(scene.duet.nr_dropped, 2);
		set_scene(&scene, 10, 0, 0);
		assert_nan(value_of(&scene, drop));
		assert_int_equal(scene.duet.nr_dropped, 10);
	}
}

static void draw_scene(struct scene *scene, struct random *random)
{
	set_scene(scene, 5 + random_below(random, MAX_QUADS - 5), 0, 0);
	for (size_t i = 0; i < scene->first.nr; i++)
		scene->first_items[i].wall_ns = 1000 + random_below(random, 500);
	for (size_t i = 0; i < scene->second.nr; i++)
		scene->second_items[i].wall_ns = 1000 + random_below(random, 700);
}

TEST(times_all_longer_by_a_factor_change_nothing)
{
	struct random random = random_seed(3);

	for (int trial = 0; trial < 100; trial++) {
		uint64_t factor = 2 + random_below(&random, 100000);
		struct scene scene;
		double before;

		draw_scene(&scene, &random);
		before = value_of(&scene, true);
		for (size_t i = 0; i < scene.first.nr; i++)
			scene.first_items[i].wall_ns *= factor;
		for (size_t i = 0; i < scene.second.nr; i++)
			scene.second_items[i].wall_ns *= factor;
		assert_true(fabs(value_of(&scene, true) - before) < 1e-12);
	}
}

/* The same quads with the other side around: inner and outer change places. */
TEST(swapping_the_sides_negates)
{
	struct random random = random_seed(4);

	for (int trial = 0; trial < 100; trial++) {
		struct scene scene, other;
		double value;

		draw_scene(&scene, &random);
		value = value_of(&scene, true);
		set_scene(&other, scene.duet.nr_quads, 0, 0);
		for (size_t i = 0; i < other.second.nr; i++) {
			other.second_items[i] = scene.first_items[i + 1];
			other.first_items[i + 1] = scene.second_items[i];
		}
		assert_true(fabs(value_of(&other, true) + value) < 1e-12);
	}
}

/* Only the second side's times grow by a factor: so does the ratio. */
TEST(a_slower_second_side_adds_its_factor)
{
	struct random random = random_seed(5);

	for (int trial = 0; trial < 100; trial++) {
		struct scene scene;
		double before;

		draw_scene(&scene, &random);
		before = value_of(&scene, true);
		for (size_t i = 0; i < scene.second.nr; i++)
			scene.second_items[i].wall_ns *= 3;
		assert_true(fabs(value_of(&scene, true) - before - log(3)) < 1e-12);
	}
}

/* A drift in time, however steep, falls on both sides: a quad is symmetric about its middle. */
TEST(what_drifts_steadily_cancels)
{
	struct scene scene;
	uint64_t now = 100000;

	set_scene(&scene, 60, 0, 0);
	for (size_t i = 0; i < scene.first.nr; i += 2) {
		scene.first_items[i].wall_ns = now;
		scene.first_items[i + 1].wall_ns = now += 70;
		now += 70;
		if (i == scene.second.nr)
			break;
		scene.second_items[i].wall_ns = now;
		scene.second_items[i + 1].wall_ns = now += 70;
		now += 70;
	}
	assert_true(fabs(value_of(&scene, true)) < 1e-12);
}

/* Turns of four: a scene of the same batches, with half as many turns. */
static void set_long_scene(struct scene *scene, size_t nr_quads, uint64_t outer, uint64_t inner)
{
	set_scene(scene, 2 * nr_quads, outer, inner);
	scene->first.nr = 4 * (nr_quads + 1);
	for (size_t i = 0; i < scene->first.nr; i++)
		scene->first_items[i] = (struct batch){ .n = 1, .wall_ns = outer };
}

/* What a change of side costs is in the first batch, and never counts, however much less it is. */
TEST(the_first_batch_of_a_long_turn_does_not_count)
{
	struct scene scene;

	set_long_scene(&scene, 8, 1000, 1100);
	for (size_t i = 0; i < scene.second.nr; i += 4) {
		scene.first_items[i].wall_ns = 500;
		scene.second_items[i].wall_ns = 9000;
		scene.second_items[i].nr_switches = 1;
	}
	assert_close(value_of(&scene, true), log(1.1));
	assert_int_equal(scene.duet.nr_quads, 8);
	assert_int_equal(scene.duet.nr_dropped, 0);
	assert_int_equal(scene.duet.nr_head_disturbed, 0);
}

/* Spikes in two of the other three change nothing; in all three they do. */
TEST(the_quickest_batch_of_a_long_turn_counts)
{
	struct scene scene;

	set_long_scene(&scene, 8, 1000, 1100);
	for (size_t i = 0; i < scene.second.nr; i += 4) {
		scene.first_items[i + 1].wall_ns = scene.first_items[i + 3].wall_ns = 3000;
		scene.second_items[i + 2].wall_ns = scene.second_items[i + 3].wall_ns = 5000;
	}
	assert_close(value_of(&scene, true), log(1.1));
	for (size_t i = 0; i < scene.second.nr; i += 4)
		scene.second_items[i + 1].wall_ns = 2200;
	assert_close(value_of(&scene, true), log(2.2));
}

/* A batch that was switched away from is not the quickest, whatever its clock says, unless nothing
 * is dropped; one without time never is. */
TEST(a_disturbed_batch_is_never_the_quickest)
{
	struct scene scene;

	set_long_scene(&scene, 8, 1000, 1100);
	for (size_t i = 0; i < scene.second.nr; i += 4) {
		scene.second_items[i + 1].wall_ns = 10;
		scene.second_items[i + 1].nr_switches = 1;
		scene.first_items[i + 1].wall_ns = 0;
	}
	assert_close(value_of(&scene, true), log(1.1));
	assert_close(value_of(&scene, false), log(0.01));
}

/* Slow bodies: a turn is one batch, and counts twice beside the two around it. */
TEST(a_turn_may_be_one_batch)
{
	static const uint64_t first[] = { 100, 300, 500 }, second[] = { 220, 440 };
	struct scene scene;

	set_scene(&scene, 2, 0, 0);
	scene.first.nr = 3;
	scene.second.nr = 2;
	for (size_t i = 0; i < 3; i++)
		scene.first_items[i].wall_ns = first[i];
	for (size_t i = 0; i < 2; i++)
		scene.second_items[i].wall_ns = second[i];
	assert_close(value_of(&scene, false), log(1.1));
	assert_int_equal(scene.duet.nr_quads, 2);
}

/* The slowest: one batch each. */
TEST(a_duet_may_be_one_pair)
{
	struct scene scene;

	set_scene(&scene, 1, 1000, 1100);
	scene.first.nr = scene.second.nr = 1;
	assert_close(value_of(&scene, false), log(1.1));
	assert_true(duet_counts(&scene.duet));
	scene.second_items[0].wall_ns = 0;
	assert_nan(value_of(&scene, false));
	assert_false(duet_counts(&scene.duet));
}

/* From `late` on, the second side takes a third longer. */
static void set_ageing_scene(
	struct scene *scene, struct random *random, size_t nr_quads, size_t late)
{
	set_long_scene(scene, nr_quads, 0, 0);
	for (size_t i = 0; i < scene->first.nr; i++)
		scene->first_items[i].wall_ns = 10000 + random_below(random, 300);
	for (size_t i = 0; i < scene->second.nr; i++)
		scene->second_items[i].wall_ns =
			(10000 + random_below(random, 300)) * (i / 4 >= late ? 4 : 3) / 3;
}

TEST(a_ratio_that_changes_with_age_is_seen)
{
	struct random random = random_seed(6);
	int nr_seen = 0;

	for (int trial = 0; trial < 200; trial++) {
		struct scene scene;

		set_ageing_scene(&scene, &random, 30, 24);
		assert_true(quads_ageing(&scene.first, &scene.second, true) > 0.2);
		/* From the first quad on: it is slower, and does not age. */
		set_ageing_scene(&scene, &random, 30, 0);
		nr_seen += quads_ageing(&scene.first, &scene.second, true) != 0;
		set_ageing_scene(&scene, &random, 30, 99);
		nr_seen += quads_ageing(&scene.first, &scene.second, true) != 0;
	}
	assert_int_equal(nr_seen, 0);
}
