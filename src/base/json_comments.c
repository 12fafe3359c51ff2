/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

void json_strip_comments(char *text)
{
	bool quoted = false;

	for (char *at = text; *at; at++) {
		if (quoted) {
			if (*at == '\\' && at[1])
				at++;
			else if (*at == '"')
				quoted = false;
			continue;
		}
		quoted = *at == '"';
		if (at[0] != '/' || (at[1] != '/' && at[1] != '*'))
			continue;
		if (at[1] == '/') {
			for (; at[1] && at[1] != '\n'; at++)
				*at = ' ';
			*at = ' ';
			continue;
		}
		for (*at++ = ' '; *at && !(at[0] == '*' && at[1] == '/'); at++)
			*at = *at == '\n' ? '\n' : ' ';
		if (*at)
			at[0] = at[1] = ' ';
		else
			at--;
	}
}
