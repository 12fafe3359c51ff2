/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/trace.h"

#include "base/buf.h"
#include "base/str.h"
#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_NAME 400

/* The one file, where there is one. */
static struct {
	int fd; /* 0: tracing is off */
	long opener;
	uint64_t start_ns;
} trace;

static void add_json_text(struct buf *out, const char *text)
{
	size_t len;

	buf_addc(out, '"');
	for (; *text; text += len) {
		len = str_utf8_len(text);
		if (!len)
			buf_addc(out, '?');
		else if (*text == '"' || *text == '\\')
			buf_addf(out, "\\%c", *text);
		else if ((unsigned char)*text < 0x20 || *text == 0x7f)
			buf_addf(out, "\\u%04x", (unsigned char)*text);
		else
			buf_add(out, text, len);
		len += !len;
	}
	buf_addc(out, '"');
}

/* All of it in one call: what several processes append is not mixed then. A full disk ends the
 * trace, and nothing else. */
static void write_trace(const struct buf *text)
{
	if (write(trace.fd, text->data, text->len) == (ssize_t)text->len)
		return;
	close(trace.fd);
	trace.fd = 0;
}

static double since_opened_us(uint64_t now_ns)
{
	return (double)(now_ns - trace.start_ns) / 1000;
}

/* Lanes of this process and its copies are called by their own ids. */
static void begin_event(struct buf *out, const char *phase, long lane)
{
	buf_addf(out, ",\n{\"ph\":\"%s\",\"pid\":1,\"tid\":%ld,", phase,
		lane ? lane : (long)getpid());
}

int trace_open(const char *path, const char *title, struct error *err)
{
	struct buf text = BUF_INIT;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);

	if (fd < 0)
		return error_set(
			err, ERR_IO, "cannot write the trace to '%s': %s", path, strerror(errno));
	trace.fd = fd;
	trace.opener = getpid();
	trace.start_ns = clock_now_ns();
	buf_adds(&text, "[\n{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":");
	add_json_text(&text, title);
	buf_adds(&text, "}}");
	write_trace(&text);
	buf_release(&text);
	trace_name_lane(0, "benchgate");
	return 0;
}

void trace_close(void)
{
	struct buf end = BUF_INIT;

	if (!trace.fd || trace.opener != getpid())
		return;
	buf_adds(&end, "\n]\n");
	write_trace(&end);
	buf_release(&end);
	if (trace.fd)
		close(trace.fd);
	trace.fd = 0;
}

uint64_t trace_start(void)
{
	return trace.fd ? clock_now_ns() : 0;
}

__attribute__((format(printf, 2, 0))) static void add_name(
	struct buf *out, const char *format, va_list args)
{
	char name[MAX_NAME];

	vsnprintf(name, sizeof name, format, args);
	add_json_text(out, name);
}

void trace_event(uint64_t start_ns, long lane, const char *kind, const char *format, ...)
{
	struct buf text = BUF_INIT;
	uint64_t now_ns;
	va_list args;

	if (!trace.fd || !start_ns)
		return;
	now_ns = clock_now_ns();
	begin_event(&text, "X", lane);
	buf_addf(&text, "\"cat\":\"%s\",\"ts\":%.3f,\"dur\":%.3f,\"name\":", kind,
		since_opened_us(start_ns), (double)(now_ns - start_ns) / 1000);
	va_start(args, format);
	add_name(&text, format, args);
	va_end(args);
	buf_addc(&text, '}');
	write_trace(&text);
	buf_release(&text);
}

void trace_mark(const char *kind, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list args;

	if (!trace.fd)
		return;
	begin_event(&text, "i", 0);
	buf_addf(&text, "\"s\":\"t\",\"cat\":\"%s\",\"ts\":%.3f,\"name\":", kind,
		since_opened_us(clock_now_ns()));
	va_start(args, format);
	add_name(&text, format, args);
	va_end(args);
	buf_addc(&text, '}');
	write_trace(&text);
	buf_release(&text);
}

void trace_name_lane(long lane, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list args;

	if (!trace.fd)
		return;
	begin_event(&text, "M", lane);
	buf_adds(&text, "\"name\":\"thread_name\",\"args\":{\"name\":");
	va_start(args, format);
	add_name(&text, format, args);
	va_end(args);
	buf_adds(&text, "}}");
	write_trace(&text);
	buf_release(&text);
}
