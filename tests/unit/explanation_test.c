/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles as callgrind writes them, what they cost, and what explains their difference. */
#include "support/test.h"

#include "base/array.h"
#include "base/error.h"
#include "base/mem.h"
#include "explain/costs_read.h"
#include "explain/explained_lines.h"
#include "explain/explanation.h"
#include "explain/machine_code.h"
#include "explain/source_changes.h"
#include "report/explanation_keep.h"
#include "report/explanation_report.h"
#include "report/explanation_words.h"
#include "report/flame_report.h"

#include <stdlib.h>
#include <string.h>

/* One body that calls parse ten times in 10 iterations, which calls strtol. */
#define BEFORE \
	"# callgrind format\nversion: 1\npositions: instr line\nevents: Ir Dr I1mr Bcm\n\n" \
	"ob=(1) /lib/libc.so.6\nfl=(1) strtol.c\nfn=(1) strtol\n0x10 5 100 0 0\n\n" \
	"ob=(2) /base/my.so\nfl=(2) /src/my.c\nfn=(2) parse\n0x100 7 50\n+4 +1 50 0 10 20\n" \
	"cob=(1)\ncfi=(1)\ncfn=(1)\ncalls=10 0x10 5\n* * 100\n\n" \
	"fn=(3) bg_body_parsing\n0x200 20 20\ncfn=(2)\ncalls=10 0x100 7\n* * 200\n"

/* The same, where each call of parse calls malloc, too. */
#define AFTER \
	"# callgrind format\nversion: 1\npositions: instr line\nevents: Ir Dr I1mr Bcm\n\n" \
	"ob=(1) /lib/libc.so.6\nfl=(1) strtol.c\nfn=(1) strtol\n0x10 5 100 0 0\n\n" \
	"fn=(4) malloc\n0x90 1 200\ncfn=(5) _int_malloc\ncalls=10 0x70 1\n* * 300\n\n" \
	"fn=(5)\n0x70 1 300\n\n" \
	"ob=(2) /head/my.so\nfl=(2) /src/my.c\nfn=(2) parse.constprop.0\n0x100 8 50\n+4 +1 60 0 10 20\n" \
	"cob=(1)\ncfi=(1)\ncfn=(1)\ncalls=10 0x10 5\n* * 100\n" \
	"cob=(1)\ncfi=(1)\ncfn=(4)\ncalls=10 0x90 1\n* * 500\n\n" \
	"fn=(3) bg_body_parsing\n0x200 20 20\ncfn=(2)\ncalls=10 0x100 7\n* * 710\n"

static void read_profile(const char *text, struct costs *costs)
{
	struct error err = ERROR_INIT;

	*costs = (struct costs){ 0 };
	/* Same on both sides, as where one file is compared with itself. */
	if (costs_read(text, &(struct costs_of){ .iterations = 10, .suite = "/own/my.so" }, costs,
		    &err))
		fail_msg("%s", err.text);
}

static const struct cost_function *function_named(const struct costs *costs, const char *name)
{
	for (size_t i = 0; i < costs->functions.nr; i++)
		if (strcmp(costs->functions.items[i].name, name) == 0)
			return &costs->functions.items[i];
	fail_msg("there is no %s", name);
	return NULL;
}

TEST(a_profile_is_read_by_function_call_line_and_instruction)
{
	struct costs costs;
	const struct cost_function *parse;

	read_profile(BEFORE, &costs);
	parse = function_named(&costs, "parse");
	assert_float_equal(parse->own.of[COST_INSTRUCTIONS], 10, 0);
	assert_float_equal(parse->all.of[COST_INSTRUCTIONS], 20, 0);
	assert_float_equal(parse->own.of[COST_CACHE_MISSES], 1, 0);
	assert_float_equal(parse->own.of[COST_BRANCH_MISSES], 2, 0);
	assert_float_equal(parse->calls, 1, 0);
	assert_int_equal(parse->line, 7);
	assert_string_equal(costs_file(&costs, parse), "my.c");
	assert_float_equal(function_named(&costs, "BG_BENCH(parsing)")->all.of[0], 22, 0);
	assert_float_equal(costs.total.of[COST_INSTRUCTIONS], 22, 0);
	assert_false(costs.has[COST_MEMORY_READS]);
	assert_int_equal(costs.places.nr, 4);
	assert_int_equal(costs.places.items[2].address, 0x104);
	costs_release(&costs);
}

/* Callgrind says the file of what is called where it is not that of the line at hand, which may be
 * of a function that was inlined. */
