/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/explaining.h"

#include "base/array.h"
#include "base/str.h"
#include "explain/costs_read.h"
#include "explain/explained_lines.h"
#include "harness/counts.h"
#include "suite/git.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"
#include "sys/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void set_trouble(struct explain_subject *subject, const char *side, const char *why)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s%s%s", side ? side : "", side ? ": " : "", why);
	str_set(&subject->trouble, text.data);
	buf_release(&text);
}

/* As the system knows it; NULL: it is gone. */
static char *real_path_of(const char *path)
{
	size_t len = str_folder_len(path);
	char *folder = len ? mem_copy(path, len) : str_dup(".");
	struct error ignored = ERROR_INIT;
	char *real = folder_real(folder, &ignored);
	struct buf text = BUF_INIT;

	free(folder);
	if (!real)
		return NULL;
	buf_addf(&text, "%s/%s", real, str_path_name(path));
	free(real);
	return buf_detach(&text);
}

static int read_profile_of(const struct bench *bench, const struct counts_profile *profile,
	struct costs *costs, struct error *err)
{
	/* Functions of this program are those of the benchmark where that is linked in. */
	char *own = process_own_path();
	char *suite = *bench->source ? real_path_of(bench->source) : NULL;
	const struct costs_of of = { profile->iterations, suite ? suite : own, suite ? own : NULL };
	int rc = costs_read(profile->file.data, &of, costs, err);

	free(own);
	free(suite);
	return rc;
}

static int profile_side(const struct explaining *explaining, const struct counts *counts,
	enum explanation_side at, struct explain_subject *subject)
{
	const struct catalog *catalog = explaining->catalogs[at];
	const struct bench *bench = benches_find(&catalog->benches, subject->name);
	struct plan plan = *explaining->plan;
	struct fault fault = FAULT_INIT;
	struct error err = ERROR_INIT;
	struct counts_profile profile = { subject->iterations, BUF_INIT };
	int rc;

	plan.sandbox = catalog->sandbox;
	rc = counts_profile(counts, bench, &plan, &profile, &fault);
	subject->iterations = profile.iterations;
	if (rc)
		set_trouble(subject, at == SIDE_BASE ? "base" : "head", fault.reason);
	else if ((rc = read_profile_of(bench, &profile, &subject->costs[at], &err)))
		set_trouble(subject, at == SIDE_BASE ? "base" : "head", err.text);
	buf_release(&profile.file);
	return rc;
}

#define MAX_SOURCE_BYTES (16u << 20)

/* The sources that its own functions came from, where they are still there. */
static void read_sources(const struct explanation *explanation, const struct costs *costs,
	const size_t *of, char **texts)
{
	for (size_t i = 0; i < costs->lines.nr; i++) {
		const struct cost_line *line = &costs->lines.items[i];
		struct buf text = BUF_INIT;
		struct error ignored = ERROR_INIT;

		if (texts[line->file] || explanation->functions.items[of[line->function]].is_shared)
			continue;
		if (file_read(costs->files.items[line->file], MAX_SOURCE_BYTES, &text, &ignored))
			buf_clear(&text);
		texts[line->file] = buf_detach(&text);
	}
}

static void add_source_lines(struct explain_subject *subject)
{
	struct line_sources from;

	for (int side = 0; side < NR_SIDES; side++) {
		from.costs[side] = &subject->costs[side];
		from.texts[side] = mem_alloc(subject->costs[side].files.nr + 1, sizeof(char *));
		read_sources(&subject->explanation, from.costs[side], subject->explanation.of[side],
			from.texts[side]);
	}
	explained_lines_add(&subject->explanation, &from);
	for (int side = 0; side < NR_SIDES; side++) {
		for (size_t i = 0; i < from.costs[side]->files.nr; i++)
			free(from.texts[side][i]);
		free(from.texts[side]);
	}
}

#define MAX_LISTING_BYTES (16u << 20)
#define OBJDUMP_TIMEOUT_NS (UINT64_C(60) * CLOCK_NS_PER_S)
/* Of an instruction: the last one's end is not known. */
#define MAX_INSTRUCTION_BYTES 15

static int list_code(const char *objdump, const struct machine_range *range, struct buf *listing)
{
	struct buf start = BUF_INIT, stop = BUF_INIT;
	char *argv[] = { (char *)objdump, (char[]){ "-d" }, (char[]){ "-C" },
		(char[]){ "--no-show-raw-insn" }, NULL, NULL, (char *)range->object, NULL };
	int rc;

	buf_addf(&start, "--start-address=0x%" PRIx64, range->first);
	buf_addf(&stop, "--stop-address=0x%" PRIx64, range->last + MAX_INSTRUCTION_BYTES);
	argv[4] = start.data;
	argv[5] = stop.data;
	rc = process_capture(argv, OBJDUMP_TIMEOUT_NS, listing);
	buf_release(&start);
	buf_release(&stop);
	return rc;
}

/* Of the function that most of the change is in. */
static void add_machine_code(struct explain_subject *subject)
{
	size_t culprit = explanation_culprit(&subject->explanation);
	char *objdump = culprit == COSTS_NONE ? NULL : program_find("objdump");

	if (culprit == COSTS_NONE)
		return;
	if (!objdump)
		str_set(&subject->code_trouble,
			"objdump is not installed (on Debian and Ubuntu: apt install binutils)");
	for (int side = 0; objdump && side < NR_SIDES; side++) {
		const struct machine_function function = { &subject->costs[side],
			subject->explanation.of[side], culprit };
		struct machine_range range;
		struct buf listing = BUF_INIT_MAX(MAX_LISTING_BYTES);

		if (machine_range_find(&function, &range) &&
			list_code(objdump, &range, &listing) == 0)
			machine_code_read(listing.data, &function, &subject->code[side]);
		else if (subject->explanation.functions.items[culprit].side[side].there)
			str_set(&subject->code_trouble, "objdump does not list it");
		buf_release(&listing);
	}
	free(objdump);
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
	add_source_lines(subject);
	add_machine_code(subject);
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

#define MAX_DIFF_BYTES (64u << 20)

void explaining_find_changes(
	const struct explaining *explaining, const char *folder, struct source_changes *changes)
{
	const char *base = explaining->revisions[SIDE_BASE]->tree;
	const char *head = explaining->revisions[SIDE_HEAD]->tree;
	const struct git git = { .folder = folder };
	struct buf diff = BUF_INIT_MAX(MAX_DIFF_BYTES);
	struct error ignored = ERROR_INIT;

	if (base && head &&
		git_run(&git,
			(const char *[]){ "diff", "--unified=0", "--no-color", "--no-ext-diff",
				"--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", base, head,
				NULL },
			&diff, &ignored) == 0)
		source_changes_read(diff.data, changes);
	buf_release(&diff);
}
