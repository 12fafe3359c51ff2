/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json_pull.h"

#include "base/json_text.h"
#include "base/numbers.h"
#include "base/str.h"

#include <math.h>
#include <string.h>

/* What is deeper, longer or has more names than this is left to json_parse. */
#define MAX_DEPTH 32
#define MAX_NAMES 64
#define MAX_NUMBER 60

void json_pull_blanks(struct json_pull *pull)
{
	const char *at = pull->at;

	while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')
		at++;
	pull->at = at;
}

static bool is_next(const struct json_pull *pull, char c)
{
	return *pull->at == c;
}

/* Passes the character, or does nothing. */
bool json_pull_char(struct json_pull *pull, char c)
{
	if (!is_next(pull, c))
		return false;
	pull->at++;
	json_pull_blanks(pull);
	return true;
}

/* NULL while nodes are only counted. */
static cJSON *add_node(struct json_pull *pull, int type)
{
	size_t at = pull->used.nr_nodes++;
	cJSON *node;

	if (!pull->to)
		return NULL;
	node = &pull->to->nodes[at];
	*node = (cJSON){ .type = type | cJSON_IsReference, .prev = pull->to->array };
	return node;
}

/* Bytes of ASCII that do not stand for themselves in a text, and all that are none. */
static bool is_special(char c)
{
	return (unsigned char)(c - ' ') >= 0x80 - ' ' || c == '"' || c == '\\';
}

/* How many bytes of a text from here on stand for themselves; letters of UTF-8 do. */
static size_t count_plain(const char *at)
{
	const char *start = at;
	size_t len;

	do {
		while (!is_special(*at))
			at++;
		len = (unsigned char)*at >= 0x80 ? str_utf8_len(at) : 0;
		at += len;
	} while (len);
	return (size_t)(at - start);
}

/* Of the letter behind a backslash; 0 for \u, which json_parse reads. */
static char escaped(char c)
{
	static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *at = c ? strchr(letters, c) : NULL;

	return at ? values[at - letters] : '\0';
}

static void add_letters(struct json_pull *pull, const char *letters, size_t nr)
{
	if (pull->to)
		memcpy(pull->to->letters + pull->used.nr_letters, letters, nr);
	pull->used.nr_letters += nr;
}

