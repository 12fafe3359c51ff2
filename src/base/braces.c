/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/braces.h"

#include <string.h>

struct brace_piece brace_piece(const char *at)
{
	size_t len = strcspn(at, "{}");

	if (len)
		return (struct brace_piece){ BRACE_LITERAL, at, len, at + len };
	if (at[1] == at[0])
		return (struct brace_piece){ BRACE_ITSELF, at, 1, at + 2 };
	if (*at == '}')
		return (struct brace_piece){ BRACE_CLOSE, at, 1, at + 1 };
	len = strcspn(at + 1, "{}");
	if (at[1 + len] != '}')
		return (struct brace_piece){ BRACE_OPEN, at, 1, at + 1 };
	return (struct brace_piece){ BRACE_PLACEHOLDER, at + 1, len, at + 2 + len };
}
