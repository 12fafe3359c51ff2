/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "support/talks.h"

#include <signal.h>
#include <sys/wait.h>

/* Enough for all that answers; what hangs takes the rest of it. */
#define BUDGET_NS (3000 * MS)

static void assert_said(size_t i, enum delivered outcome, const char *said)
{
	const struct delivery *delivery = &talks.deliveries[i];

	if (delivery->outcome != outcome || !strstr(delivery->error.text, said))
		fail_msg("%s: %d, %s", delivery->outlet->name, delivery->outcome,
			delivery->error.text);
}

TEST_WITH(a_conversation_is_had_to_its_end, begin_talks, end_talks)
{
	add("a",
		"{'ask': ['GET http://127.0.0.1:%u/ok/1', 'POST http://127.0.0.1:%u/ok/2',"
		" 'DELETE http://127.0.0.1:%u/ok/3']}",
		ports.http, ports.http, ports.http);
	deliver_all(BUDGET_NS);
	assert_said(0, DELIVERED, "");
	assert_int_equal(talks.deliveries[0].nr_requests, 3);
	assert_int_equal(nr_logged("GET /ok/1"), 1);
	assert_int_equal(nr_logged("POST /ok/2"), 1);
	assert_int_equal(nr_logged("DELETE /ok/3"), 1);
}

TEST_WITH(what_fails_in_the_middle_is_not_gone_on_with, begin_talks, end_talks)
{
	add("a",
		"{'ask': ['GET http://127.0.0.1:%u/ok/4', 'POST http://127.0.0.1:%u/status/422/no',"
		" 'DELETE http://127.0.0.1:%u/ok/5']}",
		ports.http, ports.http, ports.http);
	deliver_all(BUDGET_NS);
	assert_said(0, DELIVERED_REFUSED, "status 422: no");
	assert_int_equal(nr_logged("DELETE /ok/5"), 0);
}

/* One after the other, the first would take all of the time. */
TEST_WITH(who_hangs_or_refuses_holds_nobody_up, begin_talks, end_talks)
{
	add("hanging", "{'ask': ['POST http://127.0.0.1:%u/slow/1']}", ports.more[0]);
	add("Taken never", "{'ask': ['POST http://127.0.0.1:%u/']}", ports.full);
	add("refusing", "{'ask': ['POST http://127.0.0.1:1/']}");
	add("1", "{'ask': ['POST http://127.0.0.1:%u/ok/1']}", ports.more[1]);
	add("2", "{'ask': ['POST http://127.0.0.1:%u/ok/2', 'GET http://127.0.0.1:%u/ok/2']}",
		ports.more[2], ports.more[2]);
	add("3", "{'ask': ['PUT http://127.0.0.1:%u/flaky/503/1/f']}", ports.more[3]);
	add("put", "{'put': 'words'}");
	deliver_all(2000 * MS);
	assert_said(0, DELIVERED_LATER, "no answer yet from http://127.0.0.1:");
	assert_said(0, DELIVERED_LATER, "the time for all was over");
	assert_said(1, DELIVERED_LATER, "the time for all was over");
	assert_said(2, DELIVERED_LATER, "not reached: ");
	assert_true(talks.deliveries[0].doubtful);
	assert_false(talks.deliveries[2].doubtful);
	for (size_t i = 3; i < 7; i++)
		assert_said(i, DELIVERED, "");
	assert_int_equal(*talks.ended, 'p');
}

TEST_WITH(a_host_that_fails_is_left_alone, begin_talks, end_talks)
{
	static char names[8][2];
	size_t nr_requests = 0, nr_not_tried = 0;

	for (size_t i = 0; i < 8; i++) {
		names[i][0] = (char)('a' + i);
		add(names[i], "{'ask': ['PUT http://127.0.0.1:%u/flaky/500/99/%zu']}",
			ports.more[4], i);
	}
	add("other", "{'ask': ['PUT http://127.0.0.1:%u/ok']}", ports.more[5]);
	deliver_all(BUDGET_NS);
	for (size_t i = 0; i < 8; i++) {
		const struct delivery *delivery = &talks.deliveries[i];

		assert_said(i, DELIVERED_LATER,
			delivery->nr_requests ? "status 500" : "not tried: http://127.0.0.1:");
		nr_requests += delivery->nr_requests;
		nr_not_tried += !delivery->nr_requests;
	}
	assert_said(8, DELIVERED, "");
	/* Four at once; from the first failure on no more, and at three it is over. */
	assert_int_equal(nr_requests, 4);
	assert_int_equal(nr_not_tried, 4);
}

/* The later ones are not even tried at the host that does not answer. */
TEST_WITH(what_was_refused_before_is_said_too, begin_talks, end_talks)
{
	static char names[8][2];

	for (size_t i = 0; i < 8; i++) {
		names[i][0] = (char)('a' + i);
		add(names[i],
			"{'stubborn': 'yes', 'ask': ['POST http://127.0.0.1:%u/status/422/no',"
			" 'PUT http://127.0.0.1:1/']}",
			ports.more[9]);
	}
	deliver_all(BUDGET_NS);
	for (size_t i = 0; i < 8; i++)
		assert_said(i, DELIVERED_LATER,
			talks.deliveries[i].nr_requests > 1 ? "status 422: no; not reached: "
							    : "status 422: no; not tried: ");
	assert_int_equal(talks.deliveries[7].nr_requests, 1);
}

