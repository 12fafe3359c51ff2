/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/bisecting.h"

#include "base/array.h"
#include "base/sha256.h"
#include "base/str.h"
#include "model/units.h"
#include "session/state_home.h"
#include "session/tuning.h"
#include "suite/commits.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The chance that any answer of the bisection is wrong. */
#define ERROR 0.01
#define MAX_STATE_BYTES (64u << 20)
/* A comparison takes about so long, before there was one. */
#define USUAL_STEP_S 10
#define SHORT_HASH 7

static size_t place_in_commits(struct bisecting *bisecting, const char *hash)
{
	struct bisect_account *account = &bisecting->account;

	for (size_t i = 0; i < account->commits.nr; i++)
		if (strcmp(account->commits.items[i].hash, hash) == 0)
			return i;
	*ARRAY_ADD(&account->commits) = (struct bisect_commit){ .hash = str_dup(hash) };
	*ARRAY_ADD(&bisecting->builds) = (struct bisecting_build){ NULL };
	return account->commits.nr - 1;
}

/* The numbers of commits; the caller's to free. */
static size_t *numbers_of(struct bisecting *bisecting, const struct texts *hashes)
{
	size_t *numbers = mem_alloc(hashes->nr, sizeof *numbers);

	for (size_t i = 0; i < hashes->nr; i++)
		numbers[i] = place_in_commits(bisecting, hashes->items[i]);
	return numbers;
}

/* --- builds ------------------------------------------------------------------------------------
 */

static int build_side(
	const struct bisecting *bisecting, size_t number, struct side *side, struct error *err)
{
	struct side_options options = bisecting->task->of_side;

	*side = (struct side)SIDE_INIT;
	options.may_fail = number != 0 && number != bisecting->account.nr_between;
	if (side_find_auto(side, &options, bisecting->account.commits.items[number].hash, err))
		return -1;
	side->is_base = false;
	return side_prepare(side, &options, err);
}

/* NULL with the error: it does not build. Who could not be built once is not tried again. */
static struct side *built_side(struct bisecting *bisecting, size_t number, struct error *err)
{
	struct bisect_commit *commit = &bisecting->account.commits.items[number];
	uint64_t start_ns = clock_now_ns();
	struct side *side = bisecting->builds.items[number].side;

	if (side)
		return side;
	if (commit->trouble) {
		error_set(err, ERR_MEASURE, "%s", commit->trouble);
		return NULL;
	}
	side = mem_alloc(1, sizeof *side);
	if (build_side(bisecting, number, side, err)) {
		side_release(side);
		free(side);
		if (!process_interrupted()) {
			commit->trouble = str_dup(err->text);
			bisecting->account.steps.nr_builds++;
		}
		return NULL;
	}
	bisecting->account.steps.nr_builds += !side->checkout.was_there;
	bisecting->account.steps.build_seconds +=
		(double)(clock_now_ns() - start_ns) / CLOCK_NS_PER_S;
	bisecting->builds.items[number].side = side;
	return side;
}

static bool is_built(void *context, size_t commit)
{
	const struct bisecting *bisecting = context;

	return bisecting->builds.items[commit].side != NULL;
}

/* --- what is kept ------------------------------------------------------------------------------
 */

/* Tells bisections apart: the caller's to free. */
static char *key_of(const struct bisecting *bisecting)
{
	const struct bisect_task *task = bisecting->task;
	const struct bisect_account *account = &bisecting->account;
	struct buf text = BUF_INIT;
	char hex[SHA256_HEX_MAX];

	buf_addf(&text, "%s\n%s\n%s\n%" PRIu64 "\n%" PRIu64 "\n%d\n",
		task->settings->build ? task->settings->build : "",
		task->metric ? task->metric : "", task->settings->file ? task->settings->file : "",
		task->measure->plan.nr_units, task->measure->plan.duet_ns, task->measure_identical);
	for (size_t i = 0; i < account->nr_between + 1; i++)
		buf_addf(&text, "%s\n", account->commits.items[i].hash);
	for (size_t i = 0; i < account->subjects.nr; i++)
		buf_addf(&text, "%s %.17g\n", account->subjects.items[i].name,
			account->subjects.items[i].search.least);
	sha256_hex(text.data, text.len, hex);
	buf_release(&text);
	return mem_copy(hex, 16);
}

/* Where nothing can be kept, a bisection that is ended begins anew. */
static char *state_path_of(const struct bisecting *bisecting)
{
	struct buf path = BUF_INIT;

	if (bisecting->task->state)
		return str_dup(bisecting->task->state);
	if (!state_home_path(&path))
		return NULL;
	buf_addf(&path, "/bisect/%s.json", bisecting->account.steps.key);
	return buf_detach(&path);
}

