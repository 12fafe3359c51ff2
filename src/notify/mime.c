/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/mime.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINE 76
/* An encoded word may have 75 characters, with 12 about the text. */
#define WORD_START "=?utf-8?Q?"
#define WORD_END "?="
#define MAX_WORD (75 - 12)

static bool mime_is_plain(const char *text, size_t max)
{
	if (strlen(text) > max || strstr(text, "=?"))
		return false;
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* In words, each of whole characters; what is not a letter or digit is encoded, which is right
 * wherever a word may stand. The first begins in that column. */
static void add_encoded(struct buf *out, const char *text, size_t column)
{
	struct buf clean = BUF_INIT;
	size_t room = MAX_WORD + 1 - column;

	buf_add_printable(&clean, text);
	buf_adds(out, WORD_START);
	for (const char *at = clean.data; *at;) {
		size_t len = str_utf8_len(at);
		bool as_is = isalnum((unsigned char)*at) || strchr("!*+-/", *at);
		size_t size = as_is || *at == ' ' ? 1 : 3 * len;

		if (size > room) {
			buf_adds(out, WORD_END "\r\n " WORD_START);
			room = MAX_WORD;
		}
		for (size_t i = 0; i < len; i++)
			buf_addf(out,
				as_is                ? "%c"
					: *at == ' ' ? "_"
						     : "=%02X",
				(unsigned char)at[i]);
		room -= size;
		at += len;
	}
	buf_adds(out, WORD_END);
	buf_release(&clean);
}

void mime_add_text(struct buf *out, const char *name, const char *text)
{
	buf_addf(out, "%s: ", name);
	if (mime_is_plain(text, MAX_LINE - strlen(name) - 2))
		buf_adds(out, text);
	else
		add_encoded(out, text, strlen(name) + 2);
	buf_adds(out, "\r\n");
}

/* Where the address begins and how long it is. */
static const char *find_address(const char *mailbox, size_t *len)
{
	size_t all = strlen(mailbox);
	const char *open = strrchr(mailbox, '<');

	*len = all;
	if (!open || mailbox[all - 1] != '>')
		return mailbox;
	*len = (size_t)(mailbox + all - open) - 2;
	return open + 1;
}

static bool is_host(const char *text, size_t len)
{
	bool label = false;

	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)text[i]) && text[i] != '-' && text[i] != '.')
			return false;
		if (text[i] == '.' && !label)
			return false;
		label = text[i] != '.';
	}
	return label;
}

bool mime_is_mailbox(const char *text)
{
	size_t len, local = 0;
	const char *address = find_address(text, &len);

	for (const char *at = text; *at; at++)
		if (str_is_control(at) || (at + 1 < address && strchr("<>@", *at)))
			return false;
	while (local < len &&
		(isalnum((unsigned char)address[local]) ||
			strchr("!#$%&'*+-/=?^_`{|}~.", address[local])))
		local++;
	return local && local <= 64 && len <= 254 && address[local] == '@' &&
		is_host(address + local + 1, len - local - 1);
}

char *mime_address(const char *mailbox)
{
	size_t len;
	const char *address = find_address(mailbox, &len);

	return mem_copy(address, len);
}

static void add_quoted_name(struct buf *out, const char *name)
{
	buf_addc(out, '"');
	for (; *name; name++)
		buf_addf(out, strchr("\"\\", *name) ? "\\%c" : "%c", *name);
	buf_addc(out, '"');
}

/* Without the quotes that it may have been given. */
static char *name_of(const char *mailbox, size_t len)
{
	while (len && mailbox[len - 1] == ' ')
		len--;
	if (len > 1 && *mailbox == '"' && mailbox[len - 1] == '"')
		return mem_copy(mailbox + 1, len - 2);
	return mem_copy(mailbox, len);
}

static void add_mailbox(struct buf *out, const char *mailbox, size_t column)
{
	size_t len;
	const char *address = find_address(mailbox, &len);
	char *name;

	if (address <= mailbox + 1) {
		buf_add(out, address, len);
		return;
	}
	name = name_of(mailbox, (size_t)(address - 1 - mailbox));
	if (mime_is_plain(name, MAX_LINE / 2))
		add_quoted_name(out, name);
	else
		add_encoded(out, name, column);
	buf_addf(out, "\r\n <%.*s>", (int)len, address);
	free(name);
}

void mime_add_mailboxes(struct buf *out, const char *name, char *const *mailboxes, size_t nr)
{
	buf_addf(out, "%s:", name);
	for (size_t i = 0; i < nr; i++) {
		buf_adds(out, i ? ",\r\n " : " ");
		add_mailbox(out, mailboxes[i], i ? 1 : strlen(name) + 2);
	}
	buf_adds(out, "\r\n");
}

void mime_add_date(struct buf *out, const char *name, const char *time)
{
	/* 1970 began with a Thursday. */
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	long day = date_days_between("1970-01-01T00:00:00Z", time);
	long month = strtol(time + strlen("2026-"), NULL, 10);

	buf_addf(out, "%s: %s, %.2s %s %.4s %.8s +0000\r\n", name, days[(day % 7 + 7) % 7],
		time + strlen("2026-11-"), months[month - 1], time, time + strlen("2026-11-21T"));
}

/* What is not to be taken as it is: all but printable ASCII, and a blank at the end of a line. */
static bool must_quote(const char *at)
{
	if (*at == ' ' || *at == '\t')
		return at[1] == '\n' || !at[1];
	return *at < '!' || *at > '~' || *at == '=';
}

void mime_add_quoted(struct buf *out, const char *text)
{
	size_t column = 0;

	for (const char *at = text; *at; at++) {
		bool quoted = must_quote(at);

		if (*at == '\n') {
			buf_adds(out, "\r\n");
			column = 0;
			continue;
		}
		/* One is left for the sign that the line goes on. */
		if (column + (quoted ? 3 : 1) > MAX_LINE - 1) {
			buf_adds(out, "=\r\n");
			column = 0;
		}
		buf_addf(out, quoted ? "=%02X" : "%c", (unsigned char)*at);
		column += quoted ? 3 : 1;
	}
	if (column)
		buf_adds(out, "\r\n");
}