/* Twice each, and never three times one after the other. */
TEST_WITH(one_success_and_a_host_is_trusted_again, begin_talks, end_talks)
{
	add("a",
		"{'ask': ['PUT http://127.0.0.1:%u/flaky/500/2/g',"
		" 'PUT http://127.0.0.1:%u/flaky/500/2/h']}",
		ports.more[6], ports.more[6]);
	deliver_all(BUDGET_NS);
	assert_said(0, DELIVERED, "");
	assert_int_equal(talks.deliveries[0].nr_requests, 6);
}

TEST_WITH(a_conversation_without_end_ends, begin_talks, end_talks)
{
	add("a", "{'for_ever': 'http://127.0.0.1:%u/ok'}", ports.more[7]);
	deliver_all(PATIENCE_NS);
	assert_said(0, DELIVERED_LATER, "no end after 200 requests");
	assert_int_equal(talks.deliveries[0].nr_requests, 200);
}

TEST_WITH(nobody_is_asked_for_more_side_by_side_than_is_polite, begin_talks, end_talks)
{
	static char names[12][2];

	for (size_t i = 0; i < 12; i++) {
		names[i][0] = (char)('a' + i);
		add(names[i], "{'ask': ['GET http://127.0.0.1:%u/crowd']}", ports.more[8]);
	}
	deliver_all(PATIENCE_NS);
	for (size_t i = 0; i < 12; i++)
		assert_said(i, DELIVERED, "");
	assert_int_equal(nr_logged("crowd of 5"), 0);
	assert_true(nr_logged("crowd of 2") > 0);
}

/* A server that repeats what it was told, just where the message is cut. */
TEST_WITH(no_secret_is_in_an_error, begin_talks, end_talks)
{
	struct buf long_one = BUF_INIT;

	buf_fill(&long_one, 'x', 300 - strlen(TOKEN) / 2);
	add("a", "{'ask': ['POST http://127.0.0.1:%u/status/400/%s%s']}", ports.http, long_one.data,
		TOKEN);
	add("b", "{'ask': ['POST http://127.0.0.1:%u/status/401/%s']}", ports.http, TOKEN);
	add("c", "{'put': 'words', 'fail': 'yes'}");
	add("d", "{'ask': ['POST http://127.0.0.1:%u/redirect/%s']}", ports.http, TOKEN);
	deliver_all(BUDGET_NS);
	assert_said(0, DELIVERED_REFUSED, "status 400: xxx");
	assert_null(strstr(talks.deliveries[0].error.text, "a-plan"));
	assert_said(1, DELIVERED_LATER, "status 401: ***");
	assert_said(2, DELIVERED_LATER, "the disk says ***");
	assert_said(3, DELIVERED_LATER, "/taken/***, and none is followed");
	buf_release(&long_one);
}

TEST_WITH(a_signal_ends_the_delivering, begin_talks, end_talks)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		add("a", "{'ask': ['POST http://127.0.0.1:%u/slow/2']}", ports.http);
		raise(SIGINT);
		deliver_all(PATIENCE_NS);
		_exit(talks.deliveries[0].outcome != DELIVERED_LATER ||
			!strstr(talks.deliveries[0].error.text, "interrupted"));
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
}

TEST_WITH(nothing_to_deliver_is_fine, begin_talks, end_talks)
{
	deliver_all(BUDGET_NS);
}

static struct buf shown(size_t i)
{
	struct delivery_terms terms = { .secrets = &talks.secrets };
	struct buf text = BUF_INIT;

	deliver_show(&talks.deliveries[i], &terms, &text);
	return text;
}

TEST_WITH(a_dry_run_shows_each_request_and_sends_none, begin_talks, end_talks)
{
	struct buf text;

	add("a", "{'ask': ['GET http://127.0.0.1:%u/dry', 'PUT http://127.0.0.1:%u/dry/x']}", 8080u,
		8080u);
	add("b", "{'mail': 'smtp://127.0.0.1:25'}");
	add("c", "{'put': 'words'}");
	text = shown(0);
	assert_string_equal(text.data,
		"GET http://127.0.0.1:8080/dry\nAuthorization: token ***\n\n"
		"PUT http://127.0.0.1:8080/dry/x\nAuthorization: token ***\n\n"
		"{\n  \"words\": \"***\"\n}\n\n");
	buf_release(&text);
	text = shown(1);
	assert_string_equal(text.data,
		"MAIL smtp://127.0.0.1:25, not encrypted\nFrom: <us@here.example>\n"
		"To: <you@there.example>\nas: us:***\n\nSubject: words\n\nmore\n\n");
	buf_release(&text);
	text = shown(2);
	assert_string_equal(text.data, "write to c with ***\n");
	buf_release(&text);
}

TEST_GROUP(open_evil, close_evil);
