/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was explained, in each format. */
#ifndef REPORT_EXPLANATION_REPORT_H
#define REPORT_EXPLANATION_REPORT_H

#include "base/buf.h"
#include "explain/explain_account.h"

void explanation_text(const struct explain_account *account, struct buf *out);
void explanation_markdown(const struct explain_account *account, struct buf *out);
void explanation_json(const struct explain_account *account, struct buf *out);

#endif
