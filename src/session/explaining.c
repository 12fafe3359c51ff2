/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/explaining.h"

#include "base/array.h"
#include "base/str.h"
#include "explain/costs_read.h"
#include "explain/explained_lines.h"
#include "harness/counts.h"
#include "report/explanation_words.h"
#include "session/explain_samples.h"
#include "session/source_places.h"
#include "suite/git.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"
#include "sys/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

/* Functions of this program are those of the benchmark where that is linked in. */
static void find_side(const struct explaining *explaining, enum explanation_side at,
	const char *name, const char *own, struct explain_side *side)
{
	const struct catalog *catalog = explaining->catalogs[at];

	side->bench = benches_find(&catalog->benches, name);
	side->plan = *explaining->plan;
	side->plan.sandbox = catalog->sandbox;
	side->suite = *side->bench->source ? real_path_of(side->bench->source) : NULL;
	side->left_out = side->suite ? own : NULL;
	if (!side->suite && own)
		side->suite = str_dup(own);
}

static int count_side(const struct counts *counts, const struct explain_side *side,
	enum explanation_side at, struct explain_subject *subject)
{
	struct fault fault = FAULT_INIT;
	struct error err = ERROR_INIT;
	struct counts_profile profile = { subject->iterations, BUF_INIT };
	const char *name = at == SIDE_BASE ? "base" : "head";
	int rc = counts_profile(counts, side->bench, &side->plan, &profile, &fault);
	const struct costs_of of = { profile.iterations, 0, side->suite, side->left_out };

