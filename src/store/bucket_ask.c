/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/bucket_ask.h"

#include "base/sha256.h"
#include "base/str.h"
#include "base/xml.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <stdlib.h>
#include <string.h>

#define NR_ATTEMPTS 4
#define PAUSE_NS (UINT64_C(200) * 1000000)
#define MAX_PAUSE_S 20
/* A file may be large, and a line slow. */
#define TIMEOUT_NS (UINT64_C(300) * CLOCK_NS_PER_S)

static void add_hash(const struct buf *body, struct http_request *request)
{
	char hex[SHA256_HEX_MAX];

	sha256_hex(body->data, body->len, hex);
	http_request_header(request, "x-amz-content-sha256", hex);
}

static void make_request(const struct bucket *bucket, const struct bucket_question *question,
	struct http_request *request)
{
	struct buf url = BUF_INIT, signing = BUF_INIT;

	http_request_init(request);
	bucket_url(bucket, question->name, &url);
	if (question->query)
		buf_addf(&url, "?%s", question->query);
	buf_addf(&signing, "aws:amz:%s:s3", bucket->region);
	request->method = str_dup(question->method);
	request->url = buf_detach(&url);
	request->signing = buf_detach(&signing);
	request->credentials = str_dup(bucket->credentials);
	request->ca_file = bucket->ca_file ? str_dup(bucket->ca_file) : NULL;
	request->timeout_ns = TIMEOUT_NS;
	request->max_bytes = BUCKET_MAX_BYTES;
	if (question->body) {
		buf_add(&request->body, question->body->data, question->body->len);
		http_request_header(request, "Content-Type", question->type);
	}
	add_hash(&request->body, request);
	if (bucket->token)
		http_request_header(request, "x-amz-security-token", bucket->token);
}

static bool may_pass(const struct http_response *response)
{
	if (response->trouble)
		return response->trouble == HTTP_UNREACHED || response->trouble == HTTP_BROKEN;
	return response->status == 429 || response->status == 500 ||
		(response->status >= 502 && response->status <= 504);
}

/* What was asked in vain lies with libcurl until it is closed. */
static int ask_once(struct bucket *bucket, const struct http_request *request,
	struct http_response *response, struct error *err)
{
	void *whose;

	if (!bucket->http)
		bucket->http = http_open(err);
	if (!bucket->http)
		return -1;
	http_start(bucket->http, request, NULL);
	if (http_wait(bucket->http, clock_now_ns() + TIMEOUT_NS + 10 * CLOCK_NS_PER_S, &whose,
		    response))
		return 0;
	http_close(bucket->http);
	bucket->http = NULL;
	return error_set(err, ERR_IO, "%s",
		process_interrupted() ? "interrupted" : "the server gave no answer");
}

/* Twice as long each time, and not all clients at once; longer where the server asks for it. */
static void pause_before(unsigned attempt, const struct http_response *response)
{
	uint64_t longest_ns = PAUSE_NS << attempt, asked_s = 0;
	const char *asked = http_header(response, "Retry-After");

	if (asked && str_to_u64(asked, &asked_s) && asked_s > MAX_PAUSE_S)
		asked_s = MAX_PAUSE_S;
	clock_sleep_ns(
		asked_s * CLOCK_NS_PER_S + longest_ns / 2 + clock_entropy() % (longest_ns / 2));
}

int bucket_ask(struct bucket *bucket, const struct bucket_question *question,
	struct http_response *response, struct error *err)
{
	struct http_request request;
	int rc = -1;

	make_request(bucket, question, &request);
	for (unsigned attempt = 0; attempt < NR_ATTEMPTS; attempt++) {
		if (attempt) {
			pause_before(attempt - 1, response);
			http_response_release(response);
		}
		*response = (struct http_response){ .body = BUF_INIT };
		rc = ask_once(bucket, &request, response, err);
		if (rc || !may_pass(response) || process_interrupted())
			break;
	}
	explicit_bzero(request.credentials, strlen(request.credentials));
	http_request_release(&request);
	return rc;
}

/* Of Amazon's words, those that say too little of what to do. */
static const struct {
	const char *code, *advice;
} advices[] = {
	{ "AccessDenied",
		"the key must be allowed s3:PutObject to push, s3:GetObject to pull, "
		"s3:ListBucket for --all" },
	{ "AuthorizationHeaderMalformed", "the bucket is in another --region" },
	{ "ExpiredToken", "AWS_SESSION_TOKEN has expired: get new credentials" },
	{ "IllegalLocationConstraintException", "the bucket is in another --region" },
	{ "InvalidAccessKeyId", "this --endpoint does not know the key AWS_ACCESS_KEY_ID" },
	{ "InvalidToken", "AWS_SESSION_TOKEN belongs to another key: set all three again" },
	{ "NoSuchBucket", "make the bucket first, or name another, or another --endpoint" },
	{ "PermanentRedirect", "the bucket is in another --region" },
	{ "RequestTimeTooSkewed", "the clock of this machine is wrong: set it" },
	{ "SignatureDoesNotMatch",
		"AWS_SECRET_ACCESS_KEY is not the secret of AWS_ACCESS_KEY_ID, or something on the way "
		"changes requests" },
	{ "TemporaryRedirect", "the bucket is new: try again later, or with its own --region" },
};

