/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/random.h"
#include "gate/condition.h"
#include "support/subjects.h"

#include <ctype.h>

#define NR(table) (sizeof(table) / sizeof *(table))

extern const char alerts_txt[];

static struct condition *parse_good(const char *text)
{
	struct error err = ERROR_INIT;
	struct condition *condition = condition_parse(text, &err);

	if (!condition)
		fail_msg("%s: %s", text, err.text);
	return condition;
}

static bool holds(const char *text, const struct subject *subject)
{
	struct condition *condition = parse_good(text);
	bool it_does = condition_holds(condition, subject);

	condition_free(condition);
	return it_does;
}

/* Of "slower", which is worse by 20 % on branch main. */
static const struct {
	const char *text;
	bool holds;
} cases[] = {
	{ "change_percent > 10", true },
	{ "change_percent > 10 AND p_value < 0.05", true },
	{ "change_percent > 30", false },
	{ "change_percent<30", true },
	{ "processes >= 10", true },
	{ "processes > 10", false },
	{ "processes <= 10", true },
	{ "processes < 10", false },
	{ "processes = 10", true },
	{ "processes == 10", true },
	{ "processes != 10", false },
	{ "processes = 1e1", true },
	{ "processes = 10.0", true },
	{ "sessions = .6e1", true },
	{ "change_percent > -5", true },
	{ "change_percent > 10%", true },
	{ "change_percent > 30 %", false },
	{ "10 < change_percent", true },
	{ "10 % > change_percent", false },
	{ "change_low_percent > threshold_percent", true },
	{ "change_low_percent < threshold_percent", false },
	{ "\t change_percent\r\n>\n10 ", true },
	{ "status = 'REGRESSION'", true },
	{ "status = \"REGRESSION\"", true },
	{ "status = 'regression'", true },
	{ "status != 'Pass'", true },
	{ "'REGRESSION' = status", true },
	{ "status ~ 'REG*'", true },
	{ "status ~ '*'", true },
	{ "NOT status ~ 'REG*'", false },
	{ "benchmark = 'slower'", true },
	{ "benchmark = 'Slower'", false },
	{ "benchmark != 'faster'", true },
	{ "benchmark ~ 'slow*'", true },
	{ "benchmark ~ 'slow'", false },
	{ "benchmark ~ 's?ower'", true },
	{ "benchmark = metric_name", true },
	{ "benchmark != metric", true },
	{ "tier = 'critical' and branch = 'main'", true },
	{ "evidence = 'First-Look'", true },
	{ "against = 'budget'", false },
	{ "branch = 'it\"s'", false },
	{ "branch = \"it's\"", false },
	{ "processes = 10 OR processes = 1 AND processes = 2", true },
	{ "(processes = 10 OR processes = 1) AND processes = 2", false },
	{ "processes = 2 AND processes = 1 OR processes = 10", true },
	{ "processes = 2 && (processes = 1 || processes = 10)", false },
	{ "not processes = 1 and not processes = 2", true },
	{ "NOT processes = 10 OR processes = 10", true },
	{ "NOT (processes = 10 OR processes = 10)", false },
	{ "!processes = 1", true },
	{ "!!processes = 10", true },
	{ "NOT NOT NOT processes = 10", false },
	{ "((((processes = 10))))", true },
	/* What is not to be had is neither, and its NOT is not either. */
	{ "limit_value > 0", false },
	{ "NOT limit_value > 0", false },
	{ "limit_value != 0", false },
	{ "limit_value != limit_value", false },
	{ "10 > limit_value", false },
	{ "NOT 10 < limit_value", false },
	{ "change_percent != limit_value", false },
	{ "'x' != suite", false },
	{ "metric != suite", false },
	{ "suite = 'x'", false },
	{ "suite != 'x'", false },
	{ "NOT suite ~ 'x'", false },
	{ "limit_value > 0 OR processes = 10", true },
	{ "limit_value > 0 AND processes = 10", false },
	{ "NOT (limit_value > 0 AND processes = 10)", false },
	{ "NOT (limit_value > 0 AND processes = 1)", true },
	{ "NOT (limit_value > 0 OR processes = 1)", false },
};

TEST(a_condition_holds_or_does_not)
{
	struct subjects subjects;
	const struct subject *one;

	subjects_init(&subjects);
	one = subjects_find(&subjects, "slower");
	for (size_t i = 0; i < NR(cases); i++)
		if (holds(cases[i].text, one) != cases[i].holds)
			fail_msg("%s", cases[i].text);
	subjects_release(&subjects);
}

