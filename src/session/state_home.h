/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is remembered from one run to the next for whoever runs benchgate, beside no project:
 * $XDG_STATE_HOME/benchgate, or .local/state/benchgate in HOME.
 */
#ifndef SESSION_STATE_HOME_H
#define SESSION_STATE_HOME_H

#include "base/buf.h"
#include "model/env.h"

/* Appends its path, whether it is there or not; false where the environment names neither. */
bool state_home_path(struct buf *path);

/* Was this said of that machine today already? From now on it was. No where nothing can be
 * remembered. `what` is a word fit for the name of a file. */
bool state_home_said_today(const char *what, const struct env *machine);

#endif
