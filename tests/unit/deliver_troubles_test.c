/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is made of each thing that a server can do, each by a channel of its own, side by side; the
 * table is printed. */
#include "support/test.h"

#include "support/talks.h"

/* What a case leaves to be said: where it asks, and with which terms. */
enum where { HERE, TLS_OURS, TLS_WRONG_HOST, TLS_UNKNOWN, NOBODY, NEVER_TAKEN, NO_ADDRESS };

static const struct {
	const char *name, *ask; /* method and path; '+' before it: it may be repeated */
	enum where where;
	enum delivered outcome;
	size_t nr_requests;
	const char *said; /* a part of it */
} cases[] = {
	{ "200", "POST /ok", HERE, DELIVERED, 1, "" },
	{ "own certificate authority", "POST /ok", TLS_OURS, DELIVERED, 1, "" },
	{ "403, no permission", "POST /status/403/Resource not accessible", HERE, DELIVERED_LATER,
		1, "status 403: Resource not accessible" },
	{ "403, rate limit of 1 s", "POST /limit/1", HERE, DELIVERED, 2, "" },
	{ "403, rate limit of 1 h", "POST /limit/3600", HERE, DELIVERED_LATER, 1,
		"status 403: API rate limit exceeded; it asks to be left alone for 3" },
	{ "429, Retry-After: 1", "POST /wait/429/1", HERE, DELIVERED, 2, "" },
	{ "429, Retry-After: a date", "POST /wait/429/date/1", HERE, DELIVERED, 2, "" },
	{ "429, Retry-After: 7200", "POST /wait/429/7200", HERE, DELIVERED_LATER, 1,
		"status 429: not so fast; it asks to be left alone for 7200 s" },
	{ "422", "POST /status/422/{\"message\":\"Validation Failed\"}", HERE, DELIVERED_REFUSED, 1,
		"status 422: Validation Failed" },
	{ "404", "PUT /status/404/nobody", HERE, DELIVERED_LATER, 1, "status 404: nobody" },
	{ "405", "POST /status/405/not so", HERE, DELIVERED_LATER, 1, "status 405: not so" },
	{ "410", "POST /status/410/gone", HERE, DELIVERED_LATER, 1, "status 410: gone" },
	{ "500 then 200, POST", "POST /flaky/500/1/a", HERE, DELIVERED_LATER, 1,
		"status 500: oh no" },
	{ "500 then 200, POST that may be repeated", "+POST /flaky/500/1/b", HERE, DELIVERED, 2,
		"" },
	{ "500 twice then 200, PUT", "PUT /flaky/500/2/c", HERE, DELIVERED, 3, "" },
	{ "500 for ever, PUT", "PUT /flaky/500/99/d", HERE, DELIVERED_LATER, 3,
		"status 500: oh no (tried 3 times)" },
	{ "503 then 200, POST", "POST /flaky/503/1/e", HERE, DELIVERED_LATER, 1,
		"status 503: oh no" },
	{ "503 then 200, PUT", "PUT /flaky/503/1/i", HERE, DELIVERED, 2, "" },
	{ "503, Retry-After: 1, POST", "POST /wait/503/1", HERE, DELIVERED, 2, "" },
	{ "slow, POST", "POST /slow/a", HERE, DELIVERED_LATER, 1, "it may have arrived" },
	{ "slow, GET", "GET /slow/b", HERE, DELIVERED_LATER, 3, "no answer in time: " },
	{ "truncated 200, GET", "GET /truncated", HERE, DELIVERED_LATER, 3, "no whole answer: " },
	{ "truncated 201, POST", "POST /truncated/201", HERE, DELIVERED, 1, "" },
	{ "truncated 422, POST", "POST /truncated/422", HERE, DELIVERED_REFUSED, 1,
		"status 422: the start" },
	{ "no answer, POST", "POST /dropped/1/a", HERE, DELIVERED_LATER, 1, "it may have arrived" },
	{ "no answer once, PUT", "PUT /dropped/1/b", HERE, DELIVERED, 2, "" },
	{ "no HTTP at all, GET", "GET /garbage", HERE, DELIVERED_LATER, 3, "no whole answer: " },
	{ "redirect", "POST /redirect/troubles?x", HERE, DELIVERED_LATER, 1,
		"/taken/troubles, and none is followed" },
	{ "wrong certificate", "POST /ok", TLS_UNKNOWN, DELIVERED_LATER, 1, "not trusted: " },
	{ "certificate of another host", "POST /ok", TLS_WRONG_HOST, DELIVERED_LATER, 1,
		"not trusted: " },
	{ "huge body of a 200, GET", "GET /huge", HERE, DELIVERED_LATER, 1,
		"too much of an answer: the answer's body is over 1048576 bytes" },
	{ "huge body of a 200, POST", "POST /huge", HERE, DELIVERED, 1, "" },
	{ "huge body of a 422, POST", "POST /huge/422", HERE, DELIVERED_REFUSED, 1,
		"status 422: xxxxx" },
	{ "header without end, GET", "GET /bomb", HERE, DELIVERED_LATER, 1,
		"the answer's header is over" },
	{ "refused connection", "POST /", NOBODY, DELIVERED_LATER, 3, "not reached: " },
	{ "connection never taken", "POST /", NEVER_TAKEN, DELIVERED_LATER, 3, "not reached: " },
	{ "no address", "POST /", NO_ADDRESS, DELIVERED_LATER, 1, "no request: " },
	{ "control characters", "POST /escapes", HERE, DELIVERED_REFUSED, 1,
		"status 400: {\"message\": \"red: ?[31m and ?\"}" },
};

