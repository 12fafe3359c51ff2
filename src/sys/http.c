/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/http.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/version.h"
#include "sys/clock.h"
#include "sys/http_curl.h"
#include "sys/process.h"
#include "sys/trace.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* One request on its way: what libcurl is told of it, and what it hands back. */
struct transfer {
	struct transfer *next;
	const struct http_request *request; /* borrowed */
	void *whose;
	CURL *easy;  /* NULL: it never came to that */
	CURLcode rc; /* of the first option that was refused */
	struct curl_slist *headers, *mail_to;
	size_t sent; /* of a mail's body */
	struct http_response response;
	size_t header_bytes;
	bool header_full;
	bool more_lines;   /* the mail server's answer goes on */
	bool leaving;      /* the mail server has been told QUIT */
	bool naming;       /* what it answers is about a recipient, ... */
	size_t nr_named;   /* ... the last of so many */
	uint64_t start_ns; /* for the trace; 0: there is none */
	char error[CURL_ERROR_SIZE];
};

void http_request_init(struct http_request *request)
{
	*request = (struct http_request){ .body = BUF_INIT };
}

void http_request_release(struct http_request *request)
{
	free(request->method);
	free(request->url);
	texts_release(&request->headers);
	buf_release(&request->body);
	free(request->credentials);
	free(request->signing);
	free(request->mail_from);
	texts_release(&request->mail_to);
	free(request->ca_file);
	http_request_init(request);
}

void http_request_header(struct http_request *request, const char *name, const char *value)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s: %s", name, value);
	texts_add(&request->headers, line.data);
	buf_release(&line);
}

void http_response_release(struct http_response *response)
{
	texts_release(&response->headers);
	buf_release(&response->body);
	texts_release(&response->refused);
}

const char *http_header_in(const struct texts *headers, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < headers->nr; i++) {
		const char *line = headers->items[i];

		if (strncasecmp(line, name, len) == 0 && line[len] == ':')
			return line + len + 1 + strspn(line + len + 1, " \t");
	}
	return NULL;
}

const char *http_header(const struct http_response *response, const char *name)
{
	return http_header_in(&response->headers, name);
}

const char *http_request_control(const struct http_request *request)
{
	if (str_has_control(request->url) || str_has_control(request->method))
		return "its address";
	for (size_t i = 0; i < request->headers.nr; i++)
		if (str_has_control(request->headers.items[i]))
			return "a header";
	for (size_t i = 0; i < request->mail_to.nr; i++)
		if (str_has_control(request->mail_to.items[i]))
			return "a recipient's address";
	return str_has_control(request->mail_from) ? "the sender's address" : NULL;
}

/* Newer than the headers that we may be built with. */
#define OPTION_AWS_SIGV4 ((CURLoption)(CURLOPTTYPE_OBJECTPOINT + 305))
#define OPTION_RCPT_ALLOW_FAILS ((CURLoption)(CURLOPTTYPE_LONG + 290))
#define OPTION_QUICK_EXIT ((CURLoption)(CURLOPTTYPE_LONG + 322))

#define CONNECT_TIMEOUT_NS (UINT64_C(5) * CLOCK_NS_PER_S)
#define TIMEOUT_NS (UINT64_C(20) * CLOCK_NS_PER_S)
#define MAX_BYTES ((size_t)1 << 20)
#define MAX_HEADER_BYTES ((size_t)64 << 10)
#define MAX_HEADERS 200
#define DATA_WANTED 354 /* a mail server's answer to DATA */

static void set_text(struct transfer *transfer, CURLoption option, const char *text)
{
	if (!transfer->rc)
		transfer->rc = curl.easy_setopt(transfer->easy, option, text);
}

static void http_set_number(struct transfer *transfer, CURLoption option, long number)
{
	if (!transfer->rc)
		transfer->rc = curl.easy_setopt(transfer->easy, option, number);
}

/* Of milliseconds 0 would be for ever, or libcurl's own default. */
static void set_timeout(
	struct transfer *transfer, CURLoption option, uint64_t given_ns, uint64_t usual_ns)
{
	uint64_t ms = (given_ns ? given_ns : usual_ns) / 1000000;

	http_set_number(transfer, option, ms < 1 ? 1 : ms > INT32_MAX ? INT32_MAX : (long)ms);
}

static size_t max_bytes(const struct http_request *request)
{
	return request->max_bytes ? request->max_bytes : MAX_BYTES;
}

