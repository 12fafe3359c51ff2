/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/changepoints.h"

#include "base/buf.h"
#include "base/json.h"
#include "support/draw.h"
#include "sys/file.h"

#define CHANCE .01
#define MAX_VALUES 400

static double values[MAX_VALUES];
static struct changepoints found;

static int release_found(void **state)
{
	(void)state;
	changepoints_release(&found);
	return 0;
}

/* Noise of 1 % around 100. */
static void fill_noise(size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		values[i] = 100 * exp(.01 * normal());
}

static void raise_from(size_t from, size_t to, double factor)
{
	for (size_t i = from; i < to; i++)
		values[i] *= factor;
}

static void find(size_t nr)
{
	changepoints_release(&found);
	changepoints_find(&found, values, nr, CHANCE);
}

TEST_WITH(a_step_is_found_with_its_place_and_size, NULL, release_found)
{
	seeded = random_seed(1);
	fill_noise(60);
	raise_from(40, 60, 1.05);
	find(60);
	assert_int_equal(found.nr, 1);
	assert_int_equal(found.items[0].kind, CHANGE_STEP);
	assert_int_equal(found.items[0].at, 40);
	assert_true(found.items[0].low <= 40 && found.items[0].high >= 40);
	assert_int_equal(found.items[0].end, 60);
	assert_true(found.items[0].ratio.low < 1.05 && found.items[0].ratio.high > 1.05);
	assert_true(found.items[0].ratio.high - found.items[0].ratio.low < .02);
	assert_true(found.items[0].p < 1e-6);
	assert_false(found.items[0].maybe);
}

TEST_WITH(one_or_two_values_are_spikes_and_no_step, NULL, release_found)
{
	seeded = random_seed(2);
	fill_noise(60);
	raise_from(20, 21, 3);
	raise_from(40, 42, 1.2);
	find(60);
	assert_int_equal(found.nr, 0);
	assert_int_equal(found.nr_spikes, 3);
	assert_int_equal(found.spikes[0], 20);
	assert_int_equal(found.spikes[2], 41);
}

TEST_WITH(the_newest_values_are_a_maybe, NULL, release_found)
{
	seeded = random_seed(3);
	fill_noise(60);
	raise_from(57, 60, 1.1);
	find(59);
	assert_int_equal(found.nr, 0);
	find(60);
	assert_int_equal(found.nr, 1);
	assert_int_equal(found.items[0].at, 57);
	assert_true(found.items[0].maybe);
}

TEST_WITH(a_slope_is_no_stairs, NULL, release_found)
{
	seeded = random_seed(4);
	fill_noise(120);
	for (size_t i = 40; i < 120; i++)
		values[i] *= exp(.003 * (double)(i - 40));
	find(120);
	assert_int_equal(found.nr, 1);
	assert_int_equal(found.items[0].kind, CHANGE_SLOPE);
	assert_true(found.items[0].at > 30 && found.items[0].at < 65);
	assert_int_equal(found.items[0].end, 120);
	assert_true(found.items[0].after > 1.15 * found.items[0].before);
}