static int lock_steps(struct bisecting *bisecting, struct error *err)
{
	struct buf path = BUF_INIT;
	int rc;

	buf_addf(&path, "%s.lock", bisecting->state_path);
	rc = folder_make_parents(path.data, err);
	if (!rc)
		rc = lock_try(&bisecting->lock, path.data, LOCK_ALONE, err);
	if (!rc && bisecting->lock.fd < 0)
		rc = error_set(err, ERR_USAGE,
			"the same bisection is at work already: it has the lock of %s",
			bisecting->state_path);
	buf_release(&path);
	return rc;
}

static int parse_steps(struct bisecting *bisecting, const struct buf *text, struct error *err)
{
	struct bisect_steps *steps = &bisecting->account.steps, read = { 0 };
	int rc = bisect_steps_parse(text->data, text->len, &read, err);

	if (rc)
		rc = error_wrap(err, "%s", bisecting->state_path);
	else if (strcmp(read.key, steps->key) != 0)
		rc = error_set(
			err, ERR_USAGE, "%s has steps of another bisection", bisecting->state_path);
	if (!rc) {
		bisect_steps_release(steps);
		*steps = read;
	} else {
		bisect_steps_release(&read);
	}
	return rc;
}

static int read_steps_file(struct bisecting *bisecting, struct error *err)
{
	struct buf text = BUF_INIT, line = BUF_INIT;
	int rc = 0;

	if (bisecting->task->fresh || folder_lacks(bisecting->state_path))
		return 0;
	rc = file_read(bisecting->state_path, MAX_STATE_BYTES, &text, err);
	if (!rc && parse_steps(bisecting, &text, err)) {
		buf_adds(&line, err->text);
		rc = error_set(err, ERR_USAGE, "%s (--fresh begins the bisection anew)", line.data);
	} else if (!rc && !bisecting->task->measure->quiet) {
		fprintf(stderr, "benchgate: goes on with %zu step%s from %s\n",
			bisecting->account.steps.nr, bisecting->account.steps.nr == 1 ? "" : "s",
			bisecting->state_path);
	}
	buf_release(&line);
	buf_release(&text);
	return rc;
}

static int open_state(struct bisecting *bisecting, struct error *err)
{
	bisecting->account.steps.key = key_of(bisecting);
	bisecting->state_path = state_path_of(bisecting);
	if (!bisecting->state_path)
		return 0;
	return lock_steps(bisecting, err) || read_steps_file(bisecting, err) ? -1 : 0;
}

static double seconds_so_far(const struct bisecting *bisecting)
{
	return (double)(clock_now_ns() - bisecting->start_ns) / CLOCK_NS_PER_S;
}

static int write_state(const struct bisecting *bisecting, struct error *err)
{
	struct bisect_steps steps = bisecting->account.steps;
	struct file_new file = FILE_NEW_INIT;
	struct buf text = BUF_INIT;
	int rc;

	if (!bisecting->state_path)
		return 0;
	steps.seconds += seconds_so_far(bisecting);
	bisect_steps_print(&steps, &text);
	rc = file_new_open(&file, bisecting->state_path, err);
	if (!rc)
		rc = file_new_commit(&file, &text, err);
	file_new_release(&file);
	buf_release(&text);
	return rc;
}

/* Once all is found, there is nothing to go on from. */
static void forget_state(struct bisecting *bisecting)
{
	struct error ignored = ERROR_INIT;

	if (bisecting->state_path && !bisecting->account.stopped && !bisecting->interrupted)
		folder_remove(bisecting->state_path, &ignored);
}

/* --- steps -------------------------------------------------------------------------------------
 */

static void tell_subject(struct bisect_subject *subject, const struct bisect_question *question,
	const struct bisect_step *step)
{
	if (step->metric && !subject->metric)
		subject->metric = str_dup(step->metric);
	subject->is_time = !subject->metric || strcmp(subject->metric, metric_time.name) == 0 ||
		strcmp(subject->metric, metric_typical.name) == 0;
	bisect_tell(&subject->search, question, step->told);
}

/* False: there is no such branch. */
static bool follow_branch(
	struct bisecting *bisecting, struct bisect_subject *subject, size_t commit, size_t branch)
{
	struct texts hashes = { 0 };
	struct error ignored = ERROR_INIT;
	size_t *numbers;
	bool is_there;

