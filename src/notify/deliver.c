/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/deliver.h"

#include "base/mem.h"
#include "base/str.h"
#include "notify/reply.h"
#include "notify/talk.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TRIES 4        /* of a request */
#define MAX_FAILURES 3     /* of a host, one after the other, and it is left alone */
#define MAX_SIDE_BY_SIDE 4 /* requests to a host */
#define PROBE_NS (UINT64_C(2) * CLOCK_NS_PER_S)

/* How soon the end of a program is noticed while servers are waited for, and the other way. */
#define SLICE_NS (UINT64_C(20) * 1000000)

struct host {
	struct host *next;
	char *name; /* https://api.example:8443 */
	size_t nr_failures, nr_open;
};

enum course_state {
	COURSE_DUE, /* its request is to be sent, or its program started, at due_ns or later */
	COURSE_OPEN,
	COURSE_RUNS, /* its program */
	COURSE_ENDED,
};

/* A delivery on its way. */
struct course {
	struct delivery *delivery;
	struct talk talk;
	enum course_state state;
	uint64_t due_ns;
	size_t nr_tries;   /* of this request */
	struct host *host; /* NULL: a program is told */
	struct channel_child *child;
};

struct round {
	const struct delivery_terms *terms;
	struct http *http; /* NULL: nobody has needed it */
	struct random random;
	uint64_t deadline_ns;
	struct course *courses;
	size_t nr_courses;
	struct host *hosts;
};

static struct host *find_host(struct round *round, const char *url)
{
	const char *start = strstr(url, "://");
	size_t len = start ? (size_t)(start - url) + 3 : 0;
	struct host *host;

	len += strcspn(url + len, "/?#");
	for (host = round->hosts; host; host = host->next)
		if (strncmp(host->name, url, len) == 0 && !host->name[len])
			return host;
	host = mem_alloc(1, sizeof *host);
	*host = (struct host){ .next = round->hosts, .name = mem_copy(url, len) };
	return round->hosts = host;
}

/* One that has just failed is tried with one request. */
static bool is_busy(const struct host *host)
{
	return host->nr_open >= (host->nr_failures ? 1 : MAX_SIDE_BY_SIDE);
}

/* What it went on without stands in front, unless the channel has put it there. */
static void add_why(const struct talk *talk, struct buf *out)
{
	const char *earlier = talk->earlier.text;

	if (*earlier && !str_starts(talk->error.text, earlier))
		buf_addf(out, "%.600s; ", earlier);
	buf_adds(out, talk->error.text);
}

static void deliver_finish(struct round *round, struct course *course, enum delivered outcome)
{
	struct delivery *delivery = course->delivery;
	struct buf text = BUF_INIT, why = BUF_INIT;

	course->state = COURSE_ENDED;
	channel_child_free(course->child);
	course->child = NULL;
	delivery->outcome = outcome;
	delivery->left = course->talk.left;
	delivery->progress = course->talk.progress;
	course->talk.left = NULL;
	course->talk.progress = NULL;
	if (outcome == DELIVERED)
		buf_adds(&why, course->talk.earlier.text);
	else
		add_why(&course->talk, &why);
	if (why.len) {
		buf_add_printable(&text, why.data);
		secrets_mask(round->terms->secrets, &text);
		error_set(&delivery->error, ERR_IO, "%s", text.data);
	}
	buf_release(&text);
	buf_release(&why);
	talk_release(&course->talk);
}

