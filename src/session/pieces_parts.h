/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pieces.c leaves to pieces_check.c: whether shards belong together, and what they lack. */
#ifndef SESSION_PIECES_PARTS_H
#define SESSION_PIECES_PARTS_H

#include "session/pieces.h"

/* Fills in the claims. */
int pieces_check(struct pieces *pieces, struct error *err);

/* Fills in what no piece has measured, and why. */
void pieces_note_absent(struct pieces *pieces);

/* The tiers of what is absent, as far as a base says. */
void pieces_name_tiers(struct pieces *pieces);

#endif