TEST(what_is_called_is_in_the_file_of_the_line)
{
	struct costs costs;

	read_profile("events: Ir\nfl=(1) my.h\nfn=(1) parse\n1 20\nfl=(2) my.c\nfn=(2) body\n1 10\n"
		     "fi=(1)\n7 10\ncfn=(1)\ncalls=10 1\n7 20\nfe=(2)\n2 10\n",
		&costs);
	assert_int_equal(costs.functions.nr, 2);
	assert_float_equal(function_named(&costs, "parse")->calls, 1, 0);
	assert_string_equal(costs_file(&costs, function_named(&costs, "parse")), "my.h");
	costs_release(&costs);
}

TEST(recursion_is_one_function)
{
	struct costs costs;

	read_profile("events: Ir\nfn=(1) walk\n1 10\ncfn=(2) walk'2\ncalls=1 1\n1 30\n"
		     "fn=(2)\n1 10\ncfn=(2)\ncalls=2 1\n1 20\n",
		&costs);
	assert_int_equal(costs.functions.nr, 2);
	assert_float_equal(function_named(&costs, "walk")->all.of[COST_INSTRUCTIONS], 4, 0);
	assert_int_equal(costs.functions.items[1].outermost, 0);
	costs_release(&costs);
}

TEST(what_is_no_profile_says_where)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "", "callgrind's file has no line \"events:\" with instructions (Ir)" },
		{ "events: Dr\n",
			"callgrind's file has no line \"events:\" with instructions (Ir)" },
		{ "events: Ir\n1 2\n",
			"callgrind's file, line 2: \"1 2\" is not a line of a profile" },
		{ "events: Ir\nfn=(1)\n",
			"callgrind's file, line 2: \"fn=(1)\" is not a line of a profile" },
		{ "events: Ir\nfn=(9999999) a\n",
			"callgrind's file, line 2: \"fn=(9999999) a\" is not a line of a profile" },
		{ "events: Ir\nfn=a\n1 x\n",
			"callgrind's file, line 3: \"1 x\" is not a line of a profile" },
		{ "events: Ir\nfn=a\ncalls=x\n",
			"callgrind's file, line 3: \"calls=x\" is not a line of a profile" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct costs costs = { 0 };
		struct error err = ERROR_INIT;

		assert_int_equal(costs_read(cases[i].text, &(struct costs_of){ .iterations = 1 },
					 &costs, &err),
			-1);
		assert_string_equal(err.text, cases[i].error);
		costs_release(&costs);
	}
}

