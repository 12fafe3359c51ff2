/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "harness/message.h"

#include "base/random.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

/* Two channels that talk to each other. */
struct line {
	struct channel here, there;
};

static int open_line(void **state)
{
	static struct line line;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return -1;
	line = (struct line){ CHANNEL_INIT(pair[0]), CHANNEL_INIT(pair[1]) };
	*state = &line;
	return 0;
}

static void hang_up(struct channel *channel)
{
	if (channel->fd >= 0)
		close(channel->fd);
	channel->fd = -1;
}

static int close_line(void **state)
{
	struct line *line = *state;

	hang_up(&line->here);
	hang_up(&line->there);
	channel_release(&line->here);
	channel_release(&line->there);
	return 0;
}

static void say(struct line *line, const char *bytes, size_t len)
{
	assert_int_equal(write(line->here.fd, bytes, len), len);
}

/* The next message, read as far as needed. */
static void hear(struct line *line, struct message *message)
{
	while (!channel_next(&line->there, message))
		assert_int_equal(channel_read(&line->there), 1);
}

TEST_WITH(fields_arrive_as_they_were_sent, open_line, close_line)
{
	static const struct {
		size_t nr;
		const char *fields[MESSAGE_MAX_FIELDS];
	} cases[] = {
		{ 1, { "stop" } },
		{ 1, { "" } },
		{ 3, { "bench", "", "" } },
		{ 4, { "", "", "", "" } },
		{ 2, { "wrong", "two\nlines\n" } },
		{ 3, { "a\tb", "\t", "\t\t\n" } },
		{ 3, { "\\", "\\\\", "\\t\\n\\" } },
		{ 2, { "C:\\new\\table", "\\\t\\\n" } },
		{ 2, { "caf\xc3\xa9", "\x01\x7f\xff" } },
		{ 12, { "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12\t" } },
	};
	struct message message;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct line *line = *state;

		assert_int_equal(channel_send(&line->here, cases[i].fields, cases[i].nr), 0);
		hear(line, &message);
		assert_int_equal(message.nr, cases[i].nr);
		for (size_t j = 0; j < message.nr; j++)
			assert_string_equal(message.fields[j], cases[i].fields[j]);
		assert_int_equal(line->there.in.len, 0);
	}
}

TEST(a_message_is_spelt_on_one_line)
{
	struct buf out = BUF_INIT;

	message_add(&out, (const char *const[]){ "wrong", "a\tb\nc\\d", "" }, 3);
	message_add(&out, (const char *const[]){ "stop" }, 1);
	assert_string_equal(out.data, "wrong\ta\\tb\\nc\\\\d\t\nstop\n");
	buf_release(&out);
}

TEST_WITH(put_counts_its_fields, open_line, close_line)
{
	struct line *line = *state;
	struct message message;

	assert_int_equal(channel_put(&line->here, "time", "100", "20"), 0);
	hear(line, &message);
	assert_int_equal(message.nr, 3);
	assert_true(message_is(&message, "time"));
	assert_false(message_is(&message, "tim"));
	assert_false(message_is(&message, "timed"));
	assert_int_equal(message_number(&message, 2), 20);
}

TEST_WITH(fields_too_many_are_dropped_and_the_next_message_is_whole, open_line, close_line)
{
	static const char text[] = "0\t1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t1\\t1\t12\t13\nnext\n";
	struct message message;

	say(*state, text, sizeof text - 1);
	hear(*state, &message);
	assert_int_equal(message.nr, MESSAGE_MAX_FIELDS);
	assert_string_equal(message.fields[11], "1\t1");
	hear(*state, &message);
	assert_true(message_is(&message, "next"));
}

TEST_WITH(a_message_may_come_in_pieces, open_line, close_line)
{
	static const char text[] = "batch\t12\t34\ndo";
	struct line *line = *state;
	struct message message;

	for (size_t i = 0; i < sizeof text - 1; i++) {
		bool complete;

		say(line, &text[i], 1);
		assert_int_equal(channel_read(&line->there), 1);
		complete = channel_next(&line->there, &message);
		assert_int_equal(complete, text[i] == '\n');
		if (complete)
			assert_int_equal(message_number(&message, 2), 34);
	}
	say(line, "ne\n", 3);
	hear(line, &message);
	assert_true(message_is(&message, "done"));
}

TEST_WITH(many_messages_may_come_at_once, open_line, close_line)
{
	struct line *line = *state;
	struct message message;
	struct buf out = BUF_INIT;

	for (uint64_t i = 0; i < 5000; i++)
		message_add(&out, (const char *const[]){ "n", number_text(i).text }, 2);
	say(line, out.data, out.len);
	for (uint64_t i = 0; i < 5000; i++) {
		hear(line, &message);
		assert_true(message_number(&message, 1) == i);
	}
	assert_false(channel_next(&line->there, &message));
	buf_release(&out);
}

/* Writes len times 'x' and, when asked for, a newline, without ever waiting for the reader. */
static int read_long_line(struct line *line, size_t len, bool ended)
{
	char chunk[4096];
	int rc = 1;

	memset(chunk, 'x', sizeof chunk);
	for (; len && rc == 1; rc = channel_read(&line->there)) {
		size_t part = len < sizeof chunk ? len : sizeof chunk;

		say(line, chunk, part);
		len -= part;
	}
	if (ended && rc == 1) {
		say(line, "\n", 1);
		rc = channel_read(&line->there);
	}
	return rc;
}

