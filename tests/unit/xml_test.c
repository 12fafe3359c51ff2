/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>

static void note(void *context, const char *path, const char *text)
{
	buf_addf(context, "%s=%s\n", path, text);
}

/* What it has, a line a leaf; the caller's. */
static char *leaves(const char *xml, int *rc, struct error *err)
{
	struct buf out = BUF_INIT;

	*rc = xml_read(xml, strlen(xml), note, &out, err);
	return buf_detach(&out);
}

static void holds(const char *xml, const char *expected)
{
	struct error err = ERROR_INIT;
	int rc;
	char *found = leaves(xml, &rc, &err);

	if (rc)
		fail_msg("%s: %s", xml, err.text);
	assert_string_equal(found, expected);
	free(found);
}

static void is_wrong(const char *xml, const char *why)
{
	struct error err = ERROR_INIT;
	int rc;
	char *found = leaves(xml, &rc, &err);

	assert_int_equal(rc, -1);
	if (!strstr(err.text, why))
		fail_msg("%s: not \"%s\": %s", xml, why, err.text);
	free(found);
}

TEST(leaves_are_named_by_what_is_around_them)
{
	holds("<a>b</a>", "a=b\n");
	holds("<?xml version=\"1.0\"?>\n<a xmlns=\"http://x/\"><b>1</b><c><b x='>'>2</b></c><b/></a>\n",
		"a/b=1\na/c/b=2\na/b=\n");
	holds("<a> <b> 1 </b> text <b>2</b> </a>", "a/b= 1 \na/b=2\n");
	holds("\xef\xbb\xbf<a><!-- <b>no</b> --></a >", "a=\n");
}

TEST(entities_and_cdata_are_what_they_stand_for)
{
	holds("<a>&lt;&amp;lt;&gt;&quot;&apos;</a>", "a=<&lt;>\"'\n");
	holds("<a>&#65;&#x42;&#233;&#x20ac;&#x1F600;</a>",
		"a=AB\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\n");
	holds("<a>x<![CDATA[<b>&amp;]]>y</a>", "a=x<b>&amp;y\n");
}

TEST(what_is_broken_is_an_error_that_says_where)
{
	is_wrong("", "the text ends too early at byte 1");
	is_wrong("<a><b>1</b>", "the text ends too early at byte 12");
	is_wrong("<a>1</b>", "the end tag of another element at byte 5");
	is_wrong("<ab>1</a>", "the end tag of another element");
	is_wrong("<a>1</a", "an element without an end");
	is_wrong("<a", "an element without an end");
	is_wrong("<a x=\">", "an element without an end");
	is_wrong("<>1</>", "an element whose name is empty or too long");
	is_wrong("</a>", "an end tag without a start tag");
	is_wrong("<a/><b/>", "a second root element");
	is_wrong("hello", "text outside");
	is_wrong("<a/>&amp;", "text outside");
	is_wrong("<a>&nbsp;</a>", "an unknown entity");
	is_wrong("<a>&amp</a>", "an unknown entity");
	is_wrong("<a>&</a>", "an unknown entity");
	is_wrong("<a>&#0;</a>", "an unknown entity");
	is_wrong("<a>&#xd800;</a>", "an unknown entity");
	is_wrong("<a>&#x110000;</a>", "an unknown entity");
	is_wrong("<a>&#99999999999999999999;</a>", "an unknown entity");
	is_wrong("<a><![CDATA[x</a>", "a CDATA section without an end");
	is_wrong("<a><!-- x</a>", "a comment without an end");
	is_wrong("<?xml <a/>", "an instruction without an end");
}

TEST(what_could_make_a_text_grow_is_refused)
{
	struct buf deep = BUF_INIT, wide = BUF_INIT;

	is_wrong("<!DOCTYPE a [<!ENTITY b \"bbbb\">]><a>&b;</a>", "a declaration");
	for (int i = 0; i < 100; i++)
		buf_adds(&deep, "<a>");
	is_wrong(deep.data, "elements nested too deep");
	buf_addc(&wide, '<');
	buf_fill(&wide, 'a', 1000);
	buf_addc(&wide, '>');
	is_wrong(wide.data, "too long");
	buf_release(&deep);
	buf_release(&wide);
}

TEST(a_nul_is_no_end)
{
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;

	assert_int_equal(xml_read("<a/>\0<b/>", 9, note, &out, &err), -1);
	buf_release(&out);
}

/* Pieces in any order: it ends, and reads nothing that is not there (under valgrind or ASan). */
TEST(any_rubbish_is_survived)
{
	static const char *const pieces[] = { "<", ">", "/", "a", "<a>", "</a>", "&", ";", "&#",
		"x41", "&amp;", "\"", "'", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", " ", "=",
		"<!", "\xff" };
	struct random random = random_seed(7);

	for (int i = 0; i < 20000; i++) {
		struct error err = ERROR_INIT;
		struct buf text = BUF_INIT, out = BUF_INIT;
		char *exact;

		for (int j = 0; j < 12; j++)
			buf_adds(&text,
				pieces[random_below(&random, sizeof pieces / sizeof *pieces)]);
		exact = mem_copy(text.data, text.len);
		xml_read(exact, text.len, note, &out, &err);
		free(exact);
		buf_release(&text);
		buf_release(&out);
	}
}
