/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is left to do of a message when a part of it is done: the talk's `rest`. */
#ifndef NOTIFY_FORGE_REST_H
#define NOTIFY_FORGE_REST_H

#include "notify/notifier.h"

/* The act that the talk is at is not to be tried again. */
void forge_rest_done(struct talk *talk);
/* Of it so many requests were answered, about what was found. */
void forge_rest_begun(struct talk *talk);

/* Goes on where an earlier talk had to leave the act. */
void forge_rest_resume(struct talk *talk, const struct json *act);
/* Can it be gone on with, as far as it was begun? */
bool forge_rest_is_whole(const struct json *act);

#endif
