/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of the changes of the sources that may be the cause. */
#include "support/test.h"

#include "base/error.h"
#include "explain/costs_read.h"
#include "explain/explained_lines.h"
#include "explain/source_changes.h"

static void read_counts(const char *text, struct costs *costs)
{
	struct error err = ERROR_INIT;

	*costs = (struct costs){ 0 };
	if (costs_read(text, &(struct costs_of){ .iterations = 10 }, costs, &err))
		fail_msg("%s", err.text);
}

#define FUNCTIONS(object) "events: Ir\nob=(1) " object "\nfl=(1) /tree/src/my.c\n"
#define CALLER(cost, callee, nr, all) \
	"fn=(9) body\n20 " cost "\ncfn=" callee "\ncalls=" nr " 1\n20 " all "\n"

TEST(a_likely_cause_is_no_surer_than_its_evidence)
{
	static const struct {
		const char *diff, *said;
	} cases[] = {
		{ "", "" },
		{ "diff --git a/my.c b/my.c\n--- a/my.c\n+++ b/my.c\n@@ -3 +3,2 @@ int f(int x)\n"
		  "-    a\n+    b\n+++ b/none.c\n@@ -20,0 +21 @@ int g()\n+x\n",
			"likely cause: what was changed at my.c:3-4, whose lines have 87 % of the "
			"change" },
		{ "--- a/my.c\n+++ b/my.c\n@@ -5 +5 @@ int f(int x)\n-a\n+b\n",
			"possible cause: what was changed at my.c:5, whose lines have 13 % of the change" },
		/* Another file of that name. */
		{ "--- a/other/my.c\n+++ b/other/my.c\n@@ -3 +3,2 @@\n-a\n+b\n+c\n",
			"possible cause: my.c was changed in 1 place, none of them in lines of f whose "
			"cost is known to differ" },
		{ "--- a/src/my.c\n+++ b/src/my.c\n@@ -20,0 +21 @@ int f(int x)\n+x\n",
			"possible cause: f itself was changed, at src/my.c:21" },
		{ "--- a/doc/my.html\n+++ b/doc/my.html\n@@ -20,0 +21 @@ int f(int x)\n+x\n",
			"cause not known: my.c was not changed; what it calls or includes, the compiler "
			"or its options may be" },
		{ "--- a/my.c\n+++ b/my.c\n@@ -20,0 +21 @@ int g(int x)\n+x\n",
			"possible cause: my.c was changed in 1 place, none of them in lines of f whose "
			"cost is known to differ" },
		{ "--- a/my.h\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-x\n-y\n",
			"cause not known: my.c was not changed; what it calls or includes, the compiler "
			"or its options may be" },
		{ "@@ -1,x\n@@ -99999999999 +1 @@\n@@ -1 +1\n--- \n+++ b/\n", "" },
	};
	char *none[1] = { NULL };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct costs costs[NR_SIDES];
		struct explanation explanation;
		struct source_changes changes = { 0 };
		struct buf said = BUF_INIT;
		const struct line_sources from = { { &costs[0], &costs[1] }, { none, none } };

		read_counts(FUNCTIONS("/a") "fn=(2) f\n1 10\n3 100\n5 10\n", &costs[SIDE_BASE]);
		read_counts(FUNCTIONS("/b") "fn=(2) f\n1 10\n3 300\n5 40\n", &costs[SIDE_HEAD]);
		explanation_make(&explanation, "x", from.costs);
		explained_lines_add(&explanation, &from);
		source_changes_read(cases[i].diff, &changes);
		source_changes_add_cause(&changes, &explanation, &said);
		assert_string_equal(said.data, cases[i].said);
		buf_release(&said);
		source_changes_release(&changes);
		explanation_release(&explanation);
		costs_release(&costs[0]);
		costs_release(&costs[1]);
	}
}

TEST(lines_that_are_gone_are_those_of_the_base)
{
	struct costs costs[NR_SIDES];
	struct explanation explanation;
	struct source_changes changes = { 0 };
	struct buf said = BUF_INIT;
	char *none[1] = { NULL };
	const struct line_sources from = { { &costs[0], &costs[1] }, { none, none } };

	read_counts(FUNCTIONS("/a") "fn=(2) f\n1 10\n3 300\n", &costs[SIDE_BASE]);
	read_counts(FUNCTIONS("/b") "fn=(2) f\n1 10\n", &costs[SIDE_HEAD]);
	explanation_make(&explanation, "x", from.costs);
	explained_lines_add(&explanation, &from);
	source_changes_read("--- a/my.c\n+++ b/my.c\n@@ -3 +9 @@ int g()\n-a\n+b\n", &changes);
	source_changes_add_cause(&changes, &explanation, &said);
	assert_string_equal(said.data,
		"likely cause: what was changed at my.c:3 of the base, whose lines have 100 % of the "
		"change");
	buf_release(&said);
	source_changes_release(&changes);
	explanation_release(&explanation);
	costs_release(&costs[0]);
	costs_release(&costs[1]);
}

TEST(a_cause_may_be_where_the_number_of_calls_begins_to_differ)
{
	struct costs costs[NR_SIDES];
	struct explanation explanation;
	struct source_changes changes = { 0 };
	struct buf said = BUF_INIT;

	read_counts(FUNCTIONS("/a") "fn=(2) f\n1 100\n" CALLER("10", "(2)", "10", "100"),
		&costs[SIDE_BASE]);
	read_counts(FUNCTIONS("/b") "fn=(2) f\n1 200\n" CALLER("10", "(2)", "20", "200"),
		&costs[SIDE_HEAD]);
	explanation_make(&explanation, "x",
		(const struct costs *const[NR_SIDES]){ &costs[SIDE_BASE], &costs[SIDE_HEAD] });
	source_changes_read(
		"--- a/my.c\n+++ b/my.c\n@@ -30 +30 @@ long body(int x)\n-a\n+b\n", &changes);
	source_changes_add_cause(&changes, &explanation, &said);
	assert_string_equal(said.data,
		"possible cause: body was changed, where the number of calls begins to differ, at "
		"my.c:30");
	buf_release(&said);
	source_changes_release(&changes);
	explanation_release(&explanation);
	costs_release(&costs[0]);
	costs_release(&costs[1]);
}