	commits_merged(bisecting->task->settings->root,
		bisecting->account.commits.items[commit].hash, branch, &hashes, &ignored);
	is_there = hashes.nr >= 2;
	numbers = numbers_of(bisecting, &hashes);
	bisect_follow(&subject->search, numbers, hashes.nr);
	free(numbers);
	texts_release(&hashes);
	return is_there;
}

static void follow_merge(struct bisecting *bisecting, struct bisect_subject *subject, size_t commit)
{
	size_t branch = 0;

	while (follow_branch(bisecting, subject, commit, branch))
		branch++;
}

/* What the subject asks that no step has answered yet; false: it has its answer. */
static bool open_question(struct bisecting *bisecting, struct bisect_subject *subject,
	struct bisect_question *question)
{
	const struct bisect_step *known;
	enum bisect_need need;
	size_t commit;

	while ((need = bisect_next(&subject->search, is_built, bisecting, question, &commit)) !=
		BISECT_DONE) {
		if (need == BISECT_BRANCH) {
			follow_merge(bisecting, subject, commit);
			continue;
		}
		known = bisect_steps_find(&bisecting->account.steps, subject->name,
			bisecting->account.commits.items[question->base].hash,
			bisecting->account.commits.items[question->head].hash, question);
		if (!known)
			return true;
		tell_subject(subject, question, known);
	}
	return false;
}

/* The questions of the same two commits as the first of them; of built ones, if there are any. */
static void gather_questions(struct bisecting *bisecting, struct bisect_items *items)
{
	struct bisect_account *account = &bisecting->account;
	size_t nr = 0;

	for (size_t i = 0; i < account->subjects.nr; i++) {
		struct bisect_item item = { .subject = &account->subjects.items[i] };

		if (open_question(bisecting, item.subject, &item.question))
			*ARRAY_ADD(items) = item;
	}
	for (size_t i = 1; i < items->nr; i++)
		if (is_built(bisecting, items->items[i].question.head) &&
			!is_built(bisecting, items->items[0].question.head)) {
			struct bisect_item first = items->items[0];

			items->items[0] = items->items[i];
			items->items[i] = first;
		}
	for (size_t i = 0; i < items->nr; i++)
		if (items->items[i].question.base == items->items[0].question.base &&
			items->items[i].question.head == items->items[0].question.head)
			items->items[nr++] = items->items[i];
	items->nr = nr;
}

/* The same as one whose answer is known? */
static void look_at_code(
	struct bisecting *bisecting, const struct side *head, struct bisect_item *item)
{
	const struct bisect_question *question = &item->question;
	const struct side *good = bisecting->builds.items[question->like_good].side;
	const struct side *bad = bisecting->builds.items[question->like_bad].side;

	if (good && good != head &&
		bisect_is_same(bisecting->task, good, head, item->subject->name))
		item->step.told.answer = BISECT_AS_GOOD;
	else if (bad && bad != head &&
		bisect_is_same(bisecting->task, bad, head, item->subject->name))
		item->step.told.answer = BISECT_AS_BAD;
	else
		return;
	item->done = true;
}

static void fail_all(struct bisect_items *items, const char *why)
{
	for (size_t i = 0; i < items->nr; i++) {
		items->items[i].step.told.answer = BISECT_UNMEASURED;
		items->items[i].step.trouble = str_dup(why);
		items->items[i].done = true;
	}
}

/* Nanoseconds of the budget; 1: none are left, 0: there is no budget. */
static uint64_t budget_left(const struct bisecting *bisecting)
{
	uint64_t budget_ns = bisecting->task->measure->plan.budget_ns;
	uint64_t spent_ns = clock_now_ns() - bisecting->start_ns;

	if (!budget_ns)
		return 0;
	return budget_ns > spent_ns + 1 ? budget_ns - spent_ns : 1;
}

static int answer_questions(
	struct bisecting *bisecting, struct bisect_items *items, struct error *err)
{
	const struct bisect_question *first = &items->items[0].question;
	struct error trouble = ERROR_INIT;
	struct bisect_sides sides;

	for (size_t i = 0; i < items->nr; i++)
		items->items[i].step.told = (struct bisect_told){ BISECT_UNDECIDED, NAN, NAN, NAN };
	sides.base = built_side(bisecting, first->base, &trouble);
	sides.head = sides.base ? built_side(bisecting, first->head, &trouble) : NULL;
	if (!sides.head) {
		if (!process_interrupted())
			fail_all(items, trouble.text);
		return 0;
	}
	for (size_t i = 0; i < items->nr; i++)
		look_at_code(bisecting, sides.head, &items->items[i]);
	return bisect_measure(bisecting->task, sides, items, budget_left(bisecting), err);
}

