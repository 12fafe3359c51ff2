/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One run holds the state's lock until all is sent. Before it sends, it writes what it is about to
 * tell: killed in between, the next run sends it again, under the same id.
 */
#include "notify/notify.h"

#include "base/array.h"
#include "base/str.h"
#include "notify/compose.h"
#include "notify/state_file.h"
#include "sys/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* One telling under way. */
struct round {
	const struct telling *telling;
	struct told *told;
	struct state_file file;
	bool state_read_only;
	bool state_unknown;
	struct outgoings messages;
	struct delivery *items; /* one a message */
	struct secrets secrets;
};

void told_release(struct told *told)
{
	buf_release(&told->lines);
	buf_release(&told->warnings);
}

static struct round begin_round(const struct telling *telling, struct told *told)
{
	struct round round = { .telling = telling, .told = told, .file = STATE_FILE_INIT };

	outlets_secrets(&telling->settings->outlets, &round.secrets);
	return round;
}

static void end_round(struct round *round)
{
	for (size_t i = 0; round->items && i < round->messages.nr; i++) {
		free(round->items[i].left);
		free(round->items[i].progress);
	}
	free(round->items);
	outgoings_release(&round->messages);
	state_file_close(&round->file);
	secrets_release(&round->secrets);
}

/* What the run says, and what that changes; the caller releases it. */
static struct observations observe(const struct telling *telling, struct state *state)
{
	const struct verdict *verdict = telling->verdict;
	struct subject subject = { verdict, NULL, telling->ci->branch, telling->ci->commit };
	struct observations observations = { .nr = 0 };
	struct alerts alerts = { NULL, 0, 0 };

	if (verdict) {
		alerts = alerts_raise(telling->rules, &subject);
		observations = observations_take(&subject, &alerts, telling->now);
		observations_add_identical(&observations, &subject, &state->alerts);
	}
	reconcile_run(state, verdict ? &observations : NULL, telling);
	alerts_release(&alerts);
	return observations;
}

void notify_reconcile(const struct telling *telling, struct state *state)
{
	struct observations observations = observe(telling, state);

	observations_release(&observations);
}

/* Brings the state up to date and composes what its channels are owed. */
static void compose_round(struct round *round)
{
	const struct telling *telling = round->telling;
	const struct verdict *verdict = telling->verdict;
	struct state *state = &round->file.state;
	struct observations observations = observe(telling, state);
	struct compose_job job = { .telling = telling,
		.census = verdict ? &observations.census : NULL,
		.state_read_only = round->state_read_only,
		.state_unknown = round->state_unknown,
		.warnings = &round->told->warnings,
		.not_told = &round->told->lines };

	round->messages = compose_all(&job, state);
	if (job.nr_put_off)
		buf_addf(&round->told->lines, "%zu notice%s until quiet hours are over\n",
			job.nr_put_off, job.nr_put_off > 1 ? "s wait" : " waits");
	if (job.nr_paused)
		buf_addf(&round->told->lines,
			"%zu notice%s until the pause of the channel is over\n", job.nr_paused,
			job.nr_paused > 1 ? "s wait" : " waits");
	observations_release(&observations);
}

static void go_on_without(struct round *round, const struct error *why, bool state_unknown)
{
	round->state_read_only = true;
	round->state_unknown = state_unknown;
	buf_addf(&round->told->warnings,
		"%s; what is sent is not remembered, and may be told again by the next run\n",
		why->text);
	compose_round(round);
}

/* The file stays as it was; what it holds is known all the same. */
static void go_on_unwritten(struct round *round, const struct error *why)
{
	struct error err = ERROR_INIT;

	buf_clear(&round->told->lines);
	outgoings_release(&round->messages);
	state_file_close(&round->file);
	go_on_without(round, why, state_file_look(&round->file, round->telling->state, &err) != 0);
}

static void prepare_round(struct round *round)
{
	const struct telling *telling = round->telling;
	struct buf dropped = BUF_INIT;
	struct error err = ERROR_INIT;

	if (!telling->state) {
		error_set(&err, ERR_IO, "%s", telling->why_no_state);
		go_on_without(round, &err, true);
		return;
	}
	if (state_file_open(&round->file, telling->state, telling->settings->budget_ns,
		    &round->told->warnings, &err)) {
		go_on_without(round, &err, true);
		return;
	}
	state_expire(&round->file.state, telling->now, &dropped);
	compose_round(round);
	outgoings_start(&round->messages, &round->file.state);
	if (state_file_write(&round->file, &dropped, &err))
		go_on_unwritten(round, &err);
	else
		buf_adds(&round->told->warnings, dropped.data);
	buf_release(&dropped);
}

static void start_deliveries(struct round *round)
{
	round->items = mem_alloc(round->messages.nr + 1, sizeof *round->items);
	for (size_t i = 0; i < round->messages.nr; i++) {
		const struct outgoing *message = &round->messages.items[i];

		round->items[i] = (struct delivery){ .outlet = message->outlet,
			.id = message->id,
			.body = message->body,
			.progress = message->progress ? str_dup(message->progress) : NULL,
			.is_probe = state_is_failing(&round->file.state, message->outlet->name),
			.error = ERROR_INIT };
	}
}

static void record_round(struct round *round)
{
	struct error err = ERROR_INIT;

	if (round->state_read_only || !round->messages.nr)
		return;
	for (size_t i = 0; i < round->messages.nr; i++)
		outgoing_end(&round->messages.items[i], &round->items[i], &round->file.state);
	if (state_file_write(&round->file, &round->told->warnings, &err))
		buf_addf(&round->told->warnings,
			"%s; what was sent is not remembered, and will be sent again, under the same id\n",
			err.text);
}

