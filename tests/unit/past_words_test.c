/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/str.h"
#include "report/past_words.h"

#include "support/draw.h"
#include "support/made_past.h"

static struct made_past made;

static int clear(void **state)
{
	(void)state;
	made_clear(&made);
	return 0;
}

static double flat(size_t at)
{
	(void)at;
	return 1;
}

static double step(size_t at)
{
	return at < 50 ? 1 : 1.1;
}

static double step_now(size_t at)
{
	return at < 57 ? 1 : 1.1;
}

static double spike(size_t at)
{
	return at == 50 ? 1.5 : 1;
}

static double slope(size_t at)
{
	return at < 30 ? 1 : exp(.01 * (double)(at - 30));
}

static double odd(size_t at)
{
	return at == 59 ? 1.2 : 1;
}

/* The second night of a step, as it may be */
static double odd_twice(size_t at)
{
	return at >= 58 ? 1.2 : 1;
}

static double step_of_long_ago(size_t at)
{
	return at < 20 ? 1 : 1.1;
}

static const struct {
	double (*shape)(size_t at);
	const char *kinds;          /* of what is recent */
	const char *text, *command; /* of the first, as patterns; NULL: there is none */
} cases[] = {
	{ flat, "", NULL, NULL },
	{ step, "step",
		"step of +9.* % (95 %: +* .. +* %) in 313131313131..323232323232 (2026-02-20), "
		"certainty over 99.99 %",
		NULL },
	{ step_now, "maybe",
		"maybe a step of +* in 383838383838..393939393939 (2026-02-27), certainty *; "
		"only the newest runs show it",
		"benchgate compare 383838383838 393939393939 --only 'a b'" },
	{ spike, "spike", "spike of +* % at 3232323: single runs, no step", NULL },
	{ slope, "slope creep budget", "slope of +2* from * to 3b3b3b3, certainty *", NULL },
	{ odd, "anomaly",
		"unusual value, +* % from what it was before, certainty *; the next runs show "
		"whether it is a spike or a step",
		NULL },
	{ odd_twice, "anomaly", "unusual value, +* % from what it was before, certainty *", NULL },
	{ step_of_long_ago, "", NULL, NULL },
};

static const struct limit limit = { .value = 160, .unit = "ns", .text = (char[]){ "160ns" } };

static void check_words(size_t at)
{
	struct past_words words = past_words_of(&made.past, "a b", &limit);
	const struct past_word *first = NULL;
	struct buf kinds = BUF_INIT;

	for (size_t i = 0; i < words.nr; i++) {
		if (!words.items[i].is_recent)
			continue;
		buf_addf(&kinds, "%s%s", first ? " " : "", past_kinds[words.items[i].kind]);
		first = first ? first : &words.items[i];
	}
	if (strcmp(kinds.data, cases[at].kinds) != 0)
		fail_msg("case %zu: %s", at, kinds.data);
	if (first && !str_glob(cases[at].text, first->text))
		fail_msg("case %zu: %s", at, first->text);
	if (first && !cases[at].command != !first->command)
		fail_msg("case %zu: %s", at, first->command);
	if (first && first->command)
		assert_string_equal(first->command, cases[at].command);
	buf_release(&kinds);
	past_words_release(&words);
}

TEST_WITH(spike_step_and_slope_are_different_words, NULL, clear)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		seeded = random_seed(3);
		made_clear(&made);
		for (size_t at = 0; at < 60; at++)
			made_add(&made, 100 * cases[i].shape(at) * exp(.01 * normal()), NULL);
		made_look(&made);
		check_words(i);
	}
}

/* Of a thousand series, some have what would be strange in one. */
TEST_WITH(what_is_told_of_many_series_surprises_in_all_of_them, NULL, clear)
{
	struct past_words words;

	seeded = random_seed(3);
	made_clear(&made);
	for (size_t i = 0; i < 60; i++)
		made_add(&made, 100 * exp(.01 * normal()), NULL);
	made.past.points.items[59].value = 106;
	made_look(&made);
	assert_true(made.past.anomaly_p < .01 && made.past.anomaly_p > 1e-5);
	for (size_t family = 1; family <= 1000; family *= 1000) {
		made.past.family = family;
		words = past_words_of(&made.past, "x", NULL);
		assert_int_equal(words.nr, family == 1);
		past_words_release(&words);
	}
}

static const char *text_of(const struct past_words *words, enum past_kind kind)
{
	for (size_t i = 0; i < words->nr; i++)
		if (words->items[i].kind == kind)
			return words->items[i].text;
	return "";
}

TEST_WITH(a_budget_is_crossed_in_weeks_and_a_compiler_is_named, NULL, clear)
{
	struct past_words words;

	seeded = random_seed(5);
	made_clear(&made);
	for (size_t i = 0; i < 60; i++)
		made_add(&made, 100 * exp(.01 * (double)i + .005 * normal()),
			i < 20 ? "gcc 12" : "clang\033 14");
	made_look(&made);
	words = past_words_of(
		&made.past, "x", &(struct limit){ .value = 220, .text = (char[]){ "220ns" } });
	if (!str_glob("crosses its budget of 220ns in about ? weeks (* to *)",
		    text_of(&words, PAST_BUDGET)))
		fail_msg("%s", text_of(&words, PAST_BUDGET));
	assert_string_equal(text_of(&words, PAST_COMPILER),
		"another compiler made the suite since 1414141: gcc 12 -> clang? 14");
	assert_true(str_glob("creep of +7.* % a week (95 %: +* .. +7.* %), without a step",
		text_of(&words, PAST_CREEP)));
	past_words_release(&words);
}