	subject->iterations = profile.iterations;
	if (rc)
		explain_subject_trouble(subject, name, fault.reason);
	else if ((rc = costs_read(profile.file.data, &of, &subject->costs[at], &err)))
		explain_subject_trouble(subject, name, err.text);
	else
		source_places_find(&subject->costs[at]);
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

/* What there is to profile with. */
struct explain_tools {
	struct sampler sampler;
	struct counts counts;
	struct counting counting;
	struct buf why; /* there is none of them */
	char *own;      /* the path of this program */
};

static bool open_counts(struct explain_tools *tools)
{
	if (tools->counts.valgrind)
		return true;
	counts_open(&tools->counts, COUNTS_BY_CALLGRIND, &tools->counting);
	if (!tools->counts.valgrind)
		buf_addf(&tools->why, "%s%s", tools->why.len ? "; " : "",
			tools->counting.nr ? tools->counting.items[tools->counting.nr - 1].reason
					   : "no valgrind");
	return tools->counts.valgrind != NULL;
}

static bool open_sampler(struct explain_tools *tools)
{
	struct buf why = BUF_INIT;
	bool found = sampler_open(&tools->sampler, &why);

	if (!found)
		buf_addf(&tools->why, "%s%s", tools->why.len ? "; " : "", why.data);
	buf_release(&why);
	return found;
}

/* The first of what is wanted that is there. */
static int open_tools(enum explaining_way way, struct explain_tools *tools, struct error *err)
{
	bool found = false;

	tools->own = process_own_path();
	if (way == EXPLAINING_AUTO || way == EXPLAINING_PERF)
		found = open_sampler(tools);
	if (!found && way != EXPLAINING_PERF)
		found = open_counts(tools);
	if (!found && way == EXPLAINING_COUNTS)
		found = open_sampler(tools);
	return found ? 0
		     : error_set(err, ERR_MEASURE, "nothing can be profiled: %s", tools->why.data);
}

static void release_tools(struct explain_tools *tools)
{
	sampler_release(&tools->sampler);
	counts_release(&tools->counts);
	counting_release(&tools->counting);
	buf_release(&tools->why);
	free(tools->own);
}

static void make_explanation(struct explain_subject *subject)
{
	const struct costs *const sides[NR_SIDES] = { &subject->costs[SIDE_BASE],
		&subject->costs[SIDE_HEAD] };

	explanation_make(&subject->explanation, subject->name, sides);
	add_source_lines(subject);
}

static int sample_subject(const struct explain_tools *tools,
	const struct explain_side sides[NR_SIDES], struct explain_subject *subject)
{
	if (explain_samples_take(&tools->sampler, sides, subject))
		return -1;
	make_explanation(subject);
	str_set(&subject->code_trouble,
		"samples do not say how often an instruction ran; --with=callgrind does");
	return 0;
}

static int count_subject(const struct explain_tools *tools,
	const struct explain_side sides[NR_SIDES], struct explain_subject *subject)
{
	for (int at = 0; at < NR_SIDES; at++)
		if (count_side(&tools->counts, &sides[at], (enum explanation_side)at, subject))
			return -1;
	make_explanation(subject);
	add_machine_code(subject);
	return 0;
}

/* Where samples cannot tell, counts may. */
static void profile_subject(const struct explaining *explaining, struct explain_tools *tools,
	const struct explain_side sides[NR_SIDES], struct explain_subject *subject)
{
	struct buf note = BUF_INIT;

	if (!tools->sampler.perf) {
		count_subject(tools, sides, subject);
		return;
	}
	if (sample_subject(tools, sides, subject) == 0 &&
		explanation_culprit(&subject->explanation) != COSTS_NONE)
		return;
	if (explaining->way != EXPLAINING_AUTO || process_interrupted() || !open_counts(tools))
		return;
	buf_adds(&note, "by perf: ");
	if (subject->trouble)
		buf_adds(&note, subject->trouble);
	else
		explanation_words_summary(&subject->explanation, &note);
	buf_adds(&note, "; so callgrind counts");
	str_set(&subject->note, note.data);
	explain_subject_clear(subject);
	count_subject(tools, sides, subject);
	buf_release(&note);
}

static void explain_subject_of(const struct explaining *explaining, struct explain_tools *tools,
	const struct bench *bench, struct explain_subject *subject)
{
	struct explain_side sides[NR_SIDES];

	if (bench->command) {
		explain_subject_trouble(
			subject, NULL, "it is a command, which benchgate does not profile");
		return;
	}
	if (explaining->deadline_ns && clock_now_ns() > explaining->deadline_ns) {
		explain_subject_trouble(subject, NULL, "no time was left for it in the budget");
		return;
	}
	if (!explaining->quiet)
		fprintf(stderr, "benchgate: profiles %s\n", subject->name);
	for (int at = 0; at < NR_SIDES; at++)
		find_side(explaining, (enum explanation_side)at, subject->name, tools->own,
			&sides[at]);
	profile_subject(explaining, tools, sides, subject);
	for (int at = 0; at < NR_SIDES; at++)
		free(sides[at].suite);
}

static void describe_tools(const struct explain_tools *tools, struct explain_account *account)
{
	struct buf text = BUF_INIT;

	if (tools->sampler.perf) {
		buf_addf(&text, "sampled by %s", tools->sampler.version);
	} else {
		buf_adds(&text, "counted by callgrind");
		if (tools->counting.tool)
			buf_addf(&text, " of %s", tools->counting.tool);
	}
	account->tool = buf_detach(&text);
	if (tools->why.len)
		account->why = str_dup(tools->why.data);
}

int explaining_take(const struct explaining *explaining, const struct benches *benches,
	struct explain_account *account, struct error *err)
{
	struct explain_tools tools = { SAMPLER_INIT, COUNTS_INIT, { .nr = 0 }, BUF_INIT, NULL };
	int rc = open_tools(explaining->way, &tools, err);

	if (!rc)
		describe_tools(&tools, account);
	for (size_t i = 0; !rc && i < benches->nr && !process_interrupted(); i++) {
		struct explain_subject *subject = ARRAY_ADD(&account->subjects);

		*subject = (struct explain_subject){ .name = str_dup(benches->items[i].name) };
		explain_subject_of(explaining, &tools, &benches->items[i], subject);
	}
	release_tools(&tools);
	return rc;
}

void explaining_say_sides(const struct explaining *explaining, struct explain_account *account)
{
	for (int at = 0; at < NR_SIDES; at++) {
		const char *said = explaining->said[at];
		struct buf text = BUF_INIT;

		if (explaining->revisions[at]->tree)
			revision_spell(explaining->revisions[at], &text);
		else
			buf_adds(&text, said ? said : "the working tree");
		account->said[at] = buf_detach(&text);
	}
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
