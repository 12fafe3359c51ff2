/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A growing string. data is always a NUL-terminated string, also when empty. One that is filled
 * from outside is born with a maximum (BUF_INIT_MAX): what would go over it is not added, and
 * `full` stays set.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data;
	size_t len;   /* without the NUL */
	size_t alloc; /* 0: data is not on the heap */
	size_t max;   /* 0: none */
	bool full;    /* something did not fit in max */
};

extern char buf_empty[1];

#define BUF_INIT \
	{ \
		.data = buf_empty \
	}
#define BUF_INIT_MAX(limit) \
	{ \
		.data = buf_empty, .max = (limit) \
	}

void buf_release(struct buf *buf);
void buf_clear(struct buf *buf);
void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_adds(struct buf *buf, const char *text);
void buf_addc(struct buf *buf, char c);
void buf_fill(struct buf *buf, char c, size_t times);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *buf, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Text from outside, to be shown: what could steer a terminal, is no UTF-8, or begins a command to
 * a CI system (str_is_ci_command) becomes '?'. */
void buf_add_printable(struct buf *buf, const char *text);
/* Does it stay as it is then? */
bool buf_is_printable(const char *text);
/* The first character of each command to a CI system becomes '?': pieces that are harmless alone
 * can be one when they stand side by side. */
void buf_defuse(struct buf *buf);

/* Removes the first len bytes. */
void buf_drop(struct buf *buf, size_t len);

/* The string, now the caller's to free(); buf is empty again. */
char *buf_detach(struct buf *buf);

#endif