TEST(names_are_those_that_people_know)
{
	static const struct {
		const char *name, *shown;
	} cases[] = {
		{ "__strcpy_sse2", "strcpy" },
		{ "__memcpy_avx_unaligned_erms", "memcpy" },
		{ "__memmove_avx_unaligned_erms", "memcpy or memmove" },
		{ "__libc_start_main", "__libc_start_main" },
		{ "parse.part.0.isra.3", "parse" },
		{ "parse.cold", "parse" },
		{ ".cold", ".cold" },
		{ "0x00001234", "code without a name in some library" },
		{ "bg_body_x", "BG_BENCH(x)" },
		{ "bg_body_x(bg_run*)", "BG_BENCH(x)" },
		{ "bg_body_x.cold", "BG_BENCH(x)" },
		{ "a::f(int) [clone .isra.0]", "a::f(int)" },
		{ "memcpy@GLIBC_2.2.5", "memcpy" },
		{ "it's", "it's" },
		{ "f'12", "f" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct costs costs;
		struct buf text = BUF_INIT;

		buf_addf(&text, "events: Ir\nfn=(1) %s\n1 10\n", cases[i].name);
		read_profile(text.data, &costs);
		assert_string_equal(costs.functions.items[0].name, cases[i].shown);
		costs_release(&costs);
		buf_release(&text);
	}
}

/* --- differences -------------------------------------------------------------------------------
 */

static void check_summary(const char *before, const char *after, const char *expected)
{
	struct costs base, head;
	struct explanation explanation;
	struct buf summary = BUF_INIT;

	read_profile(before, &base);
	read_profile(after, &head);
	explanation_make(&explanation, "x", (const struct costs *const[NR_SIDES]){ &base, &head });
	explanation_words_summary(&explanation, &summary);
	assert_string_equal(summary.data, expected);
	buf_release(&summary);
	explanation_release(&explanation);
	costs_release(&base);
	costs_release(&head);
}

/* Of a function and what it costs, which is called so often by a body of 10. */
#define SUITE(object) "events: Ir\nob=(1) " object "\nfl=(1) my.c\n"
#define BODY(cost, callee, nr, all) \
	"fn=(9) body\n20 " cost "\ncfn=" callee "\ncalls=" nr " 1\n20 " all "\n"

TEST(the_function_that_changed_is_named_with_what_it_does_more_of)
{
	static const struct {
		const char *before, *after, *said;
	} cases[] = {
		{ BEFORE, AFTER,
			"100 % of +232 % instructions is in parse (my.c:8): +1 malloc, and +1 "
			"instructions of its own a call" },
		{ AFTER, BEFORE,
			"100 % of -69.9 % instructions is in parse (my.c:7): -1 malloc, and -1 "
			"instructions of its own a call" },
		{ SUITE("/a") "fn=(2) f\n1 100\n" BODY("10", "(2)", "10", "100"),
			SUITE("/b") "fn=(2) f\n1 200\n" BODY("10", "(2)", "20", "200"),
			"100 % of +90.9 % instructions is in f (my.c:1): called 2 times an iteration "
			"instead of 1, by body" },
		{ SUITE("/a") "fn=(2) f\n1 100\n" BODY("10", "(2)", "10", "100"),
			SUITE("/b") "fn=(2) f\n1 300\n" BODY("10", "(2)", "10", "300"),
			"100 % of +182 % instructions is in f (my.c:1): +20 instructions of its own a "
			"call" },
		{ SUITE("/a") "fn=(9) body\n20 100\n",
			SUITE("/b") "fn=(2) f\n1 300\n" BODY("100", "(2)", "10", "300"),
			"100 % of +300 % instructions is in f (my.c:1): new, called by body" },
		/* f is inlined, and 3 come on top. */
		{ SUITE("/a") "fn=(2) f\n1 100\n" BODY("100", "(2)", "10", "100"),
			SUITE("/b") "fn=(9) body\n20 230\n",
			"100 % of +15 % instructions is in body (my.c:20): +3 instructions of its own "
			"an iteration" },
		/* What f did is done by g, which it calls, and 5 come on top. */
		{ SUITE("/a") "fn=(2) f\n1 300\n" BODY("10", "(2)", "10", "300"),
			SUITE("/b") "fn=(2) f\n1 20\ncfn=(3) g\ncalls=20 1\n1 330\nfn=(3)\n2 330\n" BODY(
				"10", "(2)", "10", "350"),
			"100 % of +16.1 % instructions is in f (my.c:1): most of its work is done by g "
			"now, it seems, which is new: +5 instructions an iteration in both" },
		{ SUITE("/b") "fn=(2) f\n1 20\ncfn=(3) g\ncalls=20 1\n1 330\nfn=(3)\n2 330\n" BODY(
			  "10", "(2)", "10", "350"),
			SUITE("/a") "fn=(2) f\n1 300\n" BODY("10", "(2)", "10", "300"),
			"100 % of -13.9 % instructions is in f (my.c:1): it does most of the work of g "
			"now, it seems, which is gone: -5 instructions an iteration in both" },
		/* The call that costs most comes before those that are most. */
		{ SUITE("/a") "fn=(2) f\n1 10\n",
			SUITE("/b") "fn=(2) f\n1 10\ncob=(7) /lib/c.so\ncfn=(3) few\ncalls=10 1\n1 900\n"
				    "cob=(7)\ncfn=(4) many\ncalls=30 1\n1 30\ncob=(7)\ncfn=(5) more\ncalls=20 1\n1 50\n"
				    "cob=(7)\ncfn=(6) most\ncalls=90 1\n1 20\ncob=(7)\ncfn=(8) malloc\ncalls=10 1\n1 10\n"
				    "ob=(7)\nfn=(3)\n1 900\nfn=(4)\n1 30\nfn=(5)\n1 50\nfn=(6)\n1 20\nfn=(8)\n1 10\n",
			"100 % of +1.01e+04 % instructions is in f (my.c:1): +1 malloc, +1 few, +2 more an "
			"iteration" },
		/* Another name, with something more to do; and two of which neither is the other.
		 */
		{ SUITE("/a") "fn=(2) f\n1 100\n" BODY("10", "(2)", "10", "100"),
			SUITE("/b") "fn=(2) g\n1 150\n" BODY("10", "(2)", "10", "150"),
			"100 % of +45.5 % instructions is in g (my.c:1), in place of f: +5 instructions "
			"of its own a call" },
		{ SUITE("/a") "fn=(2) f\n1 100\n" BODY("10", "(2)", "10", "100"),
			SUITE("/b") "fn=(2) g\n1 100\nfn=(3) h\n1 90\n" BODY(
				"10", "(2)", "10", "100") "cfn=(3)\ncalls=10 1\n20 90\n",
			"111 % of +81.8 % instructions is in g (my.c:1): new, called by body" },
		/* What costs more is what a library does in each call. */
		{ SUITE("/a") "fn=(2) f\n1 10\ncob=(7) /lib/c.so\ncfn=(3) memcpy\ncalls=10 1\n1 90\n"
			      "ob=(7)\nfn=(3)\n1 90\n",
			SUITE("/b") "fn=(2) f\n1 10\ncob=(7) /lib/c.so\ncfn=(3) memcpy\ncalls=10 1\n1 390\n"
				    "ob=(7)\nfn=(3)\n1 390\n",
			"100 % of +300 % instructions is in f (my.c:1): +30 instructions in memcpy an "
			"iteration" },
		{ SUITE("/a") "fn=(2) a::map<std::pair<int, long>, std::string>::find(std::string const&, "
			      "long) const::{lambda()#1}::operator()() const\n1 10\n",
			SUITE("/b") "fn=(2) a::map<std::pair<int, long>, std::string>::find(std::string const&, "
				    "long) const::{lambda()#1}::operator()() const\n1 20\n",
			"100 % of +100 % instructions is in a::map<...>::find(...) const::{lambda()#1}::"
			"operator()() const (my.c:1): +1 instructions of its own an iteration" },
		{ BEFORE, BEFORE,
			"no change to explain: the number of instructions differs by less than 0.1 %, and "
			"simulated misses by too little to matter; if it takes longer, look at layout, at "
			"waiting, and at what the processor does: 'benchgate help regressions'" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_summary(cases[i].before, cases[i].after, cases[i].said);
}

static void make_account(struct explain_account *account, const char *before, const char *after)
{
	struct explain_subject *subject = ARRAY_ADD(&account->subjects);

	*subject = (struct explain_subject){ .name = mem_copy("x;<y", 4), .iterations = 10 };
	account->said[SIDE_BASE] = mem_copy("v1", 2);
	account->said[SIDE_HEAD] = mem_copy("<v2>", 4);
	read_profile(before, &subject->costs[SIDE_BASE]);
	read_profile(after, &subject->costs[SIDE_HEAD]);
	explanation_make(&subject->explanation, subject->name,
		(const struct costs *const[NR_SIDES]){
			&subject->costs[SIDE_BASE], &subject->costs[SIDE_HEAD] });
}

/* As debug information says it. */
static void inline_there(struct costs *costs, unsigned line, const char *name)
{
	for (size_t i = 0; i < costs->lines.nr; i++)
		if (costs->lines.items[i].line == line)
			costs->lines.items[i].inlined = costs->inlined.nr;
	texts_add(&costs->inlined, name);
}

TEST(a_function_that_was_inlined_is_named_where_most_of_the_change_is_in_it)
{
	static const struct {
		const char *before, *after, *said;
	} cases[] = {
		{ SUITE("/a") "fn=(2) f\n1 100\n3 100\n4 10\n",
			SUITE("/b") "fn=(2) f\n1 110\n3 200\n4 10\n",
			"100 % of +52.4 % instructions is in f (my.c:1), most of it in inner, which is "
			"inlined there: +11 instructions of its own an iteration" },
		{ SUITE("/a") "fn=(2) f\n1 100\n3 100\n", SUITE("/b") "fn=(2) f\n1 200\n3 190\n",
			"100 % of +95 % instructions is in f (my.c:1): +19 instructions of its own an "
			"iteration" },
		{ SUITE("/a") "fn=(2) f\n1 100\n3 100\n",
			SUITE("/b") "fn=(2) f\n1 90\nfn=(3) inner\n5 400\n",
			"138 % of +145 % instructions is in inner (my.c:5): new; in the base it was "
			"inlined into f" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct costs base, head;
		struct explanation explanation;
		struct buf summary = BUF_INIT;

		read_profile(cases[i].before, &base);
		read_profile(cases[i].after, &head);
		inline_there(&base, 4, "other");
		inline_there(&base, 3, "inner");
		inline_there(&head, 3, "inner");
		explanation_make(
			&explanation, "x", (const struct costs *const[NR_SIDES]){ &base, &head });
		explanation_words_summary(&explanation, &summary);
		assert_string_equal(summary.data, cases[i].said);
		buf_release(&summary);
		explanation_release(&explanation);
		costs_release(&base);
		costs_release(&head);
	}
}

/* More instructions in one function, and more branch misses in another. */
TEST(each_cost_has_the_function_that_most_of_its_change_is_in)
{
	struct explain_account account = { .said = { NULL } };
	const struct explanation *explanation;
	size_t function;

	make_account(&account,
		"events: Ir Bcm\nob=(1) /a/my.so\nfl=(1) my.c\nfn=f\n1 1000 10\nfn=g\n9 1000 10\n",
		"events: Ir Bcm\nob=(1) /b/my.so\nfl=(1) my.c\nfn=f\n1 1900 10\nfn=g\n9 1100 30\n");
	explanation = &account.subjects.items[0].explanation;
	assert_float_equal(
		explanation_most_of(explanation, COST_INSTRUCTIONS, &function), 0.9, 1e-9);
	assert_string_equal(explanation->functions.items[function].name, "f");
	assert_float_equal(
		explanation_most_of(explanation, COST_BRANCH_MISSES, &function), 1, 1e-9);
	assert_string_equal(explanation->functions.items[function].name, "g");
	assert_float_equal(explanation_most_of(explanation, COST_CACHE_MISSES, &function), 0, 0);
	assert_int_equal(function, COSTS_NONE);
	explain_account_release(&account);
}

TEST(inlining_and_renamed_files_are_no_change_of_two_functions)
{
	struct costs base, head;
	struct explanation explanation;
	struct buf kind = BUF_INIT;

	read_profile(SUITE("/a") "fn=(2) f\n1 100\n" BODY("100", "(2)", "10", "100"), &base);
	read_profile(SUITE("/b") "fn=(9) body\n20 230\n", &head);
	explanation_make(&explanation, "x", (const struct costs *const[NR_SIDES]){ &base, &head });
	assert_int_equal(explanation.functions.nr, 2);
	explanation_words_kind(&explanation, 1, &kind);
	assert_string_equal(kind.data, "inlined, it seems, into body");
	explanation_release(&explanation);
	costs_release(&head);
	read_profile("events: Ir\nob=(1) /b\nfl=(1) other.c\nfn=(2) f\n1 100\n", &head);
	explanation_make(&explanation, "x", (const struct costs *const[NR_SIDES]){ &base, &head });
	assert_int_equal(explanation.functions.nr, 2);
	assert_int_equal(explanation.functions.items[1].kind, EXPLAINED_BOTH);
	/* The file that its line is of. */
	assert_string_equal(explanation.functions.items[1].file, "other.c");
	explanation_release(&explanation);
	costs_release(&base);
	costs_release(&head);
	buf_release(&kind);
}

TEST(who_calls_the_allocator_is_known_through_libraries)
{
	/* my_dup -> strdup (shared) -> malloc; the base does not use that library at all. */
	static const char calls_strdup[] =
		"events: Ir\nob=(1) /lib/libc.so.6\nfl=(1) c.c\nfn=(1) malloc\n1 100\n"
		"fn=(2) strdup\n1 10\ncfn=(1)\ncalls=20 1\n1 100\n"
		"ob=(2) /head/my.so\nfl=(2) my.c\nfn=(3) my_dup\n1 10\ncob=(1)\ncfi=(1)\ncfn=(2)\n"
		"calls=20 1\n1 110\n";
	struct costs base, head;
	struct explanation explanation;

	read_profile("events: Ir\nob=(1) /base/my.so\nfl=(1) my.c\nfn=(1) my_dup\n1 10\n", &base);
	read_profile(calls_strdup, &head);
	explanation_make(&explanation, "x", (const struct costs *const[NR_SIDES]){ &base, &head });
	for (size_t i = 0; i < explanation.functions.nr; i++)
		if (strcmp(explanation.functions.items[i].name, "my_dup") == 0) {
			assert_float_equal(
				explanation.functions.items[i].side[SIDE_HEAD].allocations, 2, 0);
			assert_float_equal(
				explanation.functions.items[i].side[SIDE_HEAD].charge.of[0], 12, 0);
		}
	explanation_release(&explanation);
	costs_release(&base);
	costs_release(&head);
}

/* What "line N" of each side has in it; the second side has a line more before it. */
TEST(lines_are_matched_by_their_text_or_else_by_their_place)
{
	char before[] = "int f()\n{\n\treturn g();\n}\n";
	char after[] = "int f()\n{\n\tint x = malloc_it();\n\treturn g();\n}\n";
	char *texts[NR_SIDES][1] = { { before }, { after } };

	for (int with_texts = 0; with_texts < 2; with_texts++) {
		struct costs costs[NR_SIDES];
		struct explanation explanation;
		struct line_sources from = { { &costs[0], &costs[1] }, { texts[0], texts[1] } };
		char *none[1] = { NULL };

		read_profile(SUITE("/a") "fn=(2) f\n1 10\n3 100\n", &costs[SIDE_BASE]);
		read_profile(SUITE("/b") "fn=(2) f\n1 10\n3 300\n4 100\n", &costs[SIDE_HEAD]);
		explanation_make(&explanation, "x", from.costs);
		if (!with_texts)
			from.texts[SIDE_BASE] = from.texts[SIDE_HEAD] = none;
		explained_lines_add(&explanation, &from);
		assert_int_equal(explanation.lines.nr, with_texts ? 1 : 2);
		assert_int_equal(explanation.lines.items[0].line[SIDE_HEAD], 3);
		assert_int_equal(explanation.lines.items[0].line[SIDE_BASE], with_texts ? 0 : 3);
		if (with_texts)
			assert_string_equal(
				explanation.lines.items[0].text, "int x = malloc_it();");
		explanation_release(&explanation);
		costs_release(&costs[0]);
		costs_release(&costs[1]);
	}
}

TEST(machine_code_is_matched_without_its_addresses)
{
	static const char before[] =
		"my.so:  file format elf64\n\n0000000000001180 <f>:\n"
		"    1180:\tmov    $0xa,%edx\n"
		"    1182:\tcall   1030 <g@plt>\n    1187:\tret\n    1188:\tnop\n";
	static const char after[] = "    2180:\tmov    $0xa,%edx\n"
				    "    2182:\tpaddd  %xmm0,%xmm1\n"
				    "    2184:\tmov    %edx,0x8(%rsp)\n"
				    "    2186:\tcall   2030 <g@plt>\n    2187:\tret\n";
	struct costs costs[NR_SIDES];
	struct explanation explanation;
	struct machine_code code[NR_SIDES] = { { 0 } };
	struct machine_range range;
	struct machine_rows rows;
	struct buf facts = BUF_INIT;

	read_profile(
		"positions: instr line\nevents: Ir\nob=(1) /a\nfn=f\n0x1180 1 10\n0x1182 1 10\n"
		"* * 10\n0x1187 1 10\n",
		&costs[SIDE_BASE]);
	read_profile(
		"positions: instr line\nevents: Ir\nob=(1) /b\nfn=f\n0x2180 1 10\n0x2182 1 10\n"
		"0x2184 1 10\n0x2186 1 20\n0x2187 1 10\n",
		&costs[SIDE_HEAD]);
	explanation_make(&explanation, "x",
		(const struct costs *const[NR_SIDES]){ &costs[SIDE_BASE], &costs[SIDE_HEAD] });
	for (int side = 0; side < NR_SIDES; side++) {
		struct machine_function function = { &costs[side], explanation.of[side], 0 };

		assert_true(machine_range_find(&function, &range));
		machine_code_read(side == SIDE_BASE ? before : after, &function, &code[side]);
	}
	assert_int_equal(range.first, 0x2180);
	assert_int_equal(range.last, 0x2187);
	assert_int_equal(code[SIDE_BASE].nr, 3);
	assert_string_equal(code[SIDE_BASE].items[1].text, "call <g@plt>");
	assert_float_equal(code[SIDE_BASE].items[1].executed, 1, 0);
	rows = machine_code_compare(&code[SIDE_BASE], &code[SIDE_HEAD]);
	assert_int_equal(rows.nr, 5);
	machine_code_add_facts(&code[SIDE_BASE], &code[SIDE_HEAD], &facts);
	assert_string_equal(facts.data,
		"5 instructions of code, which were 3; 1 vector instructions an iteration, which "
		"were 0; 1 accesses of the stack an iteration, which were 0");
	ARRAY_RELEASE(&rows);
	buf_release(&facts);
	explanation_release(&explanation);
	for (int side = 0; side < NR_SIDES; side++) {
		machine_code_release(&code[side]);
		costs_release(&costs[side]);
	}
}

/* As a result keeps it; the list is of that alone. */
static struct kept_explanation kept_of(const struct explain_account *account,
	const struct explanation_limits *limits, struct flame_list *list)
{
	struct kept_explanation kept = { .base = NULL };

	explanation_keep(account, &account->subjects.items[0], limits, &kept);
	flame_list_add(list, NULL);
	return kept;
}

TEST(a_flame_graph_has_both_sides)
{
	const struct explanation_limits all = { 0 };
	struct explain_account account = { .said = { NULL } };
	struct flame_list list = { 0 };
	struct kept_explanation kept;
	struct buf text = BUF_INIT;

	make_account(&account, BEFORE, AFTER);
	kept = kept_of(&account, &all, &list);
	list.items[0] = &kept;
	flame_stacks(&list, &text);
	assert_string_equal(text.data,
		"x:<y;BG_BENCH(parsing) 20 20\n"
		"x:<y;BG_BENCH(parsing);parse 100 110\n"
		"x:<y;BG_BENCH(parsing);parse;strtol 100 100\n"
		"x:<y;BG_BENCH(parsing);parse;malloc 0 200\n"
		"x:<y;BG_BENCH(parsing);parse;malloc;_int_malloc 0 300\n");
	buf_clear(&text);
	flame_speedscope(&list, &text);
	assert_non_null(strstr(text.data, "\"weights\": [2,11,10,20,30]"));
	buf_clear(&text);
	flame_html(&list, &text);
	assert_memory_equal(text.data, FLAME_HTML_BEGINS "\n", sizeof FLAME_HTML_BEGINS);
	assert_non_null(strstr(text.data, "head: &lt;v2&gt;"));
	assert_non_null(strstr(text.data, "\"functions\": [\"x;\\u003cy\","));
	assert_null(strstr(text.data, "<y"));
	buf_release(&text);
	ARRAY_RELEASE(&list);
	kept_explanation_release(&kept);
	explain_account_release(&account);
}

TEST(a_flame_graph_of_recursion_ends)
{
	const struct explanation_limits all = { 0 };
	struct explain_account account = { .said = { NULL } };
	struct flame_list list = { 0 };
	struct kept_explanation kept;
	struct buf text = BUF_INIT;
	static const char walk[] =
		"events: Ir\nfn=(1) walk\n1 10\ncfn=(2) walk'2\ncalls=1 1\n1 30\n"
		"fn=(2)\n1 10\ncfn=(2)\ncalls=2 1\n1 20\ncfn=(3) other\ncalls=1 1\n1 10\n"
		"fn=(3)\n1 10\ncfn=(2)\ncalls=1 1\n1 10\n";

	make_account(&account, walk, walk);
	kept = kept_of(&account, &all, &list);
	list.items[0] = &kept;
	flame_stacks(&list, &text);
	assert_string_equal(text.data, "x:<y;walk 40 40\n");
	buf_release(&text);
	ARRAY_RELEASE(&list);
	kept_explanation_release(&kept);
	explain_account_release(&account);
}

TEST(what_is_kept_is_small_and_says_what_it_leaves_out)
{
	static const struct {
		struct explanation_limits limits;
		size_t nr_left_out;
		const char *stacks;
	} cases[] = {
		/* strtol has 45 % of the base, _int_malloc 41 % of the head. */
		{ { 0.5, 0 }, 2,
			"x:<y;BG_BENCH(parsing) 20 20\nx:<y;BG_BENCH(parsing);parse 200 210\n"
			"x:<y;BG_BENCH(parsing);parse;malloc 0 500\n" },
		{ { 0, 3 }, 3,
			"x:<y;BG_BENCH(parsing) 20 20\nx:<y;BG_BENCH(parsing);parse 200 710\n" },
		{ { 1, 0 }, 5, "x:<y 220 730\n" },
	};
	struct explain_account account = { .said = { NULL } };

	make_account(&account, BEFORE, AFTER);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct flame_list list = { 0 };
		struct kept_explanation kept = kept_of(&account, &cases[i].limits, &list);
		struct buf text = BUF_INIT;

		list.items[0] = &kept;
		flame_stacks(&list, &text);
		assert_string_equal(text.data, cases[i].stacks);
		assert_int_equal(kept.nr_left_out, cases[i].nr_left_out);
		buf_release(&text);
		ARRAY_RELEASE(&list);
		kept_explanation_release(&kept);
	}
	explain_account_release(&account);
}

TEST(a_line_of_a_file_that_is_no_code_is_no_function)
{
	static const char diff[] =
		"--- a/README\n+++ b/README\n@@ -3 +3 @@ hi\n-a\n+b\n"
		"--- a/doc/x.c.md\n+++ b/doc/x.c.md\n@@ -3 +3 @@ int f(int x)\n-a\n+b\n"
		"--- a/src.c/Makefile\n+++ b/src.c/Makefile\n@@ -3 +3 @@ all:\n-a\n+b\n"
		"--- a/src/my.cc\n+++ b/src/my.cc\n@@ -3 +3 @@ int f(int x)\n-a\n+b\n";
	struct source_changes changes = { 0 };

	source_changes_read(diff, &changes);
	assert_int_equal(changes.nr, 4);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(changes.items[i].context, "");
	assert_string_equal(changes.items[3].context, "int f(int x)");
	source_changes_release(&changes);
}

TEST(files_that_are_executed_come_first_of_those_that_were_changed)
{
	struct explain_account account = { .said = { NULL } };
	struct buf text = BUF_INIT, diff = BUF_INIT;
	const char *found;

	make_account(&account, BEFORE, AFTER);
	for (int c = 'a'; c <= 'z'; c++)
		buf_addf(&diff, "--- a/a%c.md\n+++ b/a%c.md\n@@ -1 +1 @@\n-a\n+b\n", c, c);
	buf_adds(&diff, "--- a/src/my.c\n+++ b/src/my.c\n@@ -1 +1,2 @@ int f()\n-a\n+b\n+c\n");
	source_changes_read(diff.data, &account.changes);
	explanation_text(&account, &text);
	found = strstr(text.data, "  src/my.c  ");
	assert_non_null(found);
	assert_true(found < strstr(text.data, "  aa.md "));
	buf_release(&text);
	buf_release(&diff);
	explain_account_release(&account);
}

TEST(advice_is_from_what_the_head_does)
{
	static const char loops[] =
		"events: Ir Bcm\nob=(1) /lib/libc.so.6\nfl=(1) c.c\nfn=(1) malloc\n1 100\n"
		"ob=(2) /own/my.so\nfl=(2) my.c\nfn=(3) fill\n1 300 20\ncob=(1)\ncfi=(1)\ncfn=(1)\n"
		"calls=80 1\n1 100\nfn=(9) body\n5 10\ncfn=(3)\ncalls=10 1\n5 400\n";
	struct explain_account account = { .said = { NULL } };
	struct texts advice = { 0 };

	make_account(&account, loops, loops);
	explanation_advice(&account.subjects.items[0], &advice);
	assert_int_equal(advice.nr, 3);
	assert_string_equal(advice.items[0],
		"fill (my.c:1) is the hottest: 98 % of all instructions, with the libraries that it calls");
	assert_string_equal(advice.items[1],
		"fill (my.c:1) allocates 8 times in each call: as a loop does; one block for all, or one "
		"that is used again, would be less work");
	assert_non_null(
		strstr(advice.items[2], "has 100 % of the branch misses, and there is one in 20 "));
	texts_release(&advice);
	explain_account_release(&account);
}

#define ONE_FUNCTION(name, where, more) \
	"positions: instr line\nevents: Ir\nob=(1) /own/my.so\nfl=(1) my.c\nfn=" name "\n" where \
	" 3 1000\n" more

TEST(code_that_only_moved_is_said_to_be_layout)
{
	static const struct {
		const char *after;
		bool moved;
	} cases[] = {
		{ ONE_FUNCTION("f", "0x1187", ""), true },
		{ ONE_FUNCTION("f", "0x1240", ""), false }, /* by whole lines */
		{ ONE_FUNCTION("f", "0x1187", "+4 4 100\n"), false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct explain_account account = { .said = { NULL } };
		struct texts advice = { 0 };

		make_account(&account, ONE_FUNCTION("f", "0x1180", ""), cases[i].after);
		explanation_advice(&account.subjects.items[0], &advice);
		assert_int_equal(advice.nr, cases[i].moved ? 2 : 1);
		if (cases[i].moved)
			assert_non_null(strstr(advice.items[1],
				"f (my.c:3) executes as many instructions as before, from 0 bytes into a "
				"cache line in the base and 7 in the head: "));
		texts_release(&advice);
		explain_account_release(&account);
	}
}

TEST(of_several_benchmarks_the_functions_that_are_hot_in_all_are_named)
{
	struct explain_account account = { .said = { NULL } };
	struct explain_account alone = { .said = { NULL } };
	struct buf hottest = BUF_INIT;
	const char *both = ONE_FUNCTION("f", "0x1180", "fn=g\n0x1280 9 1000\n");

	make_account(&account, both, both);
	free(account.said[SIDE_BASE]);
	free(account.said[SIDE_HEAD]);
	make_account(&account, ONE_FUNCTION("f", "0x1180", ""), ONE_FUNCTION("f", "0x1180", ""));
	explanation_suite_advice(&account, &hottest);
	assert_string_equal(hottest.data,
		"the hottest functions of these 2 benchmarks, each of which weighs the same: "
		"f (my.c:3) 75 %, g (my.c:9) 25 %");
	buf_clear(&hottest);
	make_account(&alone, both, both);
	explanation_suite_advice(&alone, &hottest);
	assert_int_equal(hottest.len, 0);
	buf_release(&hottest);
	explain_account_release(&account);
	explain_account_release(&alone);
}

/* --- samples -----------------------------------------------------------------------------------
 */
