/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was explained, in each format. */
#ifndef REPORT_EXPLANATION_REPORT_H
#define REPORT_EXPLANATION_REPORT_H

#include "base/buf.h"
#include "explain/explain_account.h"

void explanation_text(const struct explain_account *account, struct buf *out);
/* The same of one subject alone. */
void explanation_text_subject(const struct explain_account *account,
	const struct explain_subject *subject, struct buf *out);
/* The machine code of its function that changed most; nothing where that is not known. */
void explanation_text_code(const struct explain_subject *subject, struct buf *out);
void explanation_markdown(const struct explain_account *account, struct buf *out);
void explanation_json(const struct explain_account *account, struct buf *out);

#endif
