/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"

#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	double factor;
};

static const struct unit durations[] = {
	{ "", 1e9 },
	{ "ns", 1 },
	{ "us", 1e3 },
	{ "ms", 1e6 },
	{ "s", 1e9 },
	{ "second", 1e9 },
	{ "seconds", 1e9 },
	{ "min", 60e9 },
	{ "m", 60e9 },
	{ "minute", 60e9 },
	{ "minutes", 60e9 },
	{ "h", 3600e9 },
	{ "hour", 3600e9 },
	{ "hours", 3600e9 },
	{ "d", 86400e9 },
	{ "day", 86400e9 },
	{ "days", 86400e9 },
	{ "week", 7 * 86400e9 },
	{ "weeks", 7 * 86400e9 },
	{ NULL, 0 },
};

static const struct unit sizes[] = {
	{ "", 1 },
	{ "B", 1 },
	{ "kB", 1e3 },
	{ "MB", 1e6 },
	{ "GB", 1e9 },
	{ "TB", 1e12 },
	{ "KiB", 0x1p10 },
	{ "MiB", 0x1p20 },
	{ "GiB", 0x1p30 },
	{ "TiB", 0x1p40 },
	{ "k", 0x1p10 },
	{ "K", 0x1p10 },
	{ "M", 0x1p20 },
	{ "G", 0x1p30 },
	{ "T", 0x1p40 },
	{ NULL, 0 },
};

char *str_dup(const char *text)
{
	return text ? mem_copy(text, strlen(text)) : NULL;
}

/* The text may be the one that goes. */
void str_set(char **owned, const char *text)
{
	char *copy = str_dup(text);

	free(*owned);
	*owned = copy;
}

const char *str_path_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

size_t str_folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) : 0;
}

bool str_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_to_u64(const char *text, uint64_t *value)
{
	char *end;
	unsigned long long parsed;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	parsed = strtoull(text, &end, 10);
	if (errno || *end)
		return false;
	*value = parsed;
	return true;
}

/* A plain decimal number in front of text; no hex, no inf, no nan, no sign but minus. */
static bool leading_double(const char *text, double *value, char **end)
{
	const char *digits = *text == '-' ? text + 1 : text;

	if (!isdigit((unsigned char)*digits) && *digits != '.')
		return false;
	if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X'))
		return false;
	errno = 0;
	*value = strtod(text, end);
	return *end != text && !(errno == ERANGE && fabs(*value) > 1);
}

bool str_to_double(const char *text, double *value)
{
	char *end;
	double parsed;

	if (!leading_double(text, &parsed, &end) || *end)
		return false;
	*value = parsed;
	return true;
}

/* Not negative, and then blanks. */
static bool leading_amount(const char *text, double *value, char **end)
{
	if (!leading_double(text, value, end) || *value < 0)
		return false;
	while (**end == ' ')
		++*end;
	return true;
}

static const struct unit *unit_named(const struct unit *units, const char *name)
{
	for (; units->name; units++)
		if (strcmp(units->name, name) == 0)
			return units;
	return NULL;
}

static bool with_unit(const char *text, const struct unit *units, uint64_t *value)
{
	const struct unit *unit;
	char *end;
	double parsed;

	if (!leading_amount(text, &parsed, &end) || !(unit = unit_named(units, end)))
		return false;
	parsed = round(parsed * unit->factor);
	if (parsed >= 0x1p63)
		return false;
	*value = (uint64_t)parsed;
	return true;
}

/* 3_minutes is 3 minutes. */
bool str_to_duration(const char *text, uint64_t *value_ns)
{
	const char *line = strchr(text, '_');
	char *blank;
	bool is_one;

	if (!line || !isalpha((unsigned char)line[1]))
		return with_unit(text, durations, value_ns);
	blank = str_dup(text);
	blank[line - text] = ' ';
	is_one = with_unit(blank, durations, value_ns);
	free(blank);
	return is_one;
}

bool str_to_size(const char *text, uint64_t *value_bytes)
{
	return with_unit(text, sizes, value_bytes);
}

bool str_to_ratio(const char *text, double *value)
{
	char *end;
	double parsed;

	if (!leading_amount(text, &parsed, &end) || strcmp(end, "%") != 0)
		return false;
	*value = parsed / 100;
	return true;
}

bool str_to_amount(const char *text, double *value, const char **unit)
{
	const struct unit *duration, *size;
	char *end;
	double parsed;

	if (!leading_amount(text, &parsed, &end) || !*end)
		return false;
	duration = unit_named(durations, end);
	size = unit_named(sizes, end);
	if (!duration && !size)
		return false;
	parsed *= duration ? duration->factor : size->factor;
	if (!isfinite(parsed))
		return false;
	*value = parsed;
	*unit = duration ? "ns" : "B";
	return true;
}

/* A part of a text. */
struct span {
	const char *at, *end;
};

static bool glob(struct span pattern, struct span text)
{
	const char *star = NULL, *mark = NULL;

	while (text.at < text.end) {
		bool more = pattern.at < pattern.end;

		if (more && *pattern.at == '*') {
			star = pattern.at++;
			mark = text.at;
		} else if (more && (*pattern.at == '?' || *pattern.at == *text.at)) {
			pattern.at++;
			text.at++;
		} else if (star) {
			pattern.at = star + 1;
			text.at = ++mark;
		} else {
			return false;
		}
	}
	while (pattern.at < pattern.end && *pattern.at == '*')
		pattern.at++;
	return pattern.at == pattern.end;
}

