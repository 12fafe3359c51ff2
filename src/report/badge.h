/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A badge: a label and a message side by side, as an SVG file. */
#ifndef REPORT_BADGE_H
#define REPORT_BADGE_H

#include "base/buf.h"

/* Dark enough for white letters. */
#define BADGE_GREEN "#2a7d36"
#define BADGE_RED "#b3261e"

/* Both texts are our own, and need no escaping. */
void badge_draw(const char *label, const char *message, const char *rgb, struct buf *out);

#endif
