/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of the table in notifier.c, for it alone and for their tests; each is in the file of its
 * name. */
#ifndef NOTIFY_KINDS_H
#define NOTIFY_KINDS_H

#include "notify/notifier.h"

extern const struct notifier github_notifier;
extern const struct notifier gitlab_notifier;
extern const struct notifier slack_notifier;
extern const struct notifier webhook_notifier;
extern const struct notifier email_notifier;
extern const struct notifier pushgateway_notifier;
extern const struct notifier file_notifier;
extern const struct notifier command_notifier;

#endif