static size_t take_body(char *data, size_t size, size_t nr, void *context)
{
	struct transfer *transfer = context;
	struct buf *body = &transfer->response.body;
	size_t len = size * nr, room = body->max - body->len;

	buf_add(body, data, len < room ? len : room);
	if (len <= room)
		return len;
	body->full = true;
	return 0;
}

static void note_refused(struct transfer *transfer)
{
	const struct texts *all = &transfer->request->mail_to;
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s ", all->items[transfer->nr_named - 1]);
	buf_add_printable(&line, transfer->response.body.data);
	texts_add(&transfer->response.refused, line.data);
	buf_release(&line);
}

/* A mail server's answer may have many lines, all but the last with a dash behind the number. */
static void take_reply(struct transfer *transfer, const char *line)
{
	struct http_response *response = &transfer->response;

	if (str_starts(line, "221")) /* it answers our QUIT */
		return;
	if (!transfer->more_lines)
		buf_clear(&response->body);
	else
		buf_addc(&response->body, ' ');
	buf_adds(&response->body, line);
	transfer->more_lines = strlen(line) > 3 && line[3] == '-';
	response->status = strtol(line, NULL, 10);
	if (!transfer->more_lines && transfer->naming && response->status >= 400)
		note_refused(transfer);
}

static size_t take_header(char *data, size_t size, size_t nr, void *context)
{
	struct transfer *transfer = context;
	struct texts *headers = &transfer->response.headers;
	size_t len = size * nr;
	char *line = mem_copy(data, len);

	for (size_t end = len; end && isspace((unsigned char)line[end - 1]); end--)
		line[end - 1] = '\0';
	transfer->header_bytes += len;
	if (transfer->header_bytes > MAX_HEADER_BYTES || headers->nr >= MAX_HEADERS)
		transfer->header_full = true;
	else if (transfer->request->mail_from)
		take_reply(transfer, line);
	else if (str_starts(line, "HTTP/")) /* of a 100 nothing is kept */
		texts_release(headers);
	else if (*line)
		texts_add(headers, line);
	free(line);
	return transfer->header_full ? 0 : len;
}

static size_t give_mail(char *data, size_t size, size_t nr, void *context)
{
	struct transfer *transfer = context;
	const struct buf *body = &transfer->request->body;
	size_t left = body->len - transfer->sent, len = size * nr < left ? size * nr : left;

	memcpy(data, body->data + transfer->sent, len);
	transfer->sent += len;
	return len;
}

/* Which recipient an answer is about nothing else says. And having said QUIT, libcurl waits for an
 * answer to it, which no other transfer would survive. What became of the mail is known by then. */
static int notice_command(CURL *easy, curl_infotype type, char *data, size_t len, void *context)
{
	struct transfer *transfer = context;

	(void)easy;
	if (type != CURLINFO_HEADER_OUT || len < 4)
		return 0;
	transfer->naming =
		memcmp(data, "RCPT", 4) == 0 && transfer->nr_named < transfer->request->mail_to.nr;
	transfer->nr_named += transfer->naming;
	if (memcmp(data, "QUIT", 4) == 0)
		transfer->leaving = true;
	return 0;
}

static int keep_waiting(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct transfer *transfer = context;

	(void)a, (void)b, (void)c, (void)d;
	return transfer->leaving;
}

static void set_mail(struct transfer *transfer)
{
	static const long levels[] = {
		[HTTP_TLS_REQUIRED] = CURLUSESSL_ALL,
		[HTTP_TLS_OFFERED] = CURLUSESSL_TRY,
		[HTTP_TLS_NEVER] = CURLUSESSL_NONE,
	};
	const struct http_request *request = transfer->request;

	for (size_t i = 0; i < request->mail_to.nr; i++)
		transfer->mail_to = curl.slist_append(transfer->mail_to, request->mail_to.items[i]);
	http_set_number(transfer, CURLOPT_PROTOCOLS, CURLPROTO_SMTP | CURLPROTO_SMTPS);
	http_set_number(transfer, CURLOPT_USE_SSL, levels[request->tls]);
	set_text(transfer, CURLOPT_MAIL_FROM, request->mail_from);
	http_set_number(transfer, CURLOPT_UPLOAD, 1);
	http_set_number(transfer, CURLOPT_NOPROGRESS, 0);
	http_set_number(transfer, CURLOPT_VERBOSE, 1);
	if (transfer->rc)
		return;
	curl.easy_setopt(transfer->easy, CURLOPT_MAIL_RCPT, transfer->mail_to);
	/* Since 7.69; before, one bad recipient is all. */
	curl.easy_setopt(transfer->easy, OPTION_RCPT_ALLOW_FAILS, 1L);
	curl.easy_setopt(transfer->easy, CURLOPT_READFUNCTION, give_mail);
	curl.easy_setopt(transfer->easy, CURLOPT_READDATA, transfer);
	curl.easy_setopt(transfer->easy, CURLOPT_XFERINFOFUNCTION, keep_waiting);
	curl.easy_setopt(transfer->easy, CURLOPT_XFERINFODATA, transfer);
	curl.easy_setopt(transfer->easy, CURLOPT_DEBUGFUNCTION, notice_command);
	curl.easy_setopt(transfer->easy, CURLOPT_DEBUGDATA, transfer);
	curl.easy_setopt(transfer->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body.len);
}