static const struct {
	const char *of, *text;
	bool holds;
} others[] = {
	{ "rate rate", "change_percent > 99 AND reported_change_percent < -49", true },
	{ "crashed", "status = 'failed'", true },
	{ "crashed", "change_percent > 0 OR NOT change_percent > 0", false },
	{ "waiting", "status = 'not measured'", true },
	{ "rate p99", "status = 'not gated'", true },
	{ "rate p99", "p_value < 0.05", false },
	{ "rate p99", "p_above_threshold < 0.05", true },
	{ "gone", "status = 'MISSING' AND NOT action = 'pass'", true },
	{ "limited budget", "against = 'budget' AND action = 'fail'", true },
	{ "more/allocs allocs", "p_value = 0 AND evidence = 'exact'", true },
	{ "new", "against = 'base'", false },
	{ "new", "NOT against = 'base'", false },
};

TEST(it_is_of_the_comparison_it_is_asked_of)
{
	struct subjects subjects;

	subjects_init(&subjects);
	for (size_t i = 0; i < NR(others); i++) {
		const struct subject *one = subjects_find(&subjects, others[i].of);

		assert_non_null(one);
		if (holds(others[i].text, one) != others[i].holds)
			fail_msg("%s: %s", others[i].of, others[i].text);
	}
	subjects_release(&subjects);
}

#define MEANS \
	" is not allowed here; a condition has facts, numbers, texts in quotes, > >= < <= = != ~, AND OR NOT and parentheses"
#define OPERATORS " is not compared with anything; there must be one of > >= < <= = != ~"

static const struct {
	const char *text, *error;
} wrong[] = {
	{ "", "it ends at character 1, where a fact, a number or a text must follow" },
	{ "   ", "it ends at character 4, where a fact, a number or a text must follow" },
	{ "change_pct > 5",
		"'change_pct' at character 1 is not a known fact; did you mean change_percent?" },
	{ "processes = 1 AND P_VALUE < 1",
		"'P_VALUE' at character 19 is not a known fact (see 'benchgate help alerting'); put a text in quotes" },
	{ "status = FAILED",
		"'FAILED' at character 10 is not a known fact (see 'benchgate help alerting'); put a text in quotes" },
	{ "change_percent", "it ends at character 15, where one of > >= < <= = != ~ must follow" },
	{ "change_percent >",
		"it ends at character 17, where a fact, a number or a text must follow" },
	{ "change_percent 5", "'5' at character 16" OPERATORS },
	{ "change_percent AND p_value", "'AND' at character 16" OPERATORS },
	{ "> 5",
		"'>' at character 1 cannot be compared; there must be a fact, a number or a text" },
	{ "processes > > 5",
		"'>' at character 13 cannot be compared; there must be a fact, a number or a text" },
	{ "processes > 5 AND",
		"it ends at character 18, where a fact, a number or a text must follow" },
	{ "processes > 5 p_value < 1",
		"'p_value' at character 15 cannot stand here; there must be AND, OR or the end" },
	{ "processes > 5)",
		"')' at character 14 cannot stand here; there must be AND, OR or the end" },
	{ "(processes > 5", "'(' at character 1 has no closing )" },
	{ "processes > 1 AND (processes > 5 OR (p_value < 1)",
		"'(' at character 19 has no closing )" },
	{ "(processes > 5 p_value < 1)",
		"'p_value' at character 16 cannot stand here; there must be AND, OR or )" },
	{ "()", "')' at character 2 cannot be compared; there must be a fact, a number or a text" },
	{ "(processes) > 5", "')' at character 11" OPERATORS },
	{ "processes > 5x",
		"'5x' at character 13 is not a number; it must be one such as 5, -0.5 or 1e-3" },
	{ "processes > 0x10",
		"'0x10' at character 13 is not a number; it must be one such as 5, -0.5 or 1e-3" },
	{ "processes > 1e999",
		"'1e999' at character 13 is not a number; it must be one such as 5, -0.5 or 1e-3" },
	{ "processes > -",
		"'-' at character 13 is not a number; it must be one such as 5, -0.5 or 1e-3" },
	{ "processes > 1.2.3",
		"'1.2.3' at character 13 is not a number; it must be one such as 5, -0.5 or 1e-3" },
	{ "processes > +5", "'+' at character 13" MEANS },
	{ "processes & 5", "'&' at character 11" MEANS },
	{ "processes > 5;", "';' at character 14" MEANS },
	{ "branch = '\303\244' AND \303\266", "'\303\266' at character 18" MEANS },
	{ "\033", "'?' at character 1" MEANS },
	{ "branch = \377", "'?' at character 10" MEANS },
	{ "branch = 'main", "the text at character 10 has no closing '" },
	{ "branch = \"main'", "the text at character 10 has no closing \"" },
	{ "branch = ''", "'' at character 11 is empty, but a fact never is" },
	{ "5 > 3", "'5' at character 1 is not compared with a fact; write a fact without quotes" },
	{ "'status' = 'FAILED'",
		"'status' at character 2 is not compared with a fact; write a fact without quotes" },
	{ "status = 5", "'5' at character 10 is a number, but is compared with a text" },
	{ "processes = 'many'", "'many' at character 14 is a text, but is compared with a number" },
	{ "5 = status", "'status' at character 5 is a text, but is compared with a number" },
	{ "status = processes",
		"'processes' at character 10 is a number, but is compared with a text" },
	{ "benchmark > 'a'", "'>' at character 11 compares numbers; texts have = != and ~" },
	{ "processes ~ 5", "'~' at character 11 compares texts; numbers have > >= < <= = and !=" },
	{ "benchmark ~ metric",
		"'metric' at character 13 is not a pattern; after ~ there must be one in quotes, such as 'hash*'" },
	{ "'a*' ~ benchmark",
		"'benchmark' at character 8 is not a pattern; after ~ there must be one in quotes, such as 'hash*'" },
	{ "p_value < 5%",
		"'5' at character 11 has a %, but is compared with a fact that is not a percentage" },
	{ "5 % > p_value",
		"'5' at character 1 has a %, but is compared with a fact that is not a percentage" },
	{ "against = 'limit'",
		"'limit' at character 12 is not a value of against; it must be one of 'base', 'budget'" },
	{ "'limit' = against",
		"'limit' at character 2 is not a value of against; it must be one of 'base', 'budget'" },
	{ "against ~ 'l*'",
		"'l*' at character 12 is not a value of against; it must be one of 'base', 'budget'" },
	{ "status = 'FAIL'",
		"'FAIL' at character 11 is not a value of status; it must be one of 'PASS', 'REGRESSION', 'IMPROVEMENT', "
		"'INCONCLUSIVE', 'NEW', 'MISSING', 'FAILED', 'NOT MEASURED', 'REFUSED', 'ACCEPTED', 'LAYOUT', "
		"'WARNING', 'not gated'" },
	{ "benchmark = 'a\033[2J' OR x",
		"'x' at character 24 is not a known fact (see 'benchgate help "
		"alerting'); put a text in quotes" },
};

