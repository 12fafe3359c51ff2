/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/str.h"
#include "store/bucket.h"

#include <stdlib.h>
#include <string.h>

static void parses(const char *address, const char *name, const char *prefix)
{
	struct bucket bucket = BUCKET_INIT;
	struct error err = ERROR_INIT;

	if (bucket_parse(address, &bucket, &err))
		fail_msg("%s", err.text);
	assert_string_equal(bucket.name, name);
	assert_string_equal(bucket.prefix, prefix);
	bucket_release(&bucket);
}

static void is_refused(const char *address)
{
	struct bucket bucket = BUCKET_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(bucket_parse(address, &bucket, &err), -1);
	assert_int_equal(err.kind, ERR_USAGE);
	bucket_release(&bucket);
}

TEST(an_address_is_a_bucket_and_a_prefix)
{
	parses("s3://bucket", "bucket", "");
	parses("s3://bucket/", "bucket", "");
	parses("s3://bucket/a", "bucket", "a");
	parses("s3://bucket//a/b//", "bucket", "a/b");
	parses("s3://my.bucket-1/a b/\xc3\xbc+", "my.bucket-1", "a b/\xc3\xbc+");
	parses("s3://bucket/..a/b..", "bucket", "..a/b..");
}

TEST(what_is_no_address_is_refused)
{
	struct buf longest = BUF_INIT;

	is_refused("");
	is_refused("bucket");
	is_refused("s3:/bucket");
	is_refused("https://bucket/a");
	is_refused("s3://");
	is_refused("s3:///a");
	is_refused("s3://ab");
	is_refused("s3://-abc");
	is_refused("s3://a b");
	is_refused("s3://user@host");
	is_refused("s3://bucket?x");
	is_refused("s3://bucket/.");
	is_refused("s3://bucket/../other");
	is_refused("s3://bucket/a/..");
	is_refused("s3://bucket/a\nb");
	is_refused("s3://bucket/a\xff");
	buf_adds(&longest, "s3://bucket/");
	buf_fill(&longest, 'a', 900);
	is_refused(longest.data);
	buf_clear(&longest);
	buf_adds(&longest, "s3://");
	buf_fill(&longest, 'a', 64);
	is_refused(longest.data);
	buf_release(&longest);
}

static void url_is(struct bucket bucket, const char *name, const char *expected)
{
	struct buf url = BUF_INIT;

	bucket_url(&bucket, name, &url);
	assert_string_equal(url.data, expected);
	buf_release(&url);
}

#define TEXT(literal) ((char[]){ literal })

TEST(amazon_has_the_bucket_in_the_host_where_a_certificate_allows_it)
{
	struct bucket bucket = {
		.name = TEXT("bucket"), .prefix = TEXT("a b/c+d"), .region = TEXT("eu-west-1")
	};

	url_is(bucket, "\xc3\xbc.json",
		"https://bucket.s3.eu-west-1.amazonaws.com/a%20b/c%2Bd/%C3%BC.json");
	url_is(bucket, NULL, "https://bucket.s3.eu-west-1.amazonaws.com/");
	bucket.name = TEXT("my.bucket");
	url_is(bucket, "x.json", "https://s3.eu-west-1.amazonaws.com/my.bucket/a%20b/c%2Bd/x.json");
	url_is(bucket, NULL, "https://s3.eu-west-1.amazonaws.com/my.bucket");
}

TEST(others_have_it_in_the_path)
{
	struct bucket bucket = { .name = TEXT("bucket"),
		.prefix = TEXT(""),
		.region = TEXT("x"),
		.endpoint = TEXT("http://localhost:9000") };

	url_is(bucket, "x.json", "http://localhost:9000/bucket/x.json");
	url_is(bucket, NULL, "http://localhost:9000/bucket");
	bucket.endpoint = TEXT("https://host/s3//");
	url_is(bucket, "x.json", "https://host/s3/bucket/x.json");
}

