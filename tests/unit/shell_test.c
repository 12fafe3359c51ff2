/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "cmd/shell.h"

#define NR(table) (sizeof(table) / sizeof *(table))

TEST(a_word_is_quoted_where_it_must_be)
{
	static const struct {
		const char *word, *written;
	} cases[] = {
		{ "plain", "plain" },
		{ "/usr/local/bin/bench-gate_1.0", "/usr/local/bin/bench-gate_1.0" },
		{ "critical,standard", "critical,standard" },
		{ "", "''" },
		{ "two words", "'two words'" },
		{ "it's", "'it'\\''s'" },
		{ "'", "''\\'''" },
		{ "$HOME", "'$HOME'" },
		{ "a*", "'a*'" },
		{ "~", "'~'" },
		{ "a\nb", "'a\nb'" },
		{ "\xc3\xa4", "'\xc3\xa4'" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct buf out = BUF_INIT;

		shell_add_word(&out, cases[i].word);
		assert_string_equal(out.data, cases[i].written);
		buf_release(&out);
	}
}
