/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order of messages: nobody is told of an alert's end and then of its beginning. Who cannot be
 * told of the one yet is not told of the other.
 */
#ifndef NOTIFY_QUEUE_H
#define NOTIFY_QUEUE_H

#include "notify/deliver.h"

/* Are both for the same channel and of the same alert? Of what a channel keeps up to date the last
 * counts, whatever came before. */
bool queue_follows(const struct letter *later, const struct letter *earlier);

/* Delivers them as deliver does, those that follow others after these. */
void queue_deliver(struct delivery *items, size_t nr, const struct delivery_terms *terms);

#endif
