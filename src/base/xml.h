/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * As much of XML as services answer with: elements, text, entities, CDATA. Attributes, comments and
 * instructions are passed over; a DOCTYPE, with which a text could be made to grow, is refused.
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/error.h"

#include <stddef.h>

/* Of an element with no other in it: its name behind those of the elements around it,
 * "Error/Code", and what it holds. Both are gone when this returns. */
typedef void xml_leaf(void *context, const char *path, const char *text);

/* Calls it for each in turn. The text ends in a NUL behind its len bytes. On error, which says at
 * which byte, it was called for those before. */
int xml_read(const char *text, size_t len, xml_leaf *leaf, void *context, struct error *err);

#endif
