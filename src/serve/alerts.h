/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alerts of a history: changes for the worse that stand, as rows of its document of changes. People
 * give each a state. */
#ifndef SERVE_ALERTS_H
#define SERVE_ALERTS_H

#include "base/json.h"
#include "pages/documents.h"

/* Of the document of changes; NULL: an error. */
struct json *alerts_read_changes(struct documents *documents, struct error *err);

/* The rows of it that are alerts, in turn: NULL at the end. Start with NULL. */
const struct json *alerts_next(const struct json *changes, const struct json *row);

const char *alert_id(const struct json *row);

#endif
