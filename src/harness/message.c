/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/message.h"

#include "base/str.h"
#include "sys/process.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void add_escaped(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			buf_adds(out, "\\\\");
		else if (*text == '\t')
			buf_adds(out, "\\t");
		else if (*text == '\n')
			buf_adds(out, "\\n");
		else
			buf_addc(out, *text);
	}
}

void message_add(struct buf *out, const char *const fields[], size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		if (i)
			buf_addc(out, '\t');
		add_escaped(out, fields[i]);
	}
	buf_addc(out, '\n');
}

int channel_send(struct channel *channel, const char *const fields[], size_t nr)
{
	struct buf out = BUF_INIT;
	bool sent;

	message_add(&out, fields, nr);
	sent = process_write(channel->fd, out.data, out.len, &channel->failed);
	buf_release(&out);
	return sent ? 0 : -1;
}

void channel_release(struct channel *channel)
{
	buf_release(&channel->in);
	buf_release(&channel->line);
}

/* In place; returns where the next field starts, or NULL at the end of the line. */
static char *unescape_field(char *at)
{
	char *to = at;

	for (; *at && *at != '\t'; at++) {
		if (*at == '\\' && at[1]) {
			at++;
			*to++ = (char)(*at == 't' ? '\t' : *at == 'n' ? '\n' : *at);
		} else {
			*to++ = *at;
		}
	}
	at = *at ? at + 1 : NULL;
	*to = '\0';
	return at;
}

bool channel_next(struct channel *channel, struct message *message)
{
	char *end = channel->in.len ? memchr(channel->in.data, '\n', channel->in.len) : NULL;
	size_t len;
	char *at;

	if (!end)
		return false;
	len = (size_t)(end - channel->in.data);
	buf_clear(&channel->line);
	buf_add(&channel->line, channel->in.data, len + 1);
	buf_drop(&channel->in, len + 1);
	channel->line.data[len] = '\0';
	message->nr = 0;
	for (at = channel->line.data; at && message->nr < MESSAGE_MAX_FIELDS;
		at = unescape_field(at))
		message->fields[message->nr++] = at;
	if (at)
		unescape_field(at);
	return true;
}

int channel_read(struct channel *channel)
{
	char chunk[CHANNEL_CHUNK];
	long got = process_read(channel->fd, chunk, sizeof chunk);

	if (got <= 0)
		return 0;
	buf_add(&channel->in, chunk, (size_t)got);
	return channel->in.full ? -1 : 1;
}

bool message_is(const struct message *message, const char *word)
{
	return message->nr && strcmp(message->fields[0], word) == 0;
}

const char *message_text(const struct message *message, size_t at)
{
	return at < message->nr ? message->fields[at] : "";
}

uint64_t message_number(const struct message *message, size_t at)
{
	uint64_t value = 0;

	str_to_u64(message_text(message, at), &value);
	return value;
}

double message_double(const struct message *message, size_t at)
{
	double value = NAN;

	str_to_double(message_text(message, at), &value);
	return value;
}

struct number_text number_text(uint64_t value)
{
	struct number_text number;

	snprintf(number.text, sizeof number.text, "%" PRIu64, value);
	return number;
}

/* A suite may have set a locale whose decimal point is a comma; it keeps it. */
struct number_text double_text(double value)
{
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t theirs = uselocale(plain);
	struct number_text number;

	snprintf(number.text, sizeof number.text, "%.17g", value);
	uselocale(theirs);
	freelocale(plain);
	return number;
}
