/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "respond/respond.h"

#include "base/array.h"
#include "base/str.h"
#include "notify/deliver.h"
#include "notify/forge.h"
#include "notify/state_file.h"
#include "respond/due.h"
#include "respond/forge_asks.h"
#include "respond/programs.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Something that is asked of a forge: about one alert, or about all of a run. */
struct ask_job {
	const struct response *response;
	const struct due **dues; /* borrowed; none: a status */
	size_t nr_dues;
	struct json *body;
	char *id;
};

struct ask_jobs {
	struct ask_job *items;
	size_t nr, alloc;
};

/* One response after the other, of one run. */
struct respond_work {
	const struct responding *responding;
	const struct telling *telling;
	struct told *told;
	struct state_file file;
	bool is_kept;   /* the state is locked and can be written */
	bool only_show; /* nothing is done */
	struct secrets secrets;
	struct dues dues;
};

static struct due_run run_of(const struct respond_work *work, struct subject *subject)
{
	const struct telling *telling = work->telling;

	*subject = (struct subject){ telling->verdict, NULL, telling->ci->branch,
		telling->ci->commit };
	return (struct due_run){ telling->rules, telling->verdict ? subject : NULL, telling->now };
}

/* --- the log -----------------------------------------------------------------------------------
 */

static void add_did(const struct response *response, const struct due *due, struct buf *out)
{
	buf_adds(out, response_action_words[response->action]);
	if (due)
		buf_addf(out, ", %s", notice_words[due->notice.kind]);
}

static void log_one(struct respond_work *work, const struct response *response,
	const struct due *due, const char *result, double seconds)
{
	char now[CLOCK_TIMESTAMP_MAX];
	struct buf did = BUF_INIT;

	clock_timestamp(now);
	add_did(response, due, &did);
	reactions_log(&work->file.state.reactions,
		(struct reaction_entry){ .at = str_dup(now),
			.response = str_dup(response->name),
			.benchmark = str_dup(due ? due->notice.benchmark : ""),
			.did = buf_detach(&did),
			.result = str_dup(result),
			.seconds = seconds });
}

static void write_respond_state(struct respond_work *work)
{
	struct error err = ERROR_INIT;

	if (work->is_kept && state_file_write(&work->file, &work->told->warnings, &err))
		buf_addf(&work->told->warnings,
			"%s; what responses did is not remembered, and may be done again\n",
			err.text);
}

/* A line that says what was done, or why not. */
static void tell_done(struct respond_work *work, const struct response *response,
	const struct due *due, const char *trouble)
{
	struct buf *out = trouble ? &work->told->warnings : &work->told->lines;

	buf_addf(out, "%s: ", response->name);
	add_did(response, due, out);
	if (due) {
		buf_adds(out, ": ");
		content_add_line(due->notice.benchmark, out);
	}
	if (trouble) {
		buf_adds(out, ": ");
		buf_add_printable(out, trouble);
		work->told->nr_lost++;
	}
	buf_addc(out, '\n');
}

/* What nobody remembers would be done by each run. */
static bool may_act(struct respond_work *work, const struct response *response)
{
	if (work->is_kept || work->only_show)
		return true;
	buf_addf(&work->told->warnings,
		"%s: not done: without a state file it is not known what was done before\n",
		response->name);
	return false;
}

/* --- forges ------------------------------------------------------------------------------------
 */

static void jobs_release(struct ask_jobs *jobs)
{
	for (size_t i = 0; i < jobs->nr; i++) {
		json_free(jobs->items[i].body);
		free((void *)jobs->items[i].dues);
		free(jobs->items[i].id);
	}
	ARRAY_RELEASE(jobs);
}

static struct forge_asking asking_of(
	const struct respond_work *work, const struct response *response)
{
	return (struct forge_asking){ work->telling,
		outlets_find(&work->telling->settings->outlets, response->channel),
		&work->file.state };
}

/* Takes the job's dues and body over; without a body it is none. */
static void add_job(struct respond_work *work, struct ask_jobs *jobs, struct ask_job job)
{
	struct buf id = BUF_INIT;

	if (!job.body) {
		buf_addf(&work->told->warnings,
			"%s: nothing is asked of %s: its repository, or the commit, is not known\n",
			job.response->name, job.response->channel);
		free((void *)job.dues);
		return;
	}
	buf_addf(&id, "%s-%s", job.response->name,
		job.nr_dues ? job.dues[0]->notice.fingerprint : "");
	job.id = buf_detach(&id);
	*ARRAY_ADD(jobs) = job;
}

