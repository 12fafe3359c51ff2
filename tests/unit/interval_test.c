/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An interval that tells nobody anything is not there. */
#include "support/test.h"

#include "gate/estimate.h"
#include "gate/facts.h"
#include "report/reporter.h"
#include "support/in_turn_cases.h"

static const struct {
	struct interval interval;
	size_t nr;
	bool useful;
} cases[] = {
	{ { 90, 110 }, 10, true },
	{ { 90, 110 }, 3, true },
	{ { 90, 110 }, 2, false },
	{ { 50, 200 }, 10, true },
	{ { 50, 201 }, 10, false },
	{ { -1, 3 }, 10, false },
	{ { 0, 3 }, 10, false },
	{ { 0, 0 }, 10, true },
	{ { 3e-15, 8e16 }, 10, false },
	{ { 0, INFINITY }, 10, false },
	{ { NAN, NAN }, 10, false },
};

TEST(what_tells_nobody_anything_is_known_by_its_ends)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
			interval_is_useful(cases[i].interval, cases[i].nr), cases[i].useful);
}

static struct estimate estimate_from(const double *values, size_t nr)
{
	struct metric metric = { .unit = (char[]){ "" },
		.values = { .items = (double *)values, .nr = nr } };

	return estimate_of(&metric);
}

TEST(a_level_has_an_interval_where_that_is_useful)
{
	static const struct {
		double values[4];
		size_t nr;
		bool has;
	} levels[] = {
		{ { 100, 101, 102, 103 }, 4, true },
		{ { 100, 101 }, 2, false },
		{ { 1, 100, 10000, 7 }, 4, false },
		{ { 0, 0, 0, 4 }, 4, false },
		{ { 0, 0, 0, 0 }, 4, true },
		{ { -1, 1, -2, 2 }, 4, true },
	};

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		struct estimate estimate = estimate_from(levels[i].values, levels[i].nr);
		bool has_low = isfinite(estimate.low), has_high = isfinite(estimate.high);

		if (has_low != levels[i].has || has_high != has_low || !isfinite(estimate.value))
			fail_msg("level %zu: %g, %g .. %g", i, estimate.value, estimate.low,
				estimate.high);
	}
}

/* A time that varies by a factor of some hundred, alone and in turn */
static void open_wild(struct hearing *hearing, bool in_turn)
{
	if (in_turn) {
		open_in_turn(hearing, 20);
		add_in_turn(hearing, "x", (struct summary){ .nr = 6, .mean = 1.1, .sd = 3 });
	} else {
		open_hearing(hearing);
		case_base(&hearing->base, "x", 5, 2, 0.01);
		case_head(&hearing->head, "x", 6, 1.1, 2);
	}
	hear(hearing);
}

static double fact_of(const struct hearing *hearing, const char *name)
{
	struct subject subject = { &hearing->verdict, hearing->verdict.items, "", "" };

	return fact_named(name, strlen(name))->number(&subject);
}

static void check_claims(const char *format, const char *text)
{
	static const char *const claims[] = { "at most ", "<dt>bound", "95 %: +", "95 %: -",
		"< +" };

	for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
		if (strstr(text, claims[i]))
			fail_msg("%s: %s", format, text);
}

TEST(nothing_is_said_by_one_that_is_not_useful)
{
	for (int in_turn = 0; in_turn < 2; in_turn++) {
		struct hearing hearing;
		const struct comparison *got;
		struct buf text = BUF_INIT;

		open_wild(&hearing, in_turn);
		got = hearing.verdict.items;
		assert_int_equal(got->word, VERDICT_INCONCLUSIVE);
		assert_true(isfinite(got->change_ratio));
		assert_true(isnan(got->change_low) && isnan(got->change_high));
		assert_true(isnan(got->bound_ratio));
		assert_true(isnan(fact_of(&hearing, "change_low_percent")));
		assert_true(isnan(fact_of(&hearing, "bound_percent")));
		for (const struct reporter *it = reporters; it->name; it++) {
			buf_clear(&text);
			buf_addc(&text, ' ');
			it->render(&hearing.verdict, &text);
			check_claims(it->name, text.data);
		}
		buf_release(&text);
		close_hearing(&hearing);
	}
}

/* The interval of the mean must not stand beside the typical value, either. */
TEST(each_of_two_values_has_its_own)
{
	struct hearing hearing;
	const struct aspect *aspects;

	open_in_turn(&hearing, 20);
	add_in_turn(&hearing, "x", (struct summary){ .nr = 6, .mean = 1.1, .sd = 0.01 });
	for (size_t i = 0; i < 6; i++) {
		metrics_add(&run_find(&hearing.base, "x")->metrics, &metric_typical, 100);
		metrics_add(&run_find(&hearing.head, "x")->metrics, &metric_typical, 100);
		add_unit_ratio(run_find(&hearing.head, "x"), &metric_typical, 3 * case_spread(i));
	}
	aspects = hear(&hearing)->aspects;
	assert_true(isfinite(aspects[ASPECT_MAIN].change_low));
	assert_true(isnan(aspects[ASPECT_TYPICAL].change_low));
	assert_true(isnan(aspects[ASPECT_TYPICAL].bound_ratio));
	/* The weaker of the two bounds is none. */
	assert_true(isnan(hearing.verdict.items->bound_ratio));
	close_hearing(&hearing);
}

/* From 0 to more is an infinite change, and sure. */
TEST(what_is_exact_is_as_it_was)
{
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	case_values(case_result(&hearing.base, "x"), &case_allocs,
		(struct summary){ .nr = 2, .mean = 0 });
	case_values(case_result(&hearing.head, "x"), &case_allocs,
		(struct summary){ .nr = 2, .mean = 100 });
	got = hear(&hearing);
	assert_int_equal(got->word, VERDICT_REGRESSION);
	assert_true(isinf(got->bound_ratio));
	close_hearing(&hearing);
}
