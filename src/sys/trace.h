/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the program did and when, in a file that trace viewers open (the Trace Event Format, which
 * Perfetto and speedscope read). Off unless it was opened: then each of these tests a flag and
 * returns. What may be secret must not be handed over: of an address the host, of a request no
 * body.
 */
#ifndef SYS_TRACE_H
#define SYS_TRACE_H

#include "base/error.h"

#include <stdint.h>

/* The file is made anew. Copies of this process write to it, too. */
int trace_open(const char *path, const char *title, struct error *err);
/* Ends the file; for the process that opened it. */
void trace_close(void);

/* What is later called the start of an event; 0: tracing is off. */
uint64_t trace_start(void);

/* An event that ends now, in the row of a child (its process id) or in our own (0). */
void trace_event(uint64_t start_ns, long process, const char *kind, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* One that takes no time. */
void trace_mark(const char *kind, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A child's row is called by that name, which those before and after it may have, too; the event of
 * its whole life by the command. */
void trace_process(long process, const char *name, const char *command);
void trace_process_end(uint64_t start_ns, long process);

#endif
