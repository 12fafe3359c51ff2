/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char buf_empty[1];

void buf_release(struct buf *buf)
{
	if (buf->alloc)
		free(buf->data);
	buf->data = buf_empty;
	buf->len = buf->alloc = 0;
	buf->full = false;
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->full = false;
	if (buf->alloc)
		buf->data[0] = '\0';
}

/* Room for len more bytes and the NUL; false when the maximum forbids it. */
static bool buf_make_room(struct buf *buf, size_t len)
{
	size_t need = buf->len + len + 1;

	if (buf->max && len > buf->max - buf->len) {
		buf->full = true;
		return false;
	}
	if (need > buf->alloc) {
		size_t alloc = need < 64 ? 64 : need + need / 2;

		buf->data = mem_resize(buf->alloc ? buf->data : NULL, alloc, 1);
		buf->alloc = alloc;
	}
	return true;
}

void buf_add(struct buf *buf, const void *bytes, size_t len)
{
	if (!len || !buf_make_room(buf, len))
		return;
	memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void buf_adds(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_addc(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_fill(struct buf *buf, char c, size_t times)
{
	while (times--)
		buf_addc(buf, c);
}

void buf_add_printable(struct buf *buf, const char *text)
{
	size_t len;

	for (const char *at = text; *at; at += len ? len : 1) {
		len = str_utf8_len(at);
		if (len && !str_is_control(at) && !str_is_ci_command(text, at))
			buf_add(buf, at, len);
		else
			buf_addc(buf, '?');
	}
}

bool buf_is_printable(const char *text)
{
	struct buf printable = BUF_INIT;
	bool same;

	buf_add_printable(&printable, text);
	same = strcmp(printable.data, text) == 0;
	buf_release(&printable);
	return same;
}

void buf_defuse(struct buf *buf)
{
	for (size_t i = 0; i < buf->len; i++)
		if (str_is_ci_command(buf->data, buf->data + i))
			buf->data[i] = '?';
}

void buf_vaddf(struct buf *buf, const char *format, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len > 0 && buf_make_room(buf, (size_t)len)) {
		vsnprintf(buf->data + buf->len, (size_t)len + 1, format, again);
		buf->len += (size_t)len;
	}
	va_end(again);
}

void buf_addf(struct buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vaddf(buf, format, args);
	va_end(args);
}

void buf_drop(struct buf *buf, size_t len)
{
	if (len >= buf->len) {
		buf_clear(buf);
		return;
	}
	memmove(buf->data, buf->data + len, buf->len - len + 1);
	buf->len -= len;
}

char *buf_detach(struct buf *buf)
{
	char *data = buf->alloc ? buf->data : mem_copy("", 0);

	buf->data = buf_empty;
	buf->len = buf->alloc = 0;
	buf->full = false;
	return data;
}
