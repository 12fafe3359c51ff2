/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The place of a struct's field, for rows of a table; a field of another type does not compile. */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include <stddef.h>

#define FIELD_AT(struct_type, field, type) \
	(offsetof(struct_type, field) + \
		0 * sizeof(char[_Generic(((struct_type *)0)->field, type : 1)]))

#endif