static const struct due **one_due(const struct due *due)
{
	const struct due **dues = mem_alloc(1, sizeof(struct due *));

	dues[0] = due;
	return dues;
}

static void add_issue(struct respond_work *work, const struct due *due, struct ask_jobs *jobs)
{
	struct forge_asking asking = asking_of(work, due->response);

	add_job(work, jobs,
		(struct ask_job){
			due->response, one_due(due), 1, forge_ask_issue(&asking, due), NULL });
}

/* One for all alerts of the run. */
static void add_rerun(
	struct respond_work *work, const struct response *response, struct ask_jobs *jobs)
{
	const struct due **dues = mem_alloc(work->dues.nr + 1, sizeof(struct due *));
	struct forge_asking asking = asking_of(work, response);
	size_t nr = 0;

	for (size_t i = 0; i < work->dues.nr; i++)
		if (work->dues.items[i].response == response)
			dues[nr++] = &work->dues.items[i];
	if (nr && work->responding->is_rerun) {
		buf_addf(&work->told->lines,
			"%s: this run was itself asked for, so that it asks for none\n",
			response->name);
		nr = 0;
	}
	if (nr && !may_act(work, response))
		nr = 0;
	if (nr)
		add_job(work, jobs,
			(struct ask_job){
				response, dues, nr, forge_ask_rerun(&asking, dues, nr), NULL });
	else
		free((void *)dues);
}

static void respond_add_status(
	struct respond_work *work, const struct response *response, struct ask_jobs *jobs)
{
	struct forge_asking asking = asking_of(work, response);
	const struct tracked_alert *worst;
	struct subject subject;
	struct due_run run = run_of(work, &subject);
	struct buf line = BUF_INIT;
	size_t nr;

	if (!work->telling->verdict)
		return;
	nr = due_count(response, &work->file.state, &run, &worst);
	if (!worst) {
		buf_adds(&line, "no alert");
	} else {
		if (nr > 1)
			buf_addf(&line, "%zu alerts, such as: ", nr);
		content_add_line(worst->notice.text, &line);
	}
	add_job(work, jobs,
		(struct ask_job){ response, NULL, 0,
			forge_ask_status(&asking, response, line.data, !worst), NULL });
	buf_release(&line);
}

static struct ask_jobs find_jobs(struct respond_work *work)
{
	const struct responses *responses = work->responding->responses;
	struct ask_jobs jobs = { NULL, 0, 0 };

	for (size_t i = 0; i < responses->nr; i++) {
		const struct response *response = &responses->items[i];

		if (response->action == RESPONSE_STATUS)
			respond_add_status(work, response, &jobs);
		if (response->action == RESPONSE_RERUN)
			add_rerun(work, response, &jobs);
		for (size_t j = 0; response->action == RESPONSE_ISSUE && j < work->dues.nr; j++)
			if (work->dues.items[j].response == response)
				add_issue(work, &work->dues.items[j], &jobs);
	}
	return jobs;
}

static void end_job(struct respond_work *work, const struct ask_job *job,
	const struct delivery *delivery, double seconds)
{
	bool is_done = delivery->outcome == DELIVERED;
	const char *trouble = is_done ? NULL : delivery->error.text;

	for (size_t i = 0; i < job->nr_dues; i++) {
		struct reaction *reaction = reactions_find(&work->file.state.reactions,
			job->response->name, job->dues[i]->notice.fingerprint);

		if (reaction) {
			reaction->failed = !is_done;
			if (delivery->left)
				str_set(&reaction->thread, delivery->left);
		}
		log_one(work, job->response, job->dues[i], trouble ? trouble : "done", seconds);
		tell_done(work, job->response, job->dues[i], trouble);
	}
	if (!job->nr_dues)
		tell_done(work, job->response, NULL, trouble);
}

static struct delivery *deliveries_of(struct respond_work *work, struct ask_jobs *jobs)
{
	struct delivery *items = mem_alloc(jobs->nr + 1, sizeof *items);

	for (size_t i = 0; i < jobs->nr; i++) {
		const struct ask_job *job = &jobs->items[i];

		items[i] = (struct delivery){ .outlet = asking_of(work, job->response).outlet,
			.id = job->id,
			.body = job->body,
			.error = ERROR_INIT };
	}
	return items;
}

static struct delivery_terms respond_terms(struct respond_work *work)
{
	return (struct delivery_terms){ work->telling->settings->budget_ns, clock_entropy(),
		&work->secrets };
}