TEST(only_names_that_stay_in_a_folder_are_safe)
{
	static const char *const unsafe[] = { "", ".json", ".a.json", "a", "a.json.txt", "/a.json",
		"../a.json", "a/b.json", "a\\b.json", "..", "a\n.json", "a\033.json", "a\xff.json",
		"a\xc2\x9b.json" };
	struct buf name = BUF_INIT;

	assert_true(bucket_name_is_ours("a.json"));
	assert_true(bucket_name_is_ours("a b+c \xc3\xbc.json"));
	for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
		if (bucket_name_is_ours(unsafe[i]))
			fail_msg("'%s' is taken for safe", unsafe[i]);
	buf_fill(&name, 'a', 250);
	buf_adds(&name, ".json");
	assert_false(bucket_name_is_ours(name.data));
	buf_release(&name);
}

/* The names of a page with blanks between them, "!" where there is none, and then where it goes on.
 */
static void page_is(const char *prefix, const char *xml, const char *expected)
{
	struct bucket bucket = { .name = TEXT("bucket"), .prefix = (char *)prefix };
	struct error err = ERROR_INIT;
	struct texts names = { 0 };
	struct buf text = BUF_INIT, found = BUF_INIT;
	char *next = NULL;

	buf_adds(&text, xml);
	if (bucket_read_page(&bucket, &text, &names, &next, &err))
		buf_addc(&found, '!');
	for (size_t i = 0; !err.kind && i < names.nr; i++)
		buf_addf(&found, "%s ", names.items[i]);
	if (next)
		buf_addf(&found, "-> %s", next);
	assert_string_equal(found.data, expected);
	free(next);
	texts_release(&names);
	buf_release(&text);
	buf_release(&found);
}

#define KEY(name) "<Contents><Key>" name "</Key><Size>1</Size></Contents>"
#define LIST(what) \
	"<?xml version=\"1.0\"?><ListBucketResult xmlns=\"x\">" what "</ListBucketResult>"

TEST(a_page_is_its_names_and_where_it_goes_on)
{
	page_is("", LIST(KEY("a.json") KEY("b&amp;c")), "a.json b&c ");
	page_is("a b", LIST("<Prefix>a b/</Prefix>" KEY("a b/x") KEY("a b/") KEY("other/y")), "x ");
	page_is("", LIST("<CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes>"), "");
	page_is("",
		LIST("<IsTruncated>true</IsTruncated>" KEY(
			"a") "<NextContinuationToken>1/+=</NextContinuationToken>"),
		"a -> 1/+=");
	page_is("",
		LIST("<IsTruncated>false</IsTruncated><NextContinuationToken>1</NextContinuationToken>"),
		"");
}

TEST(a_page_that_is_none_is_an_error)
{
	page_is("", "", "!");
	page_is("", "<html>", "!");
	page_is("", LIST("<IsTruncated>true</IsTruncated>"), "!");
	page_is("", LIST("<IsTruncated>true</IsTruncated><NextContinuationToken/>"), "!");
}

TEST(endpoints_and_regions_are_what_they_can_be)
{
	static const struct {
		const char *endpoint, *region;
		bool fine;
	} cases[] = {
		{ NULL, "eu-west-1", true },
		{ "http://localhost:9000", "garage", true },
		{ "https://host/path/", "us-east-1", true },
		{ "localhost:9000", "x", false },
		{ "ftp://host", "x", false },
		{ "http://us:word@host", "x", false },
		{ "http://host?x", "x", false },
		{ NULL, "", false },
		{ NULL, "x/y", false },
		{ NULL, "x:y", false },
		{ NULL, "evil.com#", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = ERROR_INIT;
		struct bucket bucket = { .endpoint = (char *)cases[i].endpoint,
			.region = (char *)cases[i].region };

		assert_int_equal(bucket_check(&bucket, &err), cases[i].fine ? 0 : -1);
	}
}
