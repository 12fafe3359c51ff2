/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flame graphs of what was explained: a page of its own, stacks as flamegraph.pl's difffolded.pl
 * writes them, and speedscope's format. */
#ifndef REPORT_FLAME_REPORT_H
#define REPORT_FLAME_REPORT_H

#include "base/buf.h"
#include "explain/explain_account.h"

/* The first line of the page, by which it is known when it is written again. */
#define FLAME_HTML_BEGINS "<!DOCTYPE html><!-- a flame graph by benchgate -->"

/* Of all subjects that have no trouble. */
void flame_html(const struct explain_account *account, struct buf *out);
/* The same without a page around it, for html_report_with. */
void flame_add_sections(const struct explain_account *account, struct buf *out);
/* "a;b;c BASE HEAD" in instructions of all iterations; several subjects are several roots. */
void flame_stacks(const struct explain_account *account, struct buf *out);
void flame_speedscope(const struct explain_account *account, struct buf *out);

#endif