/* From its quote to the blanks behind it. */
bool json_pull_text(struct json_pull *pull, char **text)
{
	char letter;

	if (pull->to)
		*text = pull->to->letters + pull->used.nr_letters;
	for (pull->at++;;) {
		size_t len = count_plain(pull->at);

		add_letters(pull, pull->at, len);
		pull->at += len;
		if (!is_next(pull, '\\'))
			break;
		letter = escaped(pull->at[1]);
		if (!letter)
			return false;
		add_letters(pull, &letter, 1);
		pull->at += 2;
	}
	add_letters(pull, "", 1);
	return json_pull_char(pull, '"');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Behind a number that is finite and spelt as JSON has it, or NULL. */
static const char *check_number(const char *at)
{
	const char *start = at;
	double number;

	at += *at == '-';
	if (!is_digit(*at) || (*at == '0' && is_digit(at[1])))
		return NULL;
	while (is_digit(*at))
		at++;
	if (*at == '.' && !is_digit(*++at))
		return NULL;
	while (is_digit(*at))
		at++;
	if (*at == 'e' || *at == 'E') {
		at = numbers_read(start, &number);
		if (!at || !isfinite(number))
			return NULL;
	}
	return at - start <= MAX_NUMBER ? at : NULL;
}

/* The numbers from here on, with a comma between two. false where one is missing. */
static bool pass_numbers(struct json_pull *pull, double *block, size_t *nr)
{
	const char *end;

	do {
		end = block ? numbers_read(pull->at, &block[*nr]) : check_number(pull->at);
		if (!end)
			return false;
		++*nr;
		pull->at = end;
		json_pull_blanks(pull);
	} while (json_pull_char(pull, ','));
	return true;
}

/* Of a list from behind its '[', if it has numbers alone: to its ']'. Of any other list, the
 * numbers that it begins with still take their room. */
static bool pull_numbers(struct json_pull *pull, cJSON *list)
{
	double *block = pull->to ? pull->to->numbers + pull->used.nr_numbers : NULL;
	struct json_pull ahead = *pull;
	size_t nr = 0;
	bool numbers = is_next(pull, ']') || pass_numbers(&ahead, block, &nr);

	pull->used.nr_numbers += nr;
	if (!numbers || !is_next(&ahead, ']'))
		return false;
	pull->at = ahead.at;
	pull->weight += nr * sizeof *block;
	if (list) {
		list->valuestring = (char *)block;
		list->valueint = (int)nr;
	}
	return true;
}

static bool pull_array(struct json_pull *pull, cJSON *array)
{
	cJSON *child = NULL, **link = array ? &array->child : &child;

	pull->weight += JSON_TEXT_LIST_BYTES;
	json_pull_char(pull, '[');
	if (!pull_numbers(pull, array)) {
		do {
			pull->weight += JSON_TEXT_NODE_BYTES;
			if (!json_pull_value(pull, link))
				return false;
			link = *link ? &(*link)->next : link;
		} while (json_pull_char(pull, ','));
	}
	return json_pull_char(pull, ']');
}

/* The keys of one object, to find one that occurs twice. */
struct names {
	struct {
		const char *at;
		size_t len;
	} items[MAX_NAMES];
	size_t nr;
	uint64_t marks; /* a bit for those that look alike */
};

/* From behind the quote of a name without escapes. */
static bool add_name(struct names *names, const char *at)
{
	size_t len = count_plain(at);
	uint64_t mark = UINT64_C(1) << ((len + 7 * (size_t)*at + 3 * (size_t)at[len / 2]) % 64);

	if (at[len] != '"' || names->nr == MAX_NAMES)
		return false;
	for (size_t i = 0; names->marks & mark && i < names->nr; i++)
		if (names->items[i].len == len && memcmp(names->items[i].at, at, len) == 0)
			return false;
	names->marks |= mark;
	names->items[names->nr].at = at;
	names->items[names->nr++].len = len;
	return true;
}

/* A name, its colon and its value. */
static bool pull_member(struct json_pull *pull, cJSON **link)
{
	char *name = NULL;

	pull->weight += JSON_TEXT_NODE_BYTES + JSON_TEXT_TEXT_BYTES;
	if (!json_pull_text(pull, &name) || !json_pull_char(pull, ':') ||
		!json_pull_value(pull, link))
		return false;
	if (*link)
		(*link)->string = name;
	return true;
}

static bool pull_object(struct json_pull *pull, cJSON *object)
{
	cJSON *child = NULL, **link = object ? &object->child : &child;
	struct names names;

	names.nr = 0;
	names.marks = 0;
	json_pull_char(pull, '{');
	if (json_pull_char(pull, '}'))
		return true;
	do {
		if (!is_next(pull, '"') || (!pull->to && !add_name(&names, pull->at + 1)) ||
			!pull_member(pull, link))
			return false;
		link = *link ? &(*link)->next : link;
	} while (json_pull_char(pull, ','));
	return json_pull_char(pull, '}');
}

static bool pull_number(struct json_pull *pull, cJSON *node)
{
	pull->at = node ? numbers_read(pull->at, &node->valuedouble) : check_number(pull->at);
	if (!pull->at)
		return false;
	json_pull_blanks(pull);
	return true;
}

static bool pull_word(struct json_pull *pull, cJSON **value)
{
	static const struct {
		const char *word;
		int type;
	} words[] = { { "null", cJSON_NULL }, { "true", cJSON_True }, { "false", cJSON_False } };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t len = strlen(words[i].word);

		if (strncmp(pull->at, words[i].word, len) != 0)
			continue;
		*value = add_node(pull, words[i].type);
		pull->at += len;
		json_pull_blanks(pull);
		return true;
	}
	return false;
}

static bool pull_nested(struct json_pull *pull, bool object, cJSON **value)
{
	bool done;

	if (++pull->depth > MAX_DEPTH)
		return false;
	*value = add_node(pull, object ? cJSON_Object : cJSON_Array);
	done = object ? pull_object(pull, *value) : pull_array(pull, *value);
	pull->depth--;
	return done;
}

bool json_pull_value(struct json_pull *pull, cJSON **value)
{
	char *text = NULL;

	*value = NULL;
	if (pull->at > pull->limit)
		return false;
	switch (*pull->at) {
	case '{':
	case '[':
		return pull_nested(pull, is_next(pull, '{'), value);
	case '"':
		pull->weight += JSON_TEXT_TEXT_BYTES;
		*value = add_node(pull, cJSON_String);
		if (!json_pull_text(pull, &text))
			return false;
		if (*value)
			(*value)->valuestring = text;
		return true;
	case 'n':
	case 't':
	case 'f':
		return pull_word(pull, value);
	default:
		*value = add_node(pull, cJSON_Number);
		return pull_number(pull, *value);
	}
}