TEST_WITH(several_small_steps_are_all_told, NULL, release_found)
{
	seeded = random_seed(5);
	fill_noise(200);
	raise_from(50, 200, 1.03);
	raise_from(100, 200, 1 / 1.03);
	raise_from(150, 200, 1.03);
	find(200);
	assert_int_equal(found.nr, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(fabs((double)found.items[i].at - 50 * (double)(i + 1)) <= 2);
}

TEST_WITH(no_unit_matters, NULL, release_found)
{
	static const double scales[] = { 1, 1e-9, 1e12 };
	double noise = 0;
	size_t at = 0;

	for (size_t s = 0; s < 3; s++) {
		seeded = random_seed(6);
		fill_noise(80);
		raise_from(30, 80, 1.04);
		for (size_t i = 0; i < 80; i++)
			values[i] *= scales[s];
		find(80);
		assert_int_equal(found.nr, 1);
		if (s > 0) {
			assert_int_equal(found.items[0].at, at);
			assert_true(fabs(found.noise / noise - 1) < 1e-9);
		}
		at = found.items[0].at;
		noise = found.noise;
	}
}

TEST_WITH(backwards_is_the_same_change, NULL, release_found)
{
	seeded = random_seed(7);
	fill_noise(80);
	raise_from(30, 80, 1.04);
	for (size_t i = 0; i < 40; i++) {
		double last = values[79 - i];

		values[79 - i] = values[i];
		values[i] = last;
	}
	find(80);
	assert_int_equal(found.nr, 1);
	assert_int_equal(found.items[0].at, 50);
	assert_true(found.items[0].after < found.items[0].before);
}

TEST_WITH(values_that_are_not_positive_have_differences, NULL, release_found)
{
	seeded = random_seed(8);
	for (size_t i = 0; i < 60; i++)
		values[i] = normal() + (i < 25 ? 0 : 5);
	find(60);
	assert_false(found.logs);
	assert_int_equal(found.nr, 1);
	assert_int_equal(found.items[0].at, 25);
	assert_true(found.items[0].ratio.low < 5 && found.items[0].ratio.high > 5);
}

TEST_WITH(counts_without_noise_change_where_they_change, NULL, release_found)
{
	for (size_t i = 0; i < 40; i++)
		values[i] = i < 17 ? 1000 : 1010;
	find(40);
	assert_int_equal(found.nr, 1);
	assert_int_equal(found.items[0].at, 17);
	for (size_t i = 0; i < 40; i++)
		values[i] = 1000;
	find(40);
	assert_int_equal(found.nr, 0);
}

/* Digits are values; where chance seems to have a part in it, they are no exact ones. */
TEST_WITH(exact_counts_change_at_once, NULL, release_found)
{
	static const struct {
		const char *digits, *told; /* ~: a spike, ?: a maybe */
	} cases[] = {
		{ "1111111111112", "12:1>2" },
		{ "111111111111222333", "12:1>2 15:2>3" },
		{ "0005", "3:0>5" },
		{ "2111111111111", "1:2>1" },
		{ "1111111111111", "" },
		{ "000000", "" },
		{ "111111111111222211111111111111", "12:1>2 16:2>1" },
		{ "11111111111111111111111211111111111111111111111111", "~23" },
		{ "111111111111111111111112111111111111111111111111111113", "~23 53:1>3?" },
		{ "122", "no" },
		{ "11211111111111", "no" },
		{ "1213141516", "no" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf told = BUF_INIT;
		size_t nr = strlen(cases[i].digits);

		changepoints_release(&found);
		for (size_t at = 0; at < nr; at++)
			values[at] = cases[i].digits[at] - '0';
		if (!changepoints_find_exact(&found, values, nr))
			buf_adds(&told, "no");
		for (size_t at = 0; at < found.nr_spikes; at++)
			buf_addf(&told, "~%zu%s", found.spikes[at], found.nr ? " " : "");
		for (size_t at = 0; at < found.nr; at++) {
			const struct changepoint *change = &found.items[at];

			buf_addf(&told, "%s%zu:%g>%g%s", at ? " " : "", change->at, change->before,
				change->after, change->maybe ? "?" : "");
			assert_true(change->p == 0 && change->low == change->high);
			assert_int_equal(
				change->end, at + 1 < found.nr ? found.items[at + 1].at : nr);
		}
		assert_string_equal(told.data, cases[i].told);
		buf_release(&told);
	}
}

/* A saw of 41 teeth: neighbours are so alike that noise could be very slow. */
TEST_WITH(a_large_step_is_found_where_neighbours_are_alike, NULL, release_found)
{
	for (size_t at = 30; at <= 35; at++) {
		for (size_t i = 0; i < 40; i++)
			values[i] = (i < at ? 100 : 120) * (1 + .0001 * (double)(i * 7919 % 41));
		find(40);
		assert_true(found.correlation > .8);
		assert_int_equal(found.nr, 1);
		assert_int_equal(found.items[0].at, at);
	}
}

TEST_WITH(too_few_values_or_none_show_nothing, NULL, release_found)
{
	for (size_t nr = 0; nr < CHANGEPOINTS_MIN_VALUES; nr++) {
		for (size_t i = 0; i < nr; i++)
			values[i] = i < nr / 2 ? 1 : 100;
		find(nr);
		assert_int_equal(found.nr, 0);
	}
	fill_noise(20);
	values[7] = INFINITY;
	find(20);
	assert_int_equal(found.nr, 0);
	assert_int_equal(found.nr_spikes, 0);
}

static double with_spikes(void)
{
	return normal() + (uniform() < .05 ? 30 : 0);
}

/* A machine of two speeds, chance says which. */
static double of_two_kinds(void)
{
	return normal() + (uniform() < .4 ? 15 : 0);
}

TEST_WITH(noise_of_many_kinds_has_no_change, NULL, release_found)
{
	static double (*const kinds[])(
		void) = { normal, lognormal, contaminated, with_spikes, of_two_kinds };
	static const size_t sizes[] = { 8, 12, 30, 100, 300 };

	seeded = random_seed(9);
	for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
		for (size_t size = 0; size < 5; size++) {
			int hits = 0;

			for (int trial = 0; trial < 300; trial++) {
				for (size_t i = 0; i < sizes[size]; i++)
					values[i] = exp(.01 * kinds[kind]());
				find(sizes[size]);
				hits += found.nr > 0;
			}
			assert_rate(hits, 300, 0, CHANCE);
		}
}

TEST_WITH(steps_of_four_times_the_noise_are_found, NULL, release_found)
{
	int hits = 0;

	seeded = random_seed(10);
	for (int trial = 0; trial < 300; trial++) {
		fill_noise(50);
		raise_from(42, 50, exp(.04));
		find(50);
		hits += found.nr == 1 && found.items[0].at >= 41 && found.items[0].at <= 43;
	}
	assert_rate(hits, 300, .9, 1);
}

static struct json *read_data(const char *path)
{
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;
	struct json *json = NULL;

	if (!file_read(path, 1 << 20, &text, &err))
		json = json_parse(text.data, text.len, &err);
	if (!json)
		fail_msg("%s", err.text);
	buf_release(&text);
	return json;
}

/* Of real histories: what people agreed on is there, and little else. */
TEST_WITH(changes_that_people_know_of_are_found, NULL, release_found)
{
	struct json *all = read_data("tests/data/changepoints/mozilla.json");

	for (const struct json *series = json_first(all); series; series = json_next(series)) {
		size_t nr, nr_known, nr_met = 0;
		const double *items = json_numbers(json_get(series, "values"), &nr);
		const double *known = json_numbers(json_get(series, "changes"), &nr_known);

		changepoints_release(&found);
		changepoints_find(&found, items, nr, CHANCE);
		for (size_t i = 0; i < found.nr; i++)
			for (size_t k = 0; k < nr_known; k++)
				nr_met += fabs((double)found.items[i].at - known[k]) <= 1;
		assert_int_equal(nr_met, nr_known);
		/* Of the longest only the newest part was looked at by people. */
		assert_true(nr > 1000 || found.nr == nr_known);
	}
	json_free(all);
}

TEST_WITH(one_machine_and_one_commit_have_next_to_no_change, NULL, release_found)
{
	struct json *all = read_data("tests/data/changepoints/unchanged-dedicated.json");
	size_t nr_series = 0, nr_changed = 0;

	for (const struct json *series = json_first(all); series; series = json_next(series)) {
		size_t nr;
		const double *items = json_numbers(series, &nr);

		changepoints_release(&found);
		changepoints_find(&found, items, nr, CHANCE);
		nr_series++;
		nr_changed += found.nr > 0;
	}
	printf("# %zu of %zu\n", nr_changed, nr_series);
	assert_true(nr_series > 90);
	assert_true(nr_changed * 8 < nr_series);
	json_free(all);
}
