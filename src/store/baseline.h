/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A baseline: a run that is kept in the repository to be compared with, one file a machine. It
 * holds the values of several sessions, and why each benchmark's level is what it is. A human reads
 * its differences in reviews: benchmarks stand in the order of their names, each in a block of its
 * own.
 */
#ifndef STORE_BASELINE_H
#define STORE_BASELINE_H

#include "base/buf.h"
#include "base/error.h"
#include "model/run.h"

#define BASELINE_VERSION 3
/* Sessions of a benchmark that are kept, the newest. */
#define BASELINE_MAX_SESSIONS 10
/* Two sessions are at least this far apart: values taken closer together tell of one moment only.
 */
#define BASELINE_SESSION_GAP_NS 60000000000u

/* "x86_64-linux-intel-xeon-gold-6330-1a2b3c4d.json", appended. */
void baseline_file_name(const struct env *env, struct buf *out);

/* Of a run that is no baseline yet, as the one session that it is. What has no values is left out.
 */
void baseline_print(const struct run *baseline, struct buf *out);

/*
 * Into an empty run, from any version of the format, or from a result file, which is a baseline of
 * one session. The error names the place in the text; on error the run holds what was read so far.
 */
int baseline_parse(const char *text, size_t len, struct run *baseline, struct error *err);

/* The same, but a result file is left as it is, with what failed. */
int baseline_parse_run(
	const char *text, size_t len, struct run *run, bool *is_result, struct error *err);

/* The same for files; the error names the file too. Writing makes the folder when it is missing. */
int baseline_read(const char *path, struct run *baseline, struct error *err);
int baseline_write(const char *path, const struct run *baseline, struct error *err);

/*
 * Adds a run to the baseline: to each benchmark that has values in it, a session named by the run's
 * timestamp, or by the next free second. Older ones go where they are too many, where a metric
 * is gone, or has another unit or basis, and all of them with `replace`; so does a digest. What a
 * benchmark is, and the machine, are as the head has them from then on. What was changed and why is
 * the caller's to record.
 */
void baseline_add_session(struct run *baseline, const struct run *head, bool replace);

/* Takes a benchmark out; none of that name is fine. */
void baseline_remove(struct run *baseline, const char *name);

/* The text of the schema. */
extern const char baseline_schema_json[];

#endif