static void tell_trouble(struct round *round, const struct delivery *item)
{
	struct told *told = round->told;
	bool waits = item->outcome == DELIVERED_LATER && !round->state_read_only;

	buf_addf(&told->warnings, "%s: ", item->outlet->name);
	buf_add_printable(&told->warnings, item->error.text);
	buf_adds(&told->warnings,
		waits ? "; the message is kept, for the next run or 'benchgate notify --flush' to send\n"
		      : "; the message is lost\n");
	if (waits)
		told->nr_waiting++;
	else
		told->nr_lost++;
}

/* It was delivered, but not all of it, and never will be. */
static void tell_gap(struct round *round, const struct delivery *item)
{
	if (!*item->error.text)
		return;
	buf_addf(&round->told->warnings, "%s: ", item->outlet->name);
	buf_add_printable(&round->told->warnings, item->error.text);
	buf_addc(&round->told->warnings, '\n');
}

/* A line for a channel that was told something. */
static void tell_outlet(struct round *round, const struct outlet *outlet)
{
	const char *title = NULL;
	size_t nr = 0;

	for (size_t i = 0; i < round->messages.nr; i++) {
		if (round->items[i].outlet != outlet || round->items[i].outcome != DELIVERED)
			continue;
		title = round->messages.items[i].title;
		nr++;
	}
	round->told->nr_sent += nr;
	if (!nr)
		return;
	buf_addf(&round->told->lines, "%s: sent ", outlet->name);
	if (nr == 1)
		buf_add_printable(&round->told->lines, title);
	else
		buf_addf(&round->told->lines, "%zu messages", nr);
	buf_addc(&round->told->lines, '\n');
}

static void tell_all(struct round *round)
{
	const struct outlets *outlets = &round->telling->settings->outlets;

	for (size_t i = 0; i < outlets->nr; i++)
		tell_outlet(round, &outlets->items[i]);
	for (size_t i = 0; i < round->messages.nr; i++)
		if (round->items[i].outcome != DELIVERED)
			tell_trouble(round, &round->items[i]);
		else
			tell_gap(round, &round->items[i]);
	if (outlets->nr && !round->told->lines.len && !round->told->warnings.len)
		buf_adds(&round->told->lines, "nothing is to be told\n");
}

static struct delivery_terms terms_of(struct round *round)
{
	return (struct delivery_terms){ round->telling->settings->budget_ns, clock_entropy(),
		&round->secrets };
}

void notify_tell(const struct telling *telling, struct told *told)
{
	struct round round = begin_round(telling, told);
	struct delivery_terms terms = terms_of(&round);

	prepare_round(&round);
	start_deliveries(&round);
	deliver(round.items, round.messages.nr, &terms);
	record_round(&round);
	tell_all(&round);
	end_round(&round);
}

static void show_all(struct round *round)
{
	struct delivery_terms terms = terms_of(round);
	struct buf *out = &round->told->lines;

	for (size_t i = 0; i < round->messages.nr; i++) {
		const struct outlet *outlet = round->items[i].outlet;

		buf_addf(out, "To %s (%s): ", outlet->name, outlet->notifier->type);
		buf_add_printable(out, round->messages.items[i].title);
		buf_addc(out, '\n');
		deliver_show(&round->items[i], &terms, out);
		buf_addc(out, '\n');
	}
	if (round->telling->settings->outlets.nr && !out->len)
		buf_adds(out, "nothing is to be told\n");
}

void notify_show(const struct telling *telling, struct told *told)
{
	struct round round = begin_round(telling, told);
	struct error err = ERROR_INIT;

	if (telling->state && state_file_look(&round.file, telling->state, &err))
		buf_addf(&told->warnings, "%s\n", err.text);
	compose_round(&round);
	start_deliveries(&round);
	show_all(&round);
	end_round(&round);
}

/* Nothing in it is of a run. */
static struct notice test_notice(const struct telling *telling)
{
	return (struct notice){ .kind = NOTICE_NEW,
		.urgency = URGENCY_INFO,
		.fingerprint = "0000000000000000",
		.benchmark = str_dup("example"),
		.metric = str_dup(""),
		.tier = str_dup(""),
		.file = str_dup(""),
		.base = str_dup(""),
		.branch = str_dup(telling->ci->branch),
		.rule = str_dup("test"),
		.text = str_dup("this is a test of the channel; no benchmark was measured"),
		.since = str_dup(telling->now),
		.baseline_value = (double)NAN,
		.current_value = (double)NAN,
		.change_percent = (double)NAN };
}

static void compose_test(struct round *round, const struct outlet *outlet)
{
	struct notice notice = test_notice(round->telling);
	const struct notice *pointer = &notice;
	struct outgoing *message = ARRAY_ADD(&round->messages);
	struct content content = { .id = message->id,
		.ci = round->telling->ci,
		.notices = &pointer,
		.nr = 1,
		.title = "benchgate: test message" };

	*message = (struct outgoing){
		.outlet = outlet, .title = str_dup(content.title), .body = json_new_object()
	};
	snprintf(message->id, sizeof message->id, "%016" PRIx64, clock_entropy());
	outlet->notifier->compose(outlet, &content, message->body);
	notice_release(&notice);
}

void notify_test(const struct telling *telling, const struct outlet *outlet, bool only_show,
	struct told *told)
{
	struct round round = begin_round(telling, told);
	struct delivery_terms terms = terms_of(&round);

	round.state_read_only = true;
	compose_test(&round, outlet);
	start_deliveries(&round);
	if (only_show) {
		show_all(&round);
	} else {
		deliver(round.items, round.messages.nr, &terms);
		tell_all(&round);
	}
	end_round(&round);
}
