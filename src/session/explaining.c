/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/explaining.h"

#include "base/array.h"
#include "base/str.h"
#include "explain/costs_read.h"
#include "harness/counts.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <stdio.h>

static void set_trouble(struct explain_subject *subject, const char *side, const char *why)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s%s%s", side ? side : "", side ? ": " : "", why);
	str_set(&subject->trouble, text.data);
	buf_release(&text);
}

static int profile_side(const struct explaining *explaining, const struct counts *counts,
	enum explanation_side at, struct explain_subject *subject)
{
	const struct side *side = at == SIDE_BASE ? explaining->base : explaining->head;
	const struct bench *bench = benches_find(&side->catalog.benches, subject->name);
	/* Functions of this program are those of the benchmark where that is linked in. */
	char *own = *bench->source ? process_own_path() : NULL;
	struct plan plan = *explaining->plan;
	struct fault fault = FAULT_INIT;
	struct error err = ERROR_INIT;
	struct counts_profile profile = { subject->iterations, BUF_INIT };
	int rc;

	plan.sandbox = side->catalog.sandbox;
	rc = counts_profile(counts, bench, &plan, &profile, &fault);
	subject->iterations = profile.iterations;
	if (rc)
		set_trouble(subject, at == SIDE_BASE ? "base" : "head", fault.reason);
	else if ((rc = costs_read(
			  profile.file.data, subject->iterations, own, &subject->costs[at], &err)))
		set_trouble(subject, at == SIDE_BASE ? "base" : "head", err.text);
	buf_release(&profile.file);
	free(own);
	return rc;
}

static void explain_subject_of(const struct explaining *explaining, const struct counts *counts,
	const struct bench *bench, struct explain_subject *subject)
{
	const struct costs *const sides[NR_SIDES] = { &subject->costs[SIDE_BASE],
		&subject->costs[SIDE_HEAD] };

	if (bench->command) {
		set_trouble(subject, NULL, "it is a command, which benchgate does not profile");
		return;
	}
	if (explaining->deadline_ns && clock_now_ns() > explaining->deadline_ns) {
		set_trouble(subject, NULL, "no time was left for it in the budget");
		return;
	}
	if (!explaining->quiet)
		fprintf(stderr, "benchgate: profiles %s\n", subject->name);
	if (profile_side(explaining, counts, SIDE_BASE, subject) ||
		profile_side(explaining, counts, SIDE_HEAD, subject))
		return;
	explanation_make(&subject->explanation, subject->name, sides);
}

static void describe_tool(const struct counting *counting, char **tool)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, "callgrind");
	if (counting->tool)
		buf_addf(&text, " of %s", counting->tool);
	*tool = buf_detach(&text);
}

int explaining_take(const struct explaining *explaining, const struct benches *benches,
	struct explain_account *account, struct error *err)
{
	struct counts counts = COUNTS_INIT;
	struct counting counting = { .nr = 0 };
	int rc = 0;

	counts_open(&counts, COUNTS_BY_CALLGRIND, &counting);
	if (!counts.valgrind)
		rc = error_set(err, ERR_MEASURE, "nothing can be profiled: %s",
			counting.nr ? counting.items[counting.nr - 1].reason : "no valgrind");
	for (size_t i = 0; !rc && i < benches->nr && !process_interrupted(); i++) {
		struct explain_subject *subject = ARRAY_ADD(&account->subjects);

		*subject = (struct explain_subject){ .name = str_dup(benches->items[i].name) };
		explain_subject_of(explaining, &counts, &benches->items[i], subject);
	}
	if (!rc)
		describe_tool(&counting, &account->tool);
	counts_release(&counts);
	counting_release(&counting);
	return rc;
}
