/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/httpd.h"

#include "base/array.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/cpu.h"
#include "sys/dynlib.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_THREADS 4
#define MEMORY_OF_CONNECTION 12288 /* also bounds a request's line and headers */
#define STREAM_BLOCK 4096
#define MAX_HEADERS 100
#define FILES_OF_OTHERS 64 /* descriptors that are no connections */

#define FUNCTIONS(each) \
	each(start_daemon) each(stop_daemon) each(create_response_from_buffer) \
		each(create_response_from_callback) each(destroy_response) \
			each(add_response_header) each(queue_response) each(get_connection_values) \
				each(get_connection_info) each(suspend_connection) \
					each(resume_connection) each(is_feature_supported)

#define FIELD(name) __typeof__(MHD_##name) *name;
static struct {
	FUNCTIONS(FIELD)
} mhd;

#define SLOT(name) { "MHD_" #name, offsetof(__typeof__(mhd), name), NULL },
static const struct dynlib_slot functions[] = { FUNCTIONS(SLOT){ NULL, 0, NULL } };

static const char *const names[] = { "libmicrohttpd.so.12", "libmicrohttpd.12.dylib",
	"/opt/homebrew/lib/libmicrohttpd.12.dylib", NULL };

static const struct dynlib_need need = { "libmicrohttpd", names, functions,
	"a server needs libmicrohttpd, which is not found: install it (Debian: libmicrohttpd12; Fedora, Arch, Alpine and Homebrew: libmicrohttpd), and take a benchgate that is not the static one",
	"0.9.71 or newer is needed" };

static int microhttpd_load(struct error *err)
{
	static bool loaded;

	if (!loaded && dynlib_load(&need, &mhd, err))
		return -1;
	loaded = true;
	return 0;
}

void httpd_request_release(struct httpd_request *request)
{
	free(request->target);
	texts_release(&request->headers);
	buf_release(&request->body);
	*request = (struct httpd_request){ .body = BUF_INIT };
}

void httpd_answer_release(struct httpd_answer *answer)
{
	texts_release(&answer->headers);
	buf_release(&answer->body);
	*answer = (struct httpd_answer){ .body = BUF_INIT };
}

struct httpd {
	const struct httpd_settings *settings;
	const struct httpd_service *service;
	struct MHD_Daemon *daemon;
	int listener;
	char address[128];
	bool is_loopback;
	pthread_mutex_t lock; /* of what follows, and of what streams share with it */
	bool closing;
	struct exchange *streams;
	size_t nr_streams;
};

/* A request and its answer. */
struct exchange {
	struct httpd *httpd;
	struct MHD_Connection *connection;
	struct httpd_request request;
	struct httpd_answer answer;
	bool begun;
	uint64_t deadline_ns; /* of its body */
	/* of a stream: */
	struct exchange *next, *before;
	size_t nr_sent; /* bytes of the body */
	bool suspended, idle;
};

/* --- requests ----------------------------------------------------------------------------------
 */

static void *receive_target(void *context, const char *target, struct MHD_Connection *connection)
{
	struct exchange *exchange = mem_alloc(1, sizeof *exchange);

	exchange->httpd = context;
	exchange->connection = connection;
	exchange->request.target = str_dup(target);
	exchange->request.body = (struct buf)BUF_INIT;
	exchange->answer.body = (struct buf)BUF_INIT;
	return exchange;
}

static enum MHD_Result receive_header(
	void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct httpd_request *request = context;
	struct buf line = BUF_INIT;

	(void)kind;
	if (request->headers.nr > MAX_HEADERS)
		return MHD_NO;
	buf_addf(&line, "%s: %s", name, value ? value : "");
	texts_add(&request->headers, line.data);
	buf_release(&line);
	return MHD_YES;
}

