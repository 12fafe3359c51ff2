/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "notify/reply.h"

#include "base/str.h"
#include "sys/clock.h"

#include <time.h>

#define NR_OF(array) (sizeof(array) / sizeof((array)[0]))

static enum reply judge(const char *method, bool repeatable, enum http_trouble trouble, long status)
{
	struct http_request request = { .method = (char *)method,
		.mail_from = method ? NULL : (char *)"us@here.example",
		.body = BUF_INIT };
	struct http_response response = { .trouble = trouble, .status = status, .body = BUF_INIT };

	return reply_judge(&request, repeatable, &response);
}

#define TELLS REPLY_TELLS
#define AGAIN REPLY_AGAIN
#define ENDS REPLY_ENDS

/* Of a GET, a PUT, a POST, a POST that may be repeated, and a mail. */
TEST(only_what_is_safe_is_sent_again)
{
	static const struct {
		enum http_trouble trouble;
		long status;
		enum reply replies[5];
	} cases[] = {
		{ HTTP_FINE, 200, { TELLS, TELLS, TELLS, TELLS, TELLS } },
		{ HTTP_FINE, 201, { TELLS, TELLS, TELLS, TELLS, TELLS } },
		{ HTTP_FINE, 250, { TELLS, TELLS, TELLS, TELLS, TELLS } },
		{ HTTP_FINE, 301, { ENDS, ENDS, ENDS, ENDS, TELLS } },
		{ HTTP_FINE, 400, { TELLS, TELLS, TELLS, TELLS, TELLS } },
		{ HTTP_FINE, 403, { TELLS, TELLS, TELLS, TELLS, TELLS } },
		{ HTTP_FINE, 422, { TELLS, TELLS, TELLS, TELLS, TELLS } },
		{ HTTP_FINE, 408, { AGAIN, AGAIN, TELLS, AGAIN, TELLS } },
		{ HTTP_FINE, 429, { AGAIN, AGAIN, AGAIN, AGAIN, TELLS } },
		{ HTTP_FINE, 500, { AGAIN, AGAIN, TELLS, AGAIN, TELLS } },
		{ HTTP_FINE, 501, { TELLS, TELLS, TELLS, TELLS, TELLS } },
		{ HTTP_FINE, 502, { AGAIN, AGAIN, TELLS, AGAIN, TELLS } },
		{ HTTP_FINE, 503, { AGAIN, AGAIN, TELLS, AGAIN, TELLS } },
		{ HTTP_FINE, 504, { AGAIN, AGAIN, TELLS, AGAIN, TELLS } },
		{ HTTP_UNREACHED, 0, { AGAIN, AGAIN, AGAIN, AGAIN, AGAIN } },
		{ HTTP_UNTRUSTED, 0, { ENDS, ENDS, ENDS, ENDS, ENDS } },
		{ HTTP_BROKEN, 0, { AGAIN, AGAIN, ENDS, AGAIN, ENDS } },
		{ HTTP_BROKEN, 200, { AGAIN, TELLS, TELLS, TELLS, ENDS } },
		{ HTTP_BROKEN, 422, { TELLS, TELLS, TELLS, TELLS, ENDS } },
		{ HTTP_BROKEN, 500, { AGAIN, AGAIN, TELLS, AGAIN, ENDS } },
		{ HTTP_TIMED_OUT, 0, { AGAIN, AGAIN, ENDS, AGAIN, ENDS } },
		{ HTTP_TIMED_OUT, 200, { AGAIN, TELLS, TELLS, TELLS, ENDS } },
		{ HTTP_TOO_LARGE, 200, { ENDS, TELLS, TELLS, TELLS, ENDS } },
		{ HTTP_TOO_LARGE, 404, { TELLS, TELLS, TELLS, TELLS, ENDS } },
		{ HTTP_REFUSED, 550, { TELLS, TELLS, TELLS, TELLS, ENDS } },
		{ HTTP_WRONG, 0, { ENDS, ENDS, ENDS, ENDS, ENDS } },
	};
	static const char *const methods[] = { "GET", "PUT", "POST", "POST", NULL };

	for (size_t i = 0; i < NR_OF(cases); i++)
		for (size_t j = 0; j < NR_OF(methods); j++) {
			enum reply reply =
				judge(methods[j], j == 3, cases[i].trouble, cases[i].status);

			if (reply != cases[i].replies[j])
				fail_msg("case %zu (trouble %d, status %ld), column %zu: %d", i,
					cases[i].trouble, cases[i].status, j, reply);
		}
	assert_int_equal(judge("HEAD", false, HTTP_BROKEN, 0), AGAIN);
	assert_int_equal(judge("DELETE", false, HTTP_BROKEN, 0), AGAIN);
	assert_int_equal(judge("PATCH", false, HTTP_BROKEN, 0), ENDS);
}