static bool sends_body(const struct http_request *request)
{
	return request->body.len || strcmp(request->method, "POST") == 0 ||
		strcmp(request->method, "PUT") == 0 || strcmp(request->method, "PATCH") == 0;
}

static bool is_repeatable(const char *method)
{
	return strcmp(method, "POST") != 0 && strcmp(method, "PATCH") != 0;
}

/* libcurl takes "Name:" for one to leave out, and "Name;" for one with nothing in it. */
static void http_add_header(struct transfer *transfer, const char *line)
{
	const char *value = strchr(line, ':');
	char *copy = str_dup(line);

	if (value && !value[1 + strspn(value + 1, " ")])
		copy[value - line] = ';', copy[value - line + 1] = '\0';
	transfer->headers = curl.slist_append(transfer->headers, copy);
	free(copy);
}

/* libcurl's own. What is left out is signed all the same, by 7.88 at least, and no server would
 * find it. */
static void leave_out_headers(struct transfer *transfer)
{
	transfer->headers = curl.slist_append(transfer->headers, "Expect:");
	if (!http_header_in(&transfer->request->headers, "Content-Type"))
		transfer->headers = curl.slist_append(transfer->headers, "Content-Type:");
}

static void set_http(struct transfer *transfer)
{
	const struct http_request *request = transfer->request;

	for (size_t i = 0; i < request->headers.nr; i++)
		http_add_header(transfer, request->headers.items[i]);
	if (!request->signing)
		leave_out_headers(transfer);
	http_set_number(transfer, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
	set_text(transfer, CURLOPT_USERAGENT, "benchgate/" BENCHGATE_VERSION);
	if (strcmp(request->method, "HEAD") == 0)
		http_set_number(transfer, CURLOPT_NOBODY, 1);
	set_text(transfer, CURLOPT_CUSTOMREQUEST, request->method);
	/* On a connection that was used before, libcurl sends again what got no answer. */
	http_set_number(transfer, CURLOPT_FRESH_CONNECT, !is_repeatable(request->method));
	if (request->signing)
		set_text(transfer, OPTION_AWS_SIGV4, request->signing);
	if (transfer->rc)
		return;
	curl.easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
	if (!sends_body(request))
		return;
	curl.easy_setopt(
		transfer->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
	curl.easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, request->body.data);
}

static void set_credentials(struct transfer *transfer)
{
	const char *credentials = transfer->request->credentials;
	size_t user_len = credentials ? strcspn(credentials, ":") : 0;
	char *user;

	if (!credentials)
		return;
	user = mem_copy(credentials, user_len);
	set_text(transfer, CURLOPT_USERNAME, user);
	set_text(transfer, CURLOPT_PASSWORD,
		credentials[user_len] ? credentials + user_len + 1 : "");
	free(user);
}

static void set_common(struct transfer *transfer)
{
	const struct http_request *request = transfer->request;

	set_text(transfer, CURLOPT_URL, request->url);
	set_text(transfer, CURLOPT_ERRORBUFFER, transfer->error);
	set_text(transfer, CURLOPT_PRIVATE, (const char *)transfer);
	http_set_number(transfer, CURLOPT_NOSIGNAL, 1);
	http_set_number(transfer, CURLOPT_PATH_AS_IS, 1);
	http_set_number(transfer, CURLOPT_DISALLOW_USERNAME_IN_URL, 1);
	http_set_number(transfer, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
	http_set_number(transfer, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	set_timeout(transfer, CURLOPT_CONNECTTIMEOUT_MS, request->connect_timeout_ns,
		CONNECT_TIMEOUT_NS);
	set_timeout(transfer, CURLOPT_TIMEOUT_MS, request->timeout_ns, TIMEOUT_NS);
	set_credentials(transfer);
	if (request->ca_file) {
		set_text(transfer, CURLOPT_CAINFO, request->ca_file);
		set_text(transfer, CURLOPT_CAPATH, NULL);
	}
	curl.easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, take_body);
	curl.easy_setopt(transfer->easy, CURLOPT_WRITEDATA, transfer);
	curl.easy_setopt(transfer->easy, CURLOPT_HEADERFUNCTION, take_header);
	curl.easy_setopt(transfer->easy, CURLOPT_HEADERDATA, transfer);
	/* Or a name that nobody resolves would be waited for when it is given up. Since 7.87. */
	curl.easy_setopt(transfer->easy, OPTION_QUICK_EXIT, 1L);
}

/* Never reached libcurl, and still ends as all others do: when it is waited for. */
static void http_refuse(struct transfer *transfer, const char *format, const char *what)
{
	struct buf said = BUF_INIT_MAX(sizeof transfer->response.said - 1);

	buf_addf(&said, format, what);
	memcpy(transfer->response.said, said.data, said.len + 1);
	buf_release(&said);
	transfer->response.trouble = HTTP_WRONG;
	curl.easy_cleanup(transfer->easy);
	transfer->easy = NULL;
}

/* It ends at once, easy NULL and the response a trouble, when the request is none. */
static struct transfer *transfer_new(const struct http_request *request, void *whose)
{
	struct transfer *transfer = mem_alloc(1, sizeof *transfer);
	const char *control = http_request_control(request);

	transfer->request = request;
	transfer->whose = whose;
	transfer->start_ns = trace_start();
	transfer->response.body = (struct buf)BUF_INIT_MAX(max_bytes(request));
	transfer->easy = curl.easy_init();
	set_common(transfer);
	if (request->mail_from)
		set_mail(transfer);
	else
		set_http(transfer);
	if (control)
		http_refuse(transfer, "%s has a line break or another control character in it",
			control);
	else if (transfer->rc == CURLE_UNKNOWN_OPTION && request->signing)
		http_refuse(transfer, "libcurl %s cannot sign requests: 7.75 or newer is needed",
			curl.version_info(CURLVERSION_NOW)->version);
	else if (transfer->rc)
		http_refuse(transfer, "libcurl: %s", curl.easy_strerror(transfer->rc));
	return transfer;
}

static void transfer_free(struct transfer *transfer)
{
	curl.easy_cleanup(transfer->easy);
	curl.slist_free_all(transfer->headers);
	curl.slist_free_all(transfer->mail_to);
	http_response_release(&transfer->response);
	free(transfer);
}

/* Has the request begun to be sent? */
static bool was_sent(const struct transfer *transfer)
{
	curl_off_t ready_us = 0;

	/* What was said before DATA is no mail yet. */
	if (transfer->request->mail_from)
		return transfer->response.status == DATA_WANTED;
	curl.easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
	return ready_us > 0;
}

static enum http_trouble trouble_of(const struct transfer *transfer, CURLcode code)
{
	bool sent = was_sent(transfer);

	if (code == CURLE_OK)
		return HTTP_FINE;
	if (transfer->header_full || transfer->response.body.full)
		return HTTP_TOO_LARGE;
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_USE_SSL_FAILED ||
		code == CURLE_SSL_ISSUER_ERROR)
		return HTTP_UNTRUSTED;
	if (transfer->request->mail_from &&
		(transfer->response.status >= 400 || code == CURLE_LOGIN_DENIED))
		return HTTP_REFUSED;
	if (sent)
		return code == CURLE_OPERATION_TIMEDOUT ? HTTP_TIMED_OUT : HTTP_BROKEN;
	if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL ||
		code == CURLE_SSL_CACERT_BADFILE || code == CURLE_LOGIN_DENIED)
		return HTTP_WRONG;
	return HTTP_UNREACHED;
}