static void deliver_fail(struct round *round, struct course *course, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void deliver_fail(struct round *round, struct course *course, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vaddf(&text, format, args);
	va_end(args);
	error_set(&course->talk.error, ERR_IO, "%s", text.data);
	buf_release(&text);
	deliver_finish(round, course, DELIVERED_LATER);
}

static void shorten(uint64_t *timeout_ns)
{
	if (!*timeout_ns || *timeout_ns > PROBE_NS)
		*timeout_ns = PROBE_NS;
}

/* The channel looks at the response, or starts, and says what comes next. */
static void go_on(struct round *round, struct course *course, const struct http_response *response)
{
	switch (talk_step(&course->talk, response)) {
	case TALK_ASK:
		course->state = COURSE_DUE;
		course->due_ns = clock_now_ns();
		course->nr_tries = 0;
		course->host = find_host(round, course->talk.request.url);
		if (course->delivery->is_probe) {
			shorten(&course->talk.request.timeout_ns);
			shorten(&course->talk.request.connect_timeout_ns);
		}
		break;
	case TALK_DONE:
		deliver_finish(round, course, DELIVERED);
		break;
	case TALK_LATER:
		deliver_finish(round, course, DELIVERED_LATER);
		break;
	case TALK_REFUSED:
		deliver_finish(round, course, DELIVERED_REFUSED);
		break;
	}
}

static void deliver_put(struct course *course, struct round *round)
{
	const struct outlet *outlet = course->delivery->outlet;
	int rc = outlet->notifier->put(outlet, course->delivery->body, &course->talk.error);

	deliver_finish(round, course, rc ? DELIVERED_LATER : DELIVERED);
}

/* One after the other of a channel: no program need be made to run beside itself. */
static bool is_awaited(const struct round *round, const struct outlet *outlet)
{
	for (size_t i = 0; i < round->nr_courses; i++)
		if (round->courses[i].state == COURSE_RUNS &&
			round->courses[i].delivery->outlet == outlet)
			return true;
	return false;
}

static void launch(struct round *round, struct course *course)
{
	const struct delivery *delivery = course->delivery;

	if (is_awaited(round, delivery->outlet))
		return;
	course->child = channel_child_start(delivery->outlet, delivery->body, &course->talk.error);
	if (course->child)
		course->state = COURSE_RUNS;
	else
		deliver_finish(round, course, DELIVERED_LATER);
}

static void look_at_program(struct round *round, struct course *course, uint64_t until_ns)
{
	switch (channel_child_wait(course->child, until_ns, &course->talk.error)) {
	case CHILD_RUNS:
		break;
	case CHILD_DONE:
		deliver_finish(round, course, DELIVERED);
		break;
	case CHILD_FAILED:
		deliver_finish(round, course, DELIVERED_LATER);
		break;
	}
}

/* Its host failed others. */
static void leave_alone(struct round *round, struct course *course)
{
	struct error last = course->talk.error;

	if (course->nr_tries)
		deliver_fail(round, course, "%.800s (%s failed %zu times)", last.text,
			course->host->name, course->host->nr_failures);
	else
		deliver_fail(round, course, "not tried: %s failed %zu times", course->host->name,
			course->host->nr_failures);
}

static void send(struct round *round, struct course *course)
{
	struct host *host = course->host;
	struct error err = ERROR_INIT;

	if (host->nr_failures >= MAX_FAILURES) {
		leave_alone(round, course);
		return;
	}
	if (is_busy(host) || course->due_ns > clock_now_ns())
		return;
	if (course->delivery->nr_requests >= DELIVER_MAX_REQUESTS) {
		deliver_fail(round, course, "no end after %d requests", DELIVER_MAX_REQUESTS);
		return;
	}
	if (!round->http)
		round->http = http_open(&err);
	if (!round->http) {
		deliver_fail(round, course, "%s", err.text);
		return;
	}
	course->state = COURSE_OPEN;
	course->nr_tries++;
	course->delivery->nr_requests++;
	host->nr_open++;
	http_start(round->http, &course->talk.request, course);
}

/* Is there to be another try of the same request? Then it waits for that. */
static bool try_again(
	struct round *round, struct course *course, const struct http_response *response)
{
	const struct host *host = course->host;
	double wait_s = reply_wait_s(response);
	uint64_t wait_ns = reply_backoff_ns(
			 &round->random, round->terms->budget_ns, course->nr_tries),
		 now_ns = clock_now_ns();

	if (wait_s * CLOCK_NS_PER_S > (double)wait_ns)
		wait_ns = wait_s < 1e6 ? (uint64_t)(wait_s * CLOCK_NS_PER_S) : UINT64_MAX;
	if (course->nr_tries >= (course->delivery->is_probe ? 1 : MAX_TRIES) ||
		host->nr_failures >= MAX_FAILURES || now_ns >= round->deadline_ns ||
		wait_ns >= round->deadline_ns - now_ns)
		return false;
	course->state = COURSE_DUE;
	course->due_ns = now_ns + wait_ns;
	return true;
}

/* Puts how often it was tried, and how long it is to wait, behind the error that is there. */
static void add_circumstances(struct error *err, size_t nr_tries, bool is_probe, double wait_s)
{
	struct error more = ERROR_INIT;

	if (!*err->text)
		return;
	error_set(&more, ERR_IO, "%.900s", err->text);
	if (is_probe)
		error_set(&more, ERR_IO, "%.900s (one short try, because earlier ones failed)",
			err->text);
	if (nr_tries > 1)
		error_set(&more, ERR_IO, "%.900s (tried %zu times)", err->text, nr_tries);
	if (wait_s > 0)
		error_set(err, ERR_IO, "%.950s; it asks to be left alone for %.0f s", more.text,
			ceil(wait_s));
	else
		*err = more;
}

static void mask_texts(const struct secrets *secrets, struct texts *texts)
{
	for (size_t i = 0; i < texts->nr; i++) {
		struct buf line = BUF_INIT;

		buf_adds(&line, texts->items[i]);
		secrets_mask(secrets, &line);
		free(texts->items[i]);
		texts->items[i] = buf_detach(&line);
	}
}

/* Before anybody cuts it: a piece of a secret could not be found any more. */
static void mask(const struct secrets *secrets, struct http_response *response)
{
	struct buf text = BUF_INIT;

	secrets_mask(secrets, &response->body);
	mask_texts(secrets, &response->headers);
	mask_texts(secrets, &response->refused);
	buf_adds(&text, response->said);
	secrets_mask(secrets, &text);
	snprintf(response->said, sizeof response->said, "%s", text.data);
	buf_release(&text);
}

static void deliver_take(struct round *round, struct course *course, struct http_response *response)
{
	struct host *host = course->host;
	struct talk *talk = &course->talk;
	enum reply reply = reply_judge(&talk->request, talk->repeatable, response);
	size_t nr_tries = course->nr_tries;
	bool is_probe = course->delivery->is_probe;

	if (response->trouble || response->status >= 300 || response->refused.nr)
		mask(round->terms->secrets, response);
	host->nr_open--;
	host->nr_failures = reply_blames_host(response) ? host->nr_failures + 1 : 0;
	if (response->trouble == HTTP_BROKEN || response->trouble == HTTP_TIMED_OUT ||
		response->trouble == HTTP_TOO_LARGE)
		course->delivery->doubtful = true;
	if (reply == REPLY_AGAIN) {
		if (try_again(round, course, response)) {
			reply_say(&talk->request, talk->repeatable, response, &talk->error);
			return;
		}
		reply = reply_is_decided(&talk->request, response) ? REPLY_TELLS : REPLY_ENDS;
	}
	if (reply == REPLY_ENDS) {
		reply_say(&talk->request, talk->repeatable, response, &talk->error);
		add_circumstances(&talk->error, nr_tries, is_probe, 0);
		deliver_finish(round, course,
			reply_is_final(response) ? DELIVERED_REFUSED : DELIVERED_LATER);
		return;
	}
	course->delivery->is_probe = is_probe && (response->trouble || response->status >= 500);
	go_on(round, course, response);
	if (course->state == COURSE_ENDED)
		add_circumstances(&course->delivery->error, nr_tries, course->delivery->is_probe,
			reply_wait_s(response));
}

/* When something is to be done if no answer comes before. */
static uint64_t next_due_ns(const struct round *round, bool *all_ended)
{
	uint64_t due_ns = round->deadline_ns;

	*all_ended = true;
	for (size_t i = 0; i < round->nr_courses; i++) {
		const struct course *course = &round->courses[i];

		if (course->state == COURSE_ENDED)
			continue;
		*all_ended = false;
		if (course->state == COURSE_DUE && course->host && course->due_ns < due_ns &&
			!is_busy(course->host))
			due_ns = course->due_ns;
	}
	return due_ns;
}

static void give_up(struct round *round)
{
	const char *why = process_interrupted() ? "interrupted" : "the time for all was over";

	/* Their requests are borrowed. */
	http_close(round->http);
	round->http = NULL;
	for (size_t i = 0; i < round->nr_courses; i++) {
		struct course *course = &round->courses[i];

		if (course->state == COURSE_OPEN)
			course->delivery->doubtful = true;
		if (course->state == COURSE_OPEN)
			deliver_fail(round, course, "no answer yet from %s: %s", course->host->name,
				why);
		else if (course->state == COURSE_RUNS)
			deliver_fail(round, course, "the command was not done yet: %s", why);
		else if (course->state == COURSE_DUE)
			deliver_fail(round, course, "not tried: %s", why);
	}
}

static bool is_over(const struct round *round)
{
	return clock_now_ns() >= round->deadline_ns || process_interrupted();
}

/* Sees to what can be done without waiting; returns a program that goes on, or NULL. What could not
 * be waited for is not begun: it would be told again. */
static struct course *see_to_all(struct round *round)
{
	struct course *running = NULL;
	bool begin = !is_over(round);

	for (size_t i = 0; i < round->nr_courses; i++) {
		struct course *course = &round->courses[i];

		if (course->state == COURSE_RUNS)
			look_at_program(round, course, 0);
		else if (begin && course->state == COURSE_DUE && course->host)
			send(round, course);
		else if (begin && course->state == COURSE_DUE)
			launch(round, course);
		if (course->state == COURSE_RUNS)
			running = course;
	}
	return running;
}

/* Did an answer come? */
static bool wait_for_any(struct round *round, struct course *running, uint64_t until_ns)
{
	struct http_response response = { .body = BUF_INIT };
	uint64_t soon_ns = clock_now_ns() + SLICE_NS;
	bool came = false;
	void *course;

	if (running && soon_ns < until_ns)
		until_ns = soon_ns;
	if (!round->http && running)
		look_at_program(round, running, until_ns);
	else if (round->http)
		came = http_wait(round->http, until_ns, &course, &response);
	if (came)
		deliver_take(round, course, &response);
	http_response_release(&response);
	return came;
}

static void run(struct round *round)
{
	for (;;) {
		struct course *running = see_to_all(round);
		bool all_ended;
		uint64_t due_ns = next_due_ns(round, &all_ended);

		if (all_ended)
			return;
		if (!wait_for_any(round, running, due_ns) && is_over(round))
			give_up(round);
	}
}

static void deliver_prepare(struct round *round, struct course *course)
{
	const struct notifier *notifier = course->delivery->outlet->notifier;

	if (notifier->program)
		course->state = COURSE_DUE;
	else if (!notifier->put)
		go_on(round, course, NULL);
}

static void release_hosts(struct round *round)
{
	while (round->hosts) {
		struct host *host = round->hosts;

		round->hosts = host->next;
		free(host->name);
		free(host);
	}
}

void deliver(struct delivery *items, size_t nr, const struct delivery_terms *terms)
{
	struct round round = { .terms = terms,
		.random = random_seed(terms->seed),
		.deadline_ns = clock_now_ns() + terms->budget_ns,
		.courses = mem_alloc(nr + 1, sizeof *round.courses),
		.nr_courses = nr };

	/* What needs nobody first, so that none is waited for with it. */
	for (size_t i = 0; i < nr; i++) {
		struct course *course = &round.courses[i];

		course->delivery = &items[i];
		course->talk =
			talk_about(items[i].outlet, items[i].id, items[i].body, terms->secrets);
		course->talk.progress = items[i].progress;
		items[i].progress = NULL;
		if (items[i].outlet->notifier->put)
			deliver_put(course, &round);
	}
	for (size_t i = 0; i < nr; i++)
		deliver_prepare(&round, &round.courses[i]);
	run(&round);
	http_close(round.http);
	release_hosts(&round);
	free(round.courses);
}

/* Lines stay lines. */
static void deliver_add_lines(const struct buf *text, struct buf *out)
{
	for (size_t at = 0; at < text->len; at++) {
		struct buf line = BUF_INIT;

		for (; at < text->len && text->data[at] != '\n'; at++)
			buf_addc(&line, text->data[at] ? text->data[at] : '?');
		if (line.len && line.data[line.len - 1] == '\r')
			line.data[--line.len] = '\0';
		buf_add_printable(out, line.data);
		buf_addc(out, '\n');
		buf_release(&line);
	}
}

static void show_mail(const struct http_request *request, struct buf *out)
{
	static const char *const words[] = {
		[HTTP_TLS_REQUIRED] = "encrypted, or not at all",
		[HTTP_TLS_OFFERED] = "encrypted where the server can",
		[HTTP_TLS_NEVER] = "not encrypted",
	};

	buf_addf(out, "MAIL %s, %s\n", request->url, words[request->tls]);
	buf_addf(out, "From: <%s>\n", request->mail_from);
	for (size_t i = 0; i < request->mail_to.nr; i++)
		buf_addf(out, "To: <%s>\n", request->mail_to.items[i]);
}

/* Of a password that stands in no other place, too, nothing is shown. */
static void show_request(const struct http_request *request, struct buf *out)
{
	if (request->mail_from)
		show_mail(request, out);
	else
		buf_addf(out, "%s %s\n", request->method, request->url);
	for (size_t i = 0; i < request->headers.nr; i++)
		buf_addf(out, "%s\n", request->headers.items[i]);
	if (request->credentials)
		buf_addf(out, "%s: %.*s:" SECRETS_MASK "\n",
			request->signing ? request->signing : "as",
			(int)strcspn(request->credentials, ":"), request->credentials);
	buf_addc(out, '\n');
	if (request->body.len) {
		deliver_add_lines(&request->body, out);
		buf_addc(out, '\n');
	}
}

static void show_talk(struct talk *talk, struct buf *out)
{
	struct http_response nothing = { .status = 200, .body = BUF_INIT };
	enum talk_next next = talk_step(talk, NULL);

	buf_adds(&nothing.body, "[]");
	for (size_t i = 0; next == TALK_ASK && i < DELIVER_MAX_REQUESTS; i++) {
		show_request(&talk->request, out);
		next = talk_step(talk, &nothing);
	}
	if (*talk->error.text) {
		buf_add_printable(out, talk->error.text);
		buf_addc(out, '\n');
	}
	buf_release(&nothing.body);
}

void deliver_show(
	const struct delivery *delivery, const struct delivery_terms *terms, struct buf *out)
{
	const struct outlet *outlet = delivery->outlet;
	struct talk talk = talk_about(outlet, delivery->id, delivery->body, terms->secrets);
	struct buf text = BUF_INIT;

	talk.progress = delivery->progress ? str_dup(delivery->progress) : NULL;
	terms->secrets->only_shown = true;
	if (outlet->notifier->show)
		outlet->notifier->show(outlet, delivery->body, &text);
	else
		show_talk(&talk, &text);
	secrets_mask(terms->secrets, &text);
	buf_adds(out, text.data);
	buf_release(&text);
	talk_release(&talk);
}