static void say_step(const struct bisecting *bisecting, const struct bisect_item *item)
{
	const struct bisect_step *step = &item->step;
	const struct bisect *search = &item->subject->search;
	struct buf line = BUF_INIT;

	if (bisecting->task->measure->quiet)
		return;
	buf_adds(&line, "benchgate: ");
	buf_add_printable(&line, step->benchmark);
	buf_addf(&line, ": %.*s with %.*s: ", SHORT_HASH, step->head, SHORT_HASH, step->base);
	if (step->trouble)
		buf_add_printable(&line, step->trouble);
	else if (isnan(step->told.change))
		buf_adds(&line, bisect_answer_words[step->told.answer]);
	else
		units_add_change(&line, expm1(step->told.change));
	if (bisect_steps_left(search))
		buf_addf(&line, "; %zu commit%s left, about %zu more comparison%s",
			bisect_nr_left(search), bisect_nr_left(search) == 1 ? "" : "s",
			bisect_steps_left(search), bisect_steps_left(search) == 1 ? "" : "s");
	buf_addc(&line, '\n');
	(void)!file_write_fd(STDERR_FILENO, line.data, line.len);
	buf_release(&line);
}

/* False: there was no answer, for the time is over, or a signal came. */
static bool keep_answers(struct bisecting *bisecting, struct bisect_items *items)
{
	bool all = true;

	for (size_t i = 0; i < items->nr; i++) {
		struct bisect_item *item = &items->items[i];
		struct bisect_step *step = &item->step;

		if (!item->done) {
			all = false;
			continue;
		}
		step->benchmark = str_dup(item->subject->name);
		step->base = str_dup(bisecting->account.commits.items[item->question.base].hash);
		step->head = str_dup(bisecting->account.commits.items[item->question.head].hash);
		step->purpose = item->question.purpose;
		step->limit = item->question.high;
		*ARRAY_ADD(&bisecting->account.steps) = *step;
		tell_subject(item->subject, &item->question, step);
		say_step(bisecting, item);
	}
	return all;
}

static void stop_all(struct bisecting *bisecting)
{
	bisecting->account.stopped = true;
	for (size_t i = 0; i < bisecting->account.subjects.nr; i++)
		bisect_stop(&bisecting->account.subjects.items[i].search);
}

static int take_step(struct bisecting *bisecting, bool *more, struct error *err)
{
	struct bisect_items items = { 0 };
	int rc = 0;

	gather_questions(bisecting, &items);
	*more = items.nr != 0;
	if (*more && !process_interrupted() && budget_left(bisecting) != 1) {
		rc = answer_questions(bisecting, &items, err);
		*more = !rc && keep_answers(bisecting, &items);
		if (!rc)
			rc = write_state(bisecting, err);
		if (!rc && !*more && !process_interrupted())
			stop_all(bisecting);
	} else if (*more) {
		*more = false;
		if (!process_interrupted())
			stop_all(bisecting);
	}
	ARRAY_RELEASE(&items);
	return rc;
}

static void name_commit(struct bisecting *bisecting, size_t number)
{
	struct bisect_commit *commit = &bisecting->account.commits.items[number];
	struct commit_words words;

	if (commit->subject)
		return;
	commit_words_find(bisecting->task->settings->root, commit->hash, &words);
	commit->author = words.author;
	commit->date = words.date;
	commit->subject = words.subject;
}

/* Those that the report speaks of. */
static void name_findings(struct bisecting *bisecting)
{
	const struct bisect_account *account = &bisecting->account;

	for (size_t i = 0; i < account->subjects.nr; i++) {
		const struct bisect *search = &account->subjects.items[i].search;

		for (size_t j = 0; j < search->findings.nr; j++) {
			const struct bisect_finding *finding = &search->findings.items[j];
			const struct bisect_chain *chain = &search->chains.items[finding->chain];

			for (size_t k = finding->before; k <= finding->last; k++)
				name_commit(bisecting, chain->commits[k]);
		}
	}
}

int bisecting_work(struct bisecting *bisecting, struct error *err)
{
	bool more = true;
	int rc = 0;

	while (more && !rc)
		rc = take_step(bisecting, &more, err);
	bisecting->interrupted = process_interrupted() != 0;
	bisecting->account.steps.seconds += seconds_so_far(bisecting);
	if (!rc && !bisecting->interrupted) {
		name_findings(bisecting);
		forget_state(bisecting);
	}
	return rc;
}

/* --- setting up --------------------------------------------------------------------------------
 */