static void show_jobs(struct respond_work *work, struct ask_jobs *jobs)
{
	struct delivery *items = deliveries_of(work, jobs);
	struct delivery_terms terms = respond_terms(work);
	struct buf *out = &work->told->lines;

	for (size_t i = 0; i < jobs->nr; i++) {
		const struct ask_job *job = &jobs->items[i];

		buf_addf(out, "%s by %s: ", job->response->name, job->response->channel);
		add_did(job->response, job->nr_dues ? job->dues[0] : NULL, out);
		buf_addc(out, '\n');
		deliver_show(&items[i], &terms, out);
		buf_addc(out, '\n');
		free(items[i].left);
		free(items[i].progress);
	}
	free(items);
}

static void ask_forges(struct respond_work *work, struct ask_jobs *jobs)
{
	struct delivery_terms terms = respond_terms(work);
	struct delivery *items;
	uint64_t start_ns = clock_now_ns();
	double seconds;

	for (size_t i = 0; i < jobs->nr; i++)
		for (size_t j = 0; j < jobs->items[i].nr_dues; j++)
			due_begin(jobs->items[i].dues[j], &work->file.state, work->telling->now);
	write_respond_state(work);
	items = deliveries_of(work, jobs);
	deliver(items, jobs->nr, &terms);
	seconds = (double)(clock_now_ns() - start_ns) / 1e9;
	for (size_t i = 0; i < jobs->nr; i++) {
		end_job(work, &jobs->items[i], &items[i], seconds);
		free(items[i].left);
		free(items[i].progress);
	}
	free(items);
	write_respond_state(work);
}

/* --- programs ----------------------------------------------------------------------------------
 */

static struct program_context context_of(const struct respond_work *work)
{
	return (struct program_context){ work->telling, work->responding->config };
}

static void show_programs(struct respond_work *work)
{
	struct program_context context = context_of(work);
	struct buf *out = &work->told->lines;

	for (size_t i = 0; i < work->dues.nr; i++) {
		const struct due *due = &work->dues.items[i];
		struct error err = ERROR_INIT;

		if (!response_is_program(due->response))
			continue;
		buf_addf(out, "%s: ", due->response->name);
		add_did(due->response, due, out);
		buf_adds(out, ": ");
		content_add_line(due->notice.text, out);
		buf_adds(out, "\nrun ");
		if (programs_show(&context, due, out, &err))
			buf_addf(out, "nothing: %s", err.text);
		buf_adds(out, "\n\n");
	}
}

/* Of dues that start programs; those that may not are left out. */
static void begin_programs(struct respond_work *work)
{
	for (size_t i = 0; i < work->dues.nr; i++)
		if (response_is_program(work->dues.items[i].response))
			due_begin(&work->dues.items[i], &work->file.state, work->telling->now);
	write_respond_state(work);
}

/* What became of a program. */
struct program_result {
	const struct due *due;
	char *finding;
	struct error error;
	double seconds;
};

/* All of one response share its budget. */
static uint64_t time_left(const struct program_result *results, size_t nr, const struct due *due)
{
	double left = (double)due->response->budget_ns;

	for (size_t i = 0; i < nr; i++)
		if (results[i].due->response == due->response)
			left -= results[i].seconds * 1e9;
	return left > 0 ? (uint64_t)left : 0;
}

static void run_one(
	const struct respond_work *work, uint64_t budget_ns, struct program_result *result)
{
	struct program_context context = context_of(work);
	uint64_t start_ns = clock_now_ns();

	if (process_interrupted())
		error_set(&result->error, ERR_IO, "not started: interrupted");
	else if (!budget_ns)
		error_set(&result->error, ERR_IO, "not started: its budget is used up");
	else
		programs_run(&context, result->due, budget_ns, &result->finding, &result->error);
	result->seconds = (double)(clock_now_ns() - start_ns) / 1e9;
}

static void end_program(struct respond_work *work, struct program_result *result)
{
	const struct due *due = result->due;
	struct reaction *reaction = reactions_find(
		&work->file.state.reactions, due->response->name, due->notice.fingerprint);
	const char *trouble = result->error.kind ? result->error.text : NULL;

	if (reaction) {
		reaction->failed = trouble != NULL;
		str_set(&reaction->finding, result->finding);
	}
	log_one(work, due->response, due, trouble ? trouble : "done", result->seconds);
	tell_done(work, due->response, due, trouble);
}

/* --- what was found ----------------------------------------------------------------------------
 */

static bool has_finding(
	const struct program_result *results, size_t nr, const struct tracked_alert *alert)
{
	for (size_t i = 0; i < nr; i++)
		if (results[i].finding &&
			strcmp(results[i].due->notice.fingerprint, alert->notice.fingerprint) == 0)
			return true;
	return false;
}

