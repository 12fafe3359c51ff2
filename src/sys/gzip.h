/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packs bytes as gzip does, by zlib, whose library is opened when it is first needed: the only door
 * to it. */
#ifndef SYS_GZIP_H
#define SYS_GZIP_H

#include "base/buf.h"

#include <stdbool.h>

/* Appends them; false where there is no zlib, and nothing is added then. Not for two threads at
 * once the first time. */
bool gzip_pack(const struct buf *bytes, struct buf *packed);

#endif
