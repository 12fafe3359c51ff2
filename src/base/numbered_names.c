/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/numbered_names.h"

#include "base/array.h"
#include "base/str.h"

#include <string.h>

#define MAX_NAMES 1000000

const char *numbered_name(struct texts *names, const char *text)
{
	char digits[16] = "";
	uint64_t number;
	size_t len;

	if (*text != '(')
		return text;
	len = strspn(++text, "0123456789");
	if (!len || len >= sizeof digits || text[len] != ')')
		return NULL;
	memcpy(digits, text, len);
	if (!str_to_u64(digits, &number) || number >= MAX_NAMES)
		return NULL;
	text += len + 1;
	while (names->nr <= number)
		*ARRAY_ADD(names) = NULL;
	if (*text == ' ')
		str_set(&names->items[number], text + 1);
	return names->items[number];
}
