/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The small result file that `--report result` writes and that other programs write by hand: a
 * name, a value and a unit for each metric. It is read as a run of one process: its own baselines,
 * changes and words are left alone, for what is judged is judged again.
 */
#ifndef STORE_RESULT_REPORT_H
#define STORE_RESULT_REPORT_H

#include "base/error.h"
#include "base/json.h"
#include "model/run.h"

/* It has "benchmark_run" and "metrics", and no "format". */
bool result_report_is(const struct json *root);

/* Into an empty run; on error the run holds what was read so far. */
int result_report_read(const struct json *root, struct run *run, struct error *err);

#endif