/* Issues that are there get what was found; it is no new turn of their alerts. */
static void tell_issues(struct respond_work *work, const struct program_result *results, size_t nr)
{
	const struct responses *responses = work->responding->responses;
	const struct state *state = &work->file.state;
	struct dues found = { NULL, 0, 0 };
	struct ask_jobs jobs = { NULL, 0, 0 };

	for (size_t i = 0; i < state->alerts.nr; i++)
		for (size_t j = 0; j < responses->nr; j++)
			if (responses->items[j].action == RESPONSE_ISSUE &&
				has_finding(results, nr, &state->alerts.items[i]))
				dues_add_standing(&found, &responses->items[j], state,
					&state->alerts.items[i]);
	for (size_t i = 0; i < found.nr; i++)
		add_issue(work, &found.items[i], &jobs);
	if (jobs.nr)
		ask_forges(work, &jobs);
	jobs_release(&jobs);
	dues_release(&found);
}

/* --- all of it ---------------------------------------------------------------------------------
 */

/* In memory alone, where the file cannot be had. */
static void open_respond_state(struct respond_work *work)
{
	const struct telling *telling = work->telling;
	struct error err = ERROR_INIT;

	if (work->only_show) {
		if (telling->state && state_file_look(&work->file, telling->state, &err))
			buf_addf(&work->told->warnings, "%s\n", err.text);
		notify_reconcile(telling, &work->file.state);
		return;
	}
	work->is_kept = telling->state &&
		state_file_open(&work->file, telling->state, telling->settings->budget_ns,
			&work->told->warnings, &err) == 0;
	if (!work->is_kept)
		notify_reconcile(telling, &work->file.state);
}

/* Without the lock, for others may need it meanwhile; the state is read again. */
static void run_programs(struct respond_work *work)
{
	struct program_result *results = mem_alloc(work->dues.nr + 1, sizeof *results);
	size_t nr = 0;

	begin_programs(work);
	state_file_close(&work->file);
	for (size_t i = 0; i < work->dues.nr; i++) {
		const struct due *due = &work->dues.items[i];

		if (!response_is_program(due->response))
			continue;
		results[nr] = (struct program_result){ .due = due, .error = ERROR_INIT };
		run_one(work, time_left(results, nr, due), &results[nr]);
		nr++;
	}
	open_respond_state(work);
	for (size_t i = 0; i < nr; i++)
		end_program(work, &results[i]);
	write_respond_state(work);
	tell_issues(work, results, nr);
	for (size_t i = 0; i < nr; i++)
		free(results[i].finding);
	free(results);
}

static bool has_programs(struct respond_work *work)
{
	const struct response *last = NULL;
	bool has = false;

	for (size_t i = 0; i < work->dues.nr; i++) {
		const struct response *response = work->dues.items[i].response;

		if (!response_is_program(response) || response == last)
			continue;
		last = response;
		has |= may_act(work, response);
	}
	return has;
}

static void begin_work(struct respond_work *work)
{
	struct subject subject;
	struct due_run run = run_of(work, &subject);

	outlets_secrets(&work->telling->settings->outlets, &work->secrets);
	open_respond_state(work);
	work->dues =
		dues_find(work->responding->responses, &work->file.state, &run, &work->told->lines);
}

static void end_work(struct respond_work *work)
{
	dues_release(&work->dues);
	state_file_close(&work->file);
	secrets_release(&work->secrets);
}

void respond(const struct responding *responding, struct told *told)
{
	struct respond_work work = { .responding = responding,
		.telling = responding->telling,
		.told = told,
		.file = STATE_FILE_INIT };
	struct ask_jobs jobs;

	if (!responding->responses->nr)
		return;
	begin_work(&work);
	jobs = find_jobs(&work);
	if (jobs.nr)
		ask_forges(&work, &jobs);
	jobs_release(&jobs);
	if (has_programs(&work))
		run_programs(&work);
	end_work(&work);
}

void respond_show(const struct responding *responding, struct told *told)
{
	struct respond_work work = { .responding = responding,
		.telling = responding->telling,
		.told = told,
		.file = STATE_FILE_INIT,
		.only_show = true };
	struct ask_jobs jobs;

	if (!responding->responses->nr)
		return;
	begin_work(&work);
	jobs = find_jobs(&work);
	show_jobs(&work, &jobs);
	show_programs(&work);
	jobs_release(&jobs);
	end_work(&work);
}
