/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json_lists.h"

#include "base/array.h"
#include "base/json_text.h"

#include <string.h>

#define MAX_APART 65536 /* bytes of what stands beside the lists, each */

/* Where a walk over brackets has to look. */
static const bool marks[256] = {
	['\0'] = true,
	['"'] = true,
	['['] = true,
	[']'] = true,
	['{'] = true,
	['}'] = true,
};

/* Behind the quote that ends a text, from its first; NULL: none does. */
static const char *skip_text(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		at += *at == '\\' && at[1];
	return *at ? at + 1 : NULL;
}

/* From behind an opening bracket. A list that begins with a number is taken for one of numbers
 * alone where numbers_end, the end of the text, is given. */
static const char *skip_opened(const char *at, const char *numbers_end)
{
	const char *first = json_past_blanks(at);

	if (!numbers_end || at[-1] != '[' || (*first != '-' && !(*first >= '0' && *first <= '9')))
		return at;
	first = memchr(first, ']', (size_t)(numbers_end - first));
	return first ? first : numbers_end;
}

/* From behind an opening bracket to the one that closes it; NULL: none does. */
static const char *skip_nested(const char *at, const char *numbers_end)
{
	size_t depth = 1;

	while (at) {
		while (!marks[(unsigned char)*at])
			at++;
		if (*at == ']' || *at == '}')
			depth--;
		if (!depth || !*at)
			return depth ? NULL : at;
		if (*at == '"') {
			at = skip_text(at);
		} else if (*at == '[' || *at == '{') {
			depth++;
			at = skip_opened(at + 1, numbers_end);
		} else {
			at++;
		}
	}
	return NULL;
}

/* A value beside the lists, and the blanks behind it. */
static const char *skip_apart(const char *start)
{
	const char *at = start;

	if (*at == '[' || *at == '{') {
		at = skip_nested(at + 1, NULL);
		at = at ? at + 1 : NULL;
	} else if (*at == '"') {
		at = skip_text(at);
	} else {
		at += strcspn(at, ",}]");
	}
	return at && at - start <= MAX_APART ? json_past_blanks(at) : NULL;
}

/* What is in it is checked when it is read; were it no list of values, it would not end there. */
static const char *find_list(const char *at, const char *end, struct json_list *list)
{
	list->start = at;
	list->end = skip_nested(at, end);
	return list->end && *list->end == ']' ? json_past_blanks(list->end + 1) : NULL;
}

/* Whether a name of the root stands there twice is seen by who reads the rest. */
static const char *find_in_member(
	const char *at, const char *end, size_t order, struct json_lists *lists)
{
	const char *first;

	at = *at == '"' ? skip_text(at) : NULL;
	if (!at || *(at = json_past_blanks(at)) != ':')
		return NULL;
	at = json_past_blanks(at + 1);
	first = json_past_blanks(at + (*at == '['));
	if (*at != '[' || *first != '{')
		return skip_apart(at);
	*ARRAY_ADD(lists) = (struct json_list){ .order = order };
	return find_list(first, end, &lists->items[lists->nr - 1]);
}

bool json_lists_find(const char *text, size_t len, struct json_lists *lists)
{
	const char *at = json_past_blanks(text);
	size_t order = 0;

	if (*at != '{')
		return false;
	do {
		at = find_in_member(json_past_blanks(at + 1), text + len, order++, lists);
	} while (at && *at == ',');
	return at && *at == '}' && json_past_blanks(at + 1) == text + len && lists->nr;
}