static struct span str_whole(const char *text)
{
	return (struct span){ text, text + strlen(text) };
}

bool str_glob(const char *pattern, const char *text)
{
	return glob(str_whole(pattern), str_whole(text));
}

/* What stands before the next slash. */
static struct span segment(const char *path)
{
	return (struct span){ path, path + strcspn(path, "/") };
}

/* Behind it; NULL: there is none. */
static const char *next_segment(const char *path)
{
	const char *end = segment(path).end;

	return *end ? end + 1 : NULL;
}

static bool is_any_depth(const char *pattern)
{
	return str_starts(pattern, "**") && segment(pattern).end == pattern + 2;
}

/* As glob, a segment where that takes a character. */
bool str_glob_path(const char *pattern, const char *path)
{
	const char *behind = NULL, *mark = NULL;
	bool open = false;

	while (path) {
		if (pattern && is_any_depth(pattern)) {
			behind = pattern = next_segment(pattern);
			mark = path;
			open = true;
		} else if (pattern && glob(segment(pattern), segment(path))) {
			pattern = next_segment(pattern);
			path = next_segment(path);
		} else if (open) {
			pattern = behind;
			path = mark = next_segment(mark);
		} else {
			return false;
		}
	}
	while (pattern && is_any_depth(pattern))
		pattern = next_segment(pattern);
	return !pattern;
}

const char *str_next_item(const char **at, size_t *len)
{
	const char *item = *at;

	if (!item)
		return NULL;
	*len = strcspn(item, ",");
	*at = item[*len] ? item + *len + 1 : NULL;
	return item;
}

bool str_matches(const char *pattern, const char *name)
{
	size_t len = strlen(pattern);

	return str_glob(pattern, name) || (str_starts(name, pattern) && name[len] == '/');
}

bool str_in_list(const char *list, const char *word)
{
	const char *item;
	size_t len;

	while ((item = str_next_item(&list, &len)))
		if (strlen(word) == len && strncmp(item, word, len) == 0)
			return true;
	return false;
}

/* Fowler, Noll and Vo, 1991. The NUL keeps "ab", "c" from "a", "bc". */
uint64_t str_hash(uint64_t hash, const char *text)
{
	do
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	while (*text++);
	return hash;
}

size_t str_distance(const char *a, const char *b)
{
	size_t row[64];
	size_t len = strlen(b);

	if (len > 63 || strlen(a) > 63)
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]);
			size_t other = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

			diagonal = row[j];
			row[j] = change < other ? change : other;
		}
	}
	return row[len];
}

/* A third of the letters may be wrong, and one more: of three letters two, but not all. */
struct str_nearest str_nearest(const char *given)
{
	return (struct str_nearest){ given, NULL, 2 + strlen(given) / 3 };
}

void str_nearest_offer(struct str_nearest *nearest, const char *word)
{
	size_t distance = str_distance(nearest->given, word);

	if (distance < nearest->distance && distance < strlen(word)) {
		nearest->best = word;
		nearest->distance = distance;
	}
}

size_t str_columns(const char *text)
{
	size_t nr = 0;

	for (; *text; text++)
		nr += ((unsigned char)*text & 0xc0) != 0x80;
	return nr;
}

/* Unicode 15, table 3-7. */
size_t str_utf8_len(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t len = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;

	if (at[0] > 0xf4 || !len)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
		(at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return len;
}

/* U+0080 to U+009F are to a terminal an escape and a letter. */
bool str_is_control(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	return at[0] < ' ' || at[0] == 0x7f || (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0);
}

/* GitHub looks for "::" behind any of Unicode's blanks, of which most are not ASCII. A name such as
 * std::sort is no command. */
static bool is_line_command(const char *text, const char *at)
{
	return at[0] == ':' && at[1] == ':' && (at == text || at[-1] <= ' ' || at[-1] > '~');
}

/* "##[", "##vso[", "##teamcity[" */
static bool is_mark_command(const char *at)
{
	if (at[0] != '#' || at[1] != '#')
		return false;
	for (at += 2; (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');)
		at++;
	return *at == '[';
}

bool str_is_ci_command(const char *text, const char *at)
{
	return is_line_command(text, at) || is_mark_command(at);
}

bool str_has_control(const char *text)
{
	for (; text && *text; text++)
		if (str_is_control(text))
			return true;
	return false;
}

struct brace_piece brace_piece(const char *at)
{
	size_t len = strcspn(at, "{}");

	if (len)
		return (struct brace_piece){ BRACE_LITERAL, at, len, at + len };
	if (at[1] == at[0])
		return (struct brace_piece){ BRACE_ITSELF, at, 1, at + 2 };
	if (*at == '}')
		return (struct brace_piece){ BRACE_CLOSE, at, 1, at + 1 };
	len = strcspn(at + 1, "{}");
	if (at[1 + len] != '}')
		return (struct brace_piece){ BRACE_OPEN, at, 1, at + 1 };
	return (struct brace_piece){ BRACE_PLACEHOLDER, at + 1, len, at + 2 + len };
}