static bool is_local(const struct sockaddr *address)
{
	const struct sockaddr_in *in = (const void *)address;
	const struct sockaddr_in6 *in6 = (const void *)address;

	if (address->sa_family == AF_INET)
		return ntohl(in->sin_addr.s_addr) >> 24 == 127;
	return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

static void take_peer(struct exchange *exchange)
{
	const union MHD_ConnectionInfo *info =
		mhd.get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *address = info ? info->client_addr : NULL;
	socklen_t len;

	if (!address)
		return;
	len = address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
					     : sizeof(struct sockaddr_in);
	if (getnameinfo(address, len, exchange->request.peer, sizeof exchange->request.peer, NULL,
		    0, NI_NUMERICHOST))
		*exchange->request.peer = '\0';
	exchange->request.is_local = is_local(address);
}

/* --- answers -----------------------------------------------------------------------------------
 */

static size_t send_rest_of_body(struct exchange *exchange, char *into, size_t room)
{
	const struct buf *body = &exchange->answer.body;
	size_t nr = body->len - exchange->nr_sent;

	if (nr > room)
		nr = room;
	memcpy(into, body->data + exchange->nr_sent, nr);
	exchange->nr_sent += nr;
	return nr;
}

static size_t send_idle(struct exchange *exchange, char *into, size_t room)
{
	const char *idle = exchange->httpd->service->idle;
	size_t nr = strlen(idle);

	if (!exchange->idle || nr >= room)
		return 0;
	memcpy(into, idle, nr + 1);
	return nr;
}

/* Between a look that finds nothing and the suspending there must be no httpd_wake. */
static ssize_t send_stream(void *context, uint64_t at, char *into, size_t room)
{
	struct exchange *exchange = context;
	struct httpd *httpd = exchange->httpd;
	const struct httpd_service *service = httpd->service;
	size_t nr;

	(void)at;
	pthread_mutex_lock(&httpd->lock);
	nr = send_rest_of_body(exchange, into, room);
	if (!nr)
		nr = service->stream(service->context, &exchange->answer.cursor, into, room);
	if (!nr)
		nr = send_idle(exchange, into, room);
	exchange->idle = false;
	if (!nr && !httpd->closing) {
		exchange->suspended = true;
		mhd.suspend_connection(exchange->connection);
	}
	pthread_mutex_unlock(&httpd->lock);
	return nr || !httpd->closing ? (ssize_t)nr : MHD_CONTENT_READER_END_OF_STREAM;
}

static void stream_add(struct exchange *exchange)
{
	struct httpd *httpd = exchange->httpd;

	pthread_mutex_lock(&httpd->lock);
	exchange->next = httpd->streams;
	if (exchange->next)
		exchange->next->before = exchange;
	httpd->streams = exchange;
	httpd->nr_streams++;
	pthread_mutex_unlock(&httpd->lock);
}

static void stream_remove(struct exchange *exchange)
{
	struct httpd *httpd = exchange->httpd;

	pthread_mutex_lock(&httpd->lock);
	if (exchange->next)
		exchange->next->before = exchange->before;
	if (exchange->before)
		exchange->before->next = exchange->next;
	else
		httpd->streams = exchange->next;
	httpd->nr_streams--;
	pthread_mutex_unlock(&httpd->lock);
}

static struct MHD_Response *make_response(struct exchange *exchange)
{
	struct httpd_answer *answer = &exchange->answer;
	size_t len = answer->body.len;

	if (!answer->is_stream)
		return mhd.create_response_from_buffer(
			len, buf_detach(&answer->body), MHD_RESPMEM_MUST_FREE);
	stream_add(exchange);
	return mhd.create_response_from_callback(
		MHD_SIZE_UNKNOWN, STREAM_BLOCK, send_stream, exchange, NULL);
}

static void add_header_line(struct MHD_Response *response, const char *line)
{
	const char *colon = strchr(line, ':');
	char *name = colon ? mem_copy(line, (size_t)(colon - line)) : NULL;

	if (colon)
		mhd.add_response_header(response, name, colon + 1 + strspn(colon + 1, " "));
	free(name);
}

static enum MHD_Result send_answer(struct exchange *exchange)
{
	struct httpd_answer *answer = &exchange->answer;
	struct MHD_Response *response = make_response(exchange);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	if (answer->type)
		mhd.add_response_header(response, "Content-Type", answer->type);
	for (size_t i = 0; i < answer->headers.nr; i++)
		add_header_line(response, answer->headers.items[i]);
	result = mhd.queue_response(exchange->connection, answer->status, response);
	mhd.destroy_response(response);
	return result;
}

static enum MHD_Result begin_exchange(struct exchange *exchange, const char *method)
{
	const struct httpd *httpd = exchange->httpd;
	const struct httpd_service *service = httpd->service;
	struct httpd_request *request = &exchange->request;

	exchange->begun = true;
	exchange->deadline_ns = clock_now_ns() + UINT64_C(1000000000) * httpd->settings->patience_s;
	request->method = method;
	mhd.get_connection_values(exchange->connection, MHD_HEADER_KIND, receive_header, request);
	take_peer(exchange);
	request->body.max = service->admit(service->context, request, &exchange->answer);
	/* 0 would be no limit. */
	if (!request->body.max)
		request->body.max = 1;
	return exchange->answer.status ? send_answer(exchange) : MHD_YES;
}

/* What does not fit is no longer read: the connection ends without an answer, for only a client
 * that did not say its length, or a wrong one, gets here. */
static enum MHD_Result receive_body(struct exchange *exchange, const char *bytes, size_t len)
{
	buf_add(&exchange->request.body, bytes, len);
	if (exchange->request.body.full || clock_now_ns() > exchange->deadline_ns)
		return MHD_NO;
	return MHD_YES;
}

/* The library's own signature. */
/* NOLINTNEXTLINE(readability-function-size) */
static enum MHD_Result serve_part(void *context, struct MHD_Connection *connection,
	const char *path, const char *method, const char *version, const char *bytes, size_t *len,
	void **whose)
{
	struct exchange *exchange = *whose;
	const struct httpd_service *service;

	(void)context;
	(void)connection;
	(void)path;
	(void)version;
	if (!exchange)
		return MHD_NO;
	if (!exchange->begun)
		return begin_exchange(exchange, method);
	if (*len) {
		enum MHD_Result result = receive_body(exchange, bytes, *len);

		*len = 0;
		return result;
	}
	service = exchange->httpd->service;
	service->answer(service->context, &exchange->request, &exchange->answer);
	return send_answer(exchange);
}

static void end_exchange(void *context, struct MHD_Connection *connection, void **whose,
	enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *whose;

	(void)context;
	(void)connection;
	(void)code;
	if (!exchange)
		return;
	if (exchange->answer.is_stream)
		stream_remove(exchange);
	httpd_request_release(&exchange->request);
	httpd_answer_release(&exchange->answer);
	free(exchange);
	*whose = NULL;
}

/* The library would decode %2F to a slash and %00 to an end; who routes does it. */
static size_t leave_encoded(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context;
	(void)connection;
	return strlen(text);
}

/* What it would say of broken requests is nobody's error here. */
static void log_nothing(void *context, const char *format, va_list args)
{
	(void)context;
	(void)format;
	(void)args;
}

/* --- listening ---------------------------------------------------------------------------------
 */

static int bad_address(const char *said, const char *why, struct error *err)
{
	return error_set(err, ERR_USAGE,
		"--listen takes an address and a port, such as 127.0.0.1:8080 or [::1]:8080; '%s' %s",
		said, why);
}

/* [::1]:8080 has the address in brackets, for there are colons in it. */
static int split_address(const char *said, char **host, const char **port, struct error *err)
{
	const char *colon = strrchr(said, ':');
	size_t len = colon ? (size_t)(colon - said) : 0;
	uint64_t number;

	if (!len || !str_to_u64(colon + 1, &number) || number > 65535)
		return bad_address(said, "is none", err);
	*port = colon + 1;
	if (*said == '[' && said[len - 1] == ']')
		*host = mem_copy(said + 1, len - 2);
	else
		*host = mem_copy(said, len);
	return 0;
}

static int bind_socket(struct httpd *httpd, const struct addrinfo *address, struct error *err)
{
	const char *said = httpd->settings->listen;
	int yes = 1, fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return error_set(err, ERR_IO, "cannot listen on %s: %s", said, strerror(errno));
	httpd->listener = fd;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	/* Where the queue is full the kernel drops what comes: a client tries again after 1 s,
	 * then 3. */
	if (bind(fd, address->ai_addr, address->ai_addrlen) || listen(fd, SOMAXCONN))
		return error_set(err, ERR_IO, "cannot listen on %s: %s%s", said, strerror(errno),
			errno == EADDRINUSE ? "; another program does, take another port" : "");
	httpd->is_loopback = is_local(address->ai_addr);
	return 0;
}

static void describe_listener(struct httpd *httpd)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof address;
	char host[64] = "", port[16] = "";

	if (getsockname(httpd->listener, (struct sockaddr *)&address, &len) == 0)
		getnameinfo((struct sockaddr *)&address, len, host, sizeof host, port, sizeof port,
			NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(httpd->address, sizeof httpd->address, strchr(host, ':') ? "[%s]:%s" : "%s:%s",
		host, port);
}

static int listen_on(struct httpd *httpd, struct error *err)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
	struct addrinfo *found = NULL;
	const char *port = NULL;
	char *host = NULL;
	int rc = split_address(httpd->settings->listen, &host, &port, err);

	if (!rc && getaddrinfo(host, port, &hints, &found))
		rc = bad_address(httpd->settings->listen, "is not known", err);
	if (!rc)
		rc = bind_socket(httpd, found, err);
	if (!rc)
		describe_listener(httpd);
	if (found)
		freeaddrinfo(found);
	free(host);
	return rc;
}

