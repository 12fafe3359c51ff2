/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mail as it is sent: header fields (RFC 5322), words in them that are not ASCII (RFC 2047), and
 * bodies as quoted-printable (RFC 2045). Lines end in CRLF and none is over 76 characters where it
 * can be folded. Whatever a text holds, it cannot begin a field of its own.
 */
#ifndef NOTIFY_MIME_H
#define NOTIFY_MIME_H

#include "base/buf.h"
#include "base/error.h"
#include "base/texts.h"

#include <stdbool.h>

/* A field of free text, such as Subject. */
void mime_add_text(struct buf *out, const char *name, const char *text);

/* A mailbox is "somebody@example.org" or "Some Body <somebody@example.org>". */
bool mime_is_mailbox(const char *text);
/* The address of a good one alone, the caller's to free. */
char *mime_address(const char *mailbox);
/* A field of good ones, such as To. */
void mime_add_mailboxes(struct buf *out, const char *name, char *const *mailboxes, size_t nr);

/* A field with the time 2026-11-21T04:05:06Z. */
void mime_add_date(struct buf *out, const char *name, const char *time);

/* A body. */
void mime_add_quoted(struct buf *out, const char *text);

#endif