static void http_say(struct transfer *transfer, CURLcode code)
{
	struct http_response *response = &transfer->response;
	struct buf said = BUF_INIT;
	size_t len = sizeof response->said - 1;

	if (response->trouble == HTTP_TOO_LARGE)
		buf_addf(&said, "the answer's %s is over %zu bytes",
			transfer->header_full ? "header" : "body",
			transfer->header_full ? MAX_HEADER_BYTES : response->body.max);
	else if (response->trouble == HTTP_REFUSED && response->status >= 400)
		buf_add_printable(&said, response->body.data);
	else if (code == CURLE_LOGIN_DENIED && !transfer->request->mail_from)
		buf_adds(&said, "the address must not hold a user name");
	/* An error that quotes a proxy's address quotes its password. */
	else if (*transfer->error && !strchr(transfer->error, '@'))
		buf_add_printable(&said, transfer->error);
	else
		buf_adds(&said, curl.easy_strerror(code));
	/* Cut between characters. */
	for (len = said.len < len ? said.len : len; (said.data[len] & 0xc0) == 0x80; len--)
		;
	memcpy(response->said, said.data, len);
	response->said[len] = '\0';
	buf_release(&said);
}

/* The host alone: a path, a query and what stands before an @ may be secret. */
static void trace_transfer(const struct transfer *transfer)
{
	const char *url = transfer->request->url, *scheme_end = strstr(url, "://");
	const char *host = scheme_end ? scheme_end + 3 : url;
	size_t len = strcspn(host, "/?#");

	for (size_t at = len; at; at--) {
		if (host[at - 1] == '@') {
			host += at;
			len -= at;
			break;
		}
	}
	trace_event(transfer->start_ns, 0, "http", "%s %.*s: %ld",
		transfer->request->method ? transfer->request->method : "mail", (int)len, host,
		transfer->response.status);
}

