/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/callgrind.h"

#include "base/array.h"
#include "base/numbered_names.h"
#include "base/str.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define MAX_LINE 65536

/* The number behind "totals: " at the start of a line; the text ends in a zero. */
static bool read_total(const char *line, uint64_t *total)
{
	static const char word[] = "totals: ";
	char number[32];
	size_t len;

	if (strncmp(line, word, sizeof word - 1) != 0)
		return false;
	line += sizeof word - 1;
	len = strspn(line, "0123456789");
	if (!len || len >= sizeof number)
		return false;
	memcpy(number, line, len);
	number[len] = '\0';
	return str_to_u64(number, total);
}

int callgrind_total(const char *text, size_t len, uint64_t *total, struct error *err)
{
	for (const char *at = text; at && at < text + len; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (read_total(at, total))
			return 0;
	}
	return error_set(err, ERR_IO, "callgrind's file has no line \"totals: NUMBER\"");
}

/* Where reading a file is. */
struct reading {
	struct profile *profile;
	struct texts functions, objects; /* by number */
	char *object;                    /* of the function at hand; NULL: not known */
	size_t at;                       /* row of the function at hand */
	size_t called;                   /* row of the one that the next call is of */
	bool has_function, has_called;
	bool is_call; /* the next cost is that of a call, which is not its caller's own */
	size_t nr_positions;
	uint64_t iterations;
	size_t *slots; /* hash of functions: row + 1, 0 for none */
	size_t nr_slots;
	struct buf line;
};

static size_t *slot_of_function(const struct reading *reading, const char *function)
{
	size_t at = str_hash(STR_HASH_START, function) & (reading->nr_slots - 1);

	while (reading->slots[at] &&
		strcmp(reading->profile->items[reading->slots[at] - 1].function, function) != 0)
		at = (at + 1) & (reading->nr_slots - 1);
	return &reading->slots[at];
}

static void grow_slots(struct reading *reading)
{
	free(reading->slots);
	reading->nr_slots = reading->nr_slots ? 2 * reading->nr_slots : 256;
	reading->slots = mem_alloc(reading->nr_slots, sizeof *reading->slots);
	for (size_t i = 0; i < reading->profile->nr; i++)
		*slot_of_function(reading, reading->profile->items[i].function) = i + 1;
}

static size_t function_row(struct reading *reading, const char *function)
{
	size_t *slot;

	if (2 * (reading->profile->nr + 1) > reading->nr_slots)
		grow_slots(reading);
	slot = slot_of_function(reading, function);
	if (!*slot) {
		*ARRAY_ADD(reading->profile) =
			(struct profile_row){ .function = str_dup(function) };
		*slot = reading->profile->nr;
	}
	return *slot - 1;
}

static int bad_line(const char *line, struct error *err)
{
	struct buf text = BUF_INIT;

	buf_add_printable(&text, line);
	error_set(err, ERR_IO, "callgrind's file has the line \"%.60s\", which is not understood",
		text.data);
	buf_release(&text);
	return -1;
}

/* A call of itself is another name to callgrind, "parse'2": it is one function to people. */
static size_t without_recursion(const char *name)
{
	size_t len = strlen(name), nr_digits = 0;

	while (nr_digits < len && isdigit((unsigned char)name[len - 1 - nr_digits]))
		nr_digits++;
	return nr_digits && nr_digits + 1 < len && name[len - 1 - nr_digits] == '\''
		? len - 1 - nr_digits
		: len;
}

/* Addresses of code without a name differ from build to build. */
static int read_function(
	struct reading *reading, const char *line, const char *text, size_t *row, struct error *err)
{
	const char *name = numbered_name(&reading->functions, text);
	struct buf function = BUF_INIT;

	if (!name)
		return bad_line(line, err);
	if (str_starts(name, "0x"))
		buf_addf(&function, "code without a name in %s",
			reading->object ? str_path_name(reading->object) : "some library");
	else
		buf_add(&function, name, without_recursion(name));
	*row = function_row(reading, function.data);
	buf_release(&function);
	return 0;
}

/* The number that begins at the text's end of blanks. */
static bool callgrind_read_number(const char *text, uint64_t *number)
{
	char digits[24] = "";
	size_t len = strspn(text, "0123456789");

	if (!len || len >= sizeof digits)
		return false;
	memcpy(digits, text, len);
	return str_to_u64(digits, number);
}

static int read_calls(
	struct reading *reading, const char *line, const char *text, struct error *err)
{
	uint64_t nr;

	if (!reading->has_called || !callgrind_read_number(text, &nr))
		return bad_line(line, err);
	reading->profile->items[reading->called].calls += (double)nr / (double)reading->iterations;
	reading->is_call = true;
	return 0;
}

/* "POSITION... COST", where a cost of 0 may be left out. */
static int read_cost(struct reading *reading, const char *line, struct error *err)
{
	const char *at = line;
	uint64_t cost = 0;

	for (size_t i = 0; i < reading->nr_positions; i++) {
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	if (*at && !callgrind_read_number(at, &cost))
		return bad_line(line, err);
	if (!reading->is_call && !reading->has_function)
		return bad_line(line, err);
	if (!reading->is_call)
		reading->profile->items[reading->at].instructions +=
			(double)cost / (double)reading->iterations;
	reading->is_call = false;
	return 0;
}

static const char *behind(const char *line, const char *word)
{
	return str_starts(line, word) ? line + strlen(word) : NULL;
}

static void read_positions(struct reading *reading, const char *words)
{
	reading->nr_positions = 0;
	for (; *words; words += strcspn(words, " ")) {
		words += strspn(words, " ");
		reading->nr_positions += *words != '\0';
	}
}

static int read_line_of_file(struct reading *reading, const char *line, struct error *err)
{
	const char *text;

	if (isdigit((unsigned char)*line) || *line == '+' || *line == '-' || *line == '*')
		return read_cost(reading, line, err);
	if ((text = behind(line, "fn="))) {
		reading->has_function = true;
		return read_function(reading, line, text, &reading->at, err);
	}
	if ((text = behind(line, "cfn="))) {
		reading->has_called = true;
		return read_function(reading, line, text, &reading->called, err);
	}
	if ((text = behind(line, "calls=")))
		return read_calls(reading, line, text, err);
	if ((text = behind(line, "ob=")))
		str_set(&reading->object, numbered_name(&reading->objects, text));
	else if ((text = behind(line, "cob=")))
		numbered_name(&reading->objects, text);
	else if ((text = behind(line, "positions:")))
		read_positions(reading, text);
	return 0;
}

int callgrind_profile(
	const char *text, uint64_t iterations, struct profile *profile, struct error *err)
{
	struct reading reading = { .profile = profile,
		.nr_positions = 1,
		.iterations = iterations ? iterations : 1,
		.line = BUF_INIT_MAX(MAX_LINE) };
	int rc = 0;

	while (*text && !rc) {
		size_t len = strcspn(text, "\n");

		buf_clear(&reading.line);
		buf_add(&reading.line, text, len);
		rc = read_line_of_file(&reading, reading.line.data, err);
		text += len + (text[len] == '\n');
	}
	texts_release(&reading.functions);
	texts_release(&reading.objects);
	free(reading.object);
	free(reading.slots);
	buf_release(&reading.line);
	return rc;
}
