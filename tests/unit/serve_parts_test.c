/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "serve/answers.h"
#include "serve/failures.h"
#include "serve/live.h"
#include "serve/target.h"
#include "serve/tokens.h"

#include "base/str.h"

#include "support/playground.h"

#include <inttypes.h>

TEST(a_target_is_taken_apart_or_refused)
{
	static const struct {
		const char *text, *is; /* segments, then the query; NULL: it is refused */
	} cases[] = {
		{ "/", "" },
		{ "/api/v1/runs", "[api][v1][runs]" },
		{ "/a%2Fb/c", "[a/b][c]" },
		{ "/series?benchmark=sort%2F1+x&&n=", "[series] benchmark=sort/1 x = n=" },
		{ "/a?b", "[a] b=" },
		{ "/%C3%A4", "[\xc3\xa4]" },
		{ "/..", NULL },
		{ "/a/../b", NULL },
		{ "/a/%2e%2e/b", NULL },
		{ "//a", NULL },
		{ "/a/", NULL },
		{ "/a%", NULL },
		{ "/a%4", NULL },
		{ "/a%zz", NULL },
		{ "/a%00b", NULL },
		{ "/a%0d%0ab", NULL },
		{ "/a?b=%1b[1m", NULL },
		{ "/%ff", NULL },
		{ "/a\\b", NULL },
		{ "/a#b", NULL },
		{ "http://host/a", NULL },
		{ "*", NULL },
		{ "", NULL },
		{ "/a?%", NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct target target;
		struct buf is = BUF_INIT;
		const char *why = target_parse(&target, cases[i].text);

		for (size_t j = 0; j < target.segments.nr; j++)
			buf_addf(&is, "[%s]", target.segments.items[j]);
		for (size_t j = 0; j < target.values.nr; j++)
			buf_addf(&is, " %s=%s", target.names.items[j], target.values.items[j]);
		if (!why != !!cases[i].is || (!why && strcmp(is.data, cases[i].is) != 0))
			fail_msg("%s: %s %s", cases[i].text, why ? why : "taken:", is.data);
		buf_release(&is);
		target_release(&target);
	}
}

TEST(a_header_takes_and_matches_what_it_lists)
{
	static const struct {
		const char *list, *word;
		bool takes;
	} cases[] = {
		{ "gzip", "gzip", true },
		{ "br, GZIP ;q=0.5", "gzip", true },
		{ "gzip;q=0", "gzip", false },
		{ "gzip; q=0.000, br", "gzip", false },
		{ "xgzip", "gzip", false },
		{ "", "gzip", false },
		{ NULL, "gzip", false },
	};
	static const struct {
		const char *list;
		bool matches;
	} tags[] = {
		{ "W/\"ab\"", true },
		{ "\"x\", \"ab\"", true },
		{ "*", true },
		{ "\"a\"", false },
		{ "ab", false },
		{ NULL, false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (header_takes(cases[i].list, cases[i].word) != cases[i].takes)
			fail_msg("%s", cases[i].list);
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (header_matches(tags[i].list, "W/\"ab\"") != tags[i].matches)
			fail_msg("%s", tags[i].list);
}

TEST(who_guesses_tokens_waits_ever_longer)
{
	static const uint64_t waits[] = { 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300,
		300 };
	static struct failures failures;
	char name[64];

	failures_init(&failures);
	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		failures_add(&failures, "10.0.0.1", 100);
		assert_int_equal(failures_wait(&failures, "10.0.0.1", 100), waits[i]);
	}
	assert_int_equal(failures_wait(&failures, "10.0.0.2", 100), 0);
	assert_int_equal(failures_wait(&failures, "10.0.0.1", 399), 1);
	assert_int_equal(failures_wait(&failures, "10.0.0.1", 400), 0);
	/* An hour later all is forgotten. */
	failures_add(&failures, "10.0.0.1", 100 + 3601);
	assert_int_equal(failures_wait(&failures, "10.0.0.1", 100 + 3601), 0);
	failures_release(&failures);
	failures_name("2001:db8:1:2::9", name);
	assert_string_equal(name, "20010db800010002");
}

static char *read_all(struct feed *feed, uint64_t place)
{
	struct buf text = BUF_INIT;
	char room[64];
	size_t nr;

	while ((nr = feed_read(feed, &place, room, sizeof room)))
		buf_add(&text, room, nr);
	return buf_detach(&text);
}

TEST(a_feed_goes_on_where_a_client_was)
{
	struct feed feed;
	bool missed;
	char *all;

	feed_init(&feed, "0123456789abcdef");
	feed_add(&feed, "run", "{\"a\": 1}");
	feed_add(&feed, "run", "two\nlines");
	all = read_all(&feed, 0);
	assert_string_equal(all,
		"event: run\ndata: {\"a\": 1}\nid: 0123456789abcdef-51\n\n"
		"event: run\ndata: two\nid: 0123456789abcdef-97\n\n");
	free(all);
	assert_int_equal(feed_place(&feed, "0123456789abcdef-51", 7, &missed), 51);
	assert_false(missed);
	assert_int_equal(feed_place(&feed, NULL, 7, &missed), 7);
	assert_false(missed);
	/* Of another server, from within an event, from the future. */
	assert_int_equal(feed_place(&feed, "fedcba9876543210-51", 7, &missed), 7);
	assert_true(missed);
	assert_int_equal(feed_place(&feed, "0123456789abcdef-50", 7, &missed), 7);
	assert_true(missed);
	assert_int_equal(feed_place(&feed, "0123456789abcdef-98", 7, &missed), 7);
	assert_true(missed);
	feed_release(&feed);
}

TEST(who_is_away_before_the_first_event_misses_none)
{
	struct buf stream = BUF_INIT;
	struct feed feed;
	const char *id;
	bool missed;

	feed_init(&feed, "0123456789abcdef");
	feed_begin(&feed, feed_end(&feed), &stream);
	id = strstr(stream.data, "id: ") + strlen("id: ");
	stream.data[strlen(stream.data) - 2] = '\0';
	feed_add(&feed, "run", "{}");
	assert_int_equal(feed_place(&feed, id, feed_end(&feed), &missed), 0);
	assert_false(missed);
	feed_release(&feed);
	/* The server was started anew. */
	feed_init(&feed, "fedcba9876543210");
	feed_place(&feed, id, feed_end(&feed), &missed);
	assert_true(missed);
	feed_release(&feed);
	buf_release(&stream);
}

TEST(a_feed_forgets_the_oldest_and_says_so)
{
	static char data[65536];
	struct feed feed;
	uint64_t place = 0;
	char room[64];
	bool missed;

	memset(data, 'x', sizeof data - 1);
	feed_init(&feed, "0123456789abcdef");
	for (int i = 0; i < 140; i++)
		feed_add(&feed, "run", data);
	assert_true(feed.log.len <= FEED_MAX_BYTES);
	assert_int_equal(feed_read(&feed, &place, room, sizeof room), strlen(FEED_RELOAD));
	assert_memory_equal(room, FEED_RELOAD, strlen(FEED_RELOAD));
	assert_int_equal(feed_read(&feed, &place, room, sizeof room), sizeof room);
	assert_memory_equal(room, "event: run\n", 11);
	feed_place(&feed, "0123456789abcdef-0", 0, &missed);
	assert_true(missed);
	feed_release(&feed);
}

static void tell(struct live *live, const char *id, const char *said, const char *why)
{
	struct error err = ERROR_INIT;
	struct json *root = json_parse(said, strlen(said), &err);

	assert_int_equal(live_tell(live, id, root, "ci", &err), why ? -1 : 0);
	if (why && !str_glob(why, err.text))
		fail_msg("%s", err.text);
	json_free(root);
}

/* As a pattern of the list of runs. */
static void check_live(struct live *live, const char *pattern)
{
	struct json *list = json_new_array();
	struct buf text = BUF_INIT;

	live_print(live, list);
	json_print_line(list, &text);
	if (!str_glob(pattern, text.data))
		fail_msg("%s", text.data);
	buf_release(&text);
	json_free(list);
}

TEST(who_comes_late_gets_live_runs_from_their_beginning)
{
	struct feed feed;
	struct live live;
	uint64_t begin;

	feed_init(&feed, "0123456789abcdef");
	live_init(&live, &feed);
	feed_add(&feed, "run", "{}");
	begin = feed_end(&feed);
	tell(&live, "00000000000000aa", "{\"event\": \"begin\"}", NULL);
	tell(&live, "00000000000000aa",
		"{\"event\": \"progress\", \"measured\": {\"a\": 2, \"b\": 1}}", NULL);
	tell(&live, "00000000000000aa",
		"{\"event\": \"progress\", \"measured\": {\"b\": 3, \"a\": 1, \"c\": \"\"}}", NULL);
	check_live(&live, "*\"begin\": {\"event\": \"begin\"}*\"measured\": {\"a\": 2,\"b\": 3}*");
	tell(&live, "00000000000000bb", "{\"event\": \"begin\"}", NULL);
	assert_int_equal(live_place(&live), begin);
	tell(&live, "00000000000000aa", "{\"event\": \"end\"}", NULL);
	assert_true(live_place(&live) > begin);
	tell(&live, "00000000000000bb", "{\"event\": \"end\"}", NULL);
	assert_int_equal(live_place(&live), feed_end(&feed));
	tell(&live, "x", "{\"event\": \"end\"}", "a run's id has 16 *");
	tell(&live, "00000000000000aa", "{\"event\": 1}", "\"event\" is begin, *");
	live_release(&live);
	feed_release(&feed);
}

TEST_WITH(a_token_is_kept_as_its_hash_alone, open_playground, close_playground)
{
	struct tokens tokens = { 0 };
	struct error err = ERROR_INIT;
	char token[TOKEN_MAX], other[TOKEN_MAX];
	struct stat is;
	const char *path = inside("runs.db.tokens");

	assert_int_equal(tokens_add(path, "ci", ROLE_WRITE, token, &err), 0);
	assert_int_equal(tokens_add(path, "ops", ROLE_ADMIN, other, &err), 0);
	assert_int_equal(tokens_add(path, "ci", ROLE_READ, other, &err), -1);
	assert_string_equal(err.text,
		"there is a token 'ci' already; 'benchgate serve token remove ci' removes it");
	assert_int_equal(stat(path, &is), 0);
	assert_int_equal(is.st_mode & 0777, 0600);
	assert_int_equal(tokens_load(path, &tokens, &err), 0);
	assert_int_equal(tokens.nr, 2);
	assert_int_equal(tokens_find(&tokens, token)->role, ROLE_WRITE);
	token[10] ^= 1;
	assert_null(tokens_find(&tokens, token));
	assert_null(tokens_find(&tokens, tokens.items[0].hash));
	tokens_release(&tokens);
	assert_int_equal(tokens_remove(path, "cj", &err), -1);
	assert_string_equal(
		err.text, "there is no token 'cj'; did you mean ci? known tokens: ci, ops");
	assert_int_equal(tokens_remove(path, "ci", &err), 0);
	chmod(path, 0660);
	assert_int_equal(tokens_load(path, &tokens, &err), -1);
	tokens_release(&tokens);
}
