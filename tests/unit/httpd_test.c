/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/str.h"
#include "sys/httpd.h"

#include <arpa/inet.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static sem_t busy, go_on;

static size_t admit_all(
	void *context, const struct httpd_request *request, struct httpd_answer *answer)
{
	(void)context;
	(void)request;
	(void)answer;
	return 0;
}

static void answer_empty(
	void *context, const struct httpd_request *request, struct httpd_answer *answer)
{
	(void)context;
	if (strcmp(request->target, "/slow") == 0) {
		sem_post(&busy);
		sem_wait(&go_on);
	}
	answer->status = 200;
}

static int connect_to(const struct httpd *httpd)
{
	const struct timeval patience = { .tv_sec = 10 };
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t port;

	assert_true(fd >= 0);
	assert_true(str_to_u64(strrchr(httpd_address(httpd), ':') + 1, &port));
	address.sin_port = htons((uint16_t)port);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static void send_request(int fd, const char *target)
{
	char request[64];
	int len = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", target);

	assert_int_equal(write(fd, request, (size_t)len), len);
}

static void expect_answer(int fd)
{
	char answer[512];

	assert_true(read(fd, answer, sizeof answer) > 0);
	assert_memory_equal(answer, "HTTP/1.1 200", 12);
}

/* libmicrohttpd takes 128 events at a time from epoll. When there were 128 and no more it waited
 * for the next one before it answered any. */
TEST(as_many_requests_at_once_as_the_library_reads_in_one_go_are_answered)
{
	const struct httpd_service service = { .admit = admit_all, .answer = answer_empty };
	const struct httpd_settings settings = {
		.listen = "127.0.0.1:0", .max_connections = 200, .timeout_s = 60, .patience_s = 60
	};
	struct error err = ERROR_INIT;
	struct httpd *httpd;
	cpu_set_t before, one;
	int fds[128], slow;

	sem_init(&busy, 0, 0);
	sem_init(&go_on, 0, 0);
	/* One processor, so that one thread has them all. */
	sched_getaffinity(0, sizeof before, &before);
	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	sched_setaffinity(0, sizeof one, &one);
	httpd = httpd_open(&settings, &service, &err);
	sched_setaffinity(0, sizeof before, &before);
	if (!httpd)
		fail_msg("%s", err.text);
	slow = connect_to(httpd);
	for (size_t i = 0; i < 128; i++) {
		fds[i] = connect_to(httpd);
		send_request(fds[i], "/");
		expect_answer(fds[i]);
	}
	send_request(slow, "/slow");
	sem_wait(&busy);
	for (size_t i = 0; i < 128; i++)
		send_request(fds[i], "/");
	sem_post(&go_on);
	expect_answer(slow);
	for (size_t i = 0; i < 128; i++) {
		expect_answer(fds[i]);
		close(fds[i]);
	}
	close(slow);
	httpd_close(httpd);
}
