/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a bisection found, as text, Markdown or JSON. */
#ifndef REPORT_BISECT_REPORT_H
#define REPORT_BISECT_REPORT_H

#include "explain/bisect_account.h"

void bisect_text(const struct bisect_account *account, struct buf *out);
void bisect_markdown(const struct bisect_account *account, struct buf *out);
void bisect_json(const struct bisect_account *account, struct buf *out);

#endif