TEST_WITH(a_line_as_long_as_allowed_is_read, open_line, close_line)
{
	struct message message;
	struct line *line = *state;

	assert_int_equal(read_long_line(line, MESSAGE_MAX_BYTES, true), 1);
	assert_true(channel_next(&line->there, &message));
	assert_int_equal(strlen(message.fields[0]), MESSAGE_MAX_BYTES);
}

TEST_WITH(a_line_without_end_is_an_error, open_line, close_line)
{
	struct line *line = *state;

	assert_int_equal(read_long_line(line, (size_t)16 * MESSAGE_MAX_BYTES, false), -1);
	assert_true(line->there.in.len <= (size_t)2 * MESSAGE_MAX_BYTES);
}

TEST_WITH(a_broken_channel_has_come_to_its_end, open_line, close_line)
{
	struct line *line = *state;
	struct message message;

	say(line, "done\nhalf a li", 14);
	hang_up(&line->here);
	hear(line, &message);
	assert_true(message_is(&message, "done"));
	assert_false(channel_next(&line->there, &message));
	assert_int_equal(channel_read(&line->there), 0);
	hang_up(&line->there);
	assert_int_equal(channel_read(&line->there), 0);
	assert_int_equal(channel_put(&line->there, "stop"), -1);
}

TEST_WITH(sending_to_nobody_is_an_error, open_line, close_line)
{
	struct line *line = *state;

	hang_up(&line->there);
	assert_int_equal(channel_put(&line->here, "stop"), -1);
}

TEST_WITH(missing_and_odd_fields_read_as_nothing, open_line, close_line)
{
	static const char text[] = "word\t\t-1\t12x\t99999999999999999999\t1.5\n";
	struct message message;

	say(*state, text, sizeof text - 1);
	hear(*state, &message);
	assert_string_equal(message_text(&message, 1), "");
	assert_string_equal(message_text(&message, 6), "");
	assert_string_equal(message_text(&message, 1000), "");
	for (size_t i = 0; i < 8; i++)
		assert_true(message_number(&message, i) == 0);
	assert_true(isnan(message_double(&message, 0)));
	assert_true(message_double(&message, 2) == -1);
	assert_true(isnan(message_double(&message, 3)));
	assert_true(message_double(&message, 5) == 1.5);
	assert_true(isnan(message_double(&message, 6)));
}

TEST_WITH(numbers_survive_the_way, open_line, close_line)
{
	static const uint64_t wholes[] = { 0, 1, 10, UINT32_MAX, UINT64_MAX };
	static const double doubles[] = { 0, -0.1, 1. / 3, 5e-324, 1.7976931348623157e308, -2.5e-7,
		123456789012345678. };
	struct line *line = *state;
	struct message message;

	for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++) {
		channel_put(&line->here, "n", number_text(wholes[i]).text);
		hear(line, &message);
		assert_true(message_number(&message, 1) == wholes[i]);
	}
	for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++) {
		channel_put(&line->here, "x", double_text(doubles[i]).text);
		hear(line, &message);
		assert_true(message_double(&message, 1) == doubles[i]);
	}
}

/* A benchmark's own metric may be a quotient by zero: that must not turn into a plausible 0. */
TEST_WITH(what_is_no_number_does_not_become_zero, open_line, close_line)
{
	static const double odd[] = { NAN, INFINITY, -INFINITY };
	struct line *line = *state;
	struct message message;

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		channel_put(&line->here, "metric", double_text(odd[i]).text);
		hear(line, &message);
		if (isfinite(message_double(&message, 1)))
			fail_msg("%s has become %g", message_text(&message, 1),
				message_double(&message, 1));
	}
}

TEST_WITH(any_bytes_are_taken_without_harm, open_line, close_line)
{
	/* Half of all bytes are those that mean something. */
	static const char special[] = "\t\n\\\0nt\r\"";
	struct random random = random_seed(20);
	struct line *line = *state;
	struct message message;
	size_t nr_lines = 0, nr_messages = 0;

	for (int round = 0; round < 2000; round++) {
		char bytes[64];
		size_t len = 1 + random_below(&random, sizeof bytes);

		for (size_t i = 0; i < len; i++) {
			bytes[i] = (char)random_next(&random);
			if (random_below(&random, 2))
				bytes[i] = special[random_below(&random, sizeof special - 1)];
			nr_lines += bytes[i] == '\n';
		}
		say(line, bytes, len);
		assert_int_equal(channel_read(&line->there), 1);
		while (channel_next(&line->there, &message)) {
			nr_messages++;
			assert_in_range(message.nr, 1, MESSAGE_MAX_FIELDS);
			for (size_t i = 0; i < message.nr; i++)
				assert_true(strlen(message.fields[i]) < line->there.line.alloc);
		}
	}
	assert_int_equal(nr_messages, nr_lines);
}

TEST_START
{
	signal(SIGPIPE, SIG_IGN);
}