/* Fills in the response, when libcurl is done with it. */
static void transfer_end(struct transfer *transfer, CURLcode code)
{
	struct http_response *response = &transfer->response;
	curl_socket_t socket = CURL_SOCKET_BAD;

	if (!transfer->request->mail_from)
		curl.easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &response->status);
	/* libcurl says QUIT later on, and would wait for the answer to it. */
	else if (!curl.easy_getinfo(transfer->easy, CURLINFO_ACTIVESOCKET, &socket) &&
		socket != CURL_SOCKET_BAD)
		shutdown(socket, SHUT_RD);
	response->trouble = trouble_of(transfer, code);
	if (response->trouble)
		http_say(transfer, code);
	trace_transfer(transfer);
}

/* How soon an interrupt is noticed. */
#define SLICE_NS (UINT64_C(100) * 1000000)

struct http {
	CURLM *multi;
	struct transfer *first;
};

struct http *http_open(struct error *err)
{
	struct http *http;

	if (http_curl_load(err))
		return NULL;
	http = mem_alloc(1, sizeof *http);
	http->multi = curl.multi_init();
	return http;
}

static void let_go(struct http *http, struct transfer *transfer)
{
	if (transfer->easy)
		curl.multi_remove_handle(http->multi, transfer->easy);
	transfer_free(transfer);
}

void http_close(struct http *http)
{
	if (!http)
		return;
	while (http->first) {
		struct transfer *transfer = http->first;

		http->first = transfer->next;
		let_go(http, transfer);
	}
	curl.multi_cleanup(http->multi);
	free(http);
}

void http_start(struct http *http, const struct http_request *request, void *whose)
{
	struct transfer *transfer = transfer_new(request, whose);

	transfer->next = http->first;
	http->first = transfer;
	if (transfer->easy)
		curl.multi_add_handle(http->multi, transfer->easy);
}

/* One that has ended, or NULL. */
static struct transfer *next_ended(struct http *http)
{
	struct transfer *transfer;
	CURLMsg *message;
	int nr_left;

	for (transfer = http->first; transfer; transfer = transfer->next)
		if (!transfer->easy)
			return transfer;
	curl.multi_perform(http->multi, &nr_left);
	message = curl.multi_info_read(http->multi, &nr_left);
	if (!message)
		return NULL;
	curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
	transfer_end(transfer, message->data.result);
	return transfer;
}

static void http_take_out(struct http *http, struct transfer *transfer)
{
	struct transfer **at = &http->first;

	while (*at && *at != transfer)
		at = &(*at)->next;
	if (*at)
		*at = transfer->next;
}

bool http_wait(
	struct http *http, uint64_t deadline_ns, void **whose, struct http_response *response)
{
	for (;;) {
		struct transfer *ended = next_ended(http);
		uint64_t now_ns = clock_now_ns();
		uint64_t left_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;

		if (ended) {
			*whose = ended->whose;
			*response = ended->response;
			ended->response = (struct http_response){ .body = BUF_INIT };
			http_take_out(http, ended);
			let_go(http, ended);
			return true;
		}
		if (!left_ns || process_interrupted())
			return false;
		if (left_ns > SLICE_NS)
			left_ns = SLICE_NS;
		curl.multi_poll(http->multi, NULL, 0, (int)(left_ns / 1000000) + 1, NULL);
	}
}
