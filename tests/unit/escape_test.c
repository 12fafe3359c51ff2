/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "report/escape.h"

#include <string.h>

typedef void escaper(struct buf *out, const char *text);

static void check(escaper *escape, const char *text, const char *expected)
{
	struct buf out = BUF_INIT;

	escape(&out, text);
	assert_string_equal(out.data, expected);
	buf_release(&out);
}

static void check_code(const char *text, bool in_table, const char *expected)
{
	struct buf out = BUF_INIT;

	escape_code(&out, text, in_table);
	assert_string_equal(out.data, expected);
	buf_release(&out);
}

TEST(what_steers_a_terminal_or_is_no_text_is_a_question_mark)
{
	static escaper *const all[] = { escape_xml, escape_markdown, escape_label, escape_csv,
		escape_message, escape_property };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		check(all[i], "a\033b\xff", "a?b?");
	check(escape_xml, "::a::##[b]", "?:a::?#[b]");
	check_code("a\033b", false, "`a?b`");
}

TEST(markup_is_shown_as_it_is)
{
	check(escape_xml, "a<b>&\"c\"'", "a&lt;b&gt;&amp;&quot;c&quot;&#39;");
	check(escape_xml, "caf\xc3\xa9", "caf\xc3\xa9");
	check(escape_markdown, "a|b*c_d`e<f>&", "a\\|b\\*c\\_d\\`e&lt;f&gt;&amp;");
	check(escape_markdown, "[x](y)", "\\[x\\](y)");
}

TEST(nobody_is_notified_and_nothing_is_linked)
{
	check(escape_markdown, "@all #12", "@<!-- -->all #<!-- -->12");
	check(escape_markdown, "so: https://x", "so: https:<!-- -->//x");
}

TEST(code_has_a_fence_that_it_does_not_hold)
{
	check_code("plain", true, "`plain`");
	check_code("a`b", true, "``a`b``");
	check_code("``", true, "``` `` ```");
	check_code("a|b", true, "`a\\|b`");
	check_code("a|b", false, "`a|b`");
	check_code("", true, "`  `");
}

TEST(labels_fields_and_words_are_quoted_where_they_must_be)
{
	check(escape_label, "a\"b\\c", "a\\\"b\\\\c");
	check(escape_csv, "plain", "plain");
	check(escape_csv, "a,b", "\"a,b\"");
	check(escape_csv, "say \"a\"", "\"say \"\"a\"\"\"");
	check(escape_csv, "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0");
	check(escape_csv, "@SUM(1)", "'@SUM(1)");
	check(escape_csv, "+1", "'+1");
	check(escape_csv, "-1,\"a\"", "\"'-1,\"\"a\"\"\"");
	check(escape_csv, "a=b-c@d", "a=b-c@d");
	check(escape_csv, "a;=1;b", "\"a;'=1;b\"");
	check(escape_csv, "", "");
	check(escape_shell, "sort/1000", "sort/1000");
	check(escape_shell, "a b", "'a b'");
	check(escape_shell, "it's", "'it'\\''s'");
	check(escape_shell, "$(rm)", "'$(rm)'");
	check(escape_shell, "", "''");
}

TEST(a_workflow_command_ends_where_it_should)
{
	check(escape_message, "5 %: a, b", "5 %25: a, b");
	check(escape_property, "5 %: a, b", "5 %25%3A a%2C b");
}