/* As many connections as the system lets us have files. */
static unsigned limit_of_connections(unsigned wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return wanted;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur <= FILES_OF_OTHERS)
		return 1;
	return wanted + FILES_OF_OTHERS < limit.rlim_cur
		? wanted
		: (unsigned)(limit.rlim_cur - FILES_OF_OTHERS);
}

static int start_threads(struct httpd *httpd, struct error *err)
{
	const struct httpd_settings *settings = httpd->settings;
	/* No epoll: with it the library (0.9.75) hangs for up to timeout_s when 128 connections, or
	 * twice or three times as many, have news at once and no other has. */
	unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
	unsigned threads = (unsigned)cpu_cores();
	struct MHD_OptionItem options[] = {
		/* First: others may have something to say. */
		{ MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)log_nothing, NULL },
		{ MHD_OPTION_LISTEN_SOCKET, httpd->listener, NULL },
		{ MHD_OPTION_THREAD_POOL_SIZE, threads > MAX_THREADS ? MAX_THREADS : threads,
			NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY_OF_CONNECTION, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, limit_of_connections(settings->max_connections),
			NULL },
		{ MHD_OPTION_CONNECTION_TIMEOUT, settings->timeout_s, NULL },
		{ MHD_OPTION_PER_IP_CONNECTION_LIMIT, settings->max_of_peer, NULL },
		{ MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL },
		{ MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_encoded, NULL },
		{ MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)receive_target, httpd },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)end_exchange, httpd },
		{ MHD_OPTION_END, 0, NULL },
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)settings->certificate },
		{ MHD_OPTION_END, 0, NULL },
	};
	const struct MHD_OptionItem key = { MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)settings->key };
	size_t nr = sizeof options / sizeof *options;

	if (settings->certificate) {
		flags |= MHD_USE_TLS;
		options[nr - 3] = key;
	}
	httpd->daemon = mhd.start_daemon(
		flags, 0, NULL, NULL, serve_part, NULL, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
	if (httpd->daemon)
		return 0;
	return error_set(err, ERR_IO, "cannot serve on %s%s", httpd->address,
		settings->certificate ? ": the certificate or its key is not valid" : "");
}