#define NR_CASES (sizeof cases / sizeof *cases)

static void begin_case(size_t i)
{
	static const char *const schemes[] = { "http", "https", "https", "https", "http", "http",
		"ftp" };
	const unsigned at[] = { ports.more[i], ports.https, ports.wrong_host, ports.unknown, 1,
		ports.full, 1 };
	bool repeatable = *cases[i].ask == '+';
	const char *ask = cases[i].ask + repeatable, *path = strchr(ask, ' ') + 1;
	struct buf url = BUF_INIT;
	struct outlet_terms *terms;
	struct json *body;

	buf_addf(&url, "%.*s %s://127.0.0.1:%u", (int)(path - ask - 1), ask,
		schemes[cases[i].where], at[cases[i].where]);
	for (; *path; path++)
		buf_addf(
			&url, *path == ' ' || *path == '"' ? "%%%02x" : "%c", (unsigned char)*path);
	terms = add(cases[i].name, "{}");
	body = talks.bodies[talks.nr - 1];
	json_add_text(json_add_array(body, "ask"), NULL, url.data);
	if (repeatable)
		json_add_bool(body, "repeatable", true);
	if (strstr(cases[i].ask, "slow"))
		terms->timeout_ns = 250 * MS;
	if (cases[i].where == NEVER_TAKEN)
		terms->connect_timeout_ns = 100 * MS;
	if (cases[i].where == TLS_OURS || cases[i].where == TLS_WRONG_HOST ||
		cases[i].where == TLS_UNKNOWN)
		terms->ca_file = (char *)inside("ca.pem");
	buf_release(&url);
}

static bool is_right(size_t i, const struct delivery *delivery)
{
	const char *said = delivery->error.text;

	return delivery->outcome == cases[i].outcome &&
		delivery->nr_requests == cases[i].nr_requests && strstr(said, cases[i].said) &&
		!*cases[i].said == !*said &&
		(delivery->doubtful || !strstr(said, "it may have arrived")) &&
		!strstr(said, TOKEN) && !strchr(said, '\n');
}

TEST_WITH(each_trouble_has_its_outcome, begin_talks, end_talks)
{
	static const char *const words[] = { [DELIVERED] = "delivered",
		[DELIVERED_LATER] = "kept for later",
		[DELIVERED_REFUSED] = "refused" };
	size_t nr_wrong = 0;

	for (size_t i = 0; i < NR_CASES; i++)
		begin_case(i);
	deliver_all(6000 * MS);
	for (size_t i = 0; i < NR_CASES; i++) {
		const struct delivery *delivery = &talks.deliveries[i];

		print_message("# %s| %s | %s | %zu | %.120s |\n",
			is_right(i, delivery) ? "" : "WRONG ", cases[i].name,
			words[delivery->outcome], delivery->nr_requests, delivery->error.text);
		nr_wrong += !is_right(i, delivery);
	}
	assert_int_equal(nr_wrong, 0);
	assert_int_equal(nr_logged("POST /taken/troubles"), 0);
	assert_int_equal(nr_logged("GET /taken/troubles"), 0);
}

TEST_WITH(each_mail_has_its_outcome, begin_talks, end_talks)
{
	static const struct {
		const char *mode;
		enum delivered outcome;
		size_t nr_requests;
		const char *said;
	} mails[] = {
		{ "fine", DELIVERED, 1, "" },
		{ "norcpt", DELIVERED_REFUSED, 1, "the mail server says: 550-no such user here" },
		{ "noauth", DELIVERED_LATER, 1, "the mail server says: 535 5.7.8 wrong password" },
		{ "spam", DELIVERED_REFUSED, 1, "the mail server says: 554 spam" },
		{ "nodata", DELIVERED_LATER, 3, "not reached: " },
		{ "drop", DELIVERED_LATER, 1, "it may have arrived" },
	};

	for (size_t i = 0; i < sizeof mails / sizeof *mails; i++) {
		const struct delivery *delivery = talks.deliveries;

		add("mail", "{'mail': 'smtp://127.0.0.1:%u/%s'}", ports.mail, mails[i].mode);
		deliver_all(6000 * MS);
		print_message("# | mail, %s | %d | %zu | %s |\n", mails[i].mode, delivery->outcome,
			delivery->nr_requests, delivery->error.text);
		assert_int_equal(delivery->outcome, mails[i].outcome);
		assert_int_equal(delivery->nr_requests, mails[i].nr_requests);
		if (!strstr(delivery->error.text, mails[i].said))
			fail_msg("%s: %s", mails[i].mode, delivery->error.text);
		end_talks(state);
		begin_talks(state);
	}
}

TEST_GROUP(open_evil, close_evil);
