/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/trace.h"

#include "base/array.h"
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

/* Processes with one name, one after the other, have one row: a run starts hundreds of them. */
struct row {
	char *name;
	long process;  /* that has it; 0: none now */
	char *command; /* of that process */
	long number;
};

static struct {
	struct row *items;
	size_t nr, alloc;
} rows;

#define OWN_NUMBER 1

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

static void begin_event(struct buf *out, const char *phase, long number)
{
	buf_addf(out, ",\n{\"ph\":\"%s\",\"pid\":1,\"tid\":%ld,", phase, number);
}

static void write_row_name(long number, const char *name)
{
	struct buf text = BUF_INIT;

	begin_event(&text, "M", number);
	buf_adds(&text, "\"name\":\"thread_name\",\"args\":{\"name\":");
	add_json_text(&text, name);
	buf_adds(&text, "}}");
	write_trace(&text);
	buf_release(&text);
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
	write_row_name(OWN_NUMBER, "benchgate");
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
	for (size_t i = 0; i < rows.nr; i++) {
		free(rows.items[i].command);
		free(rows.items[i].name);
	}
	ARRAY_RELEASE(&rows);
}

uint64_t trace_start(void)
{
	return trace.fd ? clock_now_ns() : 0;
}

static struct row *process_row(long process)
{
	for (size_t i = 0; i < rows.nr; i++)
		if (rows.items[i].process == process)
			return &rows.items[i];
	return NULL;
}

/* Copies of this process have a row of their own for what is not of a child. */
static long own_number(void)
{
	return trace.opener == getpid() ? OWN_NUMBER : (long)getpid();
}

/* Copies cannot ask each other for the next number, so it follows from the name. Viewers sort by
 * it: what is of one benchmark stands together, "sort, base" before "sort, head". */
static long row_number(const char *name, unsigned nth)
{
	const char *role = strrchr(name, ',');
	size_t len = role ? (size_t)(role - name) : strlen(name);
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	hash = (hash ^ hash >> 24) & 0xffffff;
	return (long)hash * 128 + (long)(nth % 4) * 32 +
		(role && role[1] ? (unsigned char)role[2] % 32 : 0);
}

static struct row *new_row(char *name, long number)
{
	struct row *row = ARRAY_ADD(&rows);

	*row = (struct row){ .name = name, .number = number };
	write_row_name(number, name);
	return row;
}

static struct row *row_called(const char *name)
{
	for (size_t i = 0; i < rows.nr; i++)
		if (strcmp(rows.items[i].name, name) == 0)
			return &rows.items[i];
	return NULL;
}

/* The one of that name; where a process has it now, one with a number behind. */
static struct row *free_row(const char *name)
{
	struct buf numbered = BUF_INIT;
	struct row *row;

	buf_adds(&numbered, name);
	for (unsigned nth = 1;; nth++) {
		row = row_called(numbered.data);
		if (!row)
			return new_row(buf_detach(&numbered), row_number(name, nth));
		if (!row->process)
			break;
		buf_clear(&numbered);
		buf_addf(&numbered, "%s (%u)", name, nth + 1);
	}
	buf_release(&numbered);
	return row;
}

static void leave_row(struct row *row)
{
	free(row->command);
	row->command = NULL;
	row->process = 0;
}

void trace_process(long process, const char *name, const char *command)
{
	struct row *row;

	if (!trace.fd)
		return;
	row = process_row(process);
	if (row)
		leave_row(row);
	row = free_row(name);
	row->process = process;
	row->command = str_dup(command);
}

__attribute__((format(printf, 2, 0))) static void add_name(
	struct buf *out, const char *format, va_list args)
{
	char name[MAX_NAME];

	vsnprintf(name, sizeof name, format, args);
	add_json_text(out, name);
}

void trace_event(uint64_t start_ns, long process, const char *kind, const char *format, ...)
{
	struct buf text = BUF_INIT;
	const struct row *row;
	uint64_t now_ns;
	va_list args;

	if (!trace.fd || !start_ns)
		return;
	now_ns = clock_now_ns();
	row = process ? process_row(process) : NULL;
	begin_event(&text, "X", row ? row->number : own_number());
	buf_addf(&text, "\"cat\":\"%s\",\"ts\":%.3f,\"dur\":%.3f,\"name\":", kind,
		since_opened_us(start_ns), (double)(now_ns - start_ns) / 1000);
	va_start(args, format);
	add_name(&text, format, args);
	va_end(args);
	buf_addc(&text, '}');
	write_trace(&text);
	buf_release(&text);
}

void trace_process_end(uint64_t start_ns, long process)
{
	struct row *row;

	if (!trace.fd || !start_ns)
		return;
	row = process_row(process);
	if (!row)
		return;
	trace_event(start_ns, process, "process", "%s", row->command);
	leave_row(row);
}

void trace_mark(const char *kind, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list args;

	if (!trace.fd)
		return;
	begin_event(&text, "i", own_number());
	buf_addf(&text, "\"s\":\"t\",\"cat\":\"%s\",\"ts\":%.3f,\"name\":", kind,
		since_opened_us(clock_now_ns()));
	va_start(args, format);
	add_name(&text, format, args);
	va_end(args);
	buf_addc(&text, '}');
	write_trace(&text);
	buf_release(&text);
}