static int open_parts(struct httpd *httpd, struct error *err)
{
	if (microhttpd_load(err))
		return -1;
	if (httpd->settings->certificate && mhd.is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
		return error_set(err, ERR_USAGE,
			"this libmicrohttpd has no TLS: let a proxy in front of benchgate have it");
	return listen_on(httpd, err) || start_threads(httpd, err) ? -1 : 0;
}

struct httpd *httpd_open(const struct httpd_settings *settings, const struct httpd_service *service,
	struct error *err)
{
	struct httpd *httpd = mem_alloc(1, sizeof *httpd);

	httpd->settings = settings;
	httpd->service = service;
	httpd->listener = -1;
	pthread_mutex_init(&httpd->lock, NULL);
	if (!open_parts(httpd, err))
		return httpd;
	httpd_close(httpd);
	return NULL;
}

void httpd_wake(struct httpd *httpd, bool idle)
{
	pthread_mutex_lock(&httpd->lock);
	for (struct exchange *at = httpd->streams; at; at = at->next) {
		at->idle |= idle;
		if (at->suspended)
			mhd.resume_connection(at->connection);
		at->suspended = false;
	}
	pthread_mutex_unlock(&httpd->lock);
}

size_t httpd_nr_streams(struct httpd *httpd)
{
	size_t nr;

	pthread_mutex_lock(&httpd->lock);
	nr = httpd->nr_streams;
	pthread_mutex_unlock(&httpd->lock);
	return nr;
}

void httpd_close(struct httpd *httpd)
{
	if (!httpd)
		return;
	if (httpd->daemon) {
		pthread_mutex_lock(&httpd->lock);
		httpd->closing = true;
		pthread_mutex_unlock(&httpd->lock);
		httpd_wake(httpd, false);
		/* It closes the listener, too. */
		mhd.stop_daemon(httpd->daemon);
	} else if (httpd->listener >= 0) {
		close(httpd->listener);
	}
	pthread_mutex_destroy(&httpd->lock);
	free(httpd);
}

const char *httpd_address(const struct httpd *httpd)
{
	return httpd->address;
}

bool httpd_is_loopback(const struct httpd *httpd)
{
	return httpd->is_loopback;
}