static double wait_s(long status, const char *name, const char *value)
{
	struct http_response response = { .status = status, .body = BUF_INIT };
	struct buf line = BUF_INIT;
	double wait;

	buf_addf(&line, "%s: %s", name, value);
	texts_add(&response.headers, line.data);
	texts_add(&response.headers, "X-RateLimit-Remaining: 0");
	wait = reply_wait_s(&response);
	buf_release(&line);
	http_response_release(&response);
	return wait;
}

TEST(a_server_says_how_long_it_wants_to_be_left_alone)
{
	assert_true(wait_s(429, "Retry-After", "7") == 7);
	assert_true(wait_s(503, "retry-after", "120") == 120);
	assert_true(wait_s(429, "Retry-After", "0") == 0);
	assert_true(wait_s(429, "Retry-After", "-5") == 0);
	assert_true(wait_s(429, "Retry-After", "soon") == 0);
	assert_true(wait_s(429, "Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT") == 0);
	assert_true(wait_s(429, "Retry-After", "Thu, 01 Jan 2099 00:00:00 GMT") > 1e9);
	assert_true(wait_s(429, "Retry-After", "Thu, 01 Jan 2099 00:00:00") == 0);
	assert_true(wait_s(429, "X-Other", "7") == 0);
	/* The second of 2099 when it ends. */
	assert_true(wait_s(403, "X-RateLimit-Reset", "4070908800") > 1e9);
	assert_true(wait_s(403, "X-RateLimit-Reset", "1") == 0);
	assert_true(wait_s(200, "X-RateLimit-Reset", "4070908800") == 0);
	assert_true(wait_s(404, "X-RateLimit-Reset", "4070908800") == 0);
}

TEST(both_spellings_of_a_moment_are_the_same_moment)
{
	double date = wait_s(403, "Retry-After", "Thu, 01 Jan 2099 00:00:00 GMT");
	double reset = wait_s(403, "X-RateLimit-Reset", "4070908800");

	/* A second may have passed in between. */
	assert_true(date - reset >= -5 && date - reset <= 5);
}

/* Between the half and the whole of what doubles, and not always the same. */
TEST(waits_grow_and_differ)
{
	const uint64_t ms = 1000000, budget_ns = 6400 * ms;
	struct random random = random_seed(1), same = random_seed(1), other = random_seed(2);
	size_t nr_equal = 0;

	for (int i = 0; i < 300; i++) {
		size_t nr_tries = 1 + (size_t)i % 3;
		uint64_t whole_ns = (100 * ms) << (nr_tries - 1);
		uint64_t wait_ns = reply_backoff_ns(&random, budget_ns, nr_tries);

		assert_in_range(wait_ns, whole_ns / 2, whole_ns);
		assert_int_equal(wait_ns, reply_backoff_ns(&same, budget_ns, nr_tries));
		nr_equal += wait_ns == reply_backoff_ns(&other, budget_ns, nr_tries);
	}
	assert_true(nr_equal < 3);
	/* With time enough, half a second. */
	assert_in_range(reply_backoff_ns(&random, 3600 * 1000 * ms, 1), 250 * ms, 500 * ms);
}

TEST(no_is_for_ever_where_nobody_is_put_off)
{
	static const struct {
		long status;
		const char *refused;
		bool is_final;
	} cases[] = {
		{ 550, NULL, true },
		{ 550, "a@b.example 550 no", true },
		{ 550, "a@b.example 451 later", false },
		{ 451, NULL, false },
		{ 535, NULL, false },
	};

	for (size_t i = 0; i < NR_OF(cases); i++) {
		struct http_response response = {
			.trouble = HTTP_REFUSED, .status = cases[i].status, .body = BUF_INIT
		};

		if (cases[i].refused)
			texts_add(&response.refused, cases[i].refused);
		if (reply_is_final(&response) != cases[i].is_final)
			fail_msg("case %zu", i);
		http_response_release(&response);
	}
}