TEST(what_is_wrong_is_told_with_its_place_and_what_would_be_right)
{
	for (size_t i = 0; i < NR(wrong); i++) {
		struct error err = ERROR_INIT;

		if (condition_parse(wrong[i].text, &err))
			fail_msg("taken: %s", wrong[i].text);
		assert_string_equal(err.text, wrong[i].error);
		assert_int_equal(err.kind, ERR_USAGE);
	}
}

static char *nested(size_t nr, const char *open, const char *close)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < nr; i++)
		buf_adds(&text, open);
	buf_adds(&text, "processes = 10");
	for (size_t i = 0; i < nr; i++)
		buf_adds(&text, close);
	return buf_detach(&text);
}

/* The deepest that is allowed is weighed, with as much waiting as can be. */
TEST(it_is_not_nested_without_end)
{
	static const struct {
		const char *open, *close;
	} ways[] = { { "(", ")" }, { "NOT ", "" }, { "!(", ")" },
		{ "processes = 1 OR processes = 10 AND (", ")" } };
	struct subjects subjects;

	subjects_init(&subjects);
	for (size_t i = 0; i < NR(ways); i++) {
		size_t most = i == 2 ? CONDITION_MAX_NESTED / 2 : CONDITION_MAX_NESTED;
		char *good = nested(most, ways[i].open, ways[i].close);
		char *bad = nested(most + 1, ways[i].open, ways[i].close);
		struct error err = ERROR_INIT;

		assert_int_equal(
			holds(good, subjects_find(&subjects, "slower")), i != 2 || most % 2 == 0);
		assert_null(condition_parse(bad, &err));
		if (!strstr(err.text, "is nested too deep; at most 50 levels are allowed"))
			fail_msg("%s", err.text);
		free(good);
		free(bad);
	}
	subjects_release(&subjects);
}

/* One behind the other is no nesting. */
TEST(there_may_be_many_side_by_side)
{
	struct subjects subjects;
	struct buf text = BUF_INIT;

	subjects_init(&subjects);
	for (int i = 0; i < CONDITION_MAX_NESTED + 5; i++)
		buf_adds(&text, "NOT (units=1) AND (units=0) AND ");
	buf_adds(&text, "units=0");
	assert_true(holds(text.data, subjects_find(&subjects, "slower")));
	buf_release(&text);
	subjects_release(&subjects);
}

