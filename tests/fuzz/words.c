/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that people and other programs write: options, units, dates, messages of a worker, lines of
 * git. */
#include "fuzz/fuzz.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/opts.h"
#include "base/str.h"
#include "gate/paths.h"
#include "harness/message.h"
#include "suite/push.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct fuzzed_options {
	bool flag;
	const char *word, *choice;
	struct words words;
	uint64_t count, duration_ns, size_bytes;
};

static const struct opt option_rows[] = {
	OPT_FLAG('f', "flag", struct fuzzed_options, flag, "a flag"),
	OPT_WORD('w', "word", struct fuzzed_options, word, "WORD", "a word"),
	OPT_CHOICE('c', "choice", struct fuzzed_options, choice, "auto,always,never", "when"),
	OPT_WORDS('W', "words", struct fuzzed_options, words, "WORD", "words"),
	OPT_COUNT('n', "count", struct fuzzed_options, count, "N", "how many"),
	OPT_DURATION('t', "time", struct fuzzed_options, duration_ns, "how long"),
	OPT_SIZE('s', "size", struct fuzzed_options, size_bytes, "how much"),
	OPT_END,
};

/* A line is an argument. */
void fuzz_options(const char *bytes, size_t len)
{
	char *copy = str_dup(bytes), *at = copy;
	struct arguments given = { .items = mem_alloc(len + 2, sizeof *given.items) };
	struct fuzzed_options options = { 0 };
	struct words operands = { 0 };
	struct error err = ERROR_INIT;
	size_t nr_given;

	while (at)
		given.items[given.nr++] = strsep(&at, "\n");
	nr_given = (size_t)given.nr;
	if (opts_parse(option_rows, given, &options, &operands, &err))
		fuzz_check_error(&err, bytes);
	else
		fuzz_check(operands.nr + options.words.nr <= nr_given, "too many words", bytes);
	if (options.choice)
		fuzz_check(str_in_list("auto,always,never", options.choice), "no choice", bytes);
	ARRAY_RELEASE(&options.words);
	ARRAY_RELEASE(&operands);
	free(given.items);
	free(copy);
}

static void check_time(const char *text)
{
	char time[DATE_TIME_MAX];

	if (!date_is_time(text))
		return;
	snprintf(time, sizeof time, "%s", text);
	date_add_seconds(time, 86400);
	fuzz_check(date_is_time(time), "no time", time);
	fuzz_check(strcmp(text, time) <= 0, "before it", time);
	date_add_seconds(time, INT32_MIN);
	fuzz_check(date_is_time(time), "no time", time);
	fuzz_check(date_seconds_between(text, text) == 0, "not the same time", text);
}

static void check_numbers(const char *text)
{
	const char *unit = NULL;
	uint64_t whole;
	double number = 0;

	str_to_u64(text, &whole);
	str_to_duration(text, &whole);
	str_to_size(text, &whole);
	if (str_to_double(text, &number))
		fuzz_check(!isnan(number), "no number", text);
	if (str_to_ratio(text, &number))
		fuzz_check(!isnan(number), "no ratio", text);
	if (str_to_amount(text, &number, &unit))
		fuzz_check(number >= 0 && unit, "no amount", text);
}

/* The first line against the rest. */
static void check_patterns(char *text)
{
	char *rest = strchr(text, '\n');

	fuzz_check(str_glob("*", text) && str_matches(text, text) == str_glob(text, text),
		"not itself", text);
	if (!rest)
		return;
	*rest++ = '\0';
	str_glob(text, rest);
	str_glob_path(text, rest);
	str_matches(text, rest);
	str_distance(text, rest);
	str_columns(rest);
}

static void check_pushes(const char *text)
{
	struct pushes pushes = { 0 };
	struct error err = ERROR_INIT;

	if (pushes_read(text, &pushes, &err))
		fuzz_check_error(&err, text);
	pushes_release(&pushes);
}

void fuzz_words(const char *bytes, size_t len)
{
	char *copy = str_dup(bytes);

	(void)len;
	check_time(bytes);
	if (date_is_day(bytes))
		fuzz_check(date_days_between(bytes, bytes) == 0, "not the same day", bytes);
	check_numbers(bytes);
	check_pushes(bytes);
	check_patterns(copy);
	free(copy);
}

/* Sent again, a message is the same. */
static void check_message(const struct message *message)
{
	struct channel again = CHANNEL_INIT(-1);
	struct message read = { .nr = 0 };

	message_add(&again.in, (const char *const *)message->fields, message->nr);
	fuzz_check(channel_next(&again, &read) && read.nr == message->nr, "another message",
		message->fields[0]);
	for (size_t i = 0; i < read.nr; i++) {
		fuzz_check(strcmp(read.fields[i], message->fields[i]) == 0, "another field",
			message->fields[i]);
		message_number(&read, i);
		message_double(&read, i);
	}
	message_text(&read, read.nr);
	channel_release(&again);
}

/* As a worker writes them, through a pipe where it fits. */
void fuzz_messages(const char *bytes, size_t len)
{
	struct channel channel = CHANNEL_INIT(-1);
	struct message message = { .nr = 0 };
	int ends[2];

	if (len > 60000 || pipe(ends))
		return;
	if (write(ends[1], bytes, len) != (ssize_t)len)
		fuzz_fail("a full pipe", "");
	close(ends[1]);
	channel.fd = ends[0];
	while (channel_read(&channel) == 1)
		while (channel_next(&channel, &message))
			check_message(&message);
	close(ends[0]);
	channel_release(&channel);
}
