/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/reply.h"

#include "base/str.h"
#include "sys/clock.h"

#include <math.h>
#include <string.h>
#include <time.h>

#define BACKOFF_NS (UINT64_C(500) * 1000000)

static bool is_reading(const struct http_request *request)
{
	return request->method &&
		(strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0);
}

static bool is_safe(const struct http_request *request, bool repeatable)
{
	return repeatable || is_reading(request) ||
		(request->method &&
			(strcmp(request->method, "PUT") == 0 ||
				strcmp(request->method, "DELETE") == 0));
}

/* Many of GitHub's limits come as 403. */
static bool is_limit(const struct http_response *response)
{
	const char *left = http_header(response, "X-RateLimit-Remaining");

	return response->status == 429 ||
		(response->status == 403 &&
			((left && strcmp(left, "0") == 0) || http_header(response, "Retry-After")));
}

bool reply_is_decided(const struct http_request *request, const struct http_response *response)
{
	if (request->mail_from || !response->status)
		return response->trouble == HTTP_FINE;
	return response->trouble == HTTP_FINE || response->status >= 300 || !is_reading(request);
}

/* A 503 may come from a proxy whose server has done what was asked; who says when to come back
 * means it. */
static enum reply judge_status(bool safe, const struct http_response *response)
{
	switch (response->status) {
	case 503:
		safe = safe || http_header(response, "Retry-After");
		return safe ? REPLY_AGAIN : REPLY_TELLS;
	case 408:
	case 425:
	case 500:
	case 502:
	case 504:
		return safe ? REPLY_AGAIN : REPLY_TELLS;
	default:
		break;
	}
	if (is_limit(response))
		return REPLY_AGAIN;
	return response->status >= 300 && response->status < 400 ? REPLY_ENDS : REPLY_TELLS;
}

enum reply reply_judge(
	const struct http_request *request, bool repeatable, const struct http_response *response)
{
	bool safe = is_safe(request, repeatable);

	if (reply_is_decided(request, response))
		return request->mail_from ? REPLY_TELLS : judge_status(safe, response);
	if (response->trouble == HTTP_UNREACHED)
		return REPLY_AGAIN;
	if (response->trouble == HTTP_BROKEN || response->trouble == HTTP_TIMED_OUT)
		return safe ? REPLY_AGAIN : REPLY_ENDS;
	return REPLY_ENDS;
}

static double until_date_s(const char *date)
{
	struct tm moment = { 0 };
	const char *end = strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &moment);
	char text[CLOCK_TIMESTAMP_MAX];

	if (!end || *end || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &moment))
		return 0;
	return -clock_age_s(text);
}

double reply_wait_s(const struct http_response *response)
{
	const char *after = http_header(response, "Retry-After"), *reset;
	double wait_s = 0;
	uint64_t number;

	if (after && str_to_u64(after, &number))
		wait_s = (double)number;
	else if (after)
		wait_s = until_date_s(after);
	if (!after && is_limit(response)) {
		reset = http_header(response, "X-RateLimit-Reset");
		if (reset && str_to_u64(reset, &number))
			wait_s = (double)number - clock_age_s("1970-01-01T00:00:00Z");
	}
	return wait_s > 0 ? wait_s : 0;
}

uint64_t reply_backoff_ns(struct random *random, uint64_t budget_ns, size_t nr_tries)
{
	uint64_t base_ns = budget_ns / 64 < BACKOFF_NS ? budget_ns / 64 : BACKOFF_NS;
	double share = 0.5 + 0.5 * (double)(random_next(random) >> 11) * 0x1p-53;

	return (uint64_t)(share * (double)(base_ns << (nr_tries - 1)));
}

bool reply_blames_host(const struct http_response *response)
{
	switch (response->trouble) {
	case HTTP_UNREACHED:
	case HTTP_UNTRUSTED:
	case HTTP_BROKEN:
	case HTTP_TIMED_OUT:
		return true;
	case HTTP_REFUSED:
		return false;
	default:
		return response->status >= 500;
	}
}

/* Its query may hold anything. */
static void say_redirect(const struct http_response *response, struct error *err)
{
	const char *to = http_header(response, "Location");
	struct buf place = BUF_INIT_MAX(200);

	buf_add_printable(&place, to ? to : "nowhere");
	error_set(err, ERR_IO, "status %ld: a redirect to %.*s, and none is followed",
		response->status, (int)strcspn(place.data, "?#"), place.data);
	buf_release(&place);
}

void reply_say(const struct http_request *request, bool repeatable,
	const struct http_response *response, struct error *err)
{
	static const char *const words[] = {
		[HTTP_UNREACHED] = "not reached: ",
		[HTTP_UNTRUSTED] = "not trusted: ",
		[HTTP_BROKEN] = "no whole answer: ",
		[HTTP_TIMED_OUT] = "no answer in time: ",
		[HTTP_TOO_LARGE] = "too much of an answer: ",
		[HTTP_REFUSED] = "the mail server says: ",
		[HTTP_WRONG] = "no request: ",
	};
	bool unsure = response->trouble == HTTP_BROKEN || response->trouble == HTTP_TIMED_OUT;

	if (!request->mail_from && response->status >= 300 && response->status < 400)
		say_redirect(response, err);
	else if (response->trouble == HTTP_FINE)
		error_set(err, ERR_IO, "status %ld", response->status);
	else
		error_set(err, ERR_IO, "%s%s%s", words[response->trouble], response->said,
			unsure && !is_safe(request, repeatable)
				? " (it may have arrived, and is not sent again now)"
				: "");
}

bool reply_puts_off(const char *refused)
{
	const char *blank = strchr(refused, ' ');

	return blank && blank[1] == '4';
}

bool reply_is_final(const struct http_response *response)
{
	for (size_t i = 0; i < response->refused.nr; i++)
		if (reply_puts_off(response->refused.items[i]))
			return false;
	/* 53x is about who we are, which another password changes. */
	return response->trouble == HTTP_REFUSED && response->status >= 500 &&
		response->status / 10 != 53;
}