TEST(it_is_not_long_without_end)
{
	struct subjects subjects;
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;

	subjects_init(&subjects);
	while (text.len + 24 < CONDITION_MAX)
		buf_adds(&text, "processes=1 OR ");
	buf_adds(&text, "units=0");
	buf_fill(&text, ' ', CONDITION_MAX - text.len);
	assert_true(holds(text.data, subjects_find(&subjects, "slower")));
	buf_addc(&text, ' ');
	assert_null(condition_parse(text.data, &err));
	assert_string_equal(err.text, "it is 2001 bytes long; at most 2000 are allowed");
	buf_release(&text);
	subjects_release(&subjects);
}

/* A condition made by chance, and by itself what it comes to: 0, 1 (unknown) or 2. */
struct made {
	struct buf text;
	int truth;
};

static struct made make_comparison(struct random *random)
{
	static const struct {
		const char *text;
		int truth;
	} atoms[] = {
		{ "processes = 10", 2 },
		{ "branch = 'main'", 2 },
		{ "5%<change_percent", 2 },
		{ "status='pass'", 0 },
		{ "benchmark ~ 'fast*'", 0 },
		{ "limit_value > 1", 1 },
		{ "suite != 'AND'", 1 },
	};
	size_t i = random_below(random, NR(atoms));
	struct made made = { BUF_INIT, atoms[i].truth };

	buf_adds(&made.text, atoms[i].text);
	return made;
}

/* With parentheses where they are needed, and now and then where they are not. */
static void add_side(struct made *made, struct made *side, bool needs)
{
	buf_addf(&made->text, needs ? "(%s)" : "%s", side->text.data);
	buf_release(&side->text);
}

enum level { LEVEL_OR, LEVEL_AND, LEVEL_NOT };

static struct made make(struct random *random, unsigned depth, enum level above)
{
	static const char *const signs[][4] = { { " OR ", " or ", "||", " Or" },
		{ " AND ", " and ", "&&", "\nAnd " } };
	enum level level = (enum level)random_below(random, 3);
	struct made made = { BUF_INIT, 0 }, left, right;
	bool parentheses = level < above || random_below(random, 4) == 0;

	if (!depth)
		return make_comparison(random);
	if (level == LEVEL_NOT) {
		left = make(random, depth - 1, LEVEL_NOT);
		buf_adds(&made.text, random_below(random, 2) ? "!" : " NOT ");
		made.truth = 2 - left.truth;
		add_side(&made, &left, false);
	} else {
		left = make(random, depth - 1, level);
		right = make(random, depth - 1, level);
		made.truth = (level == LEVEL_AND) == (left.truth < right.truth) ? left.truth
										: right.truth;
		add_side(&made, &left, false);
		buf_adds(&made.text, signs[level][random_below(random, 4)]);
		buf_addc(&made.text, ' ');
		add_side(&made, &right, false);
	}
	if (parentheses) {
		struct made inner = made;

		made.text = (struct buf)BUF_INIT;
		add_side(&made, &inner, true);
	}
	return made;
}

static void comes_to(const struct made *made, const struct subject *one)
{
	struct buf other = BUF_INIT;

	buf_addf(&other, "NOT (%s)", made->text.data);
	if (holds(made->text.data, one) != (made->truth == 2) ||
		holds(other.data, one) != (made->truth == 0))
		fail_msg("%d: %s", made->truth, made->text.data);
	buf_release(&other);
}

TEST(logic_is_that_of_three_values)
{
	struct random random = random_seed(7);
	struct subjects subjects;
	const struct subject *one;
	size_t nr[3] = { 0 };

	subjects_init(&subjects);
	one = subjects_find(&subjects, "slower");
	for (int i = 0; i < 3000; i++) {
		struct made made = make(&random, (unsigned)random_below(&random, 6), LEVEL_OR);

		if (made.text.len < CONDITION_MAX - strlen("NOT ()")) {
			comes_to(&made, one);
			nr[made.truth]++;
		}
		buf_release(&made.text);
	}
	for (int i = 0; i < 3; i++)
		assert_true(nr[i] > 100);
	subjects_release(&subjects);
}

/* The conditions that `benchgate help alerting` shows: a line each behind "More conditions:". */
TEST(what_people_are_shown_is_right)
{
	const char *at = strstr(alerts_txt, "More conditions:\n\n");
	size_t nr = 0;

	assert_non_null(at);
	for (at += strlen("More conditions:\n\n"); *at == '\t'; nr++) {
		const char *end = strchr(at, '\n'), *gap = strstr(at, "   ");
		char *text = mem_copy(at, (size_t)((gap && gap < end ? gap : end) - at));

		condition_free(parse_good(text));
		free(text);
		at = end + 1;
	}
	assert_true(nr >= 5);
}
