/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text as it must be spelt in a URL, bytes in text, and code points in bytes. */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include "base/buf.h"

#include <stdint.h>

/* Letters, digits, and of the rest -._~ and what `keep` has stand for themselves; any other byte is
 * %XX, with capitals. */
void encode_percent(struct buf *out, const char *text, const char *keep);

/* Padded (RFC 4648, section 4). */
void encode_base64(struct buf *out, const void *bytes, size_t len);
/* With the alphabet that is safe in URLs and names of files, padded (RFC 4648, section 5). */
void encode_base64url(struct buf *out, const char *text);

/* The code point in UTF-8, one to four bytes. */
void encode_utf8(struct buf *out, uint32_t code);
/* The text itself; or a copy in `room`, in which bytes that are not UTF-8 are '?'. */
const char *encode_valid(const char *text, struct buf *room);

#endif
