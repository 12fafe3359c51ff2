/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a mail says, as text and as HTML. */
#ifndef NOTIFY_EMAIL_PARTS_H
#define NOTIFY_EMAIL_PARTS_H

#include "notify/news.h"

void email_add_text(const struct news *news, struct buf *out);
void email_add_html(const struct news *news, struct buf *out);

#endif
