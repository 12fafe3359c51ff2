/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Man pages, made from the command table. */
#ifndef CMD_MANUAL_H
#define CMD_MANUAL_H

#include "cmd/command.h"
#include "cmd/topics.h"

/* benchgate(1) for NULL, else benchgate-COMMAND(1). */
void manual_topic_page(const struct topic *topic, struct buf *out);
void manual_page(const struct command *command, struct buf *out);

#endif
