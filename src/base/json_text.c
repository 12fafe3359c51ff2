/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json_text.h"

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

void json_place(const char *text, const char *at, unsigned *line, unsigned *column)
{
	*line = *column = 1;
	for (; text < at; text++) {
		++*column;
		if (*text == '\n') {
			++*line;
			*column = 1;
		}
	}
}

static int json_text_wrong(const char *text, const char *at, const char *what, struct error *err)
{
	unsigned line, column;

	json_place(text, at, &line, &column);
	return error_set(err, ERR_USAGE, "line %u, column %u: %s", line, column, what);
}

#define EACH_BYTE (UINT64_MAX / 255)

/* How many of the bytes from here on are ASCII and no NUL, eight at a time. */
static size_t json_text_count_plain(const char *at, size_t len)
{
	size_t nr = 0;
	uint64_t word;

	for (; nr + sizeof word <= len; nr += sizeof word) {
		memcpy(&word, at + nr, sizeof word);
		if ((word | (word - EACH_BYTE)) & (EACH_BYTE << 7))
			break;
	}
	return nr;
}

static int check_utf8(const char *text, size_t len, struct error *err)
{
	const char *at = text + json_text_count_plain(text, len);

	while (at < text + len) {
		size_t step = *at ? str_utf8_len(at) : 0;

		if (!step)
			return json_text_wrong(text, at, "not UTF-8 text", err);
		at += step;
		if (at < text + len)
			at += json_text_count_plain(at, (size_t)(text + len - at));
	}
	return 0;
}

/* Of "\\u0000" the first backslash takes the second. */
static bool is_escape(const char *text, const char *at)
{
	size_t nr = 1;

	while (at - nr >= text && *(at - nr) == '\\')
		nr++;
	return nr % 2;
}

/* Backslashes stand in texts alone, or it is no JSON. */
static int check_nul(const char *text, size_t len, struct error *err)
{
	static const char nul[] = "\\u0000";

	for (const char *at = text; (at = strstr(at, nul)) && at < text + len; at++)
		if (is_escape(text, at))
			return json_text_wrong(text, at, "a text must not hold \\u0000", err);
	return 0;
}

/* A list of numbers alone is kept as doubles; any other has a node each. */
struct weighing {
	size_t bytes;
	size_t nr_numbers; /* so far in the list at hand */
	bool only_numbers; /* it has nothing else so far */
	bool is_member;    /* a value follows whose name had the node already */
};

static void end_list(struct weighing *weighing)
{
	weighing->bytes += weighing->nr_numbers *
		(weighing->only_numbers ? sizeof(double) : JSON_TEXT_NODE_BYTES);
	weighing->nr_numbers = 0;
	weighing->only_numbers = false;
}

static void json_text_add_node(struct weighing *weighing)
{
	weighing->only_numbers = false;
	if (!weighing->is_member)
		weighing->bytes += JSON_TEXT_NODE_BYTES;
	weighing->is_member = false;
}

/* Of a number, or of true, false and null? */
static bool json_text_is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' ||
		c == '+' || c == 'E';
}

/* From the first byte of a text, a number or a word to its last. */
static const char *pass_value(struct weighing *weighing, const char *at)
{
	if (*at == '"') {
		weighing->bytes += JSON_TEXT_TEXT_BYTES;
		json_text_add_node(weighing);
		for (at++; *at && *at != '"'; at++)
			at += *at == '\\' && at[1];
		return *at ? at : at - 1;
	}
	if ((*at == '-' || (*at >= '0' && *at <= '9')) && !weighing->is_member)
		weighing->nr_numbers++;
	else
		json_text_add_node(weighing);
	weighing->is_member = false;
	while (json_text_is_word(at[1]))
		at++;
	return at;
}

size_t json_weigh(const char *text)
{
	struct weighing weighing = { .bytes = 0 };

	for (const char *at = text; *at; at++) {
		switch (*at) {
		case ' ':
		case '\t':
		case '\r':
		case '\n':
		case ',':
			break;
		case ':':
			weighing.is_member = true;
			break;
		case '[':
		case '{':
			weighing.only_numbers = false;
			end_list(&weighing);
			json_text_add_node(&weighing);
			weighing.bytes += *at == '[' ? JSON_TEXT_LIST_BYTES : 0;
			weighing.only_numbers = true;
			break;
		case ']':
		case '}':
			end_list(&weighing);
			break;
		default:
			at = pass_value(&weighing, at);
		}
	}
	end_list(&weighing);
	return weighing.bytes;
}

/* No text of so many bytes can take more than is allowed to all. */
#define LIGHT_BYTES ((size_t)4 << 20)
/* Beside its own length; 70,000 benchmarks of 30 processes take so much. */
#define MAX_BYTES ((size_t)256 << 20)

bool json_is_light(size_t bytes, size_t len)
{
	return len <= LIGHT_BYTES || bytes <= MAX_BYTES + len;
}

static int check_weight(const char *text, size_t len, struct error *err)
{
	size_t bytes = len > LIGHT_BYTES ? json_weigh(text) : 0;

	if (json_is_light(bytes, len))
		return 0;
	return error_set(err, ERR_USAGE,
		"its content takes %zu MiB of memory; a file of this size may take %zu MiB at most",
		bytes >> 20, (MAX_BYTES + len) >> 20);
}

int json_check_text(const char *text, size_t len, struct error *err)
{
	return check_utf8(text, len, err) || check_nul(text, len, err) ||
			check_weight(text, len, err)
		? -1
		: 0;
}
