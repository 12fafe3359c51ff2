/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server of http_evil.py at work in the playground, for all the tests of a group. cmocka.h goes
 * before. */
#ifndef SUPPORT_HTTP_EVIL_H
#define SUPPORT_HTTP_EVIL_H

#include "base/buf.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/http.h"
#include "sys/process.h"

#include "support/playground.h"

#define MS UINT64_C(1000000)
/* Long enough for any machine; only reached when something is broken. */
#define PATIENCE_NS (60 * UINT64_C(1000000000))

static struct {
	unsigned http, https, wrong_host, unknown, full, mail;
	unsigned more[40]; /* of http: hosts of their own */
} ports;

static struct process evil = PROCESS_INIT;

static int open_evil(void **state)
{
	static const char *const proxies[] = { "http_proxy", "https_proxy", "HTTPS_PROXY",
		"all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY" };
	char env[] = "/usr/bin/env", python[] = "python3", script[] = "tests/support/http_evil.py";
	uint64_t deadline_ns = clock_now_ns() + PATIENCE_NS;
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	char *at;

	for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++)
		unsetenv(proxies[i]);
	process_setup();
	if (open_playground(state))
		return -1;
	if (process_start(&evil, (char *[]){ env, python, script, playground, NULL }, 0, &err))
		fail_msg("%s", err.text);
	while (!file_is_there(inside("ports")) && clock_now_ns() < deadline_ns)
		clock_sleep_ns(10 * MS);
	if (file_read(inside("ports"), 4096, &text, &err))
		fail_msg("the server did not start: %s", err.text);
	at = text.data;
	for (unsigned *port = &ports.http; port < ports.more + 40; port++)
		*port = (unsigned)strtoul(at, &at, 10);
	buf_release(&text);
	assert_int_not_equal(ports.more[39], 0);
	return 0;
}

static int close_evil(void **state)
{
	process_end(&evil, NULL);
	return close_playground(state);
}

/* How often a line is in the server's log. */
static inline size_t nr_logged(const char *wanted)
{
	struct buf log = BUF_INIT;
	struct error err = ERROR_INIT;
	size_t nr = 0, len = strlen(wanted);

	if (file_read(inside("log"), (size_t)1 << 24, &log, &err))
		fail_msg("%s", err.text);
	for (const char *at = log.data; at && *at; at = strchr(at, '\n'), at += at ? 1 : 0)
		nr += strncmp(at, wanted, len) == 0 && at[len] == '\n';
	buf_release(&log);
	return nr;
}

#endif
