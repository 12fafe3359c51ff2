/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flame graphs of what was explained: a page of its own, stacks as flamegraph.pl's difffolded.pl
 * writes them, and speedscope's format. */
#ifndef REPORT_FLAME_REPORT_H
#define REPORT_FLAME_REPORT_H

#include "base/buf.h"
#include "model/run.h"

/* The first line of the page, by which it is known when it is written again. */
#define FLAME_HTML_BEGINS "<!DOCTYPE html><!-- a flame graph by benchgate -->"

/* What is drawn, one a benchmark; borrowed. Free it with ARRAY_RELEASE. */
struct flame_list {
	const struct kept_explanation **items;
	size_t nr, alloc;
};

void flame_list_add(struct flame_list *list, const struct kept_explanation *kept);
/* Adds what a run keeps. */
void flame_list_run(const struct run *run, struct flame_list *list);

void flame_html(const struct flame_list *list, struct buf *out);
/* The same without a page around it, for the HTML report. */
void flame_add_sections(const struct flame_list *list, struct buf *out);
/* "a;b;c BASE HEAD" in instructions of all iterations; several benchmarks are several roots. */
void flame_stacks(const struct flame_list *list, struct buf *out);
void flame_speedscope(const struct flame_list *list, struct buf *out);

#endif