static const char *advice_for(const char *code)
{
	for (size_t i = 0; i < sizeof advices / sizeof *advices; i++)
		if (strcmp(advices[i].code, code) == 0)
			return advices[i].advice;
	return NULL;
}

struct complaint {
	struct buf code, message;
};

static void take_complaint(void *context, const char *path, const char *text)
{
	struct complaint *complaint = context;
	struct buf *into = strcmp(path, "Error/Code") == 0 ? &complaint->code
		: strcmp(path, "Error/Message") == 0       ? &complaint->message
							   : NULL;

	if (into && !into->len)
		buf_add_printable(into, text);
}

static void add_complaint(const struct http_response *response, struct buf *out)
{
	struct complaint complaint = { BUF_INIT_MAX(100), BUF_INIT_MAX(400) };
	struct error ignored = ERROR_INIT;
	const char *advice;

	xml_read(response->body.data, response->body.len, take_complaint, &complaint, &ignored);
	advice = advice_for(complaint.code.data);
	if (complaint.code.len)
		buf_addf(out, ", %s", complaint.code.data);
	if (complaint.message.len)
		buf_addf(out, ": %s", complaint.message.data);
	if (advice)
		buf_addf(out, " (%s)", advice);
	buf_release(&complaint.code);
	buf_release(&complaint.message);
}

bool bucket_succeeded(const struct http_response *response)
{
	return !response->trouble && response->status >= 200 && response->status < 300;
}

int bucket_fail(const struct bucket *bucket, const char *name, const struct http_response *response,
	struct error *err)
{
	struct buf said = BUF_INIT;

	bucket_say(bucket, name, &said);
	if (response->trouble) {
		buf_addf(&said, ": %s", response->said);
	} else {
		buf_addf(&said, ": status %ld", response->status);
		add_complaint(response, &said);
	}
	error_set(err, ERR_IO, "%s", said.data);
	buf_release(&said);
	return -1;
}

int bucket_put(struct bucket *bucket, const struct bucket_object *object, struct error *err)
{
	struct bucket_question question = {
		.method = "PUT", .name = object->name, .body = object->content, .type = object->type
	};
	struct http_response response = { .body = BUF_INIT };
	int rc = bucket_ask(bucket, &question, &response, err);

	if (!rc && !bucket_succeeded(&response))
		rc = bucket_fail(bucket, object->name, &response, err);
	http_response_release(&response);
	return rc;
}

/* A bucket that is not there is "not found" as well. */
static bool is_absent(const struct http_response *response)
{
	struct complaint complaint = { BUF_INIT_MAX(100), BUF_INIT_MAX(400) };
	struct error ignored = ERROR_INIT;
	bool absent;

	if (response->trouble || response->status != 404)
		return false;
	xml_read(response->body.data, response->body.len, take_complaint, &complaint, &ignored);
	absent = strcmp(complaint.code.data, "NoSuchKey") == 0;
	buf_release(&complaint.code);
	buf_release(&complaint.message);
	return absent;
}

/* found NULL: it must be there. */
static int take_object(struct bucket *bucket, const char *name, struct buf *content, bool *found,
	struct error *err)
{
	struct bucket_question question = { .method = "GET", .name = name };
	struct http_response response = { .body = BUF_INIT };
	int rc = bucket_ask(bucket, &question, &response, err);
	bool succeeded = !rc && bucket_succeeded(&response);

	if (succeeded)
		buf_add(content, response.body.data, response.body.len);
	else if (!rc && !(found && is_absent(&response)))
		rc = bucket_fail(bucket, name, &response, err);
	if (found)
		*found = succeeded;
	http_response_release(&response);
	return rc;
}

int bucket_get(struct bucket *bucket, const char *name, struct buf *content, struct error *err)
{
	return take_object(bucket, name, content, NULL, err);
}

int bucket_find(struct bucket *bucket, const char *name, struct buf *content, bool *found,
	struct error *err)
{
	return take_object(bucket, name, content, found, err);
}

bool bucket_has(struct bucket *bucket, const char *name)
{
	struct bucket_question question = { .method = "HEAD", .name = name };
	struct http_response response = { .body = BUF_INIT };
	struct error ignored = ERROR_INIT;
	bool has =
		!bucket_ask(bucket, &question, &response, &ignored) && bucket_succeeded(&response);

	http_response_release(&response);
	return has;
}
