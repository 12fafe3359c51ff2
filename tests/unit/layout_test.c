/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "report/layout.h"

#include <string.h>

#define IDENTICAL "the machine code that it reaches is byte-identical on both sides"
#define OWN "its own machine code is the same on both sides, though not all that it reaches"
#define TRY "compare with --layouts 8, or build both sides with -falign-functions=64"
#define LAYOUT "; this may be code layout alone, for branchy code depends on where it lies: " TRY
#define OTHER \
	"its own machine code is the same on both sides; what else it uses is not, or cannot be " \
	"proved to be: it uses the network"

static const struct {
	const char *what;
	enum code_likeness code;
	bool branchy;
	enum verdict_word word;
	double change_ratio;
	const char *said;
	const char *differs;
} cases[] = {
	{ "elsewhere", CODE_SAME, true, VERDICT_LAYOUT, .08,
		IDENTICAL "; where it lies is not: " TRY, NULL },
	{ "however large", CODE_SAME, false, VERDICT_LAYOUT, .5,
		IDENTICAL "; where it lies is not: " TRY, NULL },
	{ "no change for sure", CODE_SAME, true, VERDICT_INCONCLUSIVE, .08, IDENTICAL, NULL },
	{ "no change", CODE_SAME, true, VERDICT_PASS, .01, "", NULL },
	{ "what it calls changed", CODE_MOVED, true, VERDICT_REGRESSION, .08, OWN LAYOUT, NULL },
	{ "better, too", CODE_MOVED, true, VERDICT_IMPROVEMENT, -.08, OWN LAYOUT, NULL },
	{ "accepted, too", CODE_MOVED, true, VERDICT_ACCEPTED, .08, OWN LAYOUT, NULL },
	{ "more than layout does", CODE_MOVED, true, VERDICT_REGRESSION, .13, "", NULL },
	{ "something else differs", CODE_MOVED, true, VERDICT_REGRESSION, .08, OTHER,
		"it uses the network" },
	{ "and it is not branchy", CODE_MOVED, false, VERDICT_REGRESSION, .08, "", NULL },
	{ "it changed itself", CODE_CHANGED, true, VERDICT_REGRESSION, .08, "", NULL },
	{ "nothing is known", CODE_UNKNOWN, true, VERDICT_REGRESSION, .08, "", NULL },
};

TEST(layout_is_suspected_of_what_it_can_do)
{
	struct metric time = { .name = (char[]){ "time" } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct result head = { .code = cases[i].code,
			.branchy = cases[i].branchy,
			.differs = (char *)cases[i].differs };
		struct comparison comparison = { .word = cases[i].word,
			.evidence = EVIDENCE_IN_TURN,
			.head = &head,
			.metric = &time,
			.change_ratio = cases[i].change_ratio };
		struct buf said = BUF_INIT;

		layout_add(&comparison, &said);
		assert_string_equal(said.data, cases[i].said);
		assert_true(layout_is_suspected(&comparison) == (strstr(said.data, TRY) != NULL));
		buf_release(&said);
	}
}

TEST(nothing_is_said_of_what_was_not_timed_in_turn)
{
	struct metric time = { .name = (char[]){ "time" } }, own = { .name = (char[]){ "allocs" } };
	struct result head = { .code = CODE_SAME, .branchy = true };
	const struct comparison others[] = {
		{ .word = VERDICT_REGRESSION,
			.evidence = EVIDENCE_SECOND_LOOK,
			.head = &head,
			.metric = &time },
		{ .word = VERDICT_REGRESSION,
			.evidence = EVIDENCE_IN_TURN,
			.head = &head,
			.metric = &own },
		{ .word = VERDICT_FAILED, .head = &head },
		{ .word = VERDICT_MISSING },
	};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct buf said = BUF_INIT;

		layout_add(&others[i], &said);
		assert_int_equal(said.len, 0);
		assert_false(layout_is_suspected(&others[i]));
		buf_release(&said);
	}
}
