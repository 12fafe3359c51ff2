/* SPDX-License-Identifier: GPL-3.0-or-later */
/* News as Slack shows them: blocks within its limits, in which no text from outside links to
 * anything or mentions anyone. */
#ifndef NOTIFY_SLACK_BLOCKS_H
#define NOTIFY_SLACK_BLOCKS_H

#include "notify/news.h"

/* Adds "text", for where blocks cannot be shown, and "blocks". */
void slack_blocks_add(const struct news *news, struct json *body);

#endif
