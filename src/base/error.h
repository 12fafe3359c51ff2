/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why something failed: a value on the caller's stack, filled once by who noticed, given context on
 * the way up, printed once in main.c. The line names the file, the place in it, what is wrong and
 * what would be right.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

enum error_kind {
	ERR_NONE,
	ERR_USAGE,   /* the command line or the configuration is wrong */
	ERR_IO,      /* something could not be read, written or started */
	ERR_MEASURE, /* nothing could be measured */
	ERR_NO_BASE, /* there is nothing to compare with */
};

struct error {
	enum error_kind kind;
	char text[1024]; /* one line, no newline at its end */
};

#define ERROR_INIT \
	{ \
		ERR_NONE, "" \
	}

/* Both return -1, so that `return error_set(...)` both says and returns. A longer text is cut. */
int error_set(struct error *err, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "context: " in front. */
int error_wrap(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
