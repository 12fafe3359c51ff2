/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/likeness.h"

#include "base/array.h"
#include "base/str.h"
#include "suite/code.h"
#include "sys/process.h"

#include <string.h>

/* Suites' files that were read already. */
struct codes {
	struct opened {
		const char *source; /* borrowed */
		struct code *code;  /* NULL: it cannot be read, and nothing is known of it */
	} * items;
	size_t nr, alloc;
};

static const struct code *code_of(struct codes *codes, const char *source)
{
	struct error ignored = ERROR_INIT;
	struct opened *opened;
	char *path;

	for (size_t i = 0; i < codes->nr; i++)
		if (strcmp(codes->items[i].source, source) == 0)
			return codes->items[i].code;
	path = *source ? str_dup(source) : process_own_path();
	opened = ARRAY_ADD(codes);
	*opened = (struct opened){ source, path ? code_open(path, &ignored) : NULL };
	free(path);
	return opened->code;
}

void likeness_note(const struct benches *base, const struct benches *head, struct run *run)
{
	struct codes codes = { .nr = 0 };

	for (size_t i = 0; i < run->nr; i++) {
		struct result *result = &run->items[i];
		const struct bench *before = benches_find(base, result->name);
		const struct bench *after = benches_find(head, result->name);
		struct code_answer answer;

		if (!result->duets.nr || !before || !after)
			continue;
		answer = code_compare(code_of(&codes, before->source), before->body,
			code_of(&codes, after->source), after->body);
		result->code = answer.likeness;
		result->branchy = answer.branchy;
	}
	for (size_t i = 0; i < codes.nr; i++)
		code_free(codes.items[i].code);
	ARRAY_RELEASE(&codes);
}