static int find_commits(struct bisecting *bisecting, const struct revision *good,
	const struct revision *bad, struct error *err)
{
	struct texts hashes = { 0 };
	int rc = commits_between(
		bisecting->task->settings->root, good->commit, bad->commit, &hashes, err);

	if (!rc && hashes.nr < 2)
		rc = error_set(err, ERR_USAGE,
			"there is no commit between the good one and the bad one: both are %.7s",
			good->commit);
	for (size_t i = 0; i < hashes.nr; i++)
		place_in_commits(bisecting, hashes.items[i]);
	bisecting->account.nr_between = hashes.nr ? hashes.nr - 1 : 0;
	texts_release(&hashes);
	return rc;
}

static double least_change(const struct bisecting *bisecting, const struct result *result)
{
	const char *metric = bisecting->task->metric ? bisecting->task->metric : metric_time.name;
	struct tolerance tolerance =
		policy_tolerance(&bisecting->task->settings->policy, result, metric);

	return log1p(tolerance.threshold_ratio) / 2;
}

/* What both ends have, each with a search of its own, and one error for all. */
static int add_subjects(struct bisecting *bisecting, const struct side *good, const struct run *run,
	struct error *err)
{
	struct bisect_account *account = &bisecting->account;
	size_t nr_commits = account->nr_between + 1, nr = 0;
	size_t *commits = mem_alloc(nr_commits, sizeof *commits);

	for (size_t i = 0; i < nr_commits; i++)
		commits[i] = i;
	for (size_t i = 0; i < run->nr; i++)
		nr += benches_find(&good->catalog.benches, run->items[i].name) != NULL;
	for (size_t i = 0; i < run->nr; i++) {
		struct bisect_subject *subject;

		if (!benches_find(&good->catalog.benches, run->items[i].name))
			continue;
		subject = ARRAY_ADD(&account->subjects);
		*subject = (struct bisect_subject){ .name = str_dup(run->items[i].name),
			.is_time = true };
		bisect_init(&subject->search, commits, nr_commits, ERROR / (double)nr,
			least_change(bisecting, &run->items[i]));
	}
	free(commits);
	if (account->subjects.nr)
		return 0;
	return error_set(err, ERR_USAGE, "no benchmark that matches is in both %s and %s",
		account->good, account->bad);
}

static int choose_subjects(
	struct bisecting *bisecting, struct side *good, struct side *bad, struct error *err)
{
	const struct bisect_task *task = bisecting->task;
	struct selection sides[2] = { { &task->measure->select, task->patterns, task->settings,
					      &bad->catalog },
		{ &task->measure->select, task->patterns, task->settings, &good->catalog } };
	struct run run = RUN_INIT;
	int rc = measure_choose(sides, 2, err);

	if (!rc)
		rc = measure_prepare(task->measure, &bad->catalog, &run, err);
	if (!rc)
		rc = machine_check(task->settings, &run.env, err);
	if (!rc)
		rc = add_subjects(bisecting, good, &run, err);
	run_release(&run);
	return rc;
}

static int end_error(const char *which, struct error *err)
{
	return process_interrupted() ? -1 : error_wrap(err, "the %s end", which);
}

int bisecting_open(struct bisecting *bisecting, const struct bisect_task *task,
	const struct revision *good, const struct revision *bad, struct error *err)
{
	struct buf name = BUF_INIT;
	struct side *ends[2];

	bisecting->task = task;
	bisecting->start_ns = clock_now_ns();
	revision_spell(good, &name);
	bisecting->account.good = buf_detach(&name);
	revision_spell(bad, &name);
	bisecting->account.bad = buf_detach(&name);
	if (find_commits(bisecting, good, bad, err))
		return -1;
	ends[0] = built_side(bisecting, 0, err);
	if (!ends[0])
		return end_error("good", err);
	ends[1] = built_side(bisecting, bisecting->account.nr_between, err);
	if (!ends[1])
		return end_error("bad", err);
	return choose_subjects(bisecting, ends[0], ends[1], err) || open_state(bisecting, err) ? -1
											       : 0;
}

void bisecting_release(struct bisecting *bisecting)
{
	for (size_t i = 0; i < bisecting->builds.nr; i++) {
		if (bisecting->builds.items[i].side)
			side_release(bisecting->builds.items[i].side);
		free(bisecting->builds.items[i].side);
	}
	ARRAY_RELEASE(&bisecting->builds);
	bisect_account_release(&bisecting->account);
	lock_remove(&bisecting->lock);
	free(bisecting->state_path);
}
